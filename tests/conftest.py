"""What all tests share: a tiny model whose numbers can be checked in the head, and a small meeting.

The tiny model reads letters and a few words. Each word of `WORDS` adds 4 to the logit of one label;
everything else adds 0. Its vector is the mean of its tokens' fixed directions, so equal texts have cosine
1. Its judge adds a quarter of what the piece before says: causal, with a band of one piece.
"""

from __future__ import annotations

import hashlib
import json
import string
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.tagging.features import FEATURES
from analyzer.tagging.tagger import Tagger

# word -> label it speaks for
WORDS = {
    "report": "transactional",
    "again": "circular",
    "imagine": "generative",
    "hello": "procedural",
    "honest": "lack_of_trust",
    "dictate": "power_imbalance",
    "budget": "resource_constraint",
    "patent": "ip_concern",
}
DIM = 16
ADDS = 4.0  # logits a word adds
BEFORE = 0.25  # share of the piece before


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: packed ones hold the time, and processes must agree on names."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete model folder of the tiny model, named tiny-1.0.0."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny-1.0.0")


@pytest.fixture(scope="session")
def tagger(model_folder: Path) -> Tagger:
    """The tiny model, loaded."""
    return Tagger.load(model_folder, threads=1)


@pytest.fixture
def meeting() -> Meeting:
    """Four utterances of two people from two parties, dated, in series `alpha`."""
    said = [
        ("ana", "hello to everybody around this table"),
        ("ben", "here is my report about the budget of this year"),
        ("ana", "imagine we shared one lab across both houses"),
        ("ben", "here is again my report about the budget of this year"),
    ]
    return Meeting(
        id="alpha-1",
        series="alpha",
        date=date(2024, 1, 15),
        language="en",
        parties=("North", "South"),
        people=(
            Person(key="ana", name="Ana", party="North"),
            Person(key="ben", name="Ben", party="South"),
        ),
        utterances=tuple(
            Utterance(index=index, text=text, speaker=speaker, at=Locator(unit="line", number=index + 1))
            for index, (speaker, text) in enumerate(said)
        ),
        source=Source(name="alpha-1.jsonl", sha256="0" * 64, format="jsonl", size=400),
    )


