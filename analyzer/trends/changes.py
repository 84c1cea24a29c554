"""At which meetings a measure shifts its level: an exact penalised search, then a test.

Two cases, because two things can be known:

- with fewer than eight meetings nobody can tell a shift from the usual scatter between meetings. What
  can be told is whether meetings differ by more than their pieces leave open: each holds some hundred.
  That is tested meeting by meeting.
- from eight on, the scatter between meetings is known too, and a shift has to stand out from it
  (`formal`).

Ruptures searches as well, but weighs all points alike and tests nothing; a test compares the searches.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from analyzer.records.analysis import Change
from analyzer.trends.formal import formal_test, scatter
from analyzer.trends.levels import Floats, Levels
from analyzer.trends.significance import adjusted

FORMAL_FROM = 8  # meetings
FORMAL_LEVEL = 0.05
# A shift costs the search as much as a difference of two standard errors explains.
PENALTY = 4.0
# Of the shifts that are named, at most this share is expected to be none. Written partnerships turn four
# or five times in six meetings, so that is less than one each; `benchmarks/trends.py` counts them.
FALSE_SHIFTS = 0.15
_GOOD_PART = 0.25  # of the shift of a contrast: who moves as much carries it
LEAST_SHOWN = 0.02  # a shift of less than two points in a hundred is nothing to look at


def find_shifts(family: Mapping[str, Levels], *, false_shifts: float = FALSE_SHIFTS) -> dict[str, list[int]]:
    """Find where the measures of one family shift.

    Args:
        family: measures that are tested together.
        false_shifts: share of the shifts found that may be none (Benjamini-Hochberg); from eight
            meetings on `FORMAL_LEVEL`, where it is less.

    Returns:
        Per measure the places (from 1) of the meetings from which on its level is another.
    """
    tests = [(name, places, p) for name, levels in family.items() for places, p in _tested(levels)]
    kept: dict[str, list[int]] = {name: [] for name in family}
    for (name, places, _), p in zip(tests, adjusted([p for *_, p in tests]), strict=True):
        if p <= (false_shifts if len(family[name]) < FORMAL_FROM else min(false_shifts, FORMAL_LEVEL)):
            kept[name] += places
    return kept


def _tested(levels: Levels) -> list[tuple[list[int], float]]:
    """Give all places that were tested, with their p; what the search passed over is no place, with p 1."""
    n = len(levels)
    if n < 2 or not np.ptp(levels.values):
        return [([], 1.0)] * (1 if n >= FORMAL_FROM else max(0, n - 1))
    if n >= FORMAL_FROM:
        places = search(levels.values, scatter(levels), 2 * math.log(n))
        return [(places, formal_test(levels.values) if places else 1.0)]
    found = [
        ([place], gap_p(levels, *joint))
        for place, joint in _joints(search(levels.values, levels.errors, PENALTY), n)
    ]
    # The search chose the best of n - 1 places, so all of them count as tested.
    return found + [([], 1.0)] * (n - 1 - len(found))


def _joints(places: Sequence[int], n: int) -> list[tuple[int, tuple[int, int, int]]]:
    bounds = [0, *places, n]
    return [(t, (a, t, e)) for a, t, e in zip(bounds, bounds[1:], bounds[2:], strict=False)]


def search(values: Floats, errors: Floats, penalty: float) -> list[int]:
    """Cut a series into levels so that squared deviations, in errors, plus penalties are least.

    Exact, by dynamic programming over the last cut (optimal partitioning).

    Returns:
        Places of the first point of each level but the first, ascending.

    Source:
        Jackson et al. (2005), IEEE Signal Processing Letters 12, 105-108.
    """
    # A point of nearly no error would outweigh all others by more digits than sums of floats hold.
    weights = 1 / np.maximum(errors, max(1e-9, 1e-3 * float(errors.max(initial=0.0)))) ** 2
    sums = [np.concatenate([[0.0], np.cumsum(weights * values**power)]) for power in (0, 1, 2)]
    least = np.zeros(len(values) + 1)
    least[0] = -penalty
    cut = np.zeros(len(values) + 1, dtype=np.int64)
    for end in range(1, len(values) + 1):
        mass, first, second = (total[end] - total[:end] for total in sums)
        costs = least[:end] + second - first**2 / mass + penalty
        cut[end] = int(np.argmin(costs))
        least[end] = costs[cut[end]]
    places: list[int] = []
    end = int(cut[len(values)])
    while end > 0:
        places.append(end)
        end = int(cut[end])
    return places[::-1]


def gap_p(levels: Levels, start: int, place: int, end: int) -> float:
    """Test whether two adjoining levels differ, given the errors of their points: two-sided p."""
    parts = ((start, place), (place, end))
    (before, its_error), (after, other_error) = (_mean(levels, *part) for part in parts)
    error = math.hypot(its_error, other_error)
    return math.erfc(abs(after - before) / error / math.sqrt(2)) if error > 0 else 0.0


def _mean(levels: Levels, start: int, end: int) -> tuple[float, float]:
    weights = 1 / np.maximum(levels.errors[start:end], 1e-9) ** 2
    return float(weights @ levels.values[start:end] / weights.sum()), float(1 / np.sqrt(weights.sum()))


def joint_shifts(
    whole: Levels,
    *,
    raised_by: Mapping[str, Levels],
    lowered_by: Mapping[str, Levels],
    false_shifts: float = FALSE_SHIFTS,
) -> dict[str, list[int]]:
    """Find where a contrast of measures shifts, and put each shift down to those that carry it.

    Args:
        whole: the contrast, over the same meetings as the measures that it is made of.
        raised_by: the measures that are added up.
        lowered_by: the measures that are taken off.
        false_shifts: share of the shifts found that may be none.

    Returns:
        Per measure the places at which the contrast shifts, and this measure accounts for a good part.
    """
    if len(whole) < FORMAL_FROM:
        p_values = adjusted([gap_p(whole, at - 1, at, at + 1) for at in range(1, len(whole))])
        places = [at for at, p in enumerate(p_values, start=1) if p <= false_shifts]
    else:
        places = find_shifts({"": whole}, false_shifts=false_shifts)[""]
    signed = [(name, 1, levels) for name, levels in raised_by.items()]
    signed += [(name, -1, levels) for name, levels in lowered_by.items()]
    carried: dict[str, list[int]] = {name: [] for name, *_ in signed}
    for place, (start, _, end) in _joints(places, len(whole)):
        near = (place - 1, place, place + 1) if len(whole) < FORMAL_FROM else (start, place, end)
        step = _step(whole, *near)
        for name, sign, levels in signed:
            if sign * _step(levels, *near) / step >= _GOOD_PART:
                carried[name].append(place)
    return carried


def _step(levels: Levels, start: int, place: int, end: int) -> float:
    return _mean(levels, place, end)[0] - _mean(levels, start, place)[0]


def changes_at(levels: Levels, places: Sequence[int]) -> tuple[Change, ...]:
    """Describe shifts: the mean before, back to the shift before it, and from there on to the next."""
    bounds = [0, *places, len(levels)]
    means = [
        float(np.average(levels.values[start:end], weights=levels.counts[start:end]))
        for start, end in itertools.pairwise(bounds)
        if end > start
    ]
    return tuple(
        Change(meeting=levels.meetings[place], before=means[number], after=means[number + 1])
        for number, place in enumerate(places)
    )


def shown_changes(tested: Levels, places: Sequence[int], shown: Levels) -> tuple[Change, ...]:
    """Describe shifts of a tested series by the figures that people see.

    A shift that the figures do not show, or show the other way round, is left out: nobody could follow it.
    So is one that is too small to matter, however surely it is there.
    """
    known = [place for place in places if tested.meetings[place] in shown.meetings]
    seen_at = [shown.meetings.index(tested.meetings[place]) for place in known]
    pairs = zip(changes_at(tested, known), changes_at(shown, seen_at), strict=True)
    kept = [
        shown.meetings.index(change.meeting)
        for change, seen in pairs
        if (change.after > change.before) == (seen.after > seen.before)
        and abs(seen.after - seen.before) >= LEAST_SHOWN
    ]
    return changes_at(shown, kept)
