"""Who says each piece: words, speakers, parties and turns of a meeting as arrays.

What all measures of participation start from. Nothing is decided here that is not in the record;
-1 stands for unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records.tagged import Tagged

NOBODY = -1

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The pieces of a meeting, and the parties that say them."""

    words: NDArray[np.float64]  # (n,)
    speaker: Ints  # (n,) a number for each person, NOBODY where unknown
    party: Ints  # (n,) index into `parties`, NOBODY where unknown
    turn: Ints  # (n,) counts from 0; consecutive pieces of one speaker are one turn
    parties: tuple[str, ...]  # sorted; those listed for the meeting and those of its people

    def __len__(self) -> int:
        return len(self.words)

    @property
    def speaking(self) -> tuple[str, ...]:
        """Parties that say something, most talkative first."""
        totals = [float(self.words[self.party == number].sum()) for number in range(len(self.parties))]
        spoke = [number for number, total in enumerate(totals) if total > 0]
        return tuple(self.parties[number] for number in sorted(spoke, key=lambda n: (-totals[n], n)))

    @property
    def turns(self) -> Turns:
        """The turns that the pieces make."""
        first = np.flatnonzero(np.diff(self.turn, prepend=-1)).astype(np.int64)
        last = np.append(first[1:], len(self)) - 1 if len(first) else first
        return Turns(first=first, last=last, speaker=self.speaker[first], party=self.party[first])

    def of(self, party: str) -> NDArray[np.bool_]:
        """Mark the pieces (n,) that a party says."""
        own: NDArray[np.bool_] = self.party == self.parties.index(party)
        return own


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What each speaker says at a stretch: pieces `first` to `last`."""

    first: Ints  # (t,) first piece
    last: Ints  # (t,) last piece
    speaker: Ints  # (t,) as in Talk
    party: Ints  # (t,) as in Talk

    def __len__(self) -> int:
        return len(self.first)

    @property
    def crosses(self) -> NDArray[np.bool_]:
        """Mark the turns (t,) that follow a turn of another known party."""
        crosses = np.zeros(len(self), dtype=np.bool_)
        before, here = self.party[:-1], self.party[1:]
        crosses[1:] = (before != here) & (before != NOBODY) & (here != NOBODY)
        return crosses


_LATEST: list[tuple[Tagged, Talk]] = []  # one: half a dozen measures ask for the same meeting in turn


def talk_of(tagged: Tagged) -> Talk:
    """Lay out who says the pieces of a meeting.

    An utterance without a known speaker is a turn of its own: nobody knows whether it goes on.
    """
    for known, talk in _LATEST:
        if known is tagged:
            return talk
    talk = _laid_out(tagged)
    _LATEST[:] = [(tagged, talk)]
    return talk


def _laid_out(tagged: Tagged) -> Talk:
    meeting = tagged.meeting
    party_of = {person.key: person.party for person in meeting.people}
    parties = tuple(sorted({*meeting.parties, *(party for party in party_of.values() if party)}))
    people = {key: number for number, key in enumerate(party_of)}
    sides = {key: parties.index(party) if party else NOBODY for key, party in party_of.items()}
    spoken = np.array([piece.utterance for piece in tagged.pieces], dtype=np.int64)
    keys = [utterance.speaker or "" for utterance in meeting.utterances]
    speaker = np.array([people.get(key, NOBODY) for key in keys], dtype=np.int64)[spoken]
    party = np.array([sides.get(key, NOBODY) for key in keys], dtype=np.int64)[spoken]
    return Talk(
        words=np.array([len(tagged.encoded.text(n).split()) for n in range(len(tagged))], dtype=np.float64),
        speaker=speaker,
        party=party,
        turn=_turns(spoken, speaker),
        parties=parties,
    )


def _turns(spoken: Ints, speaker: Ints) -> Ints:
    if not len(spoken):
        return np.zeros(0, dtype=np.int64)
    goes_on = (speaker[1:] == speaker[:-1]) & (speaker[1:] != NOBODY)
    starts = ~goes_on & (spoken[1:] != spoken[:-1])
    return np.concatenate([[0], np.cumsum(starts)]).astype(np.int64)
