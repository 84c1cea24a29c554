"""`analyzer tag`: every piece as the contract's row, or as coloured text."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from analyzer.cli import cli
from analyzer.codebook import default_codebook

CONTRACT = {
    *("index", "speaker", "party", "start", "end", "topic", "kind", "units", "text"),
    *(
        "meeting",
        "source",
        "piece",
        "mode",
        "mode_p",
        "barriers_p",
        "flags",
        "unsure",
        "evidence",
        "at",
        "model",
    ),
}


@pytest.fixture(scope="module")
def tag(model_folder):
    """The command, on the tiny model."""

    def run(*arguments):
        line = ["tag", *map(str, arguments), "--model", str(model_folder)]
        return CliRunner().invoke(cli, line, catch_exceptions=False)

    return run


@pytest.fixture(scope="module")
def rows(tag, samples):
    """The rows of all samples."""
    done = tag(samples, "--format", "jsonl")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_rows_have_the_fields_of_the_contract(rows):
    assert all(set(row) >= CONTRACT for row in rows)
    assert {row["model"] for row in rows} == {"tiny-1.0.0"}


def test_beliefs_are_probabilities_of_all_labels(rows):
    codebook = default_codebook()

    for row in rows:
        assert list(row["mode_p"]) == list(codebook.modes)
        assert list(row["barriers_p"]) == list(codebook.barriers)
        assert sum(row["mode_p"].values()) == pytest.approx(1, abs=1e-4)
        assert all(0 <= p <= 1 for p in row["barriers_p"].values())
        assert set(row["flags"]) <= set(codebook.barriers)
        assert row["mode"] in codebook.modes


def test_pieces_are_in_order_and_short(rows):
    places = {}  # meeting -> (index, piece) in order
    for row in rows:
        places.setdefault(row["meeting"], []).append((row["index"], row["piece"]))

    assert all(order == sorted(set(order)) for order in places.values())
    assert max(len(row["text"].split()) for row in rows) <= 80


def test_an_utterance_of_at_most_80_words_is_one_piece_unchanged(rows, samples):
    read = CliRunner().invoke(cli, ["read", str(samples), "--format", "jsonl"]).stdout
    short, meeting = {}, ""
    for row in map(json.loads, read.splitlines()):
        meeting = row["meeting"]["id"] if "meeting" in row else meeting
        if "text" in row and len(row["text"].split()) <= 80:
            short[meeting, row["index"]] = row["text"]
    pieces = {}  # (meeting, index) -> texts
    for row in rows:
        pieces.setdefault((row["meeting"], row["index"]), []).append(row["text"])

    assert short
    assert {place: pieces[place] for place in short} == {place: [text] for place, text in short.items()}


def test_evidence_lies_within_its_piece(rows):
    spans = [(row, span) for row in rows for span in row["evidence"]]

    assert spans
    for row, span in spans:
        assert 0 <= span["start"] < span["end"] <= len(row["text"])
        assert span["label"] in default_codebook().modes + default_codebook().barriers


def test_every_piece_has_its_place_in_its_source(rows, samples):
    files = {path.name for path in samples.iterdir()} - {"people.csv"}

    assert {row["source"] for row in rows} == files
    assert all(row["at"].split()[0] in ("line", "cue", "page", "paragraph", "message") for row in rows)


def test_order_on_the_command_line_changes_nothing(tag, samples):
    files = sorted(path for path in samples.iterdir() if path.name != "people.csv")

    assert tag(*files, "--format", "jsonl").stdout == tag(*reversed(files), "--format", "jsonl").stdout


def test_a_reader_of_text_sees_mode_belief_speaker_and_words(tag, samples):
    done = tag(samples / "notes-jsc-july.md", "--format", "text")

    assert done.exit_code == 0
    assert "Fiona Garrick" in done.stdout
    assert "%" in done.stdout
    assert "Box is going round clockwise." in done.stdout


def test_failures_go_to_standard_error_only(tag, samples, archive):
    done = tag(archive / "empty.vtt", samples / "notes-jsc-july.md", "--format", "jsonl")

    assert done.exit_code == 0
    assert all(json.loads(line) for line in done.stdout.splitlines())
    assert "the file is empty" in done.stderr
    assert tag(archive / "empty.vtt").exit_code == 1
