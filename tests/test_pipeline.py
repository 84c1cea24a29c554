"""The line: sources that fail do not stop the others, order of arrival changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analyzer.errors import DamagedFile
from analyzer.ingest.sources import Document
from analyzer.pipeline import (
    MemoryShelf,
    SerialExecutor,
    analyze,
    analyze_documents,
    judge_series,
    prepare_all,
)
from analyzer.records.analysis import Failure

NOTES = b"# Board\n\n**Ann**: My report.\n\n**Bob**: Imagine one lab.\n\n**Ann**: My report again.\n"


def document(name, content=NOTES):
    return Document(name=name, content=content)


def test_an_item_that_fails_becomes_a_failure_and_the_others_go_on():
    def task(item):
        if item == 2:
            raise DamagedFile(what="it is broken", where="two", remedy="mend it")
        return 6 // item

    outcomes = list(SerialExecutor().map(task, [1, 2, 3, 0], "read"))

    assert outcomes[0] == 6
    assert outcomes[1] == Failure(what="it is broken", where="two", remedy="mend it", stage="read")
    assert outcomes[2] == 2
    assert "unforeseen ZeroDivisionError" in outcomes[3].what


def test_progress_is_told_for_every_source(tagger):
    events = []
    sources = [document("a/x.md"), document("a/y.md", b"\x89PNG\r\n\x1a\n")]

    failures = list(prepare_all(sources, tagger, shelf=MemoryShelf(), progress=events.append))

    assert [(event.done, event.total, event.source, event.failed) for event in events] == [
        (1, 2, "a/x.md", False),
        (2, 2, "a/y.md", True),
    ]
    assert [failure.where for failure in failures] == ["a/y.md"]
    assert sum(event.pieces for event in events) == 3


def test_what_is_on_the_shelf_is_not_read_again(tagger):
    shelf, events = MemoryShelf(), []
    source = document("a/x.md")

    list(prepare_all([source], tagger, shelf=shelf))
    list(prepare_all([source], tagger, shelf=shelf, progress=events.append))

    assert [event.pieces for event in events] == [0]


def test_two_meetings_of_one_name_are_told_apart(tagger):
    shelf = MemoryShelf()
    other = document("a/x.md", NOTES.replace(b"Bob", b"Cat"))
    list(prepare_all([document("a/x.md"), other], tagger, shelf=shelf))

    ids = [tagged.meeting.id for tagged, _ in judge_series("a", shelf=shelf, tagger=tagger)]

    assert len(set(ids)) == 2


def test_order_of_arrival_changes_no_belief(tagger, meeting):
    first, second, third = (
        replace(meeting, id=f"m{number}", date=date(2024, number, 1)) for number in (1, 2, 3)
    )

    there = analyze([first, second, third], tagger)["alpha"]
    back = analyze([third, first, second], tagger)["alpha"]

    assert [one.tagged.key for one in there.meetings] == [one.tagged.key for one in back.meetings]


def test_an_undated_meeting_has_no_past_and_leaves_none(tagger, meeting):
    dated = replace(meeting, id="dated", date=date(2024, 1, 1))
    undated = replace(meeting, id="undated", date=None)

    analysis = analyze([undated, dated], tagger)["alpha"]
    keys = {one.meeting.id: one.tagged.key for one in analysis.meetings}

    assert [one.meeting.id for one in analysis.meetings] == ["dated", "undated"]
    assert keys["dated"] == analyze([dated], tagger)["alpha"].meetings[0].tagged.key
    assert keys["undated"] == analyze([undated], tagger)["alpha"].meetings[0].tagged.key


@pytest.mark.parametrize("names", [["a/x.md", "b/y.md"], ["b/y.md", "a/x.md"]])
def test_each_series_is_one_analysis_in_order_of_name(tagger, names):
    outcomes = list(analyze_documents([document(name) for name in names], tagger))

    assert [outcome.series for outcome in outcomes] == ["a", "b"]
