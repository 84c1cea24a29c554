"""The two JSONL contracts as rows: the canonical transcript, and the tagged pieces.

Rows are plain dictionaries in a fixed order of keys; `analyzer.ingest.canonical` reads the first kind
back. Unknown is None, never an empty text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import Meeting, Notice, Person, Utterance
from analyzer.records.tagged import UNSURE, Row, Signals, Tagged, leanings

_DIGITS = 6  # float32 beliefs hold no more


def meeting_rows(meeting: Meeting) -> Iterator[Row]:
    """Give a meeting as canonical rows: one for the meeting, one an utterance, one a notice.

    Speakers are written by name; `at` says where in the source each row stood.
    """
    yield {"meeting": _meeting(meeting)}
    people = {person.key: person for person in meeting.people}
    for utterance in meeting.utterances:
        yield {**_utterance(utterance, people), "text": utterance.text, "at": str(utterance.at)}
    for notice in meeting.notices:
        yield {"notice": _notice(notice)}


def tagged_rows(
    tagged: Tagged, signals: Signals, modes: Sequence[str], barriers: Sequence[str]
) -> Iterator[Row]:
    """Give one row a piece, in order.

    Args:
        tagged: beliefs of one meeting.
        signals: what was decided of them; where the mode is unsure, the one leant to is written.
        modes: keys of the columns of `beliefs["mode"]`.
        barriers: keys of the columns of `beliefs["barrier"]`.
    """
    people = {person.key: person for person in tagged.meeting.people}
    shown = leanings(tagged, signals)
    for number in range(len(tagged)):
        believed = _named(modes, tagged.beliefs["mode"][number])
        decided = int(signals.mode[number])
        yield {
            **_utterance(tagged.utterance(number), people),
            "meeting": tagged.meeting.id,
            "source": tagged.meeting.source.name,
            "piece": tagged.pieces[number].number,
            "text": tagged.encoded.text(number),
            "mode": modes[shown[number]],
            "mode_p": believed,
            "barriers_p": _named(barriers, tagged.beliefs["barrier"][number]),
            "flags": [key for key, is_set in zip(barriers, signals.flags[number], strict=True) if is_set],
            "unsure": decided == UNSURE,
            "evidence": [
                {"label": span.label, "start": int(span.start), "end": int(span.end)}
                for span in tagged.spans.get(number, ())
            ],
            "returns_to": tagged.returns.get(number),
            "at": str(tagged.utterance(number).at),
            "model": tagged.encoded.model,
        }


def _meeting(meeting: Meeting) -> Row:
    return {
        "id": meeting.id,
        "series": meeting.series,
        "title": meeting.title,
        "date": meeting.date.isoformat() if meeting.date else None,
        "kind": meeting.kind,
        "language": meeting.language,
        "parties": list(meeting.parties),
        "people": [
            {
                "name": person.name,
                "party": person.party,
                "role": person.role,
                "aliases": list(person.aliases),
            }
            for person in meeting.people
        ],
    }


def _utterance(utterance: Utterance, people: dict[str, Person]) -> Row:
    person = people.get(utterance.speaker) if utterance.speaker is not None else None
    return {
        "index": utterance.index,
        "speaker": person.name if person else None,
        "party": person.party if person else None,
        "start": utterance.start,
        "end": utterance.end,
        "topic": utterance.topic,
        "kind": utterance.kind,
        "units": utterance.units,
    }


def _notice(notice: Notice) -> Row:
    return {
        "reason": notice.reason,
        "at": str(notice.at) if notice.at else None,
        "count": notice.count,
    }


def _named(keys: Sequence[str], beliefs: NDArray[np.float32]) -> dict[str, float | None]:
    return {key: _number(belief) for key, belief in zip(keys, beliefs, strict=True)}


def _number(value: Any) -> float | None:
    # Not a number is no JSON: unknown is null.
    return round(float(value), _DIGITS) if math.isfinite(value) else None
