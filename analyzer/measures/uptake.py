"""Who is taken up: whether what a party brings in is what the others go on to talk about.

Two pieces are on one thing if their vectors are nearer than all but a few pairs from different parts of
the same meeting: what counts as near is set by the meeting, whatever the model and the subject.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.measures.intervals import Bools, difference, share
from analyzer.measures.shares import PARTIES, has_role
from analyzer.measures.talk import NOBODY, Talk, talk_of
from analyzer.records.figures import Figure, Unknown
from analyzer.records.tagged import Signals, Tagged

FEWEST = 10  # pieces to which others could have answered
_REPLIES = 3  # pieces of substance of others in which a piece may be taken up
_AHEAD = 12  # pieces within which they are looked for
_FEWEST_WORDS = 5
_CHANCE = 0.05  # share of pairs from different parts of the meeting that count as near


def uptake(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `uptake:<party>` and `uptake_asymmetry:<party>`.

    The first is the share of the party's pieces of substance that are taken up in the next three of other
    parties: about one in seven by chance. The second compares reply by reply: how many of the others'
    replies to the party take up, less how many of its replies to others do; from -1 (it takes up and is
    not taken up) to 1, and 0 by chance whatever the number of parties.
    """
    talk = talk_of(tagged)
    pairs = _pairs(talk, _substance(signals, codebook, talk))
    near = _near(tagged, pairs)
    figures: dict[str, Figure] = {}
    for party in talk.speaking[:PARTIES]:
        number = talk.parties.index(party)
        to_it = near[talk.party[pairs[:, 0]] == number]
        by_it = near[talk.party[pairs[:, 1]] == number]
        taken = _taken(pairs, near, talk.party[pairs[:, 0]] == number)
        few = Unknown(reason=f"others could take up fewer than {FEWEST} pieces of {party}, or it of theirs")
        is_enough = min(len(taken), len(by_it)) >= FEWEST
        figures[f"uptake:{party}"] = share(taken) if is_enough else few
        figures[f"uptake_asymmetry:{party}"] = difference(share(to_it), share(by_it)) if is_enough else few
    return figures


def _substance(signals: Signals, codebook: Codebook, talk: Talk) -> Bools:
    has_substance: Bools = (talk.words >= _FEWEST_WORDS) & (talk.party != NOBODY)
    return has_substance & ~has_role(signals.mode, codebook, "procedural")


def _pairs(talk: Talk, has_substance: Bools) -> NDArray[np.intp]:
    """Pair each piece with the next pieces of other parties: (pairs, 2), by the first and in order."""
    n = len(talk)
    found, seen = [np.zeros((0, 2), dtype=np.intp)], np.zeros(n, dtype=np.int64)
    for ahead in range(1, min(_AHEAD, n - 1) + 1):
        here, later = np.arange(n - ahead), np.arange(ahead, n)
        fits = has_substance[here] & has_substance[later] & (talk.party[here] != talk.party[later])
        fits &= seen[here] < _REPLIES
        seen[: n - ahead] += fits
        found.append(np.stack([here[fits], later[fits]], axis=1))
    pairs = np.concatenate(found)
    ordered: NDArray[np.intp] = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return ordered


def _near(tagged: Tagged, pairs: NDArray[np.intp]) -> Bools:
    """Mark the pairs that are nearer than pairs from different parts of the meeting."""
    if not len(pairs):
        return np.zeros(0, dtype=np.bool_)
    vectors = tagged.encoded.vectors.astype(np.float32)
    members = np.unique(pairs)  # only what can be taken up is compared
    apart = [
        (vectors[members] * np.roll(vectors[members], len(members) // part, axis=0)).sum(axis=1)
        for part in (2, 3)
    ]
    line = float(np.quantile(np.concatenate(apart), 1 - _CHANCE))
    near: Bools = (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(axis=1) > line
    return near


def _taken(pairs: NDArray[np.intp], near: Bools, wanted: Bools) -> Bools:
    """Say of each first piece of the wanted pairs, in order, whether any of them is near."""
    firsts = pairs[wanted, 0]
    if not len(firsts):
        return np.zeros(0, dtype=np.bool_)
    starts = np.flatnonzero(np.diff(firsts, prepend=-1))
    taken: Bools = np.logical_or.reduceat(near[wanted], starts)
    return taken
