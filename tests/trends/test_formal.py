from __future__ import annotations

import numpy as np
import pytest

from analyzer.trends.formal import MOST_POINTS, block_length, formal_test, scatter
from analyzer.trends.levels import Floats, Levels


def levels(values: Floats, error: float) -> Levels:
    n = len(values)
    return Levels(
        meetings=tuple(f"m{number}" for number in range(n)),
        values=values,
        errors=np.full(n, error),
        counts=np.full(n, 100.0),
    )


def test_a_clear_shift_among_a_dozen_meetings_is_seen() -> None:
    noise = np.random.default_rng(1).normal(size=12)

    assert formal_test(np.repeat([0.0, 5.0], 6) + noise) < 0.05


def test_a_level_that_is_left_and_found_again_is_seen() -> None:
    noise = np.random.default_rng(1).normal(size=30)

    assert formal_test(np.repeat([0.0, 4.0, 0.0], 10) + noise) < 0.05


def test_scatter_alone_is_hardly_ever_taken_for_a_shift() -> None:
    rng = np.random.default_rng(8)

    p_values = [formal_test(rng.normal(size=16)) for _ in range(120)]

    assert np.mean(np.array(p_values) <= 0.05) <= 0.08


def test_meetings_that_resemble_their_neighbours_need_a_greater_shift() -> None:
    rng = np.random.default_rng(8)
    shocks = rng.normal(size=(30, 40))
    drifting = np.zeros((30, 40))  # of the same variance as the shocks
    for place in range(40):
        before = drifting[:, place - 1] if place else shocks[:, 0]
        drifting[:, place] = 0.6 * before + 0.8 * shocks[:, place]

    def usual(rows: Floats) -> float:
        return float(np.mean([scatter(levels(row, 0.1)).mean() for row in rows]))

    assert usual(drifting) > 1.05 * usual(shocks)


def test_the_scatter_is_that_of_the_pieces_where_meetings_add_none() -> None:
    values = 0.02 * np.random.default_rng(3).normal(size=400)

    assert scatter(levels(values, 0.02)).mean() == pytest.approx(0.02, rel=0.15)


def test_a_shift_does_not_pass_for_scatter() -> None:
    values = np.random.default_rng(3).normal(size=60)

    before, after = scatter(levels(values, 0.1)), scatter(levels(values + np.repeat([0, 9], 30), 0.1))

    assert after.mean() == pytest.approx(before.mean(), rel=0.4)


def test_blocks_grow_with_the_likeness_of_neighbours() -> None:
    assert block_length(60, 0.0) == 1
    assert block_length(60, 0.3) < block_length(60, 0.7) <= 60 / 8


def test_a_long_series_is_tested_on_averages() -> None:
    noise = np.random.default_rng(1).normal(size=3 * MOST_POINTS)

    assert formal_test(noise) > 0.05
    assert formal_test(noise + np.repeat([0, 2], 3 * MOST_POINTS // 2)) < 0.05


def test_a_series_that_does_not_vary_has_no_shift() -> None:
    assert formal_test(np.full(10, 0.3)) == 1
