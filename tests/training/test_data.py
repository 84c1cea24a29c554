from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import DataError, SettingsError
from analyzer.training.config import load_config
from analyzer.training.data import UNLABELLED, load_labels, load_rows
from analyzer.training.joined import digest, join_labels

CODEBOOK = default_codebook()
SHARED = Path(__file__).parents[3] / "shared" / "labels"


def test_rows_become_stretches_in_order_and_keep_their_split(labels_folder: Path) -> None:
    labels = load_labels(labels_folder, CODEBOOK, held_out=())

    assert [len(stretch) for stretch in labels.train] == [8] * 6
    assert {stretch.source for stretch in labels.dev} == {"south"}
    assert labels.train[0].keys == tuple(f"north/m0-{n:03d}" for n in range(8))
    assert CODEBOOK.modes[labels.train[0].mode[2]] == "circular"
    assert labels.train[0].barriers[2].sum() == 1


def test_meetings_kept_back_for_stopping_are_whole_and_the_same_every_time(labels_folder: Path) -> None:
    first = load_labels(labels_folder, CODEBOOK, held_out=(), stop_share=0.34)
    second = load_labels(labels_folder, CODEBOOK, held_out=(), stop_share=0.34)

    assert [s.meeting for s in first.stop] == [s.meeting for s in second.stop]
    assert len(first.stop) == 2
    assert not {s.meeting for s in first.stop} & {s.meeting for s in first.train}


def test_a_single_piece_brings_its_context_unlabelled(labels_folder: Path) -> None:
    row = {
        "k": "p-1", "set": "pieces", "source": "mail", "meeting": "mail/1", "split": "dev",
        "context": [["Ana", "It was late."], [None, "Again?"]], "text": "As I said.", "mode": "circular",
        "barriers": [],
    }  # fmt: skip
    (labels_folder / "real" / "pieces.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")

    dev = load_labels(labels_folder, CODEBOOK, held_out=()).dev
    single = next(stretch for stretch in dev if stretch.meeting == "mail/1")

    assert single.texts == ("It was late.", "Again?", "As I said.")
    assert (single.mode[:2] == UNLABELLED).all()


def test_an_unknown_label_is_named_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"k": "x-1", "text": "a", "mode": "rotational"}) + "\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"x-1.*'rotational' is no label"):
        load_rows(file, CODEBOOK)


def test_a_broken_line_is_named_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "a"}\n{"text": \n', encoding="utf-8")

    with pytest.raises(DataError, match="line 2"):
        load_rows(file, CODEBOOK)


def test_labels_by_id_find_their_text_and_lose_none_silently(tmp_path: Path) -> None:
    said = ["We agreed on this in March.", "And now it is open again."]
    archive = [{"meeting": {"id": "talks/1", "series": "talks"}}]
    archive += [{"index": n, "speaker": "Ana", "party": "North", "text": text} for n, text in enumerate(said)]
    with gzip.open(tmp_path / "talks.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in archive)
    known = {"source": "talks", "meeting": "talks/1", "stretch": "s", "piece": 0, "barriers": []}
    rows = [
        known | {"index": 0, "position": 0, "mode": "transactional", "sha": digest(said[0])},
        known | {"index": 1, "position": 1, "mode": "circular", "sha": digest("another text")},
        known | {"source": "absent", "index": 0, "position": 0, "mode": "circular", "sha": "0" * 12},
    ]
    labels = tmp_path / "by_id.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    joined = join_labels([labels], tmp_path, CODEBOOK)

    assert (joined.without_archive, joined.changed) == (1, 1)
    assert joined.stretches[0].texts == (said[0],)
    assert joined.stretches[0].parties == ("North",)


def test_what_was_said_just_before_labels_by_id_comes_along_as_context(tmp_path: Path) -> None:
    said = [f"Point {n} of the agenda." for n in range(12)]
    archive = [{"meeting": {"id": "talks/1", "series": "talks"}}]
    archive += [{"index": n, "speaker": "Ana", "text": text} for n, text in enumerate(said)]
    with gzip.open(tmp_path / "talks.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in archive)
    row = {"source": "talks", "meeting": "talks/1", "stretch": "s", "piece": 0, "barriers": []}
    row |= {"index": 9, "position": 0, "mode": "circular", "sha": digest(said[9])}
    labels = tmp_path / "by_id.jsonl"
    labels.write_text(json.dumps(row) + "\n", encoding="utf-8")

    (stretch,) = join_labels([labels], tmp_path, CODEBOOK).stretches

    assert stretch.texts == tuple(said[3:10])
    assert (stretch.mode[:-1] == UNLABELLED).all()
    assert stretch.mode[-1] == CODEBOOK.modes.index("circular")


def test_the_committed_labels_by_id_hold_no_text() -> None:
    home = Path(__file__).parents[2] / "data" / "labels"
    allowed = {
        "source", "meeting", "index", "piece", "sha", "stretch", "position", "mode", "barriers", "confidence",
    }  # fmt: skip
    twice = allowed | {"second"}  # development rows

    rows = [json.loads(line) for file in sorted(home.glob("*.jsonl")) for line in file.open(encoding="utf-8")]

    assert len(rows) > 10_000
    assert all(set(row) in (allowed, twice) for row in rows)
    assert {row["mode"] for row in rows} == set(CODEBOOK.modes)
    places = [(row["meeting"], row["index"], row["piece"]) for row in rows]
    assert len(set(places)) >= 0.99 * len(places)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/labels")
def test_no_development_meeting_is_among_the_labels_by_id() -> None:
    home = Path(__file__).parents[2] / "data" / "labels"
    learnt = {json.loads(line)["meeting"] for file in _for_training(home) for line in file.open("rb")}
    labels = load_labels(SHARED, CODEBOOK, held_out=("bank_it",))

    measured = {json.loads(line)["meeting"] for line in (home / "dev-4.jsonl").open("rb")}
    assert not learnt & (measured | {stretch.meeting for stretch in (*labels.dev, *labels.stop)})


def _for_training(home: Path) -> list[Path]:
    return [file for file in home.glob("*.jsonl") if not file.name.startswith("dev")]


def test_a_configuration_names_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("name: x\nversion: 0.0.1\nlabels: l\nepoch: 3\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="'epoch' is unknown or missing"):
        load_config(file)


def test_lists_of_a_configuration_are_tuples(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("name: x\nversion: 0.0.1\nlabels: l\nheld_out: [a, b]\nby_id: [c]\n", encoding="utf-8")

    config = load_config(file)

    assert (config.held_out, config.by_id) == (("a", "b"), ("c",))
    assert np.isclose(config.int8_bar, 0.01)
