"""The figures of a tagger against gold labels, with intervals by meeting.

The same definitions as the yardstick that outside checks use: macro-F1 of the asserted modes, Cohen's kappa,
calibration error of the likeliest mode in ten bins of equal count, mean average precision of the barriers
with at least five positives, F1 of the flags. Intervals draw whole meetings, for pieces of one meeting are
not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_POSITIVES = 5
DRAWS = 1000
_BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Gold and prediction of n pieces, in one order."""

    meetings: Sequence[str]
    gold_mode: NDArray[np.int64]  # (n,) columns of the codebook's modes
    gold_flags: NDArray[np.bool_]  # (n, barriers)
    mode: NDArray[np.int64]  # (n,) as asserted
    mode_beliefs: Floats  # (n, modes)
    barrier_beliefs: Floats  # (n, barriers)
    flags: NDArray[np.bool_]  # (n, barriers) as asserted

    def __len__(self) -> int:
        return len(self.gold_mode)

    def where(self, keep: NDArray[np.bool_]) -> Rows:
        """Give the rows for which `keep` (n,) is true."""
        return Rows(
            meetings=[name for name, kept in zip(self.meetings, keep, strict=True) if kept],
            gold_mode=self.gold_mode[keep],
            gold_flags=self.gold_flags[keep],
            mode=self.mode[keep],
            mode_beliefs=self.mode_beliefs[keep],
            barrier_beliefs=self.barrier_beliefs[keep],
            flags=self.flags[keep],
        )


def figures(rows: Rows, *, modes: Sequence[str], barriers: Sequence[str]) -> dict[str, float]:
    """Compute all figures of the rows; a figure without meaning on them is left out."""
    weights = np.ones(len(rows))
    each = mode_f1(rows, weights)
    out: dict[str, float] = {"n": float(len(rows)), "mode_macro_f1": float(each.mean())}
    out["mode_kappa"] = kappa(rows.gold_mode, rows.mode, len(modes))
    out |= {f"f1_{key}": float(value) for key, value in zip(modes, each, strict=True)}
    out["mode_ece"] = calibration_error(rows)
    counted = rows.gold_flags.sum(axis=0) >= FEWEST_POSITIVES
    precision = barrier_precision(rows, weights)
    out |= {f"ap_{key}": float(precision[i]) for i, key in enumerate(barriers) if counted[i]}
    right, flagged, positive = _flag_counts(rows)
    if counted.any():
        out["barrier_map"] = float(precision[counted].mean())
        out["barrier_macro_f1"] = float(_f1(right, flagged, positive)[counted].mean())
    out["barrier_micro_f1"] = float(_f1(right.sum(), flagged.sum(), positive.sum()))
    out["barrier_precision"] = float(right.sum() / max(1, flagged.sum()))
    some, gold = rows.flags.any(axis=1), rows.gold_flags.any(axis=1)
    out["any_barrier_f1"] = float(_f1((some & gold).sum(), some.sum(), gold.sum()))
    out["barrier_rate"] = float(rows.gold_flags.mean())
    return out


def with_intervals(
    rows: Rows, *, modes: Sequence[str], barriers: Sequence[str], seed: int = 0
) -> dict[str, Any]:
    """Compute the figures, and 95 % intervals of the main ones over 1,000 draws of meetings."""
    out: dict[str, Any] = dict(figures(rows, modes=modes, barriers=barriers))
    names = sorted(set(rows.meetings))
    if len(names) < 5:
        return out
    group = np.array([names.index(name) for name in rows.meetings])
    counted = rows.gold_flags.sum(axis=0) >= FEWEST_POSITIVES
    rng = np.random.default_rng(seed)
    draws = [
        np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))[group]
        for _ in range(DRAWS)
    ]
    measured: dict[str, Callable[[Floats], float]] = {
        "mode_macro_f1": lambda w: float(mode_f1(rows, w).mean()),
        "barrier_map": lambda w: float(np.nanmean(barrier_precision(rows, w)[counted])),
        "any_barrier_f1": lambda w: _any_f1(rows, w),
    }
    for name, measure in measured.items():
        if name in out:
            values = [measure(draw.astype(np.float64)) for draw in draws]
            out[f"{name}_ci95"] = [float(x) for x in np.nanpercentile(values, [2.5, 97.5])]
    return out


def mode_f1(rows: Rows, weights: Floats) -> Floats:
    """F1 of each mode, pieces counted `weights` times; 0 where a mode neither occurs nor is asserted."""
    count = rows.mode_beliefs.shape[1]
    table = np.zeros((count, count))
    np.add.at(table, (rows.gold_mode, rows.mode), weights)
    each: Floats = _f1(np.diag(table), table.sum(axis=0), table.sum(axis=1))
    return each


def kappa(first: NDArray[np.int64], second: NDArray[np.int64], classes: int) -> float:
    """Cohen's kappa of two labellings with the same classes; 0 where chance explains everything."""
    table = np.zeros((classes, classes))
    np.add.at(table, (first, second), 1.0)
    table /= max(1.0, table.sum())
    chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return (float(np.trace(table)) - chance) / (1.0 - chance) if chance < 1.0 else 0.0


def calibration_error(rows: Rows) -> float:
    """Expected calibration error of the largest mode belief, in ten bins of equal count."""
    believed = rows.mode_beliefs.max(axis=1)
    right = (rows.gold_mode == rows.mode).astype(np.float64)
    order = np.argsort(believed, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    gaps = [len(p) / len(believed) * abs(believed[p].mean() - right[p].mean()) for p in parts]
    return float(np.sum(gaps))


def barrier_precision(rows: Rows, weights: Floats) -> Floats:
    """Average precision of each barrier; nan where it does not occur."""
    return np.array(
        [
            average_precision(rows.gold_flags[:, i], rows.barrier_beliefs[:, i], weights)
            for i in range(rows.gold_flags.shape[1])
        ]
    )


def average_precision(gold: NDArray[np.bool_], beliefs: Floats, weights: Floats) -> float:
    """Mean of precision over recall steps, ties taken together (as scikit-learn does); nan without gold."""
    order = np.argsort(-beliefs, kind="stable")
    right = np.cumsum(gold[order] * weights[order])
    taken = np.cumsum(weights[order])
    if not len(right) or right[-1] <= 0:
        return float("nan")
    last = np.append(np.flatnonzero(np.diff(beliefs[order])), len(order) - 1)  # last of each tie
    precision = right[last] / np.maximum(taken[last], 1e-12)
    return float((np.diff(right[last], prepend=0.0) * precision).sum() / right[-1])


def _flag_counts(rows: Rows) -> tuple[Any, Any, Any]:
    return (
        (rows.flags & rows.gold_flags).sum(axis=0),
        rows.flags.sum(axis=0),
        rows.gold_flags.sum(axis=0),
    )


def _any_f1(rows: Rows, weights: Floats) -> float:
    some, gold = rows.flags.any(axis=1), rows.gold_flags.any(axis=1)
    return float(_f1(weights @ (some & gold), weights @ some, weights @ gold))


def _f1(right: Any, asserted: Any, gold: Any) -> Any:
    return 2.0 * np.asarray(right, dtype=np.float64) / np.maximum(np.asarray(asserted) + gold, 1e-12)
