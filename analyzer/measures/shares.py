"""What kind of talk it is: shares of modes and rates of barriers, overall and by party.

A share counts what is asserted, over all pieces: a piece whose mode is unsure counts in the whole and
for no mode, so that the shares of the modes and `share_unsure` add up to 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def barrier_rates(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `rate_<barrier>` and `rate_any_barrier`: the share of pieces that voice it."""
    names = [*(f"rate_{key}" for key in codebook.barriers), "rate_any_barrier"]
    return dict(zip(names, shares(_barriers(signals)), strict=True))


def word_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `words_` of all these: of the words, not of the pieces."""
    hits = np.concatenate([_modes(signals, codebook), _barriers(signals)], axis=1)
    return {
        f"words_{name}": figure
        for name, figure in zip(_names(codebook), shares(hits, talk_of(tagged).words), strict=True)
    }


def shares_by_party(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `share_<mode>:<party>`, `rate_<barrier>:<party>` and `rate_any_barrier:<party>`.

    Of the pieces that the party says; for the twelve most talkative parties.
    """
    talk = talk_of(tagged)
    hits = np.concatenate([_modes(signals, codebook), _barriers(signals)], axis=1)
    names = _names(codebook)
    figures: dict[str, Figure] = {}
    for party in talk.speaking[:PARTIES]:
        own = talk.of(party)
        count = int(own.sum())
        few = Unknown(reason=f"{party} says fewer than {FEWEST} pieces")
        found = shares(hits[own]) if count >= FEWEST else [few] * len(names)
        figures |= {f"{name}:{party}": figure for name, figure in zip(names, found, strict=True)}
    return figures


def has_role(modes: NDArray[np.int8], codebook: Codebook, role: str) -> Bools:
    """Mark the decided modes that play a role; none where the codebook has no such mode."""
    key = codebook.role(role)
    marked: Bools = modes == (codebook.modes.index(key) if key else len(codebook.modes))
    return marked


def _names(codebook: Codebook) -> list[str]:
    modes = [f"share_{key}" for key in codebook.modes]
    return [*modes, "share_unsure", *(f"rate_{key}" for key in codebook.barriers), "rate_any_barrier"]


def _modes(signals: Signals, codebook: Codebook) -> Bools:
    columns = np.array([*range(len(codebook.modes)), UNSURE])
    hits: Bools = signals.mode[:, None] == columns
    return hits


def _barriers(signals: Signals) -> Bools:
    return np.concatenate([signals.flags, signals.flags.any(axis=1, keepdims=True)], axis=1)
