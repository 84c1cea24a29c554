"""A series of measured meetings, analysed: topics linked, loops and ideas found, measures over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Change, Measured, Trend, Verdict
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.trends.changes import shifts
from analyzer.trends.ideas import find_ideas
from analyzer.trends.loops import ledger
from analyzer.trends.significance import Direction, adjusted, direction, standard_error
from analyzer.trends.topics import link

FEWEST = 6  # known points from which a trend is tested
LEVEL = 0.05
STEADY_POINTS = 0.05  # a change over the whole series smaller than this, or
STEADY_PART = 0.5  # than this part of the mean level, is none
NOT_MEASURED = "not measured in this meeting"

Points = tuple[tuple[str, Figure], ...]


def trend(meetings: Sequence[Measured], codebook: Codebook) -> Analysis:
    """Analyse one series.

    Args:
        meetings: measured meetings of one series, in any order.
        codebook: the label scheme that they were tagged by.

    Returns:
        Everything that is concluded about the series, without `run`.
    """
    linked = link(meetings, codebook)
    account = ledger(linked, codebook)
    ordered = linked.meetings
    return Analysis(
        series=ordered[0].meeting.series if ordered else "",
        meetings=ordered,
        trends=trends(ordered, codebook),
        topics=account.topics,
        loops=account.loops,
        ideas=find_ideas(linked, codebook),
    )


def compared(meetings: Sequence[Measured]) -> list[Measured]:
    """Choose the meetings that may be compared over time: dated ones of a kind, oldest first.

    A mail thread of three paragraphs is no meeting; threads are compared only where there is
    nothing else.
    """
    dated = [measured for measured in meetings if measured.meeting.date is not None]
    return [measured for measured in dated if measured.meeting.kind != "email"] or dated


def trends(meetings: Sequence[Measured], codebook: Codebook) -> tuple[Trend, ...]:
    """Follow each measure over the meetings that may be compared.

    Args:
        meetings: oldest first, undated ones last.
        codebook: its labels come first, in its order.
    """
    chosen = compared(meetings)
    found: list[Trend] = []
    for family in families(chosen, codebook):
        directions = {measure: _direction(points) for measure, points in family.items()}
        tested = [measure for measure, known in directions.items() if known is not None]
        p_values = dict(zip(tested, adjusted([_p(directions[m]) for m in tested]), strict=True))
        changes = shifts(family)
        found += [
            _trend(measure, points, directions[measure], p_values.get(measure, 1.0), changes[measure])
            for measure, points in family.items()
        ]
    return tuple(found)


def _p(known: Direction | None) -> float:
    return known.p if known else 1.0


def families(meetings: Sequence[Measured], codebook: Codebook) -> Iterator[dict[str, Points]]:
    """Give the points of the measures that are tested together, the mode shares and barriers first."""
    names = {name: None for measured in meetings for name in measured.figures}
    main = [f"share_{key}" for key in codebook.modes]
    main += [f"rate_{key}" for key in codebook.barriers] + ["rate_any_barrier"]
    grouped: dict[str, list[str]] = {"": [name for name in main if name in names]}
    for name in sorted(set(names) - set(main)):
        grouped.setdefault(_kind(name, codebook), []).append(name)
    for members in grouped.values():
        if members:
            yield {name: _points(meetings, name) for name in members}


def _kind(measure: str, codebook: Codebook) -> str:
    """Name what measures of a kind share: `share_<mode>:<party>` of all modes and parties is one kind."""
    head, _, of = measure.partition(":")
    for key in sorted((*codebook.modes, *codebook.barriers, "any_barrier", "unsure"), key=len, reverse=True):
        head = head.removesuffix(f"_{key}")
    return f"{head}:" if of else head


def _points(meetings: Sequence[Measured], measure: str) -> Points:
    missing = Unknown(reason=NOT_MEASURED)
    return tuple((one.meeting.id, one.figures.get(measure, missing)) for one in meetings)


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
