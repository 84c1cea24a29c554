"""When two pieces are on one thing: nearer than pairs from elsewhere come by chance.

What counts as near is set by the meetings themselves, so it holds whatever the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.matter import Floats

_ALIKE = 1e-4  # spread of cosines below which all pieces are equally near: none says anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The cosines of pairs of pieces from different places of two meetings: mean and standard deviation."""

    mean: float
    spread: float

    def line(self, chance: float) -> float:
        """Give the cosine that such a pair reaches by chance only so often."""
        from scipy.special import ndtri  # scipy.stats takes a second to import

        return float(self.mean - ndtri(chance) * self.spread) if self.spread > _ALIKE else np.inf


def chance_of(vectors: Floats, others: Floats) -> Chance:
    """Measure how near pieces of two meetings, or of one, come to each other by chance."""
    if len(vectors) < 2 or not len(others):
        return Chance(mean=0.0, spread=0.0)
    here = np.arange(len(vectors))
    apart = np.concatenate(
        [(vectors * others[(here + len(others) * part // 7) % len(others)]).sum(axis=1) for part in (2, 3, 5)]
    )
    return Chance(mean=float(apart.mean()), spread=float(apart.std()))


class Chances:
    """Chances between the meetings of a series, each measured once."""

    def __init__(self, vectors: list[Floats]) -> None:
        self._vectors = vectors
        self._known: dict[tuple[int, int], Chance] = {}

    def line(self, one: int, other: int, chance: float) -> float:
        """Give the cosine that a pair of pieces of two meetings reaches by chance only so often."""
        if (one, other) not in self._known:
            self._known[one, other] = chance_of(self._vectors[one], self._vectors[other])
        return self._known[one, other].line(chance)
