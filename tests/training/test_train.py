"""A whole run on a tiny encoder: labels to a model folder that tags; and a ninth barrier without code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from analyzer.codebook import default_codebook, load_codebook
from analyzer.errors import DataError, ModelMismatch
from analyzer.records.meeting import Meeting
from analyzer.resources import data_folder
from analyzer.tagging.tagger import Tagger
from analyzer.training.config import load_config
from analyzer.training.data import load_labels
from analyzer.training.evaluate import evaluate, logits_of
from analyzer.training.restore import restore
from analyzer.training.speed import PooledDropout
from analyzer.training.train import train
from analyzer.training.trainer import predict, prepare_trainer
from tests.training.bases import write_base, write_config

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's exporter warns of itself


@pytest.fixture
def workplace(tmp_path: Path, labels_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_base(tmp_path / "base")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_leaves_a_model_that_tags_and_tells_of_itself(workplace: Path, meeting: Meeting) -> None:
    folder = train(write_config(workplace), progress=lambda line: None)

    tagger = Tagger.load(folder)
    (tagged,) = tagger.tag(meeting)
    assert folder.name == tagger.model == "small-0.0.1"
    assert tagged.beliefs["mode"].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert tagger.metrics["rows"] == {"train": 48, "stop": 0, "dev": 24, "dev_by_id": 0, "held_out": 0}
    assert tagger.metrics["cross_fitted"]["annotators"]["mode_macro_f1"] == 1.0
    assert "no person labelled" in tagger.card
    assert not list(workplace.glob("models/.writing-*"))


def test_evaluate_gives_the_figures_of_the_card_again(workplace: Path) -> None:
    folder = train(write_config(workplace), progress=lambda line: None)

    found = evaluate(folder, workplace / "labels", workplace / "evaluation")

    assert found["sets"] == json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["sets"]
    written = json.loads((workplace / "evaluation" / "evaluation.json").read_text(encoding="utf-8"))
    assert written["sets"] == found["sets"]


def test_the_card_tells_how_written_cases_went(workplace: Path) -> None:
    cases = {"test": "minimum functionality", "capability": "floor", "cases": [
        {"id": "thanks", "said": {"Ana": "thank you all"}, "never": ["circular"]}]}  # fmt: skip
    (workplace / "cases.yaml").write_text(yaml.safe_dump(cases), encoding="utf-8")

    folder = train(write_config(workplace, behaviour="cases.yaml"), progress=lambda line: None)

    tagger = Tagger.load(folder)
    assert tagger.metrics["behaviour"]["cases"] == 1
    assert tagger.metrics["behaviour"]["tries"] == 4  # as written, and in three other wordings
    assert "| minimum functionality | floor |" in tagger.card
    assert tagger.metrics["rows"]["train"] == 48


def test_an_interrupted_run_ends_with_the_same_weights(workplace: Path) -> None:
    whole = train(write_config(workplace, epochs=2), workplace / "whole", lambda line: None)
    for file in (workplace / "runs").iterdir():
        file.unlink()
    said: list[str] = []

    train(write_config(workplace, epochs=2, stop_after=1), workplace / "half", said.append)
    resumed = train(write_config(workplace, epochs=2), workplace / "resumed", said.append)

    assert "resumed after epoch 1" in said
    for name in ("encoder.onnx", "judge.onnx"):
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()


def test_a_run_does_not_go_on_with_other_settings(workplace: Path) -> None:
    train(write_config(workplace, epochs=2, stop_after=1), workplace / "half", lambda line: None)

    with pytest.raises(DataError) as caught:
        train(write_config(workplace, epochs=2, seed=3), workplace / "other", lambda line: None)

    assert "other settings" in str(caught.value)


def test_a_ninth_barrier_is_a_line_of_yaml_and_a_run(workplace: Path, meeting: Meeting) -> None:
    scheme = yaml.safe_load((data_folder() / "codebook.yaml").read_text(encoding="utf-8"))
    scheme["tasks"]["barrier"]["labels"].append(
        {"key": "distance", "name": "Distance", "definition": "too far apart to meet"}
    )
    (workplace / "codebook.yaml").write_text(yaml.safe_dump(scheme), encoding="utf-8")
    file = workplace / "labels" / "real" / "stretches.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows[0]["barriers"] = ["distance"]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    folder = train(write_config(workplace, codebook="codebook.yaml"), progress=lambda line: None)

    codebook = load_codebook(workplace / "codebook.yaml")
    (tagged,) = Tagger.load(folder, codebook=codebook).tag(meeting)
    assert tagged.labels["barrier"][-1] == "distance"
    assert tagged.beliefs["barrier"].shape == (len(tagged), 9)
    assert np.isfinite(tagged.beliefs["barrier"]).all()
    with pytest.raises(ModelMismatch):
        Tagger.load(folder)


def test_weights_to_begin_with_that_do_not_fit_are_named(workplace: Path) -> None:
    (workplace / "other.pt").write_bytes(b"no weights")

    with pytest.raises(DataError, match=r"other\.pt"):
        train(write_config(workplace, start="other.pt"), progress=lambda line: None)


def test_a_released_model_is_trained_further_without_its_checkpoint(workplace: Path) -> None:
    first = train(write_config(workplace, epochs=2), progress=lambda line: None)
    labels = load_labels(workplace / "labels", default_codebook(), held_out=())
    stretches = [*labels.train, *labels.dev]
    config = load_config(write_config(workplace, start=str(first)))

    restored = prepare_trainer(config, default_codebook(), str(workplace / "base"))
    restore(first, restored.encoder, restored.judge)

    shipped, _ = logits_of(Tagger.load(first), stretches)
    trained_on = np.concatenate([mode for mode, _ in predict(restored, stretches)])
    scale = json.loads((first / "config.json").read_text())["calibration"]["mode"]
    shipped_differences = shipped[:, 1:] - shipped[:, :1]
    bias = np.array(scale["bias"])
    restored_logits = trained_on / scale["temperature"] + bias
    assert np.allclose(shipped_differences, restored_logits[:, 1:] - restored_logits[:, :1], atol=0.05)
    (workplace / "runs" / "small-0.0.1.pt").unlink()
    assert train(write_config(workplace, start=str(first), version="0.0.2"), progress=print).is_dir()


def test_a_folder_that_holds_no_such_model_is_no_start(workplace: Path) -> None:
    folder = train(write_config(workplace), progress=lambda line: None)

    with pytest.raises(DataError, match="cannot be trained further"):
        train(write_config(workplace, version="0.0.2", start=str(folder), layers=2), progress=print)


def test_cheap_dropout_drops_its_share_while_training_only() -> None:
    layer = PooledDropout(0.25, (torch.rand(1 << 16) >= 0.25).float() / 0.75)
    ones = torch.ones(10_000)

    dropped = layer(ones)

    assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.03)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.04)
    assert not torch.equal(dropped, layer(ones))
    assert torch.equal(layer.eval()(ones), ones)


def test_belief_does_not_depend_on_the_company_of_a_piece(workplace: Path, meeting: Meeting) -> None:
    tagger = Tagger.load(train(write_config(workplace), progress=lambda line: None))
    first = replace(meeting, utterances=meeting.utterances[:1])

    alone, among = tagger.encode(first), tagger.encode(meeting)

    assert alone.vectors[0].tobytes() == among.vectors[0].tobytes()
    assert alone.local[0].tobytes() == among.local[0].tobytes()
