from __future__ import annotations

import itertools
import math

import numpy as np
import pymannkendall
import pytest

from analyzer.records.figures import Estimate
from analyzer.trends.significance import _ranks, adjusted, difference_p, direction, falls_p, serial_inflation


def s_of(values: tuple[int, ...]) -> int:
    return sum(
        (later > earlier) - (later < earlier)
        for (i, earlier), (j, later) in itertools.product(enumerate(values), repeat=2)
        if i < j
    )


def test_six_rising_points_are_as_unlikely_as_two_orders_in_720() -> None:
    found = direction([1, 2, 3, 4, 5, 6])

    assert found.slope == 1
    assert found.sign == 1
    assert found.p == pytest.approx(2 / 720)


@pytest.mark.parametrize("values", [(3, 1, 2, 5, 4, 6), (6, 5, 1, 4, 3, 2), (2, 1, 4, 3, 5, 7, 6)])
def test_p_without_ties_counts_the_orders_that_are_as_extreme(values: tuple[int, ...]) -> None:
    orders = [abs(s_of(order)) for order in itertools.permutations(values)]

    expected = sum(s >= abs(s_of(values)) for s in orders) / len(orders)

    assert direction(values).p == pytest.approx(expected)


def test_independent_series_agree_with_pymannkendall() -> None:
    rng = np.random.default_rng(3)
    for values in rng.normal(size=(20, 60)) + 0.01 * np.arange(60):
        ours, theirs = direction(values), pymannkendall.original_test(values)

        assert ours.slope == pytest.approx(theirs.slope)
        if serial_inflation(values - ours.slope * np.arange(60)) == 1:
            assert ours.p == pytest.approx(theirs.p)
        else:
            assert ours.p >= theirs.p


def test_serial_correlation_makes_a_trend_harder_to_claim() -> None:
    rng = np.random.default_rng(5)
    values = [0.0]
    for shock in rng.normal(size=59):
        values.append(0.7 * values[-1] + shock)

    ours, naive = direction(values), pymannkendall.original_test(values)

    assert ours.p > naive.p


def test_six_equal_counts_do_not_give_an_interval_of_no_width() -> None:
    found = direction([0.0] * 6, errors=[0.02] * 6)

    assert found.p == 1
    # By least squares: 0.02 / sqrt(17.5), the spread of 0..5 about its mean.
    assert found.high == pytest.approx(1.96 * 0.02 / math.sqrt(17.5), rel=1e-3)
    assert found.low == -found.high


def test_a_long_series_is_averaged_and_keeps_its_slope_per_meeting() -> None:
    found = direction(np.arange(1200) * 0.5)

    assert found.slope == pytest.approx(0.5)


def test_two_shares_differ_where_their_intervals_part() -> None:
    low = Estimate(value=0.10, low=0.05, high=0.18, n=100)
    near = Estimate(value=0.14, low=0.08, high=0.23, n=100)
    far = Estimate(value=0.40, low=0.30, high=0.50, n=100)

    assert difference_p(low, near) > 0.3
    assert difference_p(low, far) < 0.0001
    assert difference_p(far, low) == difference_p(low, far)
    assert difference_p(low, low) == 1


def test_many_tests_are_adjusted_together() -> None:
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert adjusted([]) == []


@pytest.mark.parametrize("values", [[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 1.0], [5.0, 4.0, 9.0]])
def test_ranks_are_those_of_scipy(values: list[float]) -> None:
    from scipy.stats import rankdata

    assert _ranks(np.array(values)).tolist() == rankdata(values).tolist()


def test_a_fall_is_tested_like_scipys_t_test() -> None:
    from scipy.stats import ttest_ind

    before, after = [10.0, 12.0, 11.0, 14.0], [5.0, 7.0, 4.0]

    theirs = ttest_ind(before, after, alternative="greater").pvalue

    assert falls_p(before, after, [1e9] * 7) == pytest.approx(theirs)


def test_shares_that_scatter_less_than_their_pieces_let_expect_are_not_believed() -> None:
    before, after = [0.300, 0.301, 0.299, 0.300], [0.28]

    assert falls_p(before, after, [1e9] * 5) < 0.001
    assert falls_p(before, after, [50] * 5) > 0.3


@pytest.mark.parametrize(("before", "after"), [([], [0.1] * 5), ([0.1] * 5, []), ([0.1, 0.2], [0.1])])
def test_too_few_meetings_show_no_fall(before: list[float], after: list[float]) -> None:
    assert falls_p(before, after, [100] * (len(before) + len(after))) == 1
