from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Idea, Measured
from analyzer.trends.ideas import SOMEBODY, find_ideas
from analyzer.trends.topics import Linked

CODEBOOK = default_codebook()
DIM = 64


@pytest.fixture
def ideas(one_meeting: Callable[..., Measured], say: type) -> Callable[..., tuple[Idea, ...]]:
    """Find the ideas of meetings; a piece's vector is random, or that of the piece it is said to echo.

    `echoes` names (meeting, piece) -> (meeting, piece), from 1 and from 0.
    """

    def make(
        meetings: Sequence[Sequence[object]], echoes: dict[tuple[int, int], tuple[int, int]] | None = None
    ) -> tuple[Idea, ...]:
        rng = np.random.default_rng(2)
        measured = [
            one_meeting(said, name=f"m{n}", day=date(2025, 1, 6) + timedelta(weeks=4 * n))
            for n, said in enumerate(meetings, start=1)
        ]
        vectors = [rng.normal(size=(len(said), DIM)) for said in meetings]
        for (meeting, piece), (other, there) in (echoes or {}).items():
            vectors[meeting - 1][piece] = vectors[other - 1][there]
        return find_ideas(
            Linked(
                meetings=tuple(_with(one, rows) for one, rows in zip(measured, vectors, strict=True)),
                labels={"lab": "lab"},
            ),
            CODEBOOK,
        )

    return make


def _with(measured: Measured, vectors: np.ndarray) -> Measured:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    encoded = replace(measured.tagged.encoded, vectors=unit.astype(np.float16))
    topics = tuple("lab" for _ in range(len(vectors)))
    return replace(measured, tagged=replace(measured.tagged, encoded=encoded), topics=topics)


@pytest.fixture
def idea(say: type) -> object:
    return say(text="What if both houses shared one lab?", mode="generative", party="Bank", speaker="Ada")


@pytest.fixture
def rest(say: type) -> list[object]:
    return [say(text=f"Figure {n} of the report.", party="Bank", speaker="Ada") for n in range(12)]


def test_an_idea_carries_its_place_party_belief_and_topic(ideas: Callable, idea: object, rest: list) -> None:
    [found] = ideas([[*rest, idea]])

    assert (found.piece, found.party, found.topic) == ("m1#12.0", "Bank", "lab")
    assert found.belief == pytest.approx(0.94)


def test_another_partys_idea_right_after_takes_it_up(
    ideas: Callable, idea: object, rest: list, say: type
) -> None:
    other = say(text="And open it at night.", mode="generative", party="Vendor", speaker="Vic")

    first, second = ideas([[idea, other, *rest]])

    assert (first.uptake, first.taken_up_by, first.fate) == ("other party", "Vendor", "built on")
    assert first.built_on == ("m1#1.0",)
    assert second.uptake == "nobody"


def test_a_colleague_who_speaks_to_the_same_thing_takes_it_up(
    ideas: Callable, idea: object, rest: list, say: type
) -> None:
    colleague = say(text="Yes, a place for both.", party="Bank", speaker="Ben")

    [found] = ideas([[idea, *rest[:3], colleague, *rest]], {(1, 4): (1, 0)})

    assert (found.uptake, found.taken_up_by) == ("same party", "Bank")


def test_speakers_without_a_party_are_not_named(ideas: Callable, rest: list, say: type) -> None:
    one = say(text="What if both houses shared one lab?", mode="generative", party=None, speaker="Ada")
    other = say(text="And open it at night.", mode="generative", party=None, speaker="Vic")

    first, _ = ideas([[one, other, *rest]])

    assert first.taken_up_by == SOMEBODY


def test_going_on_oneself_is_no_uptake(ideas: Callable, idea: object, rest: list) -> None:
    [found] = ideas([[idea, *rest], rest], {(1, 1): (1, 0)})

    assert (found.uptake, found.taken_up_by, found.fate) == ("nobody", None, "dropped")


def test_what_is_said_of_something_else_is_no_uptake(
    ideas: Callable, idea: object, rest: list, say: type
) -> None:
    others = [say(text=f"Costs rose in quarter {n}.", party="Vendor", speaker="Vic") for n in range(6)]

    [found] = ideas([[idea, *others, *rest], rest])

    assert found.fate == "dropped"


def test_going_round_in_circles_is_no_uptake(ideas: Callable, idea: object, rest: list, say: type) -> None:
    circle = say(text="As ever.", mode="circular", party="Vendor", speaker="Vic")

    [found] = ideas([[idea, circle, *rest], rest], {(1, 1): (1, 0)})

    assert found.uptake == "nobody"


def test_a_later_meeting_that_comes_back_to_it_builds_on(ideas: Callable, idea: object, rest: list) -> None:
    [found] = ideas([[idea, *rest], [*rest, *rest]], {(2, 5): (1, 0)})

    assert (found.uptake, found.fate, found.built_on) == ("nobody", "built on", ("m2#5.0",))


def test_a_decision_on_the_same_thing_adopts_it(ideas: Callable, idea: object, rest: list, say: type) -> None:
    decision = say(text="So that's agreed, one lab it is.", party="Vendor", speaker="Vic")

    [found] = ideas([[idea, *rest[:6], decision, *rest]], {(1, 7): (1, 0)})

    assert found.fate == "adopted"


def test_in_the_last_meeting_it_is_too_early_to_call_an_idea_dropped(
    ideas: Callable, idea: object, rest: list
) -> None:
    [found] = ideas([rest, [idea, *rest]])

    assert found.fate is None


def test_a_codebook_without_such_a_mode_has_no_ideas(one_meeting: Callable[..., Measured], say: type) -> None:
    mode = CODEBOOK.task("mode")
    others = tuple(label for label in mode.labels if label.role != "generative")
    codebook = replace(CODEBOOK, tasks=(replace(mode, labels=others), *CODEBOOK.tasks[1:]))
    measured = one_meeting([say(text="Words.")], name="m1", day=date(2025, 1, 6))

    assert find_ideas(Linked(meetings=(measured,), labels={}), codebook) == ()


def test_no_meetings_have_no_ideas() -> None:
    assert find_ideas(Linked(meetings=(), labels={}), CODEBOOK) == ()
