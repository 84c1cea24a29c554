"""At which meeting a measure shifts its level.

With fewer than eight meetings nobody can tell a shift from the usual scatter between meetings. What can
be told is whether two consecutive meetings differ by more than their pieces leave open: each holds
some hundred. That is tested, for all steps of all measures of a kind at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from analyzer.records.analysis import Change
from analyzer.records.figures import Estimate, Figure
from analyzer.trends.significance import adjusted, difference_p

FALSE_SHIFTS = 0.05  # of the shifts that are named, at most this share is expected to be none

Points = Sequence[tuple[str, Figure]]  # (meeting id, figure), oldest first


def shifts(family: Mapping[str, Points]) -> dict[str, tuple[Change, ...]]:
    """Find the meetings at which measures differ from the meeting before.

    Args:
        family: the points of the measures that are tested together, by measure.

    Returns:
        Per measure its level shifts, oldest first; levels are means between shifts, weighted by pieces.
    """
    known = {
        measure: [(meeting, figure) for meeting, figure in points if isinstance(figure, Estimate)]
        for measure, points in family.items()
    }
    steps = [(measure, place) for measure, points in known.items() for place in range(1, len(points))]
    tested = adjusted(
        [difference_p(known[measure][place - 1][1], known[measure][place][1]) for measure, place in steps]
    )
    found: dict[str, list[int]] = {measure: [] for measure in family}
    for (measure, place), p in zip(steps, tested, strict=True):
        if p <= FALSE_SHIFTS:
            found[measure].append(place)
    return {measure: levels(known[measure], places) for measure, places in found.items()}


def levels(points: Sequence[tuple[str, Estimate]], places: Sequence[int]) -> tuple[Change, ...]:
    """Turn the places where levels shift into changes from the mean before to the mean from there on."""
    bounds = [0, *places, len(points)]
    means = [
        float(
            np.average(
                [figure.value for _, figure in points[start:end]],
                weights=[max(1, figure.n) for _, figure in points[start:end]],
            )
        )
        for start, end in itertools.pairwise(bounds)
        if end > start
    ]
    return tuple(
        Change(meeting=points[place][0], before=means[number], after=means[number + 1])
        for number, place in enumerate(places)
    )
