"""What single figures hide: precision against recall of each label, and belief against truth.

Both are lists of plain numbers, so that they can be drawn, written as JSON and checked by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.training.scoring import FEWEST_POSITIVES, Rows, average_precision, equal_bins

Floats = NDArray[np.float64]
_POINTS = 120  # of a curve; more cannot be told apart on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Precision and recall of one label at every belief it may be asserted from, strictest first.

    `asserted` and `second` are (recall, precision) of the policy and of the second annotator, None where
    nothing was asserted or nobody labelled twice.
    """

    label: str
    positives: int
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    average_precision: float
    asserted: tuple[float, float] | None
    second: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Pieces of like belief: their mean belief, and the share that has the label."""

    believed: float
    right: float
    n: int


def curves_of(rows: Rows, second: Rows | None, codebook: Codebook) -> list[Curve]:
    """Give the curve of each mode and barrier with at least five positives, in codebook order."""
    ones = np.ones(len(rows))
    found = []
    for column, label in enumerate((*codebook.modes, *codebook.barriers)):
        gold, beliefs, asserted = _column(rows, column, len(codebook.modes))
        if gold.sum() < FEWEST_POSITIVES:
            continue
        recall, precision = precision_recall(gold, beliefs)
        other = _column(second, column, len(codebook.modes)) if second is not None else None
        found.append(
            Curve(
                label=label,
                positives=int(gold.sum()),
                recall=tuple(recall.round(4).tolist()),
                precision=tuple(precision.round(4).tolist()),
                average_precision=average_precision(gold, beliefs, ones),
                asserted=_point(gold, asserted),
                second=_point(other[0], other[2]) if other is not None else None,
            )
        )
    return found


def precision_recall(gold: NDArray[np.bool_], beliefs: Floats) -> tuple[Floats, Floats]:
    """Recall and precision where everything from one belief on is asserted, ties together.

    Returns:
        Two arrays of at most 120 points, strictest first; recall never falls and ends at 1.
    """
    order = np.argsort(-beliefs, kind="stable")
    right = np.cumsum(gold[order])
    last = np.append(np.flatnonzero(np.diff(beliefs[order])), len(order) - 1)  # last of each tie
    recall, precision = right[last] / max(1, int(gold.sum())), right[last] / (last + 1.0)
    if len(last) > _POINTS:
        # Even steps of recall: where a rare label is found, not where ten thousand others are not.
        kept = np.unique(np.searchsorted(recall, np.linspace(recall[0], 1.0, _POINTS)))
        recall, precision = recall[kept], precision[kept]
    return recall, precision


def reliability(rows: Rows, codebook: Codebook) -> dict[str, list[Bin]]:
    """Give the bins of the likeliest mode ("mode") and of each mode's and barrier's own belief."""
    found = {"mode": bins(rows.mode_beliefs.max(axis=1), rows.gold_mode == rows.mode)}
    for column, label in enumerate((*codebook.modes, *codebook.barriers)):
        gold, beliefs, _ = _column(rows, column, len(codebook.modes))
        if gold.sum() >= FEWEST_POSITIVES:
            found[label] = bins(beliefs, gold)
    return found


def bins(believed: Floats, right: NDArray[np.bool_]) -> list[Bin]:
    """Give ten bins of equal count, least believed first."""
    return [
        Bin(believed=float(believed[part].mean()), right=float(right[part].mean()), n=len(part))
        for part in equal_bins(believed)
    ]


def _column(rows: Rows, column: int, modes: int) -> tuple[NDArray[np.bool_], Floats, NDArray[np.bool_]]:
    """Gold, belief and assertion of one label."""
    if column < modes:
        return rows.gold_mode == column, rows.mode_beliefs[:, column], rows.mode == column
    barrier = column - modes
    return rows.gold_flags[:, barrier], rows.barrier_beliefs[:, barrier], rows.flags[:, barrier]


def _point(gold: NDArray[np.bool_], asserted: NDArray[np.bool_]) -> tuple[float, float] | None:
    right = float((gold & asserted).sum())
    if not asserted.any() or not gold.any():
        return None
    return round(right / float(gold.sum()), 4), round(right / float(asserted.sum()), 4)


def as_rows(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Give the curves as JSON holds them."""
    return [
        {name: getattr(curve, name) for name in Curve.__slots__ if name not in ("recall", "precision")}
        | {"recall": list(curve.recall), "precision": list(curve.precision)}
        for curve in curves
    ]
