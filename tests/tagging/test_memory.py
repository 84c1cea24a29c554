from __future__ import annotations

import numpy as np

from analyzer.records.meeting import Locator, Meeting, Source, Utterance
from analyzer.records.tagged import Encoded
from analyzer.tagging.memory import empty_memory, nearest_earlier, remember
from analyzer.tagging.pieces import cut

LONG = "one two three four five"


def encoded(name: str, rows: list[tuple[str | None, list[float]]], text: str = LONG) -> Encoded:
    utterances = tuple(
        Utterance(index=index, text=text, speaker=speaker, at=Locator(unit="line", number=index + 1))
        for index, (speaker, _) in enumerate(rows)
    )
    source = Source(name=name, sha256="0" * 64, format="jsonl", size=1)
    meeting = Meeting(id=name, series="s", utterances=utterances, source=source)
    vectors = np.array([vector for _, vector in rows], dtype=np.float16).reshape(-1, 2)
    count = len(rows)
    return Encoded(
        meeting=meeting,
        pieces=cut(meeting),
        vectors=vectors,
        local=np.zeros((count, 1), dtype=np.float16),
        spans=np.zeros((count, 1, 2), dtype=np.int32),
        model="m",
    )


A, B = [1.0, 0.0], [0.0, 1.0]


def test_memory_is_bounded_and_forgets_the_oldest_first() -> None:
    memory = empty_memory(2, limit=3)

    memory = remember(memory, encoded("one", [("x", A), ("y", B)]))
    memory = remember(memory, encoded("two", [("x", A), ("y", B)]))

    assert memory.refs == ("one#1.0", "two#0.0", "two#1.0")
    assert memory.vectors.tolist() == [B, A, B]


def test_remembering_leaves_the_old_memory_as_it_was() -> None:
    memory = empty_memory(2)

    remember(memory, encoded("one", [("x", A)]))

    assert memory.refs == ()


def test_short_pieces_are_not_remembered() -> None:
    assert remember(empty_memory(2), encoded("one", [("x", A)], text="okay thanks")).refs == ()


def test_a_piece_goes_back_to_the_nearest_earlier_one() -> None:
    talk = encoded("one", [("x", A), ("y", B), ("x", [0.96, 0.28])])

    assert nearest_earlier(talk, empty_memory(2), [2]) == {2: "one#0.0"}


def test_of_equally_near_pieces_the_latest_is_named() -> None:
    talk = encoded("one", [("x", A), ("y", B), ("z", A), ("y", B), ("x", A)])

    assert nearest_earlier(talk, empty_memory(2), [4]) == {4: "one#2.0"}


def test_a_piece_may_go_back_to_an_earlier_meeting() -> None:
    memory = remember(empty_memory(2), encoded("one", [("x", A)]))
    talk = encoded("two", [("x", B), ("y", A)])

    assert nearest_earlier(talk, memory, [1]) == {1: "one#0.0"}


def test_nobody_goes_back_to_the_turn_he_is_in() -> None:
    talk = encoded("one", [("x", A), ("x", A), ("x", A)])

    assert nearest_earlier(talk, empty_memory(2), [0, 1, 2]) == {}


def test_utterances_of_unknown_speakers_are_turns_of_their_own() -> None:
    talk = encoded("one", [(None, A), (None, A)])

    assert nearest_earlier(talk, empty_memory(2), [1]) == {1: "one#0.0"}


def test_what_is_not_near_enough_and_what_is_short_goes_back_to_nothing() -> None:
    far = encoded("one", [("x", A), ("y", [0.5, 0.866])])
    short = encoded("two", [("x", A), ("y", A)], text="okay thanks")

    assert nearest_earlier(far, empty_memory(2), [1]) == {}
    assert nearest_earlier(short, empty_memory(2), [1]) == {}


def test_a_meeting_without_pieces_goes_back_to_nothing_and_is_not_remembered() -> None:
    nothing = encoded("one", [])
    memory = remember(empty_memory(2), encoded("zero", [("x", A)]))

    assert nearest_earlier(nothing, memory, []) == {}
    assert remember(memory, nothing) == memory


def test_later_pieces_never_matter() -> None:
    rows: list[tuple[str | None, list[float]]] = [("x", A), ("y", A), ("z", A)]
    whole = encoded("one", rows)
    part = encoded("one", rows[:2])

    assert nearest_earlier(whole, empty_memory(2), [1]) == nearest_earlier(part, empty_memory(2), [1])
