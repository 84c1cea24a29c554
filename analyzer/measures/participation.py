"""Who has the floor: the parties' shares of words and turns. Of parties, never of persons."""

from __future__ import annotations

import numpy as np

from analyzer.codebook import Codebook
from analyzer.measures.intervals import NO_PIECES, share
from analyzer.measures.talk import NOBODY, Talk, talk_of
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.tagged import Signals, Tagged

ATTRIBUTED = 0.5  # share of the talk whose party must be known, or no party's share is


def talk_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `talk_share:<party>`: of all words. Words of unknown party widen the interval."""
    talk = talk_of(tagged)
    return {f"talk_share:{party}": _attributed(talk, party, talk.words) for party in talk.parties}


def turn_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `turn_share:<party>`: of all turns. Turns of unknown party widen the interval."""
    talk = talk_of(tagged)
    firsts = np.flatnonzero(np.diff(talk.turn, prepend=-1))  # first piece of each turn
    turns = Talk(
        words=talk.words[firsts],
        speaker=talk.speaker[firsts],
        party=talk.party[firsts],
        turn=talk.turn[firsts],
        parties=talk.parties,
    )
    ones = np.ones(len(firsts))
    return {f"turn_share:{party}": _attributed(turns, party, ones) for party in talk.parties}


def _attributed(talk: Talk, party: str, weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Figure:
    """Give a party's share; what nobody is known to say may be its own or not."""
    total = float(weights.sum())
    if total <= 0:
        return Unknown(reason=NO_PIECES)
    unknown = float(weights[talk.party == NOBODY].sum()) / total
    if 1 - unknown < ATTRIBUTED:
        return Unknown(reason="for most of what is said no party is known")
    figure = share(talk.of(party), weights)
    if isinstance(figure, Unknown):
        return figure
    return Estimate(value=figure.value, low=figure.low, high=min(1.0, figure.high + unknown), n=figure.n)
