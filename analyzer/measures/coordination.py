"""Linguistic coordination: whether a party takes over the other parties' function words when it replies.

People adapt their function words to those they depend on, without knowing it, so that who adapts to whom
says who has the power: Danescu-Niculescu-Mizil, Lee, Pang and Kleinberg (2012), "Echoes of power", WWW.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.measures.intervals import Z95, Bools, Floats, design_effect
from analyzer.measures.shares import PARTIES
from analyzer.measures.talk import Ints, Talk, talk_of
from analyzer.measures.wording import FUNCTION_WORDS, classes_of
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.tagged import Signals, Tagged

FEWEST = 30  # exchanges in which a party replies
_FEWEST_WORDS = 4  # of either side of an exchange; "Okay." echoes nobody
_FEWEST_WITH = 5  # exchanges with and without a class; else the class is left out
_STRATA = 3  # groups of replies of like length


def coordination(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `coordination:<party>`, from -1 to 1: how much it echoes the other parties when it replies.

    For each class of function words, how much likelier it is in a reply to a piece that has it than in
    replies of the same party and of like length; the mean over classes. Longer pieces hold more of all
    classes, and long pieces get long replies: without the strata that would look like an echo.
    """
    talk = talk_of(tagged)
    said, replied = _exchanges(talk)
    repliers = talk.party[replied]
    figures: dict[str, Figure] = {}
    for number, party in _numbered(talk):
        own = repliers == number
        figures[f"coordination:{party}"] = (
            _echo(_classes(tagged, said[own]), _classes(tagged, replied[own]), talk.words[replied[own]])
            if own.sum() >= FEWEST
            else Unknown(reason=f"{party} replies to other parties fewer than {FEWEST} times")
        )
    return figures


def _numbered(talk: Talk) -> list[tuple[int, str]]:
    return [(talk.parties.index(party), party) for party in talk.speaking[:PARTIES]]


def _exchanges(talk: Talk) -> tuple[Ints, Ints]:
    """Give the last piece of each turn and the first piece of the reply that another party gives."""
    turns = talk.turns
    replies = np.flatnonzero(turns.crosses)
    said, replied = turns.last[replies - 1], turns.first[replies]
    long = (talk.words[said] >= _FEWEST_WORDS) & (talk.words[replied] >= _FEWEST_WORDS)
    return said[long], replied[long]


def _classes(tagged: Tagged, numbers: Ints) -> Bools:
    masks = np.array([classes_of(tagged.encoded.text(int(number))) for number in numbers], dtype=np.int64)
    return (masks[:, None] >> np.arange(len(FUNCTION_WORDS)) & 1).astype(np.bool_)


def _echo(said: Bools, replied: Bools, words: Floats) -> Figure:
    """Give the coordination of replies (m, classes) to what was said (m, classes)."""
    counts = said.sum(axis=0)
    enough = (counts >= _FEWEST_WITH) & (len(said) - counts >= _FEWEST_WITH)
    if not enough.any():
        return Unknown(reason="what is replied to holds the same function words nearly always")
    given, answer = said[:, enough].astype(np.float64), replied[:, enough].astype(np.float64)
    stratum = np.digitize(words, np.quantile(words, np.arange(1, _STRATA) / _STRATA))
    given_left, answer_left = _within(given, stratum), _within(answer, stratum)
    share = given.mean(axis=0)
    values = (given_left * answer_left).mean(axis=0) / share
    # What each exchange adds to the mean over classes; their spread is the figure's uncertainty.
    adds = ((given_left * answer_left - given * values) / share).mean(axis=1)
    value, m = float(values.mean()), len(said)
    inflation = float(design_effect(adds[:, None], np.array([0.5]))[0])
    half = Z95 * float(np.sqrt(inflation * (adds**2).sum() / (m * (m - 1))))
    return Estimate(value=value, low=max(-1.0, value - half), high=min(1.0, value + half), n=m)


def _within(marks: Floats, stratum: NDArray[np.intp]) -> Floats:
    """Give deviations from the mean of the stratum."""
    counts = np.bincount(stratum, minlength=_STRATA)
    sums = np.stack([np.bincount(stratum, column, minlength=_STRATA) for column in marks.T], axis=1)
    means = sums / np.maximum(counts, 1)[:, None]
    deviations: Floats = marks - means[stratum]
    return deviations
