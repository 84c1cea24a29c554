from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import ruptures

from analyzer.trends.changes import (
    changes_at,
    find_shifts,
    joint_shifts,
    search,
    shown_changes,
)
from analyzer.trends.levels import Levels


def levels(*values: float, error: float = 0.02) -> Levels:
    n = len(values)
    return Levels(
        meetings=tuple(f"m{number}" for number in range(1, n + 1)),
        values=np.array(values),
        errors=np.full(n, error),
        counts=np.full(n, 100.0),
    )


def test_a_jump_between_two_meetings_is_a_shift() -> None:
    series = levels(0.10, 0.12, 0.40, 0.42)

    [place] = find_shifts({"share": series})["share"]
    [change] = changes_at(series, [place])

    assert change.meeting == "m3"
    assert change.before == pytest.approx(0.11)
    assert change.after == pytest.approx(0.41)


def test_levels_reach_to_the_next_shift_only() -> None:
    first, second = changes_at(levels(0.1, 0.5, 0.3), [1, 2])

    assert (first.meeting, first.before, first.after) == ("m2", 0.1, 0.5)
    assert (second.meeting, second.before, second.after) == ("m3", 0.5, 0.3)


def test_several_meetings_on_a_level_tell_more_than_one() -> None:
    alone = levels(0.10, 0.155)
    together = levels(0.10, 0.10, 0.10, 0.155, 0.155, 0.155)

    assert find_shifts({"share": alone}, false_shifts=0.01)["share"] == []
    assert find_shifts({"share": together}, false_shifts=0.01)["share"] == [3]


def test_scatter_within_the_errors_is_no_shift() -> None:
    assert find_shifts({"share": levels(0.10, 0.12, 0.09, 0.11)})["share"] == []


def test_the_more_is_tested_the_more_a_shift_has_to_show() -> None:
    borderline = levels(0.10, 0.165)
    others = {f"other{number}": levels(0.10, 0.10) for number in range(30)}

    assert find_shifts({"share": borderline})["share"] == [1]
    assert find_shifts({"share": borderline, **others})["share"] == []


@pytest.mark.parametrize("values", [(), (0.2,), (0.2, 0.2), (0.2,) * 9])
def test_what_does_not_vary_does_not_shift(values: tuple[float, ...]) -> None:
    assert find_shifts({"share": levels(*values)})["share"] == []


def test_from_eight_meetings_on_a_shift_stands_out_from_the_scatter_between_meetings() -> None:
    rng = np.random.default_rng(2)
    restless = levels(*(0.3 + 0.1 * rng.normal(size=16)))
    settled = levels(*(np.repeat([0.2, 0.6], 8) + 0.1 * rng.normal(size=16)))

    assert find_shifts({"share": restless})["share"] == []
    assert find_shifts({"share": settled})["share"] == [8]


def test_the_search_finds_the_best_of_all_cuts() -> None:
    rng = np.random.default_rng(4)
    values, errors = rng.normal(size=7) + np.repeat([0, 2], [3, 4]), rng.uniform(0.3, 1, size=7)

    def cost(cuts: tuple[int, ...]) -> float:
        parts = np.split(np.arange(7), cuts)
        means = [np.average(values[part], weights=errors[part] ** -2) for part in parts]
        misfit = sum(
            (((values[part] - mean) / errors[part]) ** 2).sum()
            for part, mean in zip(parts, means, strict=True)
        )
        return float(misfit) + 4 * len(cuts)

    best = min((cuts for size in range(7) for cuts in combinations(range(1, 7), size)), key=cost)

    assert search(values, errors, penalty=4) == list(best)


def test_equal_errors_give_the_cuts_of_ruptures() -> None:
    rng = np.random.default_rng(6)
    values = np.repeat([0.0, 3.0, 1.0], 10) + rng.normal(size=30)

    theirs = ruptures.Pelt(model="l2", min_size=1, jump=1).fit(values).predict(pen=6)

    assert search(values, np.ones(30), penalty=6) == theirs[:-1]


def test_a_contrast_finds_what_its_parts_are_too_weak_to_show() -> None:
    old, new = levels(0.20, 0.155, 0.20, 0.20), levels(0.05, 0.09, 0.05, 0.05)

    found = joint_shifts(levels(-0.15, -0.065, -0.15, -0.15), raised_by={"new": new}, lowered_by={"old": old})

    assert find_shifts({"old": old, "new": new}) == {"old": [], "new": []}
    assert found == {"old": [1, 2], "new": [1, 2]}


@pytest.mark.parametrize("old", [(0.20, 0.20), (0.20, 0.27)])
def test_a_contrast_is_put_down_to_the_part_that_moves_with_it(old: tuple[float, float]) -> None:
    new = (0.05, 0.30)
    whole = levels(new[0] - old[0], new[1] - old[1])

    found = joint_shifts(whole, raised_by={"new": levels(*new)}, lowered_by={"old": levels(*old)})

    assert found == {"old": [], "new": [1]}


def test_a_shift_that_the_figures_do_not_show_is_left_out() -> None:
    tested = levels(0.1, 0.4, 0.1)
    shown = levels(0.1, 0.3, 0.3)

    [change] = shown_changes(tested, [1, 2], shown)

    assert change.meeting == "m2"
    assert change.after == pytest.approx(0.3)


def test_a_shift_of_less_than_two_points_is_nothing_to_look_at() -> None:
    tested = levels(0.001, 0.020)

    assert shown_changes(tested, [1], levels(0.001, 0.020)) == ()
    assert len(shown_changes(tested, [1], levels(0.001, 0.025))) == 1


def test_a_meeting_whose_figure_is_unknown_shows_no_shift() -> None:
    tested = levels(0.1, 0.4)

    assert shown_changes(tested, [1], replace(levels(0.1), meetings=("m1",))) == ()


def test_a_point_of_no_error_drowns_no_other() -> None:
    values = np.array([0.0, 0.0, 0.3, 0.31, 0.3, 0.29])
    errors = np.array([0.0, 0.05, 0.05, 0.05, 0.05, 0.05])

    assert search(values, errors, 3.0) == [2]
