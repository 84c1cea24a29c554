"""Intervals for shares of pieces that follow one another: Wilson's, with an effective count.

Neighbouring pieces resemble each other, so n of them tell less than n independent ones. The design
effect says how much less; it is estimated from the pieces themselves and drawn towards what holds in
real meetings where they are too few to tell. No library does this for one short series of zeros and ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyzer.records.figures import Estimate, Figure, Unknown

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Z95 = 1.959963984540054  # two-sided 95 %
NO_PIECES = "no pieces were judged"
LAGS = 8  # pieces; beyond it the labels of 140 real stretches no longer resemble each other
# Autocorrelations of labels summed over 8 lags: 0.3 to 0.5 for modes and barriers of those stretches.
USUAL_SUM = 0.45
_SPREAD = 0.3  # how far the sums of meetings lie from it
MOST = 8.0  # no share is worth less than an eighth of its pieces


def share(hits: Bools, weights: Floats | None = None) -> Figure:
    """Give the share of pieces that are hits, with its interval.

    Args:
        hits: (n,) one a piece, in the order they were said.
        weights: (n,) what each piece counts, e.g. its words; 1 each by default.

    Returns:
        The share within [0, 1]; Unknown if there is no piece or nothing to count.
    """
    return shares(hits[:, None], weights)[0]


def shares(hits: Bools, weights: Floats | None = None) -> list[Figure]:
    """Give the share of each column of `hits` (n, k), as `share` does."""
    counted = np.ones(len(hits)) if weights is None else weights
    total = float(counted.sum())
    if total <= 0:
        return [Unknown(reason=NO_PIECES)] * hits.shape[1]
    values = counted @ hits / total
    low, high = wilson(values, effective_count(hits, values, counted))
    n = len(hits)
    return [
        Estimate(value=float(v), low=float(min(lo, v)), high=float(max(hi, v)), n=n)
        for v, lo, hi in zip(values, low, high, strict=True)
    ]


def wilson(values: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Give the bounds of Wilson's 95 % interval; counts may be fractions.

    Source:
        Wilson (1927), JASA 22, 209-212; with an effective count: Korn and Graubard (1998), Survey
        Methodology 24, 193-201.

    Example:
        3 of 10 is 0.30 (0.11 to 0.60).
    """
    square = Z95**2
    middle = values + square / (2 * counts)
    half = Z95 * np.sqrt(values * (1 - values) / counts + square / (4 * counts**2))
    scale = 1 + square / counts
    return np.clip((middle - half) / scale, 0.0, 1.0), np.clip((middle + half) / scale, 0.0, 1.0)


def difference(first: Figure, second: Figure) -> Figure:
    """Give the difference of two independent shares, within [-1, 1].

    Source:
        Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Example:
        0.5 (0.4 to 0.7) less 0.2 (0.1 to 0.4) is 0.3 (0.3 - 0.22 to 0.3 + 0.22).
    """
    if isinstance(first, Unknown):
        return first
    if isinstance(second, Unknown):
        return second
    value = first.value - second.value
    down = np.hypot(first.value - first.low, second.high - second.value)
    up = np.hypot(first.high - first.value, second.value - second.low)
    return Estimate(
        value=value,
        low=max(-1.0, value - float(down)),
        high=min(1.0, value + float(up)),
        n=min(first.n, second.n),
    )


def effective_count(hits: Bools, values: Floats, weights: Floats) -> Floats:
    """Say how many independent, equally heavy pieces would tell as much of each share: (k,).

    Two losses: unequal weights (Kish, or more where the heavy pieces are the hits) and likeness of
    neighbours (`design_effect`).
    """
    residuals = weights[:, None] * (hits - values)  # (n, k), sums to 0
    spread = (residuals**2).sum(axis=0)
    kish = weights.sum() ** 2 / (weights**2).sum()
    binomial = values * (1 - values) * weights.sum() ** 2
    linear = np.divide(binomial, spread, out=np.full(len(values), kish), where=spread > 0)
    counts: Floats = np.minimum(linear, kish) / design_effect(residuals, values)
    return counts


def design_effect(residuals: Floats, values: Floats) -> Floats:
    """Say by how much likeness of neighbours inflates the variance of each mean: (k,), from 1 to MOST.

    1 plus twice the sum of the autocorrelations over `LAGS` lags. A short series, or one with few hits,
    tells little of them: their sum is weighed against what is usual in real meetings.

    Args:
        residuals: (n, k) deviations from the mean, in the order they were said.
        values: (k,) the shares that they deviate from.
    """
    n = len(residuals)
    lags = min(LAGS, n // 4)
    if not lags:
        return np.full(len(values), min(1 + 2 * USUAL_SUM, MOST))
    spread = (residuals**2).sum(axis=0)
    summed = np.zeros(len(values))
    for lag in range(1, lags + 1):
        products = (residuals[lag:] * residuals[:-lag]).sum(axis=0)
        # The mean was taken from the same pieces, which pulls each autocorrelation down by about 1/n.
        summed += np.divide(products, spread, out=np.zeros(len(values)), where=spread > 0) + 1 / n
    # A sum of independent autocorrelations has variance lags / n, and more where hits are rare.
    told = n * 4 * values * (1 - values) / lags
    usual = 1 / _SPREAD**2
    drawn = (told * summed + usual * USUAL_SUM) / (told + usual)
    bounded: Floats = np.clip(1 + 2 * drawn, 1.0, MOST)
    return bounded
