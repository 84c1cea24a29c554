from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analyzer.measures.intervals import (
    MOST,
    USUAL_SUM,
    design_effect,
    difference,
    effective_count,
    share,
    shares,
    wilson,
)
from analyzer.records.figures import Estimate, Unknown


def marks(text: str) -> np.ndarray:
    return np.array([letter == "x" for letter in text])


def series(rng: np.random.Generator, n: int, count: int, *, rate: float, likeness: float) -> np.ndarray:
    """Give zeros and ones (n, count); each repeats the one before with the chance `likeness`."""
    hits = np.zeros((n, count), dtype=np.bool_)
    hits[0] = rng.random(count) < rate
    for row in range(1, n):
        repeats = rng.random(count) < likeness
        hits[row] = np.where(repeats, hits[row - 1], rng.random(count) < rate)
    return hits


def test_three_of_ten_have_wilsons_interval() -> None:
    low, high = wilson(np.array([0.3]), np.array([10.0]))

    assert (low[0], high[0]) == (pytest.approx(0.1078, abs=1e-4), pytest.approx(0.6032, abs=1e-4))


def test_wilsons_interval_is_that_of_scipy() -> None:
    from scipy.stats import binomtest

    expected = binomtest(7, 50).proportion_ci(method="wilson")

    low, high = wilson(np.array([0.14]), np.array([50.0]))

    assert (low[0], high[0]) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_nothing_judged_is_unknown_and_not_zero() -> None:
    assert share(marks("")) == Unknown(reason="no pieces were judged")
    assert isinstance(share(marks("x."), np.zeros(2)), Unknown)


def test_none_of_twenty_is_zero_with_room_above() -> None:
    figure = share(marks("." * 20))

    assert isinstance(figure, Estimate)
    assert (figure.value, figure.low, figure.n) == (0.0, 0.0, 20)
    assert 0.1 < figure.high < 0.4


def test_weights_count_words_instead_of_pieces() -> None:
    figure = share(marks("x.."), np.array([6.0, 1.0, 1.0]))

    assert isinstance(figure, Estimate)
    assert figure.value == 0.75


def test_equal_weights_change_nothing() -> None:
    hits = marks("x..xx.....x.")

    weighted, plain = share(hits, np.full(12, 7.0)), share(hits)

    assert isinstance(weighted, Estimate)
    assert isinstance(plain, Estimate)
    assert (weighted.low, weighted.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


def test_unequal_weights_cost_pieces() -> None:
    hits = marks("xx..xx..")[:, None]
    one_heavy = np.array([1.0, 1, 1, 1, 1, 1, 1, 13])

    even = effective_count(hits, np.array([0.5]), np.ones(8))
    uneven = effective_count(hits, np.array([4 / 20]), one_heavy)

    assert uneven[0] < even[0] / 2


def test_long_runs_widen_the_interval() -> None:
    runs, mixed = share(marks(("x" * 10 + "." * 10) * 6)), share(marks("x..x.xx." * 15))

    assert isinstance(runs, Estimate)
    assert isinstance(mixed, Estimate)
    assert runs.value == mixed.value == 0.5
    assert runs.high - runs.low > 1.3 * (mixed.high - mixed.low)


def test_too_few_pieces_are_taken_to_be_as_alike_as_usual() -> None:
    effect = design_effect(np.array([[0.5], [-0.5]]), np.array([0.5]))

    assert effect[0] == 1 + 2 * USUAL_SUM


def test_likeness_never_makes_pieces_worth_more_nor_nearly_nothing() -> None:
    alternating = np.tile([0.5, -0.5], 200)
    one_run = np.repeat([0.5, -0.5], 200)

    effects = design_effect(np.stack([alternating, one_run], axis=1), np.array([0.5, 0.5]))

    assert 1.0 <= effects[0] < 1.3
    assert effects[1] == MOST


def test_a_difference_of_shares_has_newcombes_interval() -> None:
    first = Estimate(value=0.5, low=0.4, high=0.7, n=30)
    second = Estimate(value=0.2, low=0.1, high=0.4, n=20)

    figure = difference(first, second)

    assert isinstance(figure, Estimate)
    assert figure.n == 20
    assert figure.value == pytest.approx(0.3)
    assert figure.low == pytest.approx(0.3 - np.sqrt(0.1**2 + 0.2**2))
    assert figure.high == pytest.approx(0.3 + np.sqrt(0.2**2 + 0.1**2))


def test_a_difference_from_the_unknown_is_unknown() -> None:
    known, unknown = share(marks("x.x.")), Unknown(reason="why")

    assert difference(known, unknown) is unknown
    assert difference(unknown, known) is unknown


@pytest.mark.parametrize(
    ("rate", "likeness", "n"), [(0.2, 0.0, 60), (0.2, 0.3, 60), (0.2, 0.3, 300), (0.05, 0.2, 120)]
)
def test_the_interval_covers_the_rate_of_pieces_that_resemble_their_neighbours(
    rate: float, likeness: float, n: int
) -> None:
    hits = series(np.random.default_rng(7), n, 1500, rate=rate, likeness=likeness)

    covered = [f.low <= rate <= f.high for f in shares(hits) if isinstance(f, Estimate)]

    assert len(covered) == 1500
    assert np.mean(covered) >= 0.92


def test_an_interval_blind_to_neighbours_would_not_cover() -> None:
    hits = series(np.random.default_rng(7), 300, 1500, rate=0.2, likeness=0.3)

    low, high = wilson(hits.mean(axis=0), np.full(1500, 300.0))

    assert np.mean((low <= 0.2) & (high >= 0.2)) < 0.88


def test_the_interval_of_words_covers_too() -> None:
    rng = np.random.default_rng(11)
    hits = series(rng, 120, 800, rate=0.3, likeness=0.3)
    words = rng.integers(3, 80, size=120).astype(float)

    covered = [f.low <= 0.3 <= f.high for f in shares(hits, words) if isinstance(f, Estimate)]

    assert np.mean(covered) >= 0.92


@given(
    hits=arrays.arrays(np.bool_, st.integers(1, 60)),
    seed=st.integers(0, 1000),
)
def test_a_share_lies_within_its_bounds_and_these_within_0_and_1(hits: np.ndarray, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(0, 50, size=len(hits)).astype(float)

    for figure in (share(hits), share(hits, weights)):
        if isinstance(figure, Estimate):
            assert 0.0 <= figure.low <= figure.value <= figure.high <= 1.0
