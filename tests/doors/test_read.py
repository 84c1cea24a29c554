"""`analyzer read`: what was understood, for people and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from analyzer.cli import cli

FIELDS = ["index", "speaker", "party", "start", "end", "topic", "kind", "units", "text", "at"]


def read(*arguments):
    return CliRunner().invoke(cli, ["read", *map(str, arguments)], catch_exceptions=False)


def test_people_parties_turns_and_losses_are_shown(samples):
    done = read(samples / "notes-jsc-july.md")

    assert done.exit_code == 0
    assert "Joint SteerCo, July" in done.stdout
    assert "2025-07-03" in done.stdout
    assert "Hallsund IT, Hallsund Business, Kaverion" in done.stdout or "Kaverion" in done.stdout
    assert "Annika Feldborg — Hallsund IT" in done.stdout
    assert "attendance list" in done.stdout


def test_the_canonical_form_has_the_fields_of_the_contract(samples):
    done = read(samples / "notes-jsc-july.md", "--format", "jsonl")
    first, *rows = map(json.loads, done.stdout.splitlines())

    assert {"id", "series", "title", "date", "kind", "parties", "people"} <= set(first["meeting"])
    assert {"name", "party", "role", "aliases"} == set(first["meeting"]["people"][0])
    utterances = [row for row in rows if "text" in row]
    assert all(list(row) == FIELDS for row in utterances)
    assert [row["index"] for row in utterances] == list(range(len(utterances)))
    assert all("notice" in row for row in rows[len(utterances) :])


def test_every_sample_reads_back_to_the_same_meetings(samples, tmp_path):
    once = read(samples, "--format", "jsonl").stdout
    (tmp_path / "again.jsonl").write_text(once, encoding="utf-8")

    twice = read(tmp_path / "again.jsonl", "--format", "jsonl").stdout

    assert without_places(twice) == without_places(once)
    assert once.count('{"meeting"') >= 8


def without_places(text):
    """Rows without `at`, which says where a row stands in its own file."""
    rows = [json.loads(line) for line in text.splitlines()]
    return [{key: value for key, value in row.items() if key != "at"} for row in rows]


def test_units_add_up_to_the_cues_of_the_file(samples):
    captions = samples / "JSC March 2025-03-06.vtt"
    cues = captions.read_text().count(" --> ")

    rows = [json.loads(line) for line in read(captions, "--format", "jsonl").stdout.splitlines()]

    assert sum(row["units"] for row in rows if "text" in row) == cues


@pytest.mark.parametrize(
    ("option", "value"), [("--series", "Skerry"), ("--title", "Own"), ("--date", "2024-02-29")]
)
def test_the_user_knows_better_than_the_file(samples, option, value):
    done = read(samples / "notes-jsc-july.md", option, value, "--format", "jsonl")

    assert json.loads(done.stdout.splitlines()[0])["meeting"][option.strip("-")] == value


def test_nothing_readable_is_exit_code_1_and_standard_output_stays_clean(archive):
    done = read(archive / "empty.vtt", "--format", "jsonl")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "the file is empty" in done.stderr


def test_a_broken_roster_is_one_sentence(samples, tmp_path):
    (tmp_path / "people.csv").write_text("who,party\nAnn,North\n")
    (tmp_path / "notes.md").write_bytes((samples / "notes-jsc-july.md").read_bytes())

    done = read(tmp_path)

    assert done.exit_code == 1
    assert "no column 'name'" in done.stderr
