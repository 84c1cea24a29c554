"""Which numbers the measures hold under a name: what a sentence that names it may say.

Built from the analysis alone, not from what wrote the sentence, so that the two can disagree. Names
that a finding may use:

    m4:share_circular           a figure of one meeting: value and interval
    share_circular              a trend: slope and interval, levels before and after its shifts, known points
    share_circular before m4    the means of its points before a meeting and from it on
    topic-3:words               a topic: words, person_minutes, circular, meetings, pieces
    topic-3:circular_share      the part of its pieces that go in circles, and of all others
    ideas                       ideas: all of them, those of each fate, and of none yet
    actions                     pieces that give out work: all of them, and those that came back unfinished
    meetings                    meetings: all of them, those with and without a date
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.records.analysis import Analysis, TopicMeeting, Trend
from analyzer.records.figures import Estimate, Figure

Unit = Literal["share", "points", "minutes", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A number that the measures hold, and how sentences write it."""

    value: float
    unit: Unit

    def is_written(self, text: str, unit: Literal["percent", "points", "hours", "none"]) -> bool:
        """Say whether digits in a sentence are this number, at the precision that they are written with."""
        digits = len(text.partition(".")[2])
        match self.unit:
            case "share":
                return unit == "percent" and text == f"{abs(self.value) * 100:.{digits}f}"
            case "points":
                return unit == "points" and text == f"{abs(self.value) * 100:.{digits}f}"
            case "minutes":
                return unit == "hours" and text == f"{self.value / 60:.{digits}f}"
            case "count":
                return unit == "none" and text == f"{self.value:.0f}"


def numbers(name: str, analysis: Analysis) -> tuple[Held, ...] | None:
    """Give all numbers that are held under a name, None where nothing is."""
    if name in _COUNTS:
        return tuple(_counts(*_COUNTS[name](analysis)))
    measure, _, meeting = name.partition(" before ")
    trend = next((trend for trend in analysis.trends if trend.measure == measure), None)
    if trend is not None:
        return tuple(_of_past(trend, meeting) if meeting else _of_trend(trend))
    topic, _, column = name.rpartition(":")
    rows = [row for row in analysis.topics if row.topic == topic]
    if rows and column in _TOPIC:
        return tuple(_TOPIC[column](rows))
    if rows and column == "circular_share":
        return tuple(_circular_shares(rows, [row for row in analysis.topics if row.topic != topic]))
    for measured in analysis.meetings:
        # An id may hold a colon itself, so the name is compared from its start.
        measure = name.removeprefix(f"{measured.meeting.id}:")
        if measure != name and measure in measured.figures:
            return tuple(_of_figure(measured.figures[measure]))
    return None


def _counts(*found: int) -> Iterator[Held]:
    return (Held(value=count, unit="count") for count in found)


def _ideas(analysis: Analysis) -> tuple[int, ...]:
    fates = Counter(idea.fate for idea in analysis.ideas)
    return len(analysis.ideas), *fates.values()


def _actions(analysis: Analysis) -> tuple[int, ...]:
    return len(analysis.actions), sum(bool(action.came_back) for action in analysis.actions)


def _meetings(analysis: Analysis) -> tuple[int, ...]:
    dated = sum(measured.meeting.date is not None for measured in analysis.meetings)
    return len(analysis.meetings), dated, len(analysis.meetings) - dated


_COUNTS: dict[str, Callable[[Analysis], tuple[int, ...]]] = {
    "ideas": _ideas,
    "actions": _actions,
    "meetings": _meetings,
}


def _of_figure(figure: Figure) -> Iterator[Held]:
    if isinstance(figure, Estimate):
        for value in (figure.value, figure.low, figure.high):
            yield Held(value=value, unit="share")


def _of_trend(trend: Trend) -> Iterator[Held]:
    known = [figure for _, figure in trend.points if isinstance(figure, Estimate)]
    yield from _counts(len(known), len(trend.points))
    for change in trend.changes:
        yield Held(value=change.before, unit="share")
        yield Held(value=change.after, unit="share")
    if isinstance(trend.slope, Estimate):
        for value in (trend.slope.value, trend.slope.low, trend.slope.high):
            yield Held(value=value, unit="points")


def _of_past(trend: Trend, meeting: str) -> Iterator[Held]:
    """Give the means before a meeting and from it on, and over how many meetings they are taken."""
    known = [(place, figure) for place, figure in trend.points if isinstance(figure, Estimate)]
    start = next((number for number, (place, _) in enumerate(known) if place == meeting), 0)
    for part in (known[:start], known[start:]):
        if part:
            yield Held(value=sum(figure.value for _, figure in part) / len(part), unit="share")
            yield Held(value=len(part), unit="count")


def _circular_shares(rows: list[TopicMeeting], others: list[TopicMeeting]) -> Iterator[Held]:
    for part in (rows, others):
        pieces = sum(row.pieces for row in part)
        yield Held(value=sum(row.circular for row in part) / max(1, pieces), unit="share")


def _minutes(rows: list[TopicMeeting]) -> Iterator[Held]:
    known = [row.person_minutes for row in rows if row.person_minutes is not None]
    if len(known) == len(rows):
        yield Held(value=sum(known), unit="minutes")


_TOPIC: dict[str, Callable[[list[TopicMeeting]], Iterator[Held]]] = {
    "words": lambda rows: _counts(sum(row.words for row in rows)),
    "person_minutes": _minutes,
    "circular": lambda rows: _counts(sum(row.circular for row in rows)),
    "pieces": lambda rows: _counts(sum(row.pieces for row in rows)),
    "meetings": lambda rows: _counts(len(rows), len(rows) - 1),
}
