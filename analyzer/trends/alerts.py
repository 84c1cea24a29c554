"""What asks for attention now. Each alert is a test; together they keep to one rate of false alarms.

A series of meetings offers dozens of figures, and some of them always look alarming. So every alert
that could be raised is tested, and the tests of one series are adjusted together. ALERTS says what is
tested.

All look at the order of meetings: what would be seen in any order is a fact of the loop ledger, and asks for
no more attention now than before. So a topic is raised that goes in circles more than others and more each
time; a few meetings cannot tell that from chance, and only show it in the ledger. `benchmarks/nulls.py`
counts false alarms where labels are dealt out at random and where meetings are put in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Alert, Loop, Measured, TopicMeeting, Trend
from analyzer.records.figures import Estimate
from analyzer.trends.levels import likeness
from analyzer.trends.people import people_changes
from analyzer.trends.phrases import amount, listed, named, percent, when, with_interval
from analyzer.trends.significance import adjusted, direction, falls_p

# Of a hundred series in which nothing happens, at most five show any alert at all; of the alerts that
# are raised where something does, at most one in twenty is expected to be none.
FALSE_ALARMS = 0.05
FEWEST = 6  # meetings from which a barrier can be seen to rise
FEWEST_PAST = 4  # meetings that make a past
REOPENED = 3  # times
LATELY = 3  # meetings; what has not come up in them does not ask for attention now
COLLAPSED = 0.5  # of its own past: a party below it has lost its voice

_TALK = "talk_share:"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKind:
    """A kind of alert, and what it tests."""

    kind: str
    about: str


ALERTS = (
    AlertKind(
        kind="barrier rising",
        about=f"the rate of a barrier rises over {FEWEST} meetings or more (Mann-Kendall)",
    ),
    AlertKind(
        kind="topic reopened",
        about=f"a topic came back {REOPENED} times since its last decision, lately too, and goes in circles "
        "more than all others and more and more (Mann-Kendall)",
    ),
    AlertKind(
        kind="talk share collapsing",
        about="a party says at most half of what it used to, less than the meetings before let expect",
    ),
    AlertKind(
        kind="circularity above its past",
        about="the latest meeting goes in circles more than those before let expect",
    ),
    AlertKind(
        kind="generativity lost",
        about="since somebody who carried talk came or went for good, less that is new comes up",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An alert that may be raised, and how likely chance alone would bring it."""

    alert: Alert
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What alerts are raised from."""

    meetings: Sequence[Measured]  # that may be compared, oldest first
    trends: Mapping[str, Trend]
    topics: Sequence[TopicMeeting]
    loops: Sequence[Loop]
    codebook: Codebook


def find_alerts(situation: Situation) -> tuple[Alert, ...]:
    """Raise the alerts of a series that chance alone would hardly bring, most certain first."""
    cases = [case for find in _KINDS for case in find(situation)]
    tested = adjusted([case.p for case in cases])
    raised = [(p, case.alert) for p, case in zip(tested, cases, strict=True) if p <= FALSE_ALARMS]
    return tuple(alert for _, alert in sorted(raised, key=lambda pair: (pair[0], pair[1].measure)))


def _known(trend: Trend | None, situation: Situation) -> list[tuple[Measured, Estimate]]:
    by_id = {measured.meeting.id: measured for measured in situation.meetings}
    points = trend.points if trend else ()
    return [(by_id[meeting], figure) for meeting, figure in points if isinstance(figure, Estimate)]


def _rising_barriers(situation: Situation) -> Iterator[_Case]:
    for key in situation.codebook.barriers:
        measure = f"rate_{key}"
        known = _known(situation.trends.get(measure), situation)
        if len(known) < FEWEST:
            continue
        (first, start), (last, end) = known[0], known[-1]
        sentence = (
            f"{situation.codebook.label(key).name} is rising: {with_interval(start)} of the pieces on "
            f"{when(first.meeting)}, {with_interval(end)} on {when(last.meeting)}."
        )
        alert = Alert(kind="barrier rising", meeting=last.meeting.id, measure=measure, sentence=sentence)
        yield _Case(alert=alert, p=_rises_p([figure.value for _, figure in known]))


def _rises_p(values: Sequence[float]) -> float:
    """Test whether a series rises: one-sided p.

    Adjusted over all alerts of a series; to expect correlation as well would hide what rises each time.
    """
    found = direction(values, usual=0.0)
    return found.p / 2 if found.sign > 0 else 1 - found.p / 2


def _above_past(situation: Situation) -> Iterator[_Case]:
    key = situation.codebook.role("circular")
    measure = f"share_{key}"
    known = _known(situation.trends.get(measure), situation)
    if len(known) <= FEWEST_PAST:
        return
    *past, (last, figure) = known
    values = [1 - figure.value for _, figure in known]  # talk that moves on falls as circular talk rises
    usual = sum(figure.value for _, figure in past) / len(past)
    sentence = (
        f"More talk goes in circles than before: {with_interval(figure)} on {when(last.meeting)}, "
        f"{percent(usual)} on average in the {amount(len(past), 'meeting')} before."
    )
    alert = Alert(
        kind="circularity above its past", meeting=last.meeting.id, measure=measure, sentence=sentence
    )
    p = falls_p(values[:-1], values[-1:], [figure.n for _, figure in known])
    yield _Case(alert=alert, p=p)


def _collapsed_parties(situation: Situation) -> Iterator[_Case]:
    latest = situation.meetings[-1].meeting.id if situation.meetings else ""
    for measure, trend in situation.trends.items():
        known = _known(trend, situation)
        if not measure.startswith(_TALK) or len(known) <= FEWEST_PAST:
            continue
        *past, (last, figure) = known
        usual = sum(figure.value for _, figure in past) / len(past)
        if last.meeting.id != latest:
            continue
        party = measure.removeprefix(_TALK)
        sentence = (
            f"{party} says far less than it used to: {with_interval(figure)} of the words on "
            f"{when(last.meeting)}, {percent(usual)} on average in the "
            f"{amount(len(past), 'meeting')} before."
        )
        alert = Alert(kind="talk share collapsing", meeting=latest, measure=measure, sentence=sentence)
        values = [figure.value for _, figure in known]
        p = falls_p(values[:-1], values[-1:], [figure.n for _, figure in known])
        yield _Case(alert=alert, p=p if figure.value <= COLLAPSED * usual else 1.0)


def _lost_generativity(situation: Situation) -> Iterator[_Case]:
    key = situation.codebook.role("generative")
    measure = f"share_{key}"
    known = _known(situation.trends.get(measure), situation)
    if len(known) <= FEWEST_PAST:
        return
    values = [figure.value for _, figure in known]
    for change in people_changes([measured for measured, _ in known]):
        before, after = values[: change.place], values[change.place :]
        sentence = (
            f"Since people changed at {listed(change.parties)} on "
            f"{when(known[change.place][0].meeting)}, less that is new comes up: "
            f"{percent(sum(after) / len(after))} of the pieces on average, "
            f"{percent(sum(before) / len(before))} before."
        )
        alert = Alert(
            kind="generativity lost",
            meeting=known[change.place][0].meeting.id,
            measure=measure,
            sentence=sentence,
        )
        yield _Case(alert=alert, p=falls_p(before, after, [figure.n for _, figure in known]))


def _reopened_topics(situation: Situation) -> Iterator[_Case]:
    rows: dict[str, list[TopicMeeting]] = {}
    for row in situation.topics:
        rows.setdefault(row.topic, []).append(row)
    lately = {measured.meeting.id for measured in situation.meetings[-LATELY:]}
    inflation = _circular_likeness(situation)
    for loop in situation.loops:
        visits = _undecided(rows.get(loop.topic, []))
        if len(visits) <= REOPENED or visits[-1].meeting not in lately:
            continue
        elsewhere = [row for row in situation.topics if row.topic != loop.topic]
        (pieces, share), (others, other) = _circular_part(visits), _circular_part(elsewhere)
        sentence = (
            f"{named(loop.label)} has come back {amount(len(visits) - 1, 'time')} without a decision, and "
            f"goes in circles more and more: {percent(share)} of its pieces, {percent(other)} of all others."
        )
        alert = Alert(
            kind="topic reopened",
            meeting=visits[-1].meeting,
            measure=f"{loop.topic}:circular",
            sentence=sentence,
        )
        # Neither labels dealt out at random nor meetings in any order may bring it: so both are tested.
        grows = _rises_p([_circular_part([row])[1] for row in visits])
        yield _Case(alert=alert, p=max(grows, _greater_p(share, pieces, other, others, inflation)))


def _undecided(visits: Sequence[TopicMeeting]) -> Sequence[TopicMeeting]:
    """Give the visits since the last decision on a topic, all where there was none."""
    decided = [place for place, row in enumerate(visits) if row.status == "decided"]
    return visits[decided[-1] + 1 :] if decided else visits


def _circular_part(rows: Sequence[TopicMeeting]) -> tuple[int, float]:
    """Give the pieces of some visits, and the share of them that go in circles."""
    pieces = sum(row.pieces for row in rows)
    return pieces, sum(row.circular for row in rows) / max(1, pieces)


def _circular_likeness(situation: Situation) -> float:
    key = situation.codebook.role("circular")
    if key is None:
        return 1.0
    column = situation.codebook.modes.index(key)
    held = [measured.signals.mode == column for measured in situation.meetings if len(measured.tagged)]
    return likeness([np.asarray(hits, dtype=np.float64) for hits in held]) if held else 1.0


def _greater_p(share: float, pieces: int, other: float, others: int, inflation: float) -> float:
    """Test whether a share exceeds another, given how much neighbouring pieces resemble each other."""
    if not pieces or not others or share <= other:
        return 1.0
    usual = (share * pieces + other * others) / (pieces + others)
    error = math.sqrt(usual * (1 - usual) * inflation * (1 / pieces + 1 / others))
    return math.erfc((share - other) / error / math.sqrt(2)) / 2 if error else 1.0


_KINDS = (_rising_barriers, _reopened_topics, _collapsed_parties, _above_past, _lost_generativity)
