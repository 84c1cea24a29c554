"""A series of measured meetings, analysed: topics linked, loops and ideas found, measures over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Change, Measured, Trend
from analyzer.records.figures import Estimate, Unknown
from analyzer.trends.actions import find_actions
from analyzer.trends.alerts import Situation, find_alerts
from analyzer.trends.changes import find_shifts, joint_shifts, shown_changes
from analyzer.trends.choice import compared, main_measures
from analyzer.trends.digest import write_digest
from analyzer.trends.ideas import find_ideas
from analyzer.trends.levels import balance, from_figures, from_signals
from analyzer.trends.loops import ledger
from analyzer.trends.topic_series import topic_trends
from analyzer.trends.topics import link
from analyzer.trends.verdicts import Points, follow

FALSE_ELSEWHERE = 0.05  # of the shifts in measures by word, by party and so on
NOT_MEASURED = "not measured in this meeting"


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
    followed = trends(ordered, codebook)
    situation = Situation(
        meetings=compared(ordered),
        trends={one.measure: one for one in followed},
        topics=account.topics,
        loops=account.loops,
        codebook=codebook,
    )
    analysis = Analysis(
        series=ordered[0].meeting.series if ordered else "",
        meetings=ordered,
        trends=followed,
        topic_trends=topic_trends(linked, codebook),
        topics=account.topics,
        loops=account.loops,
        raised=account.raised,
        actions=find_actions(linked),
        ideas=find_ideas(linked, codebook),
        alerts=find_alerts(situation),
    )
    return replace(analysis, findings=write_digest(analysis, codebook))


def trends(meetings: Sequence[Measured], codebook: Codebook) -> tuple[Trend, ...]:
    """Follow each measure over the meetings that may be compared.

    Args:
        meetings: oldest first, undated ones last.
        codebook: its labels come first, in its order.
    """
    chosen = compared(meetings)
    points = _points(chosen, codebook)
    changes = _changes(chosen, points, codebook)
    found: dict[str, Trend] = {}
    for family in _families(points, codebook):
        found |= follow({name: points[name] for name in family}, changes)
    return tuple(found[name] for name in points)


def _points(meetings: Sequence[Measured], codebook: Codebook) -> dict[str, Points]:
    names = {name for measured in meetings for name in measured.figures}
    first = [name for name in main_measures(codebook) if name in names]
    missing = Unknown(reason=NOT_MEASURED)
    return {
        name: tuple((one.meeting.id, one.figures.get(name, missing)) for one in meetings)
        for name in [*first, *sorted(names - set(first))]
        if name in first or sum(isinstance(one.figures.get(name), Estimate) for one in meetings) > 1
    }


def _families(points: Mapping[str, Points], codebook: Codebook) -> list[list[str]]:
    """Group the measures that are tested together: those of a kind, whatever the label or party."""
    kinds: dict[str, list[str]] = {}
    for name in points:
        kinds.setdefault(_kind(name, codebook), []).append(name)
    return list(kinds.values())


def _kind(measure: str, codebook: Codebook) -> str:
    """Name what measures of a kind share: `share_<mode>:<party>` of all modes and parties is one kind."""
    head, _, of = measure.partition(":")
    for key in sorted((*codebook.modes, *codebook.barriers, "any_barrier", "unsure"), key=len, reverse=True):
        head = head.removesuffix(f"_{key}")
    return f"{head}:" if of else head


def _changes(
    meetings: Sequence[Measured], points: Mapping[str, Points], codebook: Codebook
) -> dict[str, tuple[Change, ...]]:
    """Find the level shifts of all measures: modes and barriers from their pieces, others from figures."""
    shown = {name: from_figures(found) for name, found in points.items()}
    levels = from_signals(meetings, codebook)
    places = find_shifts(levels)
    whole = balance(meetings, codebook)
    if whole is not None:
        raised, lowered = (f"share_{codebook.role(role)}" for role in ("generative", "circular"))
        carried = joint_shifts(
            whole, raised_by={raised: levels[raised]}, lowered_by={lowered: levels[lowered]}
        )
        for name, more in carried.items():
            places[name] = sorted({*places[name], *more})
    style = f"_{codebook.role('procedural')}"  # rises and falls with how the record is kept
    others = {
        name: known
        for name, known in shown.items()
        if name not in levels and not name.partition(":")[0].endswith(style)
    }
    places |= find_shifts(others, false_shifts=FALSE_ELSEWHERE)
    levels |= others
    return {name: shown_changes(levels[name], places[name], shown[name]) for name in shown if name in places}
