"""Calibration and policy: fitted on real development rows, and judged by cross-fitting over meetings.

The networks are trained on dense written talk and with weighted losses, so their logits are put right
here: one temperature and a bias a mode, one common scale and a bias a barrier, each held back by a penalty
because rare labels have few rows. The policy then says from which belief on something is asserted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.tagging.calibration import calibrate_barriers, calibrate_mode
from analyzer.tagging.policy import certainty
from analyzer.training.scoring import Rows

Floats = NDArray[np.float64]
FOLDS = 5
LEAST_PRECISION = 0.5  # of flags: no barrier is asserted that is likelier wrong than right
MOST_UNSURE = 0.2
_PENALTY = 2.0  # of squared distance from no change, in units of log likelihood


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """Uncalibrated logits and gold labels of n pieces."""

    mode: Floats  # (n, modes)
    barrier: Floats  # (n, barriers)
    gold_mode: NDArray[np.int64]  # (n,)
    gold_flags: NDArray[np.bool_]  # (n, barriers)
    meetings: Sequence[str]

    def where(self, keep: NDArray[np.bool_]) -> Believed:
        """Give the rows for which `keep` (n,) is true."""
        return Believed(
            mode=self.mode[keep],
            barrier=self.barrier[keep],
            gold_mode=self.gold_mode[keep],
            gold_flags=self.gold_flags[keep],
            meetings=[name for name, kept in zip(self.meetings, keep, strict=True) if kept],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What config.json and policy.json hold; columns in codebook order."""

    calibration: dict[str, Any]
    offsets: Floats  # (modes,) added to log belief
    threshold: float  # belief from which a barrier is flagged
    unsure_below: float

    def apply(self, believed: Believed) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.bool_]]:
        """Give mode beliefs, barrier beliefs, asserted modes and flags."""
        mode = calibrate_mode(believed.mode, self.calibration["mode"]).astype(np.float64)
        barrier = calibrate_barriers(believed.barrier, self.calibration["barrier"]).astype(np.float64)
        asserted = (np.log(np.maximum(mode, 1e-12)) + self.offsets).argmax(axis=1)
        return mode, barrier, asserted, barrier >= self.threshold


def fit_parameters(believed: Believed) -> Fitted:
    """Fit calibration and policy on the given rows."""
    calibration = {"mode": _fit_mode(believed), "barrier": _fit_barriers(believed)}
    mode = calibrate_mode(believed.mode, calibration["mode"]).astype(np.float64)
    barrier = calibrate_barriers(believed.barrier, calibration["barrier"]).astype(np.float64)
    offsets = _fit_offsets(mode, believed.gold_mode)
    return Fitted(
        calibration=calibration,
        offsets=offsets,
        threshold=_fit_threshold(barrier, believed.gold_flags),
        unsure_below=_fit_unsure(mode, offsets, believed.gold_mode),
    )


