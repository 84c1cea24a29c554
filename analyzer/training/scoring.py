"""The figures of a tagger against gold labels, with intervals by meeting.

The same definitions as the yardstick that outside checks use: macro-F1 of the asserted modes, Cohen's kappa,
calibration error of the likeliest mode in ten bins of equal count, mean average precision of the barriers
with at least five positives, F1 of the flags. Intervals draw whole meetings, for pieces of one meeting are
not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_POSITIVES = 5
DRAWS = 1000
_FEWEST_MEETINGS = 5
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
    out |= {f"ece_{key}": mode_calibration_error(rows, i) for i, key in enumerate(modes)}
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
    """Compute the figures, and 95 % intervals of the main ones over 1,000 draws of meetings.

    Source:
        Efron and Tibshirani (1993), An introduction to the bootstrap: percentiles over resampled clusters.
    """
    out: dict[str, Any] = dict(figures(rows, modes=modes, barriers=barriers))
    draws = _draws(rows, seed)
    if draws is None:
        return out
    each = _mode_f1s(rows, draws)
    some, gold = rows.flags.any(axis=1), rows.gold_flags.any(axis=1)
    right, flagged = (rows.flags & rows.gold_flags).sum(axis=1), rows.flags.sum(axis=1)
    measured: dict[str, Callable[[], Any]] = {
        "mode_macro_f1": lambda: each.mean(axis=1),
        "barrier_map": lambda: _mean_average_precision(rows, draws),
        "any_barrier_f1": lambda: _f1(draws @ (some & gold), draws @ some, draws @ gold),
        "barrier_precision": lambda: _shares(draws @ right, draws @ flagged),
        "mode_ece": lambda: [calibration_error(rows, draw) for draw in draws],
    }
    for name, measure in measured.items():
        if name in out:
            out |= {f"{name}_ci95": bounds for bounds in _middle(measure())}
    out |= {f"f1_{key}_ci95": bounds for i, key in enumerate(modes) for bounds in _middle(each[:, i])}
    return out


def with_macro_interval(
    rows: Rows, *, modes: Sequence[str], barriers: Sequence[str], seed: int = 0
) -> dict[str, Any]:
    """Compute the figures, and the interval of the modes' macro-F1 alone: enough for a row of a table."""
    out: dict[str, Any] = dict(figures(rows, modes=modes, barriers=barriers))
    draws = _draws(rows, seed)
    if draws is not None:
        out["mode_macro_f1_ci95"] = next(_middle(_mode_f1s(rows, draws).mean(axis=1)))
    return out


def _draws(rows: Rows, seed: int) -> Floats | None:
    """How often each row counts in each draw of meetings, (draws, n); None for fewer than five meetings."""
    names, group = np.unique(np.array(rows.meetings), return_inverse=True)
    if len(names) < _FEWEST_MEETINGS:
        return None
    rng = np.random.default_rng(seed)
    drawn = [
        np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))[group]
        for _ in range(DRAWS)
    ]
    return np.array(drawn, dtype=np.float64)


def _mode_f1s(rows: Rows, draws: Floats) -> Floats:
    """`mode_f1` under each of several weightings: (draws, modes)."""
    count = rows.mode_beliefs.shape[1]
    pairs = np.eye(count * count)[rows.gold_mode * count + rows.mode]
    tables = (draws @ pairs).reshape(len(draws), count, count)
    each: Floats = _f1(np.diagonal(tables, axis1=1, axis2=2), tables.sum(axis=1), tables.sum(axis=2))
    return each


def _shares(part: Floats, whole: Floats) -> Floats:
    """Give shares, nan where there is nothing to share."""
    return np.where(whole > 0, part / np.maximum(whole, 1.0), np.nan)


def _mean_average_precision(rows: Rows, draws: Floats) -> Floats:
    counted = np.flatnonzero(rows.gold_flags.sum(axis=0) >= FEWEST_POSITIVES)
    each = [average_precisions(rows.gold_flags[:, i], rows.barrier_beliefs[:, i], draws) for i in counted]
    table = np.array(each)  # (barriers, draws), nan where a draw holds no gold
    known = np.isfinite(table)
    mean: Floats = np.where(known, table, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known.any(axis=0), mean, np.nan)


def _middle(values: Any) -> Iterator[list[float]]:
    """Bounds of the middle 95 %; draws without meaning do not count, and of none there is no interval."""
    known = np.asarray(values)[np.isfinite(values)]
    if len(known):
        yield [float(x) for x in np.percentile(known, [2.5, 97.5])]


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


def calibration_error(rows: Rows, weights: Floats | None = None) -> float:
    """Expected calibration error of the largest mode belief, in ten bins of equal count.

    Args:
        rows: gold and prediction.
        weights: (n,) how often each row counts, whole numbers; once each by default.

    Source:
        Naeini et al. (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI; bins of
        equal count as in Nixon et al. (2019), Measuring calibration in deep learning, CVPR workshops.
    """
    believed = rows.mode_beliefs.max(axis=1)
    right = (rows.gold_mode == rows.mode).astype(np.float64)
    if weights is not None:
        order = np.argsort(believed, kind="stable")
        times = weights[order].astype(np.int64)
        believed, right = np.repeat(believed[order], times), np.repeat(right[order], times)
    return _gap(believed, right)


def mode_calibration_error(rows: Rows, mode: int) -> float:
    """Expected calibration error of the belief in one mode, right where the mode is gold.

    Source:
        Kull et al. (2019), Beyond temperature scaling, NeurIPS: classwise calibration.
    """
    return _gap(rows.mode_beliefs[:, mode], (rows.gold_mode == mode).astype(np.float64))


def equal_bins(believed: Floats, bins: int = _BINS) -> list[NDArray[np.int64]]:
    """Rows in order of belief, dealt to bins of equal count; fewer bins where there are fewer rows."""
    order = np.argsort(believed, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def _gap(believed: Floats, right: Floats) -> float:
    parts = equal_bins(believed)
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
    return float(average_precisions(gold, beliefs, weights[None])[0])


def average_precisions(gold: NDArray[np.bool_], beliefs: Floats, weights: Floats) -> Floats:
    """Average precision under several weightings of the rows: (draws, n) weights give (draws,)."""
    if not len(gold):
        return np.full(len(weights), np.nan)
    order = np.argsort(-beliefs, kind="stable")
    last = np.append(np.flatnonzero(np.diff(beliefs[order])), len(order) - 1)  # last of each tie
    taken = np.cumsum(weights[:, order], axis=1)[:, last]
    right = np.cumsum(weights[:, order] * gold[order], axis=1)[:, last]
    precision = right / np.maximum(taken, 1e-12)
    total = right[:, -1]
    summed: Floats = (np.diff(right, prepend=0.0, axis=1) * precision).sum(axis=1)
    return np.where(total > 0, summed / np.maximum(total, 1e-12), np.nan)


def _flag_counts(rows: Rows) -> tuple[Any, Any, Any]:
    return (
        (rows.flags & rows.gold_flags).sum(axis=0),
        rows.flags.sum(axis=0),
        rows.gold_flags.sum(axis=0),
    )


def _f1(right: Any, asserted: Any, gold: Any) -> Any:
    return 2.0 * np.asarray(right, dtype=np.float64) / np.maximum(np.asarray(asserted) + gold, 1e-12)
