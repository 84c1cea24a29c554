"""When two pieces are on one thing: nearer than pairs from elsewhere come by chance.

What counts as near is set by the meetings themselves, so it holds whatever the model.
"""

from __future__ import annotations

import numpy as np

from analyzer.matter import Floats

_ALIKE = 1e-4  # spread of cosines below which all pieces are equally near: none says anything


def chance_line(vectors: Floats, others: Floats, chance: float) -> float:
    """Give the cosine that a pair of pieces from different places reaches by chance only so often."""
    from scipy.special import ndtri  # scipy.stats takes a second to import

    if len(vectors) < 2 or not len(others):
        return np.inf
    here = np.arange(len(vectors))
    apart = np.concatenate(
        [(vectors * others[(here + len(others) * part // 7) % len(others)]).sum(axis=1) for part in (2, 3, 5)]
    )
    spread = float(apart.std())
    return float(apart.mean() - ndtri(chance) * spread) if spread > _ALIKE else np.inf
