"""The loop ledger: per topic the meetings it came back in, what it cost, and whether it was decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.codebook import Codebook
from analyzer.records.analysis import Loop, Measured, TopicMeeting, TopicStatus
from analyzer.trends.topics import Linked

_DECIDED = re.compile(
    r"(?i)\b(?:agreed|decided|resolved|approved|settled|signed|accepted|adopted|closed|consensus)\b"
)
_DEFERRED = re.compile(
    r"(?i)\b(?:defer|postpon|park|next (?:meeting|time|month)|come back to|take (?:it|this) offline|later)"
)
_CLOSING = 6  # pieces at the end of a topic in which its outcome is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All topics meeting by meeting, oldest first, and the topics that came back, costliest first."""

    topics: tuple[TopicMeeting, ...]
    loops: tuple[Loop, ...]


def ledger(linked: Linked, codebook: Codebook) -> Ledger:
    """Account for every topic of a series.

    Args:
        linked: meetings with series-wide topics, oldest first.
        codebook: says which mode is circular and which procedural.
    """
    seen: dict[str, list[tuple[Measured, list[int]]]] = {}  # topic -> meetings and their pieces, in order
    for measured in linked.meetings:
        pieces: dict[str, list[int]] = {}
        for number, key in enumerate(measured.topics):
            if key is not None:
                pieces.setdefault(key, []).append(number)
        for key, numbers in pieces.items():
            seen.setdefault(key, []).append((measured, numbers))
    rows = {
        key: [
            _row(key, linked.labels[key], measured, numbers, codebook, is_first=place == 0)
            for place, (measured, numbers) in enumerate(visits)
        ]
        for key, visits in seen.items()
    }
    loops = [_loop(rows[key], visits, codebook) for key, visits in seen.items() if len(visits) > 1]
    order = {measured.meeting.id: place for place, measured in enumerate(linked.meetings)}
    return Ledger(
        topics=tuple(
            sorted(
                (row for found in rows.values() for row in found),
                key=lambda row: (order[row.meeting], row.topic),
            )
        ),
        loops=tuple(sorted(loops, key=lambda loop: (-(loop.person_minutes or 0), -loop.words, loop.topic))),
    )


def _row(
    key: str, label: str, measured: Measured, numbers: Sequence[int], codebook: Codebook, *, is_first: bool
) -> TopicMeeting:
    circular = codebook.role("circular")
    column = codebook.modes.index(circular) if circular is not None else None
    return TopicMeeting(
        topic=key,
        label=label,
        meeting=measured.meeting.id,
        words=sum(len(measured.tagged.encoded.text(number).split()) for number in numbers),
        person_minutes=_person_minutes(measured, numbers),
        pieces=len(numbers),
        circular=sum(int(measured.signals.mode[number]) == column for number in numbers),
        status=_status(measured, numbers, is_first=is_first),
    )


def _person_minutes(measured: Measured, numbers: Sequence[int]) -> float | None:
    present = len(measured.meeting.people)
    seconds = 0.0
    for index in sorted({measured.tagged.pieces[number].utterance for number in numbers}):
        utterance = measured.meeting.utterances[index]
        if utterance.start is None or utterance.end is None:
            return None
        seconds += utterance.end - utterance.start
    return seconds / 60 * present if present else None


def _status(measured: Measured, numbers: Sequence[int], *, is_first: bool) -> TopicStatus:
    if any(measured.tagged.utterance(number).kind == "decision" for number in numbers):
        return "decided"
    for number in reversed(numbers[-_CLOSING:]):
        text = measured.tagged.encoded.text(number)
        if _DECIDED.search(text):
            return "decided"
        if _DEFERRED.search(text):
            return "deferred"
    return "opened" if is_first else "revisited"


def _loop(
    rows: Sequence[TopicMeeting], visits: Sequence[tuple[Measured, list[int]]], codebook: Codebook
) -> Loop:
    minutes = [row.person_minutes for row in rows]
    known = [value for value in minutes if value is not None]
    parties = [_opener(measured, numbers, codebook) for measured, numbers in visits[1:]]
    return Loop(
        topic=rows[0].topic,
        label=rows[0].label,
        meetings=tuple(row.meeting for row in rows),
        words=sum(row.words for row in rows),
        person_minutes=sum(known) if len(known) == len(minutes) else None,
        circular=sum(row.circular for row in rows),
        status=rows[-1].status,
        reopened_by=tuple(dict.fromkeys(party for party in parties if party is not None)),
    )


def _opener(measured: Measured, numbers: Sequence[int], codebook: Codebook) -> str | None:
    """Name the party of the first piece of substance."""
    procedural = codebook.role("procedural")
    column = codebook.modes.index(procedural) if procedural is not None else None
    for number in numbers:
        if int(measured.signals.mode[number]) != column:
            return measured.meeting.party_of(measured.tagged.utterance(number))
    return None
