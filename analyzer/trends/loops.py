"""The loop ledger: per topic the meetings it came back in, what it cost there, and whether it was decided.

Mail threads are no meetings: they have rows of their own, but a topic does not come back, and was not
opened before, because somebody wrote about it; unless there is nothing but mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.codebook import Codebook
from analyzer.records.analysis import Loop, Measured, Raised, TopicMeeting, TopicStatus
from analyzer.records.meeting import Meeting, Utterance
from analyzer.trends.outcome import Visit, outcome
from analyzer.trends.topic_series import wilson
from analyzer.trends.topics import Linked
from analyzer.trends.visits import places_of_topics

_WORDS_A_SECOND = 2.5  # of a speaker whose end nobody noted
_LONGEST_GAP = 30.0  # seconds of silence that may count as talk, where only starts are known


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All topics meeting by meeting, oldest first, and the topics that came back, costliest first."""

    topics: tuple[TopicMeeting, ...]
    loops: tuple[Loop, ...]
    raised: tuple[Raised, ...] = ()


def ledger(linked: Linked, codebook: Codebook) -> Ledger:
    """Account for every topic of a series.

    Args:
        linked: meetings with series-wide topics, oldest first, undated ones last.
        codebook: says which mode is circular and which procedural.
    """
    series = _Series(linked)
    found = [(place, topic) for topic, held in series.topics.items() for place in held]
    visits: dict[str, list[tuple[Visit, TopicMeeting]]] = {}
    rows: list[TopicMeeting] = []
    for place, topic in sorted(found, key=lambda one: (one[0], series.topics[one[1]][one[0]][0])):
        visit = series.visit(place, topic)
        row = _row(topic, linked.labels[topic], visit, codebook)
        rows.append(row)
        if series.is_meeting[place]:
            visits.setdefault(topic, []).append((visit, row))
    loops = [_loop(held, codebook) for held in visits.values() if len(held) > 1]
    is_timed = all(loop.person_minutes is not None for loop in loops)
    return Ledger(
        topics=tuple(rows),
        raised=_raised(list(visits.values()), codebook),
        loops=tuple(
            sorted(
                loops,
                key=lambda loop: (
                    -(loop.person_minutes or 0.0) if is_timed else 0.0,
                    -loop.words,
                    loop.topic,
                ),
            )
        ),
    )


class _Series:
    """Where each topic of a series lies, and which records are meetings that it comes back in."""

    def __init__(self, linked: Linked) -> None:
        self._meetings = linked.meetings
        self.topics = places_of_topics(linked.meetings)
        is_mail = [measured.meeting.kind == "email" for measured in linked.meetings]
        self.is_meeting = [not mail or all(is_mail) for mail in is_mail]
        self._last = max((place for place, counts in enumerate(self.is_meeting) if counts), default=-1)

    def visit(self, place: int, topic: str) -> Visit:
        """Describe a topic in one meeting, and its place in the series."""
        here, held = self._meetings[place], self.topics[topic]
        is_mail = here.meeting.kind == "email"  # mail comes after meetings and mail, meetings after meetings
        others = [number for number in held if number != place and (is_mail or self.is_meeting[number])]
        last = len(self._meetings) - 1 if is_mail else self._last
        # An undated meeting is last in order, not in time: it comes after none that may be later.
        has_later = here.meeting.date is not None and last > place
        return Visit(
            measured=here,
            pieces=held[place],
            closing=_closing(here, held[place]),
            before=sum(number < place for number in others),
            is_gone=has_later and not any(number > place for number in others),
            is_last=not has_later,
        )


def _closing(measured: Measured, pieces: Sequence[int]) -> tuple[int, ...]:
    """Give the piece behind each stretch of a topic that was found, not told by headings."""
    if any(utterance.topic for utterance in measured.meeting.utterances):
        return ()
    held = set(pieces)
    return tuple(n + 1 for n in pieces if n + 1 not in held and n + 1 < len(measured.tagged))


