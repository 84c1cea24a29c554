"""The picture of the ledger shows each visit of a topic, how long it took and how it stood then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.reports.html import render
from analyzer.reports.lanes import LANES, loop_lanes
from analyzer.reports.svg import to_svg


@pytest.mark.parametrize("width", [880, 330])
def test_each_visit_of_a_topic_is_a_disc_that_says_what_it_is(small, width):
    chart = loop_lanes(small, width=width)
    svg = to_svg(chart, "x")

    assert svg == to_svg(loop_lanes(small, width=width), "x")
    assert "the report, Board 1, 6 Jan 2025: 13 words; then still open" in svg
    assert "the report, Board 2, 6 Feb 2025: 12 words, 1 circular; then still open" in svg
    assert chart.to_dict()["description"].startswith("When each of 1 topics came up")


def test_a_decision_and_a_delay_are_told_apart(small):
    first, second = small.topics
    topics = (replace(first, status="deferred"), replace(second, status="decided"))

    svg = to_svg(loop_lanes(replace(small, topics=topics)), "x")

    assert "then put off" in svg
    assert "then decided" in svg


def test_a_disc_opens_the_circular_pieces_of_its_topic(small):
    page = render([small])

    assert 'id="s0-loop0"' in page
    assert page.count('href="#s0-loop0" tabindex="-1"') == 4  # two discs, drawn wide and narrow


def test_a_long_ledger_is_drawn_in_part(small):
    loops = tuple(replace(small.loops[0], topic=f"topic-{n}", label=f"matter {n}") for n in range(LANES + 2))
    topics = tuple(replace(small.topics[0], topic=loop.topic, label=loop.label) for loop in loops)

    svg = to_svg(loop_lanes(replace(small, loops=loops, topics=topics)), "x")

    assert f"matter {LANES - 1}," in svg
    assert f"matter {LANES}," not in svg
