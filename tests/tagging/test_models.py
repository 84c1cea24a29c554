from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import ModelDamaged, ModelMismatch, ModelNotFound
from analyzer.tagging.models import find_model, list_models


@pytest.fixture
def own(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in $ANALYZER_MODELS with a copy of the tiny one."""
    shutil.copytree(model_folder, tmp_path / "tiny-1.0.0")
    monkeypatch.setenv("ANALYZER_MODELS", str(tmp_path))
    return tmp_path


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes), encoding="utf-8")


def test_a_model_is_found_by_path_and_by_name(model_folder: Path, own: Path) -> None:
    by_path, by_name = find_model(model_folder), find_model("tiny-1.0.0")

    assert by_path.path == model_folder
    assert by_name.path == own / "tiny-1.0.0"
    assert by_path.name == by_name.name == "tiny-1.0.0"
    assert by_path.card.startswith("# tiny")


def test_the_default_is_what_the_nearest_default_file_names(own: Path) -> None:
    (own / "DEFAULT").write_text("tiny-1.0.0\n", encoding="utf-8")

    assert find_model().path == own / "tiny-1.0.0"


def test_a_misspelt_name_lists_what_there_is_and_downloads_nothing(own: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"tinny.*one of: .*tiny-1\.0\.0"):
        find_model("tinny", allow_network=True)


def test_a_hub_is_not_asked_unless_the_network_is_allowed() -> None:
    with pytest.raises(ModelNotFound, match="network was not allowed"):
        find_model("hub:somebody/model")


def test_models_are_listed_by_name(own: Path) -> None:
    assert list_models()["tiny-1.0.0"] == own / "tiny-1.0.0"


@pytest.mark.parametrize("file", ["encoder.onnx", "judge.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(own: Path, file: str) -> None:
    with (own / "tiny-1.0.0" / file).open("ab") as stream:
        stream.write(b" ")

    with pytest.raises(ModelDamaged, match=f"{file}: .*hash differs"):
        find_model("tiny-1.0.0")


def test_a_missing_file_is_named(own: Path) -> None:
    (own / "tiny-1.0.0" / "judge.onnx").unlink()

    with pytest.raises(ModelDamaged, match=r"judge\.onnx: .*cannot be read"):
        find_model("tiny-1.0.0")


def test_files_without_a_hash_or_outside_the_folder_are_refused(own: Path) -> None:
    config = own / "tiny-1.0.0" / "config.json"
    files = json.loads(config.read_text())["files"]

    edit(config, files=files | {"../elsewhere": "0"})
    with pytest.raises(ModelDamaged, match="outside its folder"):
        find_model("tiny-1.0.0")
    edit(config, files={})
    with pytest.raises(ModelDamaged, match="the hash of encoder"):
        find_model("tiny-1.0.0")


def test_another_format_or_codebook_is_a_mismatch(own: Path, model_folder: Path) -> None:
    codebook = default_codebook()
    fewer = replace(codebook.tasks[1], labels=codebook.tasks[1].labels[:-1])
    with pytest.raises(ModelMismatch, match="trained for codebook"):
        find_model(model_folder, codebook=replace(codebook, tasks=(codebook.tasks[0], fewer)))

    edit(own / "tiny-1.0.0" / "config.json", format=3)
    with pytest.raises(ModelMismatch, match="its format is 3"):
        find_model("tiny-1.0.0")


def test_a_policy_may_change_without_the_weights(own: Path) -> None:
    edit(own / "tiny-1.0.0" / "policy.json", unsure_below=0.2)

    assert find_model("tiny-1.0.0").policy.unsure_below == 0.2


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}'])
def test_a_broken_config_is_said(own: Path, content: str) -> None:
    (own / "tiny-1.0.0" / "config.json").write_text(content, encoding="utf-8")

    with pytest.raises(ModelDamaged):
        find_model("tiny-1.0.0")
