from __future__ import annotations

from collections.abc import Sequence

from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.trends.changes import shifts


def points(*shares: float | None, width: float = 0.05) -> Sequence[tuple[str, Figure]]:
    return [
        (
            f"m{number}",
            Unknown(reason="nobody spoke")
            if share is None
            else Estimate(value=share, low=share - width, high=share + width, n=100),
        )
        for number, share in enumerate(shares, start=1)
    ]


def test_a_jump_between_two_meetings_is_a_shift() -> None:
    [change] = shifts({"share": points(0.10, 0.12, 0.40, 0.42)})["share"]

    assert change.meeting == "m3"
    assert round(change.before, 3) == 0.11
    assert round(change.after, 3) == 0.41


def test_levels_reach_to_the_next_shift_only() -> None:
    first, second = shifts({"share": points(0.1, 0.5, 0.1)})["share"]

    assert (first.meeting, first.before, first.after) == ("m2", 0.1, 0.5)
    assert (second.meeting, second.before, second.after) == ("m3", 0.5, 0.1)


def test_scatter_within_the_intervals_is_no_shift() -> None:
    assert shifts({"share": points(0.10, 0.14, 0.09, 0.13)})["share"] == ()


def test_the_more_is_tested_the_more_a_shift_has_to_show() -> None:
    borderline = points(0.10, 0.18)
    others = {f"other{number}": points(0.10, 0.10) for number in range(20)}

    assert shifts({"share": borderline})["share"]
    assert not shifts({"share": borderline, **others})["share"]


def test_an_unknown_point_is_passed_over() -> None:
    [change] = shifts({"share": points(0.1, None, 0.5)})["share"]

    assert change.meeting == "m3"


def test_no_points_no_shifts() -> None:
    assert shifts({"share": ()}) == {"share": ()}
