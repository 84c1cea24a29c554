from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.codebook import default_codebook
from analyzer.measures.topics import cut_points, found_starts, segments
from analyzer.records.tagged import Signals, Tagged

CODEBOOK = default_codebook()
PROCEDURAL = CODEBOOK.role("procedural") or ""
GATE = "the northern gate needs a new hinge and more steel before the winter"
PUMP = "the cooling pump leaks oil near the third valve whenever it restarts"


def under(headings: Sequence[str | None], made: tuple[Tagged, Signals]) -> tuple[Tagged, Signals]:
    tagged, signals = made
    meeting = tagged.meeting
    utterances = tuple(
        replace(utterance, topic=heading)
        for utterance, heading in zip(meeting.utterances, headings, strict=True)
    )
    encoded = replace(tagged.encoded, meeting=replace(meeting, utterances=utterances))
    return replace(tagged, encoded=encoded), signals


def test_headings_guide_and_a_return_to_one_is_the_same_topic(made: Callable, said: type) -> None:
    headed = under(["Budget", "Gate", "BUDGET:", None], made([said() for _ in range(4)]))

    assert segments(*headed, CODEBOOK) == ("budget", "gate", "budget", None)


@pytest.mark.parametrize("heading", ["Welcome", "Any other business", "Attendees", "Next meeting"])
def test_headings_of_housekeeping_name_no_matter(made: Callable, said: type, heading: str) -> None:
    headed = under([heading, "Gate"], made([said(), said()]))

    assert segments(*headed, CODEBOOK) == (None, "gate")


def test_numbers_and_titles_above_a_heading_do_not_part_what_is_one(made: Callable, said: type) -> None:
    headed = under(["Notes of May / 3. Gate", "Notes of May / 7.ii Gate"], made([said(), said()]))

    assert segments(*headed, CODEBOOK) == ("gate", "gate")


def test_a_conclusion_belongs_to_what_it_concludes(made: Callable, said: type) -> None:
    headed = under(["Notes / Gate", "Gate / Conclusion"], made([said(), said()]))

    assert segments(*headed, CODEBOOK) == ("gate", "gate")


def test_without_headings_two_subjects_are_parted(made: Callable, said: type) -> None:
    rows = [said(text=GATE, vector=(1.0, 0.0)) for _ in range(6)]
    rows += [said(text=PUMP, vector=(0.0, 1.0)) for _ in range(6)]

    found = segments(*made(rows), CODEBOOK)

    assert found == ("#1",) * 6 + ("#2",) * 6


def test_a_segment_of_nothing_but_procedure_is_no_topic(made: Callable, said: type) -> None:
    rows = [said(text=GATE, vector=(1.0, 0.0), mode=PROCEDURAL) for _ in range(6)]
    rows += [said(text=PUMP, vector=(0.0, 1.0)) for _ in range(6)]

    found = segments(*made(rows), CODEBOOK)

    assert found == (None,) * 6 + ("#1",) * 6


def test_a_meeting_without_pieces_has_no_segments(made: Callable) -> None:
    tagged, signals = made([])

    assert segments(tagged, signals, CODEBOOK) == ()
    assert found_starts(tagged) == []


def test_cutting_is_deterministic(made: Callable, said: type) -> None:
    rng = np.random.default_rng(4)
    rows = [said(text=f"{GATE} {rng.integers(9)}", vector=tuple(rng.normal(size=2))) for _ in range(40)]

    assert segments(*made(rows), CODEBOOK) == segments(*made(rows), CODEBOOK)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_cuts_are_the_best_of_all(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 7))
    numbers = st.floats(-1, 1, width=32)
    points = np.array(data.draw(st.lists(st.tuples(numbers, numbers), min_size=n, max_size=n)), np.float32)
    weights = np.array(data.draw(st.lists(st.floats(0.125, 1, width=32), min_size=n, max_size=n)), np.float32)
    penalties = np.array(data.draw(st.lists(st.floats(0, 1, width=32), min_size=n, max_size=n)), np.float32)

    found = cut_points(points, weights, penalties)

    assert found[0] == 0
    assert _cost(found, points, weights, penalties) <= _least(points, weights, penalties) + 1e-4


def _least(points: Any, weights: Any, penalties: Any) -> float:
    places = range(1, len(points))
    return min(
        _cost([0, *chosen], points, weights, penalties)
        for size in range(len(points))
        for chosen in combinations(places, size)
    )


def _cost(starts: Sequence[int], points: Any, weights: Any, penalties: Any) -> float:
    cost = 0.0
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        part, mass = points[start:end].astype(float), weights[start:end].astype(float)
        mean = (mass[:, None] * part).sum(0) / mass.sum()
        cost += float((mass * ((part - mean) ** 2).sum(1)).sum()) + float(penalties[start])
    return cost