def cross_fit(
    believed: Believed, *, folds: int = FOLDS
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Apply to each meeting what was fitted on the others.

    Returns:
        Mode beliefs, barrier beliefs, asserted modes, flags, and whether the mode is unsure, all (n, …).
    """
    fold = _folds(believed.meetings, folds)
    mode, barrier = np.zeros_like(believed.mode), np.zeros_like(believed.barrier)
    asserted = np.zeros(len(mode), dtype=np.int64)
    flags = np.zeros(barrier.shape, dtype=bool)
    unsure = np.zeros(len(mode), dtype=bool)
    for number in range(folds):
        own = fold == number
        if not own.any():
            continue
        fitted = fit_parameters(believed.where(~own))
        mode[own], barrier[own], asserted[own], flags[own] = fitted.apply(believed.where(own))
        unsure[own] = certainty(mode[own], fitted.offsets) < fitted.unsure_below
    return mode, barrier, asserted, flags, unsure


def cross_fitted(believed: Believed) -> Rows:
    """Rows judged by parameters that were fitted on other meetings."""
    return _rows(believed, *cross_fit(believed)[:4])


def rows_of(believed: Believed, fitted: Fitted) -> Rows:
    """Rows judged by the given parameters."""
    return _rows(believed, *fitted.apply(believed))


def _rows(
    believed: Believed,
    mode: NDArray[np.float64],
    barrier: NDArray[np.float64],
    asserted: NDArray[np.int64],
    flags: NDArray[np.bool_],
) -> Rows:
    return Rows(
        meetings=believed.meetings,
        gold_mode=believed.gold_mode,
        gold_flags=believed.gold_flags,
        mode=asserted,
        mode_beliefs=mode,
        barrier_beliefs=barrier,
        flags=flags,
    )


def _folds(meetings: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Deal meetings to folds, largest first to the emptiest, so that folds are of like size."""
    names, counts = np.unique(np.array(meetings), return_counts=True)
    sizes = np.zeros(folds)
    dealt: dict[str, int] = {}
    for number in np.argsort(-counts, kind="stable"):
        fold = int(sizes.argmin())
        dealt[str(names[number])] = fold
        sizes[fold] += counts[number]
    return np.array([dealt[name] for name in meetings])


def _fit_mode(believed: Believed) -> dict[str, Any]:
    from scipy.optimize import minimize

    gold, rows = believed.gold_mode, np.arange(len(believed.gold_mode))

    def cost(values: Floats) -> float:
        scaled = believed.mode * np.exp(values[0]) + values[1:]
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log = scaled[rows, gold] - np.log(np.exp(scaled).sum(axis=1))
        return float(-log.sum() + _PENALTY * (values**2).sum())

    found = minimize(cost, np.zeros(1 + believed.mode.shape[1]), method="L-BFGS-B").x
    return {"temperature": float(np.exp(-found[0])), "bias": [float(x) for x in found[1:] - found[1:].mean()]}


def _fit_barriers(believed: Believed) -> dict[str, Any]:
    from scipy.optimize import minimize

    logits, gold = np.clip(believed.barrier, -15.0, 15.0), believed.gold_flags
    count = logits.shape[1]

    def cost(values: Floats) -> float:
        shifted = logits * np.exp(values[0]) + values[1] + values[2:]
        likelihood = np.where(gold, -np.logaddexp(0.0, -shifted), -np.logaddexp(0.0, shifted))
        # The common bias is free, those of single barriers are not: some have six rows.
        return float(-likelihood.sum() + _PENALTY * (values[0] ** 2 + (values[2:] ** 2).sum()))

    found = minimize(cost, np.zeros(2 + count), method="L-BFGS-B").x
    return {
        "scale": [float(np.exp(found[0]))] * count,
        "bias": [float(found[1] + value) for value in found[2:]],
    }


def _fit_offsets(beliefs: Floats, gold: NDArray[np.int64]) -> Floats:
    """Raise modes one after another while macro-F1 rises; the commonest mode stays at 0."""
    logs = np.log(np.maximum(beliefs, 1e-12))
    offsets = np.zeros(beliefs.shape[1])
    common = int(np.bincount(gold, minlength=len(offsets)).argmax())
    grid = np.round(np.arange(-0.6, 2.41, 0.2), 2)
    for _ in range(2):
        for column in [c for c in range(len(offsets)) if c != common]:
            tried = []
            for value in grid:
                trial = offsets.copy()
                trial[column] = value
                # A small charge on distance decides between equals and holds back on thin evidence.
                tried.append(_macro_f1(gold, (logs + trial).argmax(axis=1)) - 0.005 * abs(value))
            offsets[column] = grid[int(np.argmax(tried))]
    return offsets


def _fit_threshold(beliefs: Floats, gold: NDArray[np.bool_]) -> float:
    """One threshold for all barriers (single ones have too few rows): best micro-F1 at fair precision."""
    best, fallback = (0.0, 0.0), (0.0, 0.5)  # (F1, threshold)
    for threshold in np.round(np.arange(0.04, 0.80, 0.01), 2):
        flags = beliefs >= threshold
        right, flagged = float((flags & gold).sum()), float(flags.sum())
        if not right:
            continue
        f1 = 2 * right / (flagged + gold.sum())
        fallback = max(fallback, (f1, float(threshold)))
        if right / flagged >= LEAST_PRECISION:
            best = max(best, (f1, float(threshold)))
    return best[1] or fallback[1]


def _fit_unsure(beliefs: Floats, offsets: Floats, gold: NDArray[np.int64]) -> float:
    """Doubt what is believed least, up to a fifth of the pieces, where that makes the rest better."""
    asserted = (np.log(np.maximum(beliefs, 1e-12)) + offsets).argmax(axis=1)
    share = certainty(beliefs, offsets)
    best = (_macro_f1(gold, asserted), 0.0)
    for limit in np.round(np.arange(0.2, 0.96, 0.01), 2):
        sure = share >= limit
        if 1.0 - sure.mean() > MOST_UNSURE:
            break
        best = max(best, (_macro_f1(gold[sure], asserted[sure]), float(limit)))
    return best[1]


def _macro_f1(gold: NDArray[np.int64], asserted: NDArray[np.int64]) -> float:
    classes = np.unique(gold)
    right = [2.0 * ((gold == c) & (asserted == c)).sum() for c in classes]
    total = [max(1, (gold == c).sum() + (asserted == c).sum()) for c in classes]
    return float(np.mean(np.array(right) / np.array(total)))
