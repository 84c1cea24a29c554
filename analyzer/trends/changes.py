"""At which meetings a measure shifts its level: an exact penalised search, then a test of each shift.

Two cases, because two things can be known:

- with fewer than eight meetings nobody can tell a shift from the usual scatter between meetings. What
  can be told is whether meetings differ by more than their pieces leave open: each holds some hundred.
- from eight on, the scatter between meetings is known too, and a shift has to stand out from it. The
  test shuffles meetings in blocks as long as neighbours resemble each other, and searches each shuffled
  series as the true one was searched.

Ruptures searches as well, but weighs all points alike and tests nothing; a test compares the searches.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.records.analysis import Change
from analyzer.trends.levels import Levels
from analyzer.trends.significance import adjusted

FORMAL_FROM = 8  # meetings
# A shift costs the search as much as a difference of two standard errors explains.
PENALTY = 4.0
# Of the shifts that are named, at most this share is expected to be none. Written partnerships turn
# four or five times in six meetings, and one of those may be a false alarm (see benchmarks/trends.py).
FALSE_SHIFTS = 0.15
SHUFFLES = 999
_CLEARLY = 0.05  # p from which a part of a contrast moves with it
_SEED = 17
_CHI2_MEDIAN = 0.4549  # of one degree of freedom

Floats = NDArray[np.float64]


def find_shifts(family: Mapping[str, Levels], *, false_shifts: float = FALSE_SHIFTS) -> dict[str, list[int]]:
    """Find where the measures of one family shift.

    Args:
        family: measures that are tested together.
        false_shifts: share of the shifts found that may be none (Benjamini-Hochberg).

    Returns:
        Per measure the places (from 1) of the meetings from which on its level is another.
    """
    tests: list[tuple[str, int, float]] = []
    for name, levels in family.items():
        tests += [(name, place, p) for place, p in _tested(levels)]
    kept: dict[str, list[int]] = {name: [] for name in family}
    for (name, place, _), p in zip(tests, adjusted([p for *_, p in tests]), strict=True):
        if p <= false_shifts and place:
            kept[name].append(place)
    return kept


def _tested(levels: Levels) -> list[tuple[int, float]]:
    """Give every place that was tested with its p; place 0 stands for what the search passed over."""
    n = len(levels)
    if n < 2 or not np.ptp(levels.values):
        return [(0, 1.0)] * max(0, n - 1 if n < FORMAL_FROM else 1)
    if n < FORMAL_FROM:
        places = search(levels.values, levels.errors)
        found = [(place, _gap_p(levels, *joint)) for place, joint in _joints(places, n)]
        # The search chose the best of n - 1 places, so all of them count as tested.
        return found + [(0, 1.0)] * (n - 1 - len(found))
    errors = np.sqrt(levels.errors**2 + _scatter(levels) ** 2)
    places = search(levels.values, errors)
    found = [(place, shuffled_p(levels.values[a:e], place - a)) for place, (a, _, e) in _joints(places, n)]
    return found or [(0, 1.0)]


def _joints(places: Sequence[int], n: int) -> list[tuple[int, tuple[int, int, int]]]:
    bounds = [0, *places, n]
    return [(t, (a, t, e)) for a, t, e in zip(bounds, bounds[1:], bounds[2:], strict=False)]


def search(values: Floats, errors: Floats, penalty: float = PENALTY) -> list[int]:
    """Cut a series into levels so that squared deviations, in errors, plus penalties are least.

    Exact, by dynamic programming over the last cut (optimal partitioning).

    Returns:
        Places of the first point of each level but the first, ascending.

    Source:
        Jackson et al. (2005), IEEE Signal Processing Letters 12, 105-108.
    """
    weights = 1 / np.maximum(errors, 1e-9) ** 2
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


def _gap_p(levels: Levels, start: int, place: int, end: int) -> float:
    (before, its_error), (after, other_error) = (
        _mean(levels, *part) for part in ((start, place), (place, end))
    )
    error = math.hypot(its_error, other_error)
    return math.erfc(abs(after - before) / error / math.sqrt(2)) if error > 0 else 0.0


def _mean(levels: Levels, start: int, end: int) -> tuple[float, float]:
    weights = 1 / np.maximum(levels.errors[start:end], 1e-9) ** 2
    return float(weights @ levels.values[start:end] / weights.sum()), float(1 / np.sqrt(weights.sum()))


def _scatter(levels: Levels) -> float:
    """Estimate how far meetings scatter beyond the error of their pieces, from neighbours' differences.

    Level shifts are rare among neighbours, so the median of the squares does not see them.
    """
    squares = np.diff(levels.values) ** 2
    pieces = levels.errors[1:] ** 2 + levels.errors[:-1] ** 2
    return math.sqrt(max(0.0, float(np.median(squares)) / _CHI2_MEDIAN - float(np.median(pieces))) / 2)


def shuffled_p(values: Floats, place: int) -> float:
    """Test one shift: how often does a series shuffled in blocks show as great a one, at its best place?

    Args:
        values: the two levels that meet, oldest first.
        place: index of the first point of the second level.

    Source:
        Block length for a first-order autocorrelation: Carlstein (1986), Annals of Statistics 14,
        1171-1179.
    """
    n = len(values)
    residuals = np.concatenate([part - part.mean() for part in (values[:place], values[place:])])
    length = block_length(residuals)
    rng = np.random.default_rng(_SEED)
    blocks = -(-n // length)
    # Blocks start anywhere: the series is taken as a ring, turned by a random number of places.
    turned = (np.arange(blocks * length) + rng.integers(n, size=(SHUFFLES, 1))) % n
    order = rng.permuted(np.tile(np.arange(blocks), (SHUFFLES, 1)), axis=1)
    taken = (order[:, :, None] * length + np.arange(length)).reshape(SHUFFLES, -1)
    shuffled = values[np.take_along_axis(turned, taken, axis=1)[:, :n]]
    observed = _greatest_gap(values[None, :])[0]
    reached = int(np.count_nonzero(_greatest_gap(shuffled) >= observed - 1e-12))
    return (1 + reached) / (1 + SHUFFLES)


def block_length(residuals: Floats) -> int:
    """Say over how many meetings neighbours resemble each other; 1 where they do not."""
    n, spread = len(residuals), float(residuals @ residuals)
    if spread == 0 or n < 4:
        return 1
    rho = float(residuals[1:] @ residuals[:-1]) / spread
    rho = min(0.9, rho + (1 + 3 * rho) / n)  # the mean was taken out, which pulls it down
    if rho <= 0:
        return 1
    best: float = (2 * rho / (1 - rho**2)) ** (2 / 3) * n ** (1 / 3)
    return max(1, min(round(best), n // 4))


def _greatest_gap(rows: Floats) -> Floats:
    """Give for each row the greatest standardised difference between its two parts, over all places."""
    n = rows.shape[1]
    firsts = np.arange(1, n)
    sums = np.cumsum(rows - rows.mean(axis=1, keepdims=True), axis=1)[:, :-1]
    gaps: Floats = np.abs(sums / np.sqrt(firsts * (n - firsts) / n)).max(axis=1)
    return gaps


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


def joint_shifts(
    whole: Levels, parts: Mapping[str, Levels], *, false_shifts: float = FALSE_SHIFTS
) -> dict[str, list[int]]:
    """Find where a contrast of several measures shifts, and put each shift down to those that move.

    Args:
        whole: the contrast, over the same meetings as its parts.
        parts: the measures that it is made of.
        false_shifts: share of the shifts found that may be none.

    Returns:
        Per measure the places at which the contrast shifts and this measure moves: clearly, or more
        than the others do.
    """
    if len(whole) < FORMAL_FROM:
        p_values = adjusted([_gap_p(whole, at - 1, at, at + 1) for at in range(1, len(whole))])
        places = [at for at, p in enumerate(p_values, start=1) if p <= false_shifts]
    else:
        places = find_shifts({"": whole}, false_shifts=false_shifts)[""]
    moved: dict[str, list[int]] = {name: [] for name in parts}
    for place, (start, _, end) in _joints(places, len(whole)):
        near = (place - 1, place, place + 1) if len(whole) < FORMAL_FROM else (start, place, end)
        tests = {name: _gap_p(levels, *near) for name, levels in parts.items()}
        least = min(tests.values())
        for name, p in tests.items():
            if p <= _CLEARLY or p == least:
                moved[name].append(place)
    return moved


def shown_changes(tested: Levels, places: Sequence[int], shown: Levels) -> tuple[Change, ...]:
    """Describe shifts of a tested series by the figures that people see.

    A shift that the figures do not show, or show the other way round, is left out: nobody could follow it.
    """
    known = [place for place in places if tested.meetings[place] in shown.meetings]
    seen_at = [shown.meetings.index(tested.meetings[place]) for place in known]
    pairs = zip(changes_at(tested, known), changes_at(shown, seen_at), strict=True)
    kept = [
        shown.meetings.index(change.meeting)
        for change, seen in pairs
        if (change.after - change.before) * (seen.after - seen.before) > 0
    ]
    return changes_at(shown, kept)
