"""Does it change, or does it only scatter? Tests that fit few, serially correlated points.

The tests of libraries are not used as they are: at six points their variance corrections can turn
negative, and their normal approximations are wrong in the tail. Tests compare with pymannkendall
where both apply.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records.figures import Estimate

Floats = NDArray[np.float64]

Z95 = 1.959963984540054  # two-sided 95 %
MOST_POINTS = 500  # pairs grow with the square; more points are averaged with their neighbours first
FEW = 12  # points that tell as much of serial correlation as is known of it beforehand
# For the test of a trend, which correlation makes see what is not there: half a correlation is expected of
# neighbouring meetings until two dozen points tell better.
USUAL_CORRELATION, FEW_FOR_TRENDS = 0.5, 24
_EXACT_UP_TO = 30  # points without ties; beyond it the normal approximation is as good


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """What rank tests say of a series: slope per step with its 95 % interval, two-sided p, sign."""

    slope: float
    low: float
    high: float
    p: float
    sign: int  # of Kendall's S: 1 more rises than falls, -1 more falls, 0 as many


def direction(
    values: Sequence[float], errors: Sequence[float] | None = None, *, usual: float = USUAL_CORRELATION
) -> Direction:
    """Test a series for a monotone trend and estimate its slope.

    Args:
        values: at least three, oldest first, evenly spaced.
        errors: standard error of each value; the interval of the slope is at least as wide as they
            alone would make it, so that six equal counts do not give an interval of no width.
        usual: correlation of neighbours that is taken for usual, where points are too few to tell.

    Returns:
        Theil-Sen slope per step, Sen's interval, and the p of Mann-Kendall's test, both with the
        variance of S corrected for serial correlation. The correction only ever widens.

    Source:
        Mann (1945); Kendall (1975); Sen (1968), JASA 63, 1379-1389; Hamed and Rao (1998), Journal
        of Hydrology 204, 182-196.

    Example:
        direction([1, 2, 3, 4, 5, 6]) has slope 1 and p = 2/720.
    """
    thinned, every = _thinned(np.asarray(values, dtype=np.float64))
    n = len(thinned)
    later, earlier = np.tril_indices(n, -1)
    rises = thinned[later] - thinned[earlier]
    slopes = np.sort(rises / (later - earlier))
    slope = float(np.median(slopes))
    s = float(np.sign(rises).sum())
    inflation = serial_inflation(thinned - slope * np.arange(n), usual)
    variance = _variance_of_s(thinned) * inflation
    reach = Z95 * math.sqrt(variance)
    first = max(0, math.floor((len(slopes) - reach) / 2))
    low, high = float(slopes[first]), float(slopes[len(slopes) - 1 - first])
    sampling = Z95 * _slope_error(errors) * every if errors is not None else 0.0
    return Direction(
        slope=slope / every,
        low=min(low, slope - sampling) / every,
        high=max(high, slope + sampling) / every,
        p=_p_of_s(s, thinned, variance, inflation),
        sign=int(np.sign(s)),
    )


def _thinned(values: Floats) -> tuple[Floats, int]:
    every = math.ceil(len(values) / MOST_POINTS)
    if every == 1:
        return values, 1
    return np.array([part.mean() for part in np.array_split(values, len(values) // every)]), every


def _slope_error(errors: Sequence[float]) -> float:
    places = np.arange(len(errors)) - (len(errors) - 1) / 2
    return float(np.sqrt(((places * np.asarray(errors)) ** 2).sum()) / (places**2).sum())


def serial_inflation(detrended: Floats, usual: float = USUAL_CORRELATION) -> float:
    """Say by how much serial correlation inflates the variance of Kendall's S: at least 1.

    Hamed and Rao (1998) with the autocorrelations of a first-order process. Their own choice, each lag
    that exceeds its bound, lets most of the correlation of short series through. What a dozen points tell
    of it is drawn towards what is usual, not towards none: at a nominal 5 % the test then errs in 1 to 3 %
    of series without correlation, in 3 to 7 % where neighbours correlate by 0.3, in 5 to 9 % where by 0.5
    (`benchmarks/nulls.py`).
    """
    n = len(detrended)
    rho = first_autocorrelation(_ranks(detrended) - (n + 1) / 2, usual=usual, few=FEW_FOR_TRENDS)
    lags = np.arange(1, max(1, n - 2))
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return 1 + 2 / (n * (n - 1) * (n - 2)) * float(weights @ rho**lags)


def _ranks(values: Floats) -> Floats:
    """Rank from 1; ties share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = (ends - (counts - 1) / 2)[place]
    return ranks


