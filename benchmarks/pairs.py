"""Pairs of pieces that are one in truth and in what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pair_counts(truth: Sequence[object], found: Sequence[object]) -> NDArray[np.int64]:
    """Count pairs that are one in both, in what was found, and in truth; None is in no pair."""

    def pairs(keys: Iterable[object]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(keys).values())

    return np.array(
        [
            pairs(pair for pair in zip(truth, found, strict=True) if None not in pair),
            pairs(key for key in found if key is not None),
            pairs(key for key in truth if key is not None),
        ]
    )


def pair_figures(counts: NDArray[np.int64]) -> dict[str, float]:
    """Give precision, recall and F1 of pairs."""
    both, found, truth = (float(count) for count in counts)
    precision, recall = both / max(found, 1), both / max(truth, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def split_counts(truth: Sequence[Sequence[object]], found: Sequence[Sequence[object]]) -> dict[str, Any]:
    """Count pairs of a series: all, within meetings, and between meetings."""
    everything = pair_counts([k for keys in truth for k in keys], [k for keys in found for k in keys])
    within = sum(pair_counts(one, other) for one, other in zip(truth, found, strict=True))
    return {"all": everything, "within": within, "between": everything - within}
