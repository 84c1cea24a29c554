"""`analyzer label`: sheets out of files, labels out of sheets."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from analyzer.cli import cli
from analyzer.codebook import default_codebook

MODES = default_codebook().modes


@pytest.fixture
def label(model_folder):
    """The command, on the tiny model."""

    def run(*arguments):
        line = ["label", *map(str, arguments)]
        if arguments[0] == "sheets":
            line += ["--model", str(model_folder)]
        return CliRunner().invoke(cli, line, catch_exceptions=False)

    return run


def rows(folder):
    with (folder / "pass-1.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("choose", ["random", "unsure", MODES[1]])
def test_from_files_to_labels(label, samples, tmp_path, choose):
    made = label("sheets", samples, "--out", tmp_path / "s", "--windows", 3, "--size", 8, "--choose", choose)
    keys = [row["key"] for row in rows(tmp_path / "s") if not row["mode"]]
    answers = "".join(json.dumps({"k": key, "m": "p"}) + "\n" for key in keys)
    for number in (1, 2):
        (tmp_path / "s" / f"pass-{number}.jsonl").write_text(answers)

    done = label("collect", tmp_path / "s")

    assert (made.exit_code, done.exit_code) == (0, 0)
    assert f"{len(keys)} rows in 3 windows" in made.stdout
    assert f"{len(keys)} rows were answered twice" in done.stdout
    assert "same mode                        100.0%" in done.stdout
    assert len((tmp_path / "s" / "labels.jsonl").read_text().splitlines()) == len(keys)


def test_a_model_is_measured_on_what_was_labelled(label, samples, model_folder, tmp_path):
    label("sheets", samples, "--out", tmp_path / "s", "--windows", 2, "--size", 8, "--passes", 1)
    keys = [row["key"] for row in rows(tmp_path / "s") if not row["mode"]]
    answers = [{"k": key, "m": MODES[number % 4]} for number, key in enumerate(keys)]
    (tmp_path / "s" / "pass-1.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    label("collect", tmp_path / "s")
    line = ["evaluate", str(model_folder)]

    done = CliRunner().invoke(cli, [*line, str(tmp_path / "s" / "labels.jsonl")], catch_exceptions=False)
    (tmp_path / "s" / "labels.jsonl").rename(tmp_path / "alone.jsonl")
    alone = CliRunner().invoke(cli, [*line, str(tmp_path / "alone.jsonl")])

    assert json.loads(done.stdout)["sets"]["rows"]["n"] == len(keys)
    assert "a row has no text; labels by id need what they speak of" in str(alone.exception)


def test_files_without_speech_are_exit_code_1(label, tmp_path):
    (tmp_path / "empty.vtt").write_bytes(b"")

    done = label("sheets", tmp_path / "empty.vtt", "--out", tmp_path / "s")

    assert done.exit_code == 1
    assert "There is nothing to label in these files." in done.stderr
    assert not (tmp_path / "s").exists()


def test_labels_that_cannot_be_written_are_one_sentence(label, samples, tmp_path):
    label("sheets", samples, "--out", tmp_path / "s", "--windows", 1, "--size", 4)
    key = next(row["key"] for row in rows(tmp_path / "s") if not row["mode"])
    (tmp_path / "s" / "pass-1.jsonl").write_text(json.dumps({"k": key, "m": "t"}) + "\n")

    done = CliRunner().invoke(
        cli, ["label", "collect", str(tmp_path / "s"), "--out", str(tmp_path / "no" / "l")]
    )

    assert "the labels cannot be written (No such file or directory)" in str(done.exception)