def first_autocorrelation(residuals: Floats, *, usual: float = 0.0, few: int = FEW) -> float:
    """Estimate how neighbours resemble each other, from 0 up; drawn to `usual` where points are `few`.

    Source:
        The bias of the usual estimate: Marriott and Pope (1954), Biometrika 41, 390-402.
    """
    n, spread = len(residuals), float(residuals @ residuals)
    if spread <= 1e-12 * n or n < 4:
        return 0.0
    rho = float(residuals[1:] @ residuals[:-1]) / spread
    return max(0.0, (n * min(0.9, rho + (1 + 4 * rho) / n) + few * usual) / (n + few))


def _variance_of_s(values: Floats) -> float:
    n = len(values)
    ties = np.unique(values, return_counts=True)[1]
    return float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18


def _p_of_s(s: float, values: Floats, variance: float, inflation: float) -> float:
    n = len(values)
    if s == 0 or variance == 0:
        return 1.0
    if n <= _EXACT_UP_TO and len(np.unique(values)) == n:
        # Serial correlation makes S wider by a factor: as if it were so much smaller.
        return min(1.0, 2 * _tail(n, abs(s) / math.sqrt(inflation)))
    return math.erfc((abs(s) - 1) / math.sqrt(2 * variance))


def _tail(n: int, s: float) -> float:
    """Give P(S >= s) over all orders of n distinct values."""
    inversions_at_most = int((n * (n - 1) / 2 - s) / 2 + 1e-9)
    return float(_orders(n)[inversions_at_most])


@functools.cache
def _orders(n: int) -> Floats:
    """Give the share of the orders of n values that have at most 0, 1, 2, ... inversions."""
    counts = np.ones(1)
    for size in range(2, n + 1):
        counts = np.convolve(counts, np.ones(size)) / size
    return np.cumsum(counts)


def difference_p(before: Estimate, after: Estimate) -> float:
    """Test whether two figures differ, from nothing but their intervals: two-sided p.

    Whatever widened the intervals (likeness of neighbours, the classifier's error) counts here too.

    Source:
        Newcombe (1998), Statistics in Medicine 17, 873-890; for any pair of intervals, Zou and
        Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    lower, upper = (before, after) if before.value <= after.value else (after, before)
    gap = upper.value - lower.value
    reach = math.hypot(upper.value - upper.low, lower.high - lower.value)
    if gap == 0:
        return 1.0
    return math.erfc(Z95 * gap / reach / math.sqrt(2)) if reach > 0 else 0.0


def standard_error(figure: Estimate) -> float:
    """Give the standard error that a figure's interval stands for."""
    return (figure.high - figure.low) / (2 * Z95)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values of one family so that those below q are false in at most a share q of cases.

    Source:
        Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    Example:
        adjusted([0.01, 0.04, 0.03]) is [0.03, 0.04, 0.04].
    """
    if not p_values:
        return []
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-given, kind="stable")
    ranks = np.arange(len(given), 0, -1)
    found = np.empty(len(given))
    found[order] = np.minimum.accumulate(np.minimum(given[order] * len(given) / ranks, 1.0))
    return [float(p) for p in found]


def stabilised(shares: Sequence[float]) -> Floats:
    """Spread shares so that their scatter does not depend on their level; other numbers stay.

    Source:
        Arcsine of the square root: Anscombe (1948), Biometrika 35, 246-254.
    """
    values = np.asarray(shares, dtype=np.float64)
    is_share = len(values) > 0 and values.min() >= 0 and values.max() <= 1
    return np.asarray(2 * np.arcsin(np.sqrt(values))) if is_share else values


def falls_p(before: Sequence[float], after: Sequence[float], counts: Sequence[float]) -> float:
    """Test whether the level after is below that before, against the scatter between meetings: one-sided p.

    The t-test of two groups; with a single meeting after, it asks whether that lies below what the
    meetings before let expect. Four or more in all are needed; fewer give 1.

    Args:
        before: shares of the earlier meetings.
        after: shares of the later ones.
        counts: pieces of each meeting, both parts; they set the least scatter that can be believed.
    """
    from scipy.special import stdtr  # scipy.stats takes a second to import

    k, m = len(before), len(after)
    if k + m < 4 or not k or not m:
        return 1.0
    values = stabilised([*before, *after])
    first, second = values[:k], values[k:]
    residuals = np.concatenate([first - first.mean(), second - second.mean()])
    least = float(np.mean(1 / np.maximum(1.0, np.asarray(counts, dtype=np.float64))))
    variance = max(float(residuals @ residuals) / (k + m - 2), least)
    rho = first_autocorrelation(residuals)
    # Meetings that resemble each other tell less of their mean; one meeting tells of itself in any case.
    told = sum(min(1.0, (1 + rho) / (1 - rho) / part) for part in (k, m))
    gap = float(first.mean() - second.mean())
    return float(stdtr(k + m - 2, -gap / math.sqrt(variance * told)))
