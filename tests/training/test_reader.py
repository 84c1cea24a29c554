"""A reader in context: what is shipped is what was trained, and a run leaves a model that tags with it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import yaml

from analyzer.codebook import default_codebook
from analyzer.errors import DataError, ModelDamaged, ModelError
from analyzer.records.meeting import Meeting
from analyzer.tagging.runtime import Runtime
from analyzer.tagging.tagger import Tagger
from analyzer.tagging.windows import Plan
from analyzer.training.reader import build_reader, read_meetings
from analyzer.training.reader_export import PlainReader, inputs_of
from analyzer.training.train import train
from tests.training.bases import write_base, write_config

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's exporter warns of itself

TEXTS = ["hello everybody", "as I said again and again", "", "what if we shared one lab " * 9, "no"] * 8
SPEAKERS = ["ana", "ben", None, "ana", "cem"] * 8
PLAN = Plan(own=60, left=30, right=20, piece=24)


@pytest.fixture
def workplace(tmp_path: Path, labels_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_base(tmp_path / "base")
    write_base(tmp_path / "larger", "mpnet")
    monkeypatch.chdir(tmp_path)
    train(write_config(tmp_path), progress=lambda line: None)
    return tmp_path


def reader_config(folder: Path, **more: object) -> Path:
    options = {"beside": "models/small-0.0.1", "base": "larger", "epochs": 2, "step_tokens": 256, "own": 60}
    return write_config(folder, version="0.0.2", reader=options | more)


@pytest.mark.parametrize("layers", [None, 1])
@pytest.mark.parametrize("kind", ["bert", "mpnet"])
def test_written_out_for_export_it_says_the_same(tmp_path: Path, kind: str, layers: int | None) -> None:
    write_base(tmp_path, kind)
    reader, layout = build_reader(str(tmp_path), default_codebook(), PLAN, layers)
    (whole,) = read_meetings(reader, layout, [(TEXTS, SPEAKERS)])

    plain, found = PlainReader(reader).eval(), np.zeros_like(whole)
    for window in layout.of(TEXTS, SPEAKERS):
        given = inputs_of(window)
        with torch.no_grad():
            logits = plain(*(torch.from_numpy(given[name]) for name in ("input_ids", "pool", "last")))
        found[[number for number, _, _ in window.judged]] = logits.numpy()

    assert np.abs(found - whole).max() < 0.01  # the words are held in int8


def test_an_encoder_that_cannot_be_written_out_is_named(tmp_path: Path) -> None:
    write_base(tmp_path)
    reader, _ = build_reader(str(tmp_path), default_codebook(), PLAN)
    reader.bert.config.model_type = "gpt2"

    with pytest.raises(ModelError, match=r"gpt2.*bert, mpnet"):
        PlainReader(reader)


@pytest.mark.parametrize(("base", "layers"), [("larger", None), (None, None), (None, 1)])
def test_a_run_leaves_a_model_that_reads_in_context(
    workplace: Path, meeting: Meeting, base: str | None, layers: int | None
) -> None:
    folder = train(reader_config(workplace, base=base, layers=layers), progress=lambda line: None)

    tagger = Tagger.load(folder)
    (tagged,) = tagger.tag(meeting)
    assert tagger.model == "small-0.0.2"
    assert tagged.beliefs["mode"].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert tagged.encoded.in_context.shape == (len(tagged), 12)
    assert len(tagger.metrics["history"]) == 2
    assert "beside them" in tagger.card
    # What reads pieces alone is that of the other model, so that vectors and evidence are too.
    assert (folder / "encoder.onnx").read_bytes() == Path("models/small-0.0.1/encoder.onnx").read_bytes()


def test_the_card_of_such_a_model_tells_how_written_cases_went(workplace: Path) -> None:
    cases = {"test": "minimum functionality", "capability": "floor", "cases": [
        {"id": "thanks", "said": {"Ana": "thank you all"}, "never": ["circular"]}]}  # fmt: skip
    (workplace / "cases.yaml").write_text(yaml.safe_dump(cases), encoding="utf-8")
    options = {"beside": "models/small-0.0.1", "base": "larger", "epochs": 1, "step_tokens": 256, "own": 60}

    folder = train(
        write_config(workplace, version="0.0.2", reader=options, behaviour="cases.yaml"),
        progress=lambda line: None,
    )

    card = Tagger.load(folder).card
    assert "| minimum functionality | floor |" in card
    assert "beside them larger" in card


def test_what_is_shipped_reads_as_what_was_trained(workplace: Path) -> None:
    folder = train(reader_config(workplace), progress=lambda line: None)
    content = torch.load("runs/small-0.0.2.pt", weights_only=True)["reader"]
    plan = Plan(own=60)
    reader, layout = build_reader(str(workplace / "larger"), default_codebook(), plan)
    reader.load_state_dict(content)

    shipped = Runtime(Tagger.load(folder)._folder, threads=1).read_in_context(TEXTS, SPEAKERS)
    (trained,) = read_meetings(reader, layout, [(TEXTS, SPEAKERS)])

    assert np.corrcoef(shipped.ravel(), trained.ravel())[0, 1] > 0.99


def test_the_products_of_all_layers_are_of_whole_numbers(workplace: Path) -> None:
    folder = train(reader_config(workplace), progress=lambda line: None)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(workplace / "as_run.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"])

    run = onnx.load(str(workplace / "as_run.onnx"), load_external_data=False).graph.node
    kinds = Counter(node.op_type for node in run)

    layers = torch.load("runs/small-0.0.2.pt", weights_only=True)["reader"]
    count = len({name.split(".")[3] for name in layers if name.startswith("bert.encoder.layer")})
    assert kinds["MatMulIntegerToFloat"] == 4 * count
    assert not kinds["DequantizeLinear"]  # weights unpacked at every window took most of the time


def test_threads_and_what_follows_later_change_no_byte(workplace: Path, meeting: Meeting) -> None:
    folder = Tagger.load(train(reader_config(workplace), progress=lambda line: None))._folder
    one, two = Runtime(folder, threads=1), Runtime(folder, threads=2)

    first = one.read_in_context(TEXTS, SPEAKERS)

    assert first.tobytes() == two.read_in_context(TEXTS, SPEAKERS).tobytes()
    longer = one.read_in_context([*TEXTS, *TEXTS], [*SPEAKERS, *SPEAKERS])
    assert longer[: len(first) // 2].tobytes() == first[: len(first) // 2].tobytes()


def test_a_file_of_weights_that_was_changed_is_noticed(workplace: Path) -> None:
    folder = train(reader_config(workplace), progress=lambda line: None)
    weights = folder / json.loads((folder / "config.json").read_text())["reader"]["weights"][0]
    content = bytearray(weights.read_bytes())
    content[7] ^= 1
    weights.write_bytes(content)

    with pytest.raises(ModelDamaged, match=weights.name):
        Tagger.load(folder)


def test_an_interrupted_run_ends_with_the_same_weights(workplace: Path, monkeypatch) -> None:
    whole = train(reader_config(workplace), workplace / "whole", lambda line: None)
    Path("runs/small-0.0.2.pt").unlink()

    def stop_after_one(line: str) -> None:
        if line.startswith("epoch 1"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(reader_config(workplace), workplace / "half", stop_after_one)
    assert not Path("runs/small-0.0.2.pt").exists()
    said: list[str] = []

    def stop_in_two(line: str) -> None:
        said.append(line)
        if line.startswith("epoch 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(reader_config(workplace), workplace / "half", stop_in_two)
    resumed = train(reader_config(workplace), workplace / "resumed", said.append)

    assert "resumed after epoch 1" in said
    assert (resumed / "reader-1.bin").read_bytes() == (whole / "reader-1.bin").read_bytes()


def test_a_run_does_not_go_on_with_other_settings(workplace: Path) -> None:
    train(reader_config(workplace), progress=lambda line: None)

    with pytest.raises(DataError, match="other settings"):
        train(reader_config(workplace, rate=0.001), progress=lambda line: None)
    # The shares of the mixture come after the run: they may change.
    assert train(reader_config(workplace, mode=0.8), progress=lambda line: None).is_dir()


def test_who_spoke_matters_to_it(workplace: Path, meeting: Meeting) -> None:
    tagger = Tagger.load(train(reader_config(workplace), progress=lambda line: None))
    nameless = replace(meeting, utterances=tuple(replace(u, speaker=None) for u in meeting.utterances))

    named, unnamed = tagger.encode(meeting).in_context, tagger.encode(nameless).in_context

    assert named.tobytes() != unnamed.tobytes()
