"""When the people at the table change: who carries the talk leaves for good, or comes to stay.

Of parties, never of persons: a change is told by its meeting and the parties it concerns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.records.analysis import Measured

CARRIES = 0.10  # of the words of a meeting: who says as much is missed when gone


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChange:
    """From meeting number `place` (from 0) on, others carry the talk of these parties."""

    place: int
    parties: tuple[str, ...]


def people_changes(meetings: Sequence[Measured]) -> tuple[PeopleChange, ...]:
    """Find the meetings from which on somebody who carried talk is gone, or somebody new carries it.

    Somebody who misses one meeting is not gone: nobody comes or goes but for good. Who is seen in one
    meeting only was a guest.

    Args:
        meetings: oldest first.
    """
    shares = [_shares(measured) for measured in meetings]
    spoke: dict[str, list[int]] = {}  # person -> meetings in which they speak
    for place, found in enumerate(shares):
        for key in found:
            spoke.setdefault(key, []).append(place)
    parties = {
        person.key: person.party
        for measured in meetings
        for person in measured.meeting.people
        if person.party
    }
    turns: dict[int, set[str]] = {}
    for key, places in sorted(spoke.items()):
        if max(shares[place][key] for place in places) < CARRIES or len(places) < 2:
            continue
        for place in (places[0], places[-1] + 1):
            if 0 < place < len(meetings) and key in parties:
                turns.setdefault(place, set()).add(parties[key])
    return tuple(PeopleChange(place=place, parties=tuple(sorted(turns[place]))) for place in sorted(turns))


def _shares(measured: Measured) -> dict[str, float]:
    words: Counter[str] = Counter()
    for utterance in measured.meeting.utterances:
        if utterance.speaker is not None:
            words[utterance.speaker] += len(utterance.text.split())
    total = sum(words.values())
    return {key: count / total for key, count in words.items()} if total else {}
