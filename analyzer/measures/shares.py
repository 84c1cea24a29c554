"""What kind of talk it is: shares of modes and rates of barriers, overall and by party.

A share counts what is asserted, over all pieces: a piece whose mode is unsure counts in the whole and
for no mode, so that the shares of the modes and `share_unsure` add up to 1.
"""

from __future__ import annotations

import numpy as np

from analyzer.codebook import Codebook
from analyzer.measures.intervals import Bools, shares
from analyzer.measures.talk import talk_of
from analyzer.records.figures import Figure, Unknown
from analyzer.records.tagged import UNSURE, Signals, Tagged

FEWEST = 10  # pieces of a party; below it an interval would span most of 0 to 1
PARTIES = 12  # most talkative ones that are told apart: a committee of forty companies is no partnership


def mode_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `share_<mode>` and `share_unsure`."""
    names = [*(f"share_{key}" for key in codebook.modes), "share_unsure"]
    return dict(zip(names, shares(_modes(signals, codebook)), strict=True))


def mode_word_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `words_share_<mode>` and `words_share_unsure`: of the words, not of the pieces."""
    names = [*(f"words_share_{key}" for key in codebook.modes), "words_share_unsure"]
    return dict(zip(names, shares(_modes(signals, codebook), talk_of(tagged).words), strict=True))


def barrier_rates(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `rate_<barrier>` and `rate_any_barrier`: the share of pieces that voice it."""
    names = [*(f"rate_{key}" for key in codebook.barriers), "rate_any_barrier"]
    return dict(zip(names, shares(_barriers(signals)), strict=True))


def barrier_word_rates(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `words_rate_<barrier>` and `words_rate_any_barrier`: of the words, not of the pieces."""
    names = [*(f"words_rate_{key}" for key in codebook.barriers), "words_rate_any_barrier"]
    return dict(zip(names, shares(_barriers(signals), talk_of(tagged).words), strict=True))


def shares_by_party(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `share_<mode>:<party>`, `rate_<barrier>:<party>` and `rate_any_barrier:<party>`.

    Of the pieces that the party says; for the twelve most talkative parties.
    """
    talk = talk_of(tagged)
    hits = np.concatenate([_modes(signals, codebook), _barriers(signals)], axis=1)
    names = [*(f"share_{key}" for key in codebook.modes), "share_unsure"]
    names += [*(f"rate_{key}" for key in codebook.barriers), "rate_any_barrier"]
    figures: dict[str, Figure] = {}
    for party in talk.speaking[:PARTIES]:
        own = talk.of(party)
        count = int(own.sum())
        few = Unknown(reason=f"{party} says fewer than {FEWEST} pieces")
        found = shares(hits[own]) if count >= FEWEST else [few] * len(names)
        figures |= {f"{name}:{party}": figure for name, figure in zip(names, found, strict=True)}
    return figures


def _modes(signals: Signals, codebook: Codebook) -> Bools:
    columns = np.array([*range(len(codebook.modes)), UNSURE])
    hits: Bools = signals.mode[:, None] == columns
    return hits


def _barriers(signals: Signals) -> Bools:
    return np.concatenate([signals.flags, signals.flags.any(axis=1, keepdims=True)], axis=1)
