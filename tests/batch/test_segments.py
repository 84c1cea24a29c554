"""The shelf on disk: what is put is there for the next run, and half a file is never taken for a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analyzer.batch import segments
from analyzer.batch.segments import FolderShelf, KeptAnalyses
from analyzer.errors import StoreError
from analyzer.pipeline import analyze
from analyzer.records.slimming import slim


@pytest.fixture
def encoded(tagger, meeting):
    return tagger.encode(meeting)


def renamed(encoded, **more):
    return replace(encoded, meeting=replace(encoded.meeting, **more))


def test_another_process_finds_what_was_put(tmp_path, encoded):
    FolderShelf(tmp_path).put("k1", [encoded], "a.md")

    shelf = FolderShelf(tmp_path)
    shelf.index(["k1"])

    assert "k1" in shelf
    assert shelf.sources == {"k1": "a.md"}
    [found] = shelf.take("alpha")
    assert found.meeting == encoded.meeting
    assert np.array_equal(found.vectors, encoded.vectors)


def test_meetings_come_oldest_first_whatever_the_order_they_were_put_in(tmp_path, encoded):
    shelf = FolderShelf(tmp_path)
    late = renamed(encoded, id="late", date=date(2025, 1, 1))
    shelf.put("k1", [renamed(encoded, id="undated", date=None), late], "a.md")
    shelf.put(
        "k2", [renamed(encoded, id="early", date=date(2023, 1, 1)), renamed(encoded, series="beta")], "b"
    )

    shelf.index(["k1", "k2"])

    assert shelf.series() == ["alpha", "beta"]
    assert [one.meeting.id for one in shelf.take("alpha")] == ["early", "late", "undated"]
    assert shelf.keys_of("beta") == ["k2"]


def test_only_the_sources_of_the_run_are_taken(tmp_path, encoded):
    shelf = FolderShelf(tmp_path)
    shelf.put("k1", [encoded], "a.md")
    shelf.put("k2", [renamed(encoded, series="beta")], "b.md")

    shelf.index(["k2"])

    assert shelf.series() == ["beta"]


@pytest.mark.parametrize("keep", [0.0, 0.2, 0.9])
def test_a_segment_that_is_cut_off_is_not_there(tmp_path, encoded, keep):
    FolderShelf(tmp_path).put("k1", [encoded], "a.md")
    file = tmp_path / "k1.meetings"
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep)])

    assert "k1" not in FolderShelf(tmp_path)


def test_a_damaged_segment_is_one_sentence_and_made_again(tmp_path, encoded):
    FolderShelf(tmp_path).put("k1", [encoded], "a.md")
    file = tmp_path / "k1.meetings"
    content = bytearray(file.read_bytes())
    content[-20:] = bytes(20)
    file.write_bytes(content)

    shelf = FolderShelf(tmp_path)
    shelf.index(["k1"])

    with pytest.raises(StoreError, match="what was kept of it is damaged"):
        shelf.take("alpha")
    assert "k1" not in FolderShelf(tmp_path)


@pytest.mark.parametrize("held", [0, 10_000_000])
def test_analyses_come_in_the_order_asked_for(tmp_path, tagger, meeting, held, monkeypatch):
    monkeypatch.setattr(segments, "_HELD_BYTES", held)
    shelf = FolderShelf(tmp_path)
    for series in ("beta", "alpha"):
        found = analyze([replace(meeting, series=series)], tagger)[series]
        shelf.keep_analysis(f"key of {series}", slim(found))

    analyses = shelf.analyses(["key of alpha", "key of beta"])

    assert [one.series for one in analyses] == ["alpha", "beta"]
    assert [one.series for one in analyses[1:]] == ["beta"]
    assert shelf.has_analysis("key of beta")
    assert not shelf.has_analysis("key of gamma")


def test_an_analysis_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="what was concluded cannot be read back"):
        KeptAnalyses([tmp_path / "gone.analysis"])[0]


def test_what_is_of_no_use_any_more_goes(tmp_path, encoded):
    shelf = FolderShelf(tmp_path)
    shelf.put("k1", [encoded], "a.md")
    shelf.put("k2", [encoded], "b.md")
    (tmp_path / "mine.txt").write_text("not the shelf's")

    shelf.keep_only(["k2"], [])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["k2.meetings", "mine.txt"]

    shelf.clear()
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="finished work cannot be kept"):
        FolderShelf(tmp_path / "file" / "shelf")