def write_tiny_model(folder: Path) -> Path:
    """Write the tiny model; returns its folder."""
    codebook = default_codebook()
    keys = [label.key for label in codebook.labels]
    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    letters = string.ascii_letters + string.digits + string.punctuation
    vocabulary += [start + letter for letter in letters for start in ("", "##")]
    _write_tokenizer(folder / "tokenizer.json", vocabulary)
    scores = np.zeros((len(vocabulary), len(keys)), dtype=np.float32)
    for word, label in WORDS.items():
        scores[vocabulary.index(word), keys.index(label)] = ADDS
    directions = np.random.default_rng(0).normal(size=(len(vocabulary), DIM)).astype(np.float32)
    _write_encoder(folder / "encoder.onnx", directions, scores)
    _write_judge(folder / "judge.onnx", len(codebook.modes), len(keys))
    files = ["encoder.onnx", "judge.onnx", "tokenizer.json"]
    config = {
        "format": 1,
        "name": "tiny",
        "version": "1.0.0",
        "codebook": {"hash": codebook.hash, "modes": codebook.modes, "barriers": codebook.barriers},
        "encoder": {"file": "encoder.onnx", "max_tokens": 160, "dim": DIM},
        "judge": {"file": "judge.onnx", "band": 1, "layers": 1, "features": FEATURES},
        "calibration": {
            "mode": {"temperature": 1.0, "bias": [1.0] + [0.0] * (len(codebook.modes) - 1)},
            "barrier": {"scale": [1.0] * len(codebook.barriers), "bias": [-2.0] * len(codebook.barriers)},
        },
        "evidence_floor": 0.15,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
    }
    policy = {
        "thresholds": dict.fromkeys(codebook.barriers, 0.5),
        "unsure_below": 0.4,
        "mode_offsets": {},
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
    (folder / "metrics.json").write_text(json.dumps({"note": "not trained"}), encoding="utf-8")
    (folder / "README.md").write_text("# tiny\n\nMade by hand for tests.\n", encoding="utf-8")
    return folder


def _write_tokenizer(path: Path, vocabulary: list[str]) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece({w: n for n, w in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(path))


def _write_encoder(path: Path, directions: np.ndarray, scores: np.ndarray) -> None:
    from onnx import TensorProto, helper

    node = helper.make_node
    nodes = [
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["mask", "last"], ["real"]),
        node("Gather", ["directions", "input_ids"], ["hidden"]),
        node("Mul", ["hidden", "real"], ["kept"]),
        node("ReduceSum", ["kept", "tokens"], ["total"], keepdims=0),
        node("LpNormalization", ["total"], ["vector"], axis=1, p=2),
        node("Gather", ["scores", "input_ids"], ["raw"]),
        node("Mul", ["raw", "real"], ["token_scores"]),
        node("ReduceSum", ["token_scores", "tokens"], ["local"], keepdims=0),
    ]
    _save(
        path,
        nodes,
        inputs=[
            ("input_ids", TensorProto.INT64, ["b", "t"]),
            ("attention_mask", TensorProto.INT64, ["b", "t"]),
        ],
        outputs=[
            ("vector", ["b", directions.shape[1]]),
            ("token_scores", ["b", "t", scores.shape[1]]),
            ("local", ["b", scores.shape[1]]),
        ],
        constants={
            "directions": directions,
            "scores": scores,
            "last": np.array([2], dtype=np.int64),
            "tokens": np.array([1], dtype=np.int64),
        },
    )


def _write_judge(path: Path, modes: int, labels: int) -> None:
    from onnx import TensorProto, helper

    node = helper.make_node
    nodes = [
        node("Concat", ["nothing", "local"], ["longer"], axis=0),
        node("Slice", ["longer", "zero", "minus_one", "zero"], ["before"]),
        node("Mul", ["before", "share"], ["echo"]),
        node("Add", ["local", "echo"], ["all"]),
        # The tiny judge looks at neither vectors nor features, but every graph takes them.
        node("ReduceSum", ["vectors", "one"], ["v"], keepdims=1),
        node("ReduceSum", ["features", "one"], ["f"], keepdims=1),
        node("Add", ["v", "f"], ["seen"]),
        node("Mul", ["seen", "naught"], ["ignored"]),
        node("Add", ["all", "ignored"], ["logits"]),
        node("Split", ["logits", "sizes"], ["mode", "barrier"], axis=1),
    ]
    _save(
        path,
        nodes,
        inputs=[
            ("vectors", TensorProto.FLOAT, ["n", DIM]),
            ("local", TensorProto.FLOAT, ["n", labels]),
            ("features", TensorProto.FLOAT, ["n", len(FEATURES)]),
        ],
        outputs=[("mode", ["n", modes]), ("barrier", ["n", labels - modes])],
        constants={
            "nothing": np.zeros((1, labels), dtype=np.float32),
            "zero": np.array([0], dtype=np.int64),
            "one": np.array([1], dtype=np.int64),
            "minus_one": np.array([-1], dtype=np.int64),
            "share": np.array(BEFORE, dtype=np.float32),
            "naught": np.array(0.0, dtype=np.float32),
            "sizes": np.array([modes, labels - modes], dtype=np.int64),
        },
    )


def _save(
    path: Path,
    nodes: list[Any],
    *,
    inputs: list[tuple[str, int, list[Any]]],
    outputs: list[tuple[str, list[Any]]],
    constants: dict[str, np.ndarray],
) -> None:
    from onnx import TensorProto, checker, helper, numpy_helper, save

    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info(*each) for each in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    # Older than the newest, so that every supported onnxruntime reads it.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    save(model, str(path))
