"""What is said of measures over time: a slope with its interval, and a verdict that a test bears out.

Measures of a kind are tested together, so that of those that are said to rise or fall only one in twenty is
expected to do neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.records.analysis import Change, Trend, Verdict
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.trends.significance import Direction, adjusted, direction, standard_error

FEWEST = 6  # known points from which a trend is tested
LEVEL = 0.05
STEADY_POINTS = 0.05  # a change over the whole series smaller than this, or
STEADY_PART = 0.5  # than this part of the mean level, is none

Points = tuple[tuple[str, Figure], ...]  # meeting id and figure


def follow(family: Mapping[str, Points], changes: Mapping[str, tuple[Change, ...]]) -> dict[str, Trend]:
    """Give the trends of measures that are tested together.

    Args:
        family: points of each measure, oldest first.
        changes: level shifts that were found of them.
    """
    directions = {name: known for name, points in family.items() if (known := _direction(points))}
    p_values = adjusted([known.p for known in directions.values()])
    tested = dict(zip(directions, p_values, strict=True))
    return {
        name: _trend(name, points, directions.get(name), tested.get(name, 1.0), changes.get(name, ()))
        for name, points in family.items()
    }


def _known(points: Points) -> list[Estimate]:
    return [figure for _, figure in points if isinstance(figure, Estimate)]


def _direction(points: Points) -> Direction | None:
    known = _known(points)
    if len(known) < FEWEST:
        return None
    return direction([figure.value for figure in known], [standard_error(figure) for figure in known])


def _trend(
    measure: str, points: Points, known: Direction | None, p: float, changes: tuple[Change, ...]
) -> Trend:
    slope: Figure
    if known is None:
        slope, verdict = Unknown(reason=_too_few(points)), _TOO_FEW
    else:
        figures = _known(points)
        slope = Estimate(value=known.slope, low=known.low, high=known.high, n=len(figures))
        verdict = judge(slope, p, [figure.value for figure in figures])
    return Trend(measure=measure, points=points, slope=slope, changes=changes, verdict=verdict)


def _too_few(points: Points) -> str:
    return f"{len(_known(points))} dated meetings with a known value, fewer than {FEWEST}"


_TOO_FEW: Verdict = "too few to tell"


def judge(slope: Estimate, p: float, values: Sequence[float]) -> Verdict:
    """Say in which direction a measure goes.

    Args:
        slope: per meeting, with its interval.
        p: of the test for a trend, adjusted over the measures of its kind.
        values: the points that it rests on.

    Returns:
        `steady` only where the interval excludes a change that would matter, over the whole series.
    """
    if p <= LEVEL and slope.low > 0:
        return "rising"
    if p <= LEVEL and slope.high < 0:
        return "falling"
    steps = len(values) - 1
    margin = max(STEADY_POINTS, STEADY_PART * abs(sum(values) / len(values)))
    return "steady" if max(abs(slope.low), abs(slope.high)) * steps <= margin else _TOO_FEW
