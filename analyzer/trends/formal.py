"""The formal test for level shifts, from eight meetings on: do they stand out from the scatter between them?

The whole series is shuffled in blocks as long as neighbours resemble each other, and each shuffled series
is searched like the true one: how often does cutting it into levels gain as much? Scatter and likeness
are taken from differences between near neighbours, which a few shifts hardly touch.

At a nominal 5 % it errs in 1 to 3 % of series without serial correlation, in 5 to 14 % where neighbouring
meetings correlate by 0.3, in 7 to 20 % where by 0.5: longer blocks would err less and see nothing in a
dozen meetings (benchmarks/trends.py).
"""

from __future__ import annotations

import math

import numpy as np

from analyzer.trends.levels import Floats, Levels
from analyzer.trends.significance import FEW

SHUFFLES = 499
MOST_POINTS = 120  # more are averaged with their neighbours for the test; the search sees all
FEWEST_BLOCKS = 8  # fewer can be put in too few orders to tell anything
_SEED = 17
_KEPT = 0.75  # of the squared differences, the smallest: those across a shift are large
_MEAN_OF_KEPT = 0.36852  # of the squares of a standard normal, the mean of that smallest part


def scatter(levels: Levels) -> Floats:
    """Give the error of each point as the search should see it: of its pieces, and between meetings."""
    variance, rho = _noise(levels.values)
    between = max(0.0, variance - float(np.mean(levels.errors**2)))
    errors: Floats = np.sqrt((levels.errors**2 + between) * _inflation(rho))
    return errors


def _inflation(rho: float) -> float:
    return (1 + rho) / (1 - rho)


def _noise(values: Floats) -> tuple[float, float]:
    """Estimate the variance within a level and the autocorrelation of neighbours, shifts or no shifts.

    The mean squared difference of points one step apart is 2 v (1 - r), two steps apart 2 v (1 - r²) in a
    first-order process; their ratio is 1 + r.
    """
    near, far = _small(np.diff(values) ** 2), _small((values[2:] - values[:-2]) ** 2)
    if near <= 0:
        return 1e-12, 0.0
    rho = min(0.8, max(0.0, far / near - 1)) * len(values) / (len(values) + FEW)
    return near / _MEAN_OF_KEPT / 2 / (1 - rho), rho


def _small(squares: Floats) -> float:
    return float(np.sort(squares)[: math.ceil(_KEPT * len(squares))].mean())


def formal_test(values: Floats) -> float:
    """Test whether a series of eight or more points has any level shift: p by shuffling in blocks.

    Source:
        Blocks: Carlstein (1986), Annals of Statistics 14, 1171-1179; Kirch (2007), Bernoulli 13, 88-119.
    """
    values = _thinned(values)
    variance, rho = _noise(values)
    noise, penalty = variance * _inflation(rho), 2 * math.log(len(values))
    scaled = (values - values.mean()) / math.sqrt(noise)
    gain = _gains(scaled[None, :], penalty)[0]
    if gain <= 1e-9:
        return 1.0
    shuffled = _shuffled(scaled, block_length(len(values), rho))
    reached = int(np.count_nonzero(_gains(shuffled, penalty) >= gain - 1e-9))
    return (1 + reached) / (1 + SHUFFLES)


def _thinned(values: Floats) -> Floats:
    if len(values) <= MOST_POINTS:
        return values
    return np.array([part.mean() for part in np.array_split(values, MOST_POINTS)])


def block_length(n: int, rho: float) -> int:
    """Say over how many points neighbours resemble each other, for a first-order autocorrelation."""
    if rho <= 0:
        return 1
    best: float = (2 * rho / (1 - rho**2)) ** (2 / 3) * n ** (1 / 3)
    return max(1, min(round(best), n // FEWEST_BLOCKS))


def _shuffled(values: Floats, length: int) -> Floats:
    """Shuffle a series in blocks: (SHUFFLES, n). It is taken as a ring, so that blocks start anywhere."""
    rng, n = np.random.default_rng(_SEED), len(values)
    blocks = -(-n // length)
    turned = (np.arange(blocks * length) + rng.integers(n, size=(SHUFFLES, 1))) % n
    order = rng.permuted(np.tile(np.arange(blocks), (SHUFFLES, 1)), axis=1)
    taken = (order[:, :, None] * length + np.arange(length)).reshape(SHUFFLES, -1)
    rows: Floats = values[np.take_along_axis(turned, taken, axis=1)[:, :n]]
    return rows


def _gains(rows: Floats, penalty: float) -> Floats:
    """Give for each row (m, n) by how much the best cut into levels betters none, penalties paid: (m,)."""
    m, n = rows.shape
    sums = np.concatenate([np.zeros((m, 1)), np.cumsum(rows, axis=1)], axis=1)
    least = np.zeros((m, n + 1))
    least[:, 0] = -penalty
    for end in range(1, n + 1):
        explained = (sums[:, end : end + 1] - sums[:, :end]) ** 2 / np.arange(end, 0, -1)
        least[:, end] = (least[:, :end] - explained).min(axis=1) + penalty
    gains: Floats = -(sums[:, n] ** 2) / n - least[:, n]
    return gains
