"""Charts are drawn from figures only; what is unknown is drawn as unknown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analyzer.codebook import default_codebook
from analyzer.reports import charts
from analyzer.reports.marks import point_rows
from analyzer.reports.svg import to_svg

ALL = ("ribbon", "mode_mix", "trend_lines", "barrier_map", "talk_shares")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("width", [880, 330])
def test_a_chart_gives_equal_bytes_and_says_what_it_shows(small, name, width):
    chart = getattr(charts, name)(small, width=width)

    first, second = to_svg(chart, "x"), to_svg(chart, "x")

    assert first == second
    assert chart.to_dict()["description"]
    assert "http" not in first
    assert "clip1" not in first


def test_two_charts_of_a_page_share_no_id(small):
    ids = [re.findall(r'id="([^"]+)"', to_svg(charts.mode_mix(small), prefix)) for prefix in ("a", "b")]

    assert not set(ids[0]) & set(ids[1])


def test_a_segment_of_the_ribbon_opens_its_piece(small):
    svg = to_svg(charts.ribbon(small, link=lambda ref: "#there" if ref == "m2#0.0" else None), "x")

    assert svg.count('<a href="#there"') == 1
    assert "null" not in svg


def test_neighbours_of_one_mode_are_one_segment(build, said):
    mode = default_codebook().modes[0]
    analysis = build([[said(text="Yes.", mode=mode)] * 50])

    assert to_svg(charts.ribbon(analysis), "x").count("50 pieces") == 1


def test_an_unknown_cell_shows_a_question_mark_not_a_zero(build):
    svg = to_svg(charts.barrier_map(build([[]])), "x")

    assert svg.count(">?<") == len(default_codebook().barriers)


def test_a_mix_that_is_not_known_says_unknown(build):
    assert ">unknown<" in to_svg(charts.mode_mix(build([[]])), "x")
    assert ">unknown<" in to_svg(charts.talk_shares(build([[]])), "x")


def test_an_unknown_point_is_not_drawn_at_zero(build, said):
    measure = f"share_{default_codebook().role('circular')}"
    analysis = build([[], [said(text="Yes.", mode=default_codebook().modes[0])]])
    trend = next(trend for trend in analysis.trends if trend.measure == measure)

    unknown, known = point_rows(trend, analysis, 60)

    assert "value" not in unknown
    assert "unknown" in unknown["about"]
    assert known["value"] == 0


def test_colours_are_the_codebooks(small):
    svg = to_svg(charts.mode_mix(small), "x")

    assert all(label.colour in svg for label in default_codebook().task("mode").labels)


def test_talk_of_unknown_party_is_shown_as_such(build, said):
    mode = default_codebook().modes[0]
    rows = [said(text="Yes.", speaker="A", party="P", mode=mode), said(text="No.", mode=mode)]

    assert "Party unknown: 50" in to_svg(charts.talk_shares(build([rows])), "x")


def test_places_are_rounded_to_a_hundredth_of_a_pixel_and_words_are_not(build, said):
    analysis = build([[said(text="Yes.")] * 7], series="A")
    meeting = replace(analysis.meetings[0].meeting, title="Version 1.23456")
    measured = analysis.meetings[0]
    encoded = replace(measured.tagged.encoded, meeting=meeting)
    held = replace(measured, tagged=replace(measured.tagged, encoded=encoded))

    svg = to_svg(charts.barrier_map(replace(analysis, meetings=(held,))), "x")

    assert "Version 1.23456" in svg
    assert not re.search(r'd="[^"]*\d\.\d{3}', svg)