def _row(topic: str, label: str, visit: Visit, codebook: Codebook) -> TopicMeeting:
    measured, tagged = visit.measured, visit.measured.tagged
    circular = codebook.role("circular")
    column = codebook.modes.index(circular) if circular is not None else None
    return TopicMeeting(
        topic=topic,
        label=label,
        meeting=measured.meeting.id,
        words=sum(len(tagged.encoded.text(number).split()) for number in visit.pieces),
        person_minutes=_person_minutes(visit),
        pieces=len(visit.pieces),
        circular=sum(int(measured.signals.mode[number]) == column for number in visit.pieces),
        status=_status(visit, codebook),
    )


def _status(visit: Visit, codebook: Codebook) -> TopicStatus:
    found = outcome(visit, codebook)
    if found != "open":
        return found
    return "revisited" if visit.before else "opened"


def _person_minutes(visit: Visit) -> float | None:
    """Multiply the minutes of talk by the people present; None where the meeting has no times."""
    meeting = visit.measured.meeting
    seconds = 0.0
    for number in visit.pieces:
        piece = visit.measured.tagged.pieces[number]
        utterance = meeting.utterances[piece.utterance]
        spoken = _seconds(meeting, utterance)
        if spoken is None:
            return None
        seconds += spoken * (piece.end - piece.start) / max(1, len(utterance.text))
    return seconds / 60 * len(meeting.people) if meeting.people else None


def _seconds(meeting: Meeting, utterance: Utterance) -> float | None:
    if utterance.start is None:
        return None
    if utterance.end is not None:
        return max(0.0, utterance.end - utterance.start)
    usual = len(utterance.text.split()) / _WORDS_A_SECOND
    after = utterance.index + 1
    begins = meeting.utterances[after].start if after < len(meeting.utterances) else None
    if begins is None or begins < utterance.start:
        return usual
    return min(begins - utterance.start, usual + _LONGEST_GAP)


def _loop(found: Sequence[tuple[Visit, TopicMeeting]], codebook: Codebook) -> Loop:
    rows = [row for _, row in found]
    minutes = [row.person_minutes for row in rows if row.person_minutes is not None]
    parties = [_opener(visit, codebook) for visit, _ in found[1:]]
    return Loop(
        topic=rows[0].topic,
        label=rows[0].label,
        meetings=tuple(row.meeting for row in rows),
        words=sum(row.words for row in rows),
        person_minutes=sum(minutes) if len(minutes) == len(rows) else None,
        circular=sum(row.circular for row in rows),
        status=rows[-1].status,
        reopened_by=tuple(dict.fromkeys(party for party in parties if party is not None)),
        since=_since(rows),
    )


def _raised(found: Sequence[Sequence[tuple[Visit, TopicMeeting]]], codebook: Codebook) -> tuple[Raised, ...]:
    """Count for each party the topics that it was the first to bring up, and how they stand now."""
    decided: dict[str, list[bool]] = {}
    for visits in found:
        party = _opener(visits[0][0], codebook)
        if party is not None:
            decided.setdefault(party, []).append(visits[-1][1].status == "decided")
    return tuple(
        Raised(party=party, topics=len(hits), decided=wilson(sum(hits) / len(hits), len(hits), len(hits)))
        for party, hits in sorted(decided.items())
    )


def _since(rows: Sequence[TopicMeeting]) -> str | None:
    """Name the meeting since when a topic is without a decision."""
    decided = max((place for place, row in enumerate(rows) if row.status == "decided"), default=-1)
    return rows[decided + 1].meeting if decided + 1 < len(rows) else None


def _opener(visit: Visit, codebook: Codebook) -> str | None:
    """Name the party that says the first piece of substance."""
    procedural = codebook.role("procedural")
    column = codebook.modes.index(procedural) if procedural is not None else None
    for number in visit.pieces:
        if int(visit.measured.signals.mode[number]) != column:
            return visit.measured.meeting.party_of(visit.measured.tagged.utterance(number))
    return None
