from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.trends.decode import decode, likeliest_course
from analyzer.trends.likeness import Bundles, Weights
from analyzer.trends.material import Material, Usual

PLAIN = Weights(piece_words_prior=10.0, piece_voices=0.0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_course_is_the_likeliest_of_all(data: st.DataObject) -> None:
    n, k = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    numbers = st.floats(-2, 2)
    evidence = np.array(
        data.draw(st.lists(st.lists(numbers, min_size=k, max_size=k), min_size=n, max_size=n))
    )
    costs = np.array(data.draw(st.lists(st.floats(0.1, 2), min_size=n, max_size=n)))

    def worth(course: tuple[int, ...]) -> float:
        changes = sum(costs[i] for i in range(1, n) if course[i] != course[i - 1])
        return float(sum(evidence[i, topic] for i, topic in enumerate(course)) - changes)

    found = likeliest_course(evidence, costs)

    assert np.isclose(
        worth(tuple(found.tolist())), max(worth(course) for course in product(range(k), repeat=n))
    )


def two_topics() -> tuple[Bundles, Usual]:
    topics = Bundles(
        vectors=np.array([[9.0, 0.0], [0.0, 9.0]]),
        mass=np.array([10.0, 10.0]),
        words=np.array([[9.0, 0.0], [0.0, 9.0]]),
        totals=np.array([30.0, 30.0]),
        voices=np.zeros((2, 0)),
        heard=np.zeros(2),
    )
    return topics, Usual(words=np.array([0.1, 0.1]), voices=np.zeros(0), spelling=("gate", "pump"))


def pieces(vectors: list[list[float]], held: list[int | None]) -> Material:
    said = [(piece, word) for piece, word in enumerate(held) if word is not None]
    return Material(
        points=np.array(vectors, dtype=np.float32),
        weights=np.ones(len(vectors), dtype=np.float32),
        words=np.array([0, 1]),
        holders=np.array([piece for piece, _ in said], dtype=np.intp),
        held=np.array([word for _, word in said], dtype=np.intp),
        voices=np.full(len(vectors), -1),
        odds=np.full(len(vectors), -2.2, dtype=np.float32),
    )


def test_pieces_move_to_the_topic_they_speak_of() -> None:
    topics, usual = two_topics()
    gate, pump = [1.0, 0.0], [0.0, 1.0]

    found = decode(
        pieces([gate] * 3 + [pump] * 3, [0, 0, 0, 1, 1, 1]),
        np.zeros(6, dtype=np.intp),
        topics,
        usual,
        PLAIN,
    )

    assert found.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_piece_that_says_nothing_stays_with_those_around_it() -> None:
    topics, usual = two_topics()
    gate, nothing = [1.0, 0.0], [0.0, 0.0]

    found = decode(pieces([gate, nothing, gate], [0, None, 0]), np.array([0, 1, 0]), topics, usual, PLAIN)

    assert found.tolist() == [0, 0, 0]
