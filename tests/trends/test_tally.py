"""Tallies: amounts of numbered things by topic."""

from __future__ import annotations

import numpy as np

from analyzer.trends.tally import Tallies


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.intp)


def tallies() -> Tallies:
    held = Tallies(10)
    held.grow(3)
    held.add(numbers(0, 2, 0, 0), numbers(7, 1, 3, 7), np.array([1.0, 2.0, 1.0, 0.5]))
    return held


def test_amounts_are_looked_up_in_the_order_they_are_asked_for() -> None:
    assert tallies().table([2, 0, 1], numbers(7, 0, 3, 1)).tolist() == [
        [0.0, 0.0, 0.0, 2.0],
        [1.5, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
    ]


def test_one_look_leaves_nothing_behind_for_the_next() -> None:
    held = tallies()

    held.table([0], numbers(7, 3))

    assert held.table([0], numbers(3)).tolist() == [[1.0]]


def test_what_is_taken_away_is_forgotten() -> None:
    held = tallies()

    held.add(numbers(0, 0), numbers(7, 3), np.array([-1.5, -0.5]))

    assert held[0].numbers.tolist() == [3]
    assert held.totals([0, 1, 2]).tolist() == [0.5, 0.0, 2.0]


def test_a_topic_that_joins_another_leaves_nothing() -> None:
    held = tallies()

    held.join(2, 0)

    assert held.table([0, 2], numbers(1, 3, 7)).tolist() == [[0.0, 0.0, 0.0], [2.0, 1.0, 1.5]]
    assert len(held) == 3


def test_nothing_to_add_changes_nothing() -> None:
    held = tallies()

    held.add(numbers(), numbers(), np.zeros(0))

    assert held.totals([0, 1, 2]).tolist() == [2.5, 0.0, 2.0]
