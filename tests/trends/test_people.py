from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.records.analysis import Measured
from analyzer.trends.people import people_changes

Series = Callable[..., list[Measured]]


def meetings(series: Series, say: type, *speakers: Sequence[str]) -> list[Measured]:
    """One meeting for each row; everybody says as much, and the first letter names the party."""
    return series(
        [[say(text="some five words of talk", speaker=key, party=key[0]) for key in row] for row in speakers]
    )


def test_who_leaves_for_good_changes_the_people_from_the_next_meeting_on(series: Series, say: type) -> None:
    [change] = people_changes(meetings(series, say, ("A1", "B1"), ("A1", "B1"), ("A1",), ("A1",)))

    assert (change.place, change.parties) == (2, ("B",))


def test_a_successor_is_one_change(series: Series, say: type) -> None:
    [change] = people_changes(meetings(series, say, ("A1", "B1"), ("A1", "B1"), ("A1", "B2"), ("A1", "B2")))

    assert (change.place, change.parties) == (2, ("B",))


def test_who_misses_a_meeting_is_not_gone(series: Series, say: type) -> None:
    assert people_changes(meetings(series, say, ("A1", "B1"), ("A1",), ("A1", "B1"))) == ()


def test_a_guest_of_one_meeting_changes_nothing(series: Series, say: type) -> None:
    assert people_changes(meetings(series, say, ("A1",), ("A1", "B1"), ("A1",))) == ()


def test_who_says_little_is_not_missed(series: Series, say: type) -> None:
    crowd = ["A1"] * 12
    assert people_changes(meetings(series, say, [*crowd, "B1"], [*crowd, "B1"], crowd, crowd)) == ()
