"""Parties stand side by side; what is unknown of all of them is said once, with the reason."""

from __future__ import annotations

from dataclasses import replace

from analyzer.codebook import default_codebook
from analyzer.records.figures import Estimate, Unknown
from analyzer.reports.participation import party_table, talkative, voice_table

CODEBOOK = default_codebook()
TRUST, POWER = CODEBOOK.barriers[:2]


def with_figures(measured, **figures):
    return replace(measured, figures={name.replace("__", ":"): figure for name, figure in figures.items()})


def test_a_measure_that_is_known_of_one_party_is_a_row(small):
    known = Estimate(value=0.4, low=0.2, high=0.6, n=10)
    measured = with_figures(
        small.meetings[0], uptake__Bank=known, uptake__Vendor=Unknown(reason="too few pieces of Vendor")
    )

    table = party_table(measured, ["Bank", "Vendor"], CODEBOOK)

    (row,) = table.rows
    assert row.name == "Is taken up by others"
    assert [cell.value for cell in row.cells] == ["40\u00a0%", "unknown"]
    assert row.cells[1].interval == "too few pieces of Vendor"
    assert table.unknown == ()


def test_a_measure_that_is_known_of_none_is_named_below_with_its_reason_once(small):
    measured = with_figures(
        small.meetings[0],
        unanswered_share__Bank=Unknown(reason="Bank asks too little"),
        unanswered_share__Vendor=Unknown(reason="Vendor asks too little"),
    )

    table = party_table(measured, ["Bank", "Vendor"], CODEBOOK)

    assert table.rows == ()
    assert table.unknown == ("Questions left unanswered: each party asks too little",)


def test_a_difference_is_in_points_with_its_sign(small):
    measured = with_figures(
        small.meetings[0], uptake_asymmetry__Bank=Estimate(value=-0.05, low=-0.2, high=0.1, n=9)
    )

    (row,) = party_table(measured, ["Bank"], CODEBOOK).rows

    assert (row.cells[0].value, row.cells[0].interval) == ("−5.0 points", "−20.0 to +10.0")


def test_parties_of_which_nothing_is_known_in_a_meeting_are_no_columns(small):
    table = party_table(small.meetings[0], ["Bank", "Elsewhere"], CODEBOOK)

    assert table.parties == ("Bank",)


def test_barriers_are_counted_by_the_party_that_voices_them(small):
    table = voice_table(small, ["Bank", "Vendor"], CODEBOOK, ["here"] * len(CODEBOOK.barriers))

    assert table.parties == ("Bank", "Vendor")
    assert table.pieces == (3, 3)
    assert [(row.name, row.counts) for row in table.rows] == [
        (CODEBOOK.label(TRUST).name, (1, 1)),
        (CODEBOOK.label(POWER).name, (0, 1)),
    ]


def test_what_nobody_known_voices_has_a_column_of_its_own(build, said):
    analysis = build([[said(text="No.", barriers=(TRUST,)), said(text="Yes.", speaker="A", party="P")]])

    table = voice_table(analysis, ["P"], CODEBOOK, [None] * len(CODEBOOK.barriers))

    assert table.parties == ("P", "party unknown")
    assert (table.pieces, table.rows[0].counts) == ((1, 1), (0, 1))


def test_columns_are_the_parties_that_say_most(build, said):
    rows = [said(text="A word. " * n, speaker=f"S{n}", party=f"P{n}") for n in range(1, 12)]

    assert talkative(build([rows]).meetings) == [f"P{n}" for n in range(11, 3, -1)]
