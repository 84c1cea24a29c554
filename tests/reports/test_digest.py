"""Findings stand under headings in the order of a reader with little time, and none is lost."""

from __future__ import annotations

from analyzer.records.analysis import Finding
from analyzer.reports.digest import BRIEF_LINES, HEADINGS, brief, grouped


def finding(kind, sentence="A sentence."):
    return Finding(sentence=sentence, figures=(), pieces=(), kind=kind)


def test_findings_stand_under_the_heading_of_their_kind_in_the_order_of_headings():
    findings = [finding("idea"), finding("change", "First."), finding(None), finding("change", "Second.")]

    groups = grouped(findings)

    assert [group.heading for group in groups] == ["What changed", "Ideas", "Also found"]
    assert [one.sentence for one in groups[0].findings] == ["First.", "Second."]
    assert sum(len(group.findings) for group in groups) == len(findings)


def test_a_kind_that_has_no_heading_is_not_lost():
    assert [group.heading for group in grouped([finding("new kind")])] == ["Also found"]


def test_a_brief_has_a_line_a_heading_and_more_of_what_changed_where_there_is_room():
    findings = [finding("change", f"{n}.") for n in range(9)] + [finding("loop"), finding("loop", "Another.")]

    lines = brief(findings)

    assert lines == [
        ("What changed", "0."),
        *(("", f"{n}.") for n in range(1, 6)),
        ("Loops that cost most", "A sentence."),
    ]


def test_a_brief_of_everything_is_short():
    findings = [finding(kind, "A long sentence. " * 20) for kind, _ in HEADINGS for _ in range(3)]

    lines = brief(findings)

    assert len(lines) == BRIEF_LINES
    assert all(len(sentence) <= 102 and sentence.endswith(" …") for _, sentence in lines)


def test_a_sentence_is_cut_where_no_number_loses_its_interval():
    sentence = (
        "Circular talk has not clearly changed: 29 % (19 to 41 %) of the pieces on 20 Nov 2025, "
        "35 % (24 to 47 %) on 11 Sep 2025."
    )

    assert brief([finding("change", sentence)])[0][1].endswith("on 20 Nov 2025 …")


def test_nothing_found_is_no_line():
    assert brief([]) == []
