from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from analyzer.records.analysis import Measured
from analyzer.trends.material import gather

DAY = date(2025, 1, 6)


def test_words_of_two_pieces_count_and_are_numbered_over_the_series(
    one_meeting: Callable[..., Measured], say: type
) -> None:
    first = one_meeting([say(text="gate hinge"), say(text="gate")], name="m1", day=DAY)
    second = one_meeting([say(text="pump gate"), say(text="pump")], name="m2", day=DAY)

    (one, other), usual = gather([first, second])

    assert usual.spelling == ("gate", "pump")
    assert np.allclose(usual.words, np.array([3.1, 2.1]) / 5.2)
    assert (one.words.tolist(), one.holders.tolist(), one.held.tolist()) == ([0], [0, 1], [0, 0])
    assert (other.words.tolist(), other.holders.tolist(), other.held.tolist()) == (
        [0, 1],
        [0, 0, 1],
        [0, 1, 1],
    )


def test_names_of_one_meeting_are_names_in_all(one_meeting: Callable[..., Measured], say: type) -> None:
    first = one_meeting([say(text="hinge", speaker="Gates")], name="m1", day=DAY)
    second = one_meeting([say(text="gates hinge"), say(text="gates hinge")], name="m2", day=DAY)

    assert gather([first, second])[1].spelling == ("hinge",)


def test_voices_are_numbered_over_the_series_and_unknown_ones_are_none(
    one_meeting: Callable[..., Measured], say: type
) -> None:
    first = one_meeting([say(text="gate", speaker="Ben"), say(text="gate", speaker=None)], name="m1", day=DAY)
    second = one_meeting(
        [say(text="gate", speaker="Ada"), say(text="gate", speaker="Ben")], name="m2", day=DAY
    )

    (one, other), usual = gather([first, second])

    assert one.voices.tolist() == [1, -1]
    assert other.voices.tolist() == [0, 1]
    assert len(usual.voices) == 2


def test_the_mean_of_a_thread_on_one_matter_is_not_taken_for_what_is_usual(
    one_meeting: Callable[..., Measured], say: type
) -> None:
    def of(vectors: list[list[float]], topics: tuple[str, ...], name: str) -> Measured:
        measured = one_meeting([say(text="gate hinge")] * len(vectors), name=name, day=DAY)
        encoded = replace(measured.tagged.encoded, vectors=np.array(vectors, dtype=np.float16))
        return replace(measured, tagged=replace(measured.tagged, encoded=encoded), topics=topics)

    gate = of([[1.0, 0.0]] * 2, ("gate",) * 2, "m1")
    pump = of([[0.0, 1.0]] * 2, ("pump",) * 2, "m2")

    (one, other), _ = gather([gate, pump])

    assert np.allclose(one.points, [[0.7071, -0.7071]] * 2, atol=1e-3)
    assert np.allclose(other.points, -one.points, atol=1e-3)
