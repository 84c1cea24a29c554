"""The search itself, on material with numbers that can be followed."""

from __future__ import annotations

import numpy as np

from analyzer.trends.likeness import WEIGHTS
from analyzer.trends.linking import Course, link_courses, link_surely
from analyzer.trends.material import Material, Usual
from analyzer.trends.pool import Topics, bundle, voices_of

SUBJECTS, WORDS_EACH, DIM = 6, 8, 24
USUAL = Usual(
    words=np.full(SUBJECTS * WORDS_EACH, 1 / (SUBJECTS * WORDS_EACH)),
    voices=np.array([0.5, 0.5]),
    spelling=tuple(f"word{number}" for number in range(SUBJECTS * WORDS_EACH)),
)


def material(subjects: list[int], seed: int = 0) -> Material:
    """One piece a subject: five of its eight words, a vector near its own, voices in turn."""
    rng = np.random.default_rng(seed)
    bags = [sorted(subject * WORDS_EACH + rng.permutation(WORDS_EACH)[:5]) for subject in subjects]
    words = np.array(sorted({word for bag in bags for word in bag}), dtype=np.intp)
    points = rng.normal(0, 0.1, (len(subjects), DIM))
    points[np.arange(len(subjects)), subjects] += 1
    return Material(
        points=(points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32),
        weights=np.ones(len(subjects), dtype=np.float32),
        words=words,
        holders=np.repeat(np.arange(len(bags)), 5),
        held=np.searchsorted(words, [word for bag in bags for word in bag]),
        voices=np.arange(len(subjects)) % 2,
        odds=np.full(len(subjects), -2.2, dtype=np.float32),
    )


def course(subjects: list[int], segments: list[int], *, seed: int = 0, same: tuple[str, ...] = ()) -> Course:
    local = np.array(segments, dtype=np.intp)
    names = same or (None,) * (max(segments, default=-1) + 1)
    return Course(material=material(subjects, seed), local=local, is_fixed=bool(same), same=names)


def test_segments_of_one_subject_are_one_topic_within_and_between_meetings() -> None:
    first = course([0] * 5 + [1] * 5 + [0] * 5, [0] * 5 + [1] * 5 + [2] * 5)
    second = course([2] * 5 + [1] * 5, [0] * 5 + [1] * 5, seed=1)

    one, other = link_courses([first, second], USUAL, WEIGHTS)

    assert one.tolist() == [0] * 5 + [1] * 5 + [0] * 5
    assert other[5:].tolist() == [1] * 5
    assert set(other[:5].tolist()).isdisjoint({0, 1})


def test_a_segment_cut_in_the_wrong_place_is_put_right() -> None:
    known = course([0] * 6 + [1] * 6 + [2] * 6, [0] * 6 + [1] * 6 + [2] * 6)
    wrong = course([0] * 6 + [1] * 6 + [2] * 6, [0] * 9 + [1] * 9, seed=1)

    _, found = link_courses([known, wrong], USUAL, WEIGHTS)

    assert found.tolist() == [0] * 6 + [1] * 6 + [2] * 6


def test_headings_are_kept_whatever_their_pieces_say() -> None:
    first = course([0] * 4 + [1] * 4, [0] * 4 + [1] * 4, same=("grounds", "cellar"))
    second = course([3] * 4 + [4] * 4, [0] * 4 + [1] * 4, seed=1, same=("cellar", "attic"))

    one, other = link_courses([first, second], USUAL, WEIGHTS)

    assert one.tolist() == [0] * 4 + [1] * 4
    assert other[:4].tolist() == [1] * 4
    assert len(set(other[4:].tolist())) == 1


def test_empty_meetings_take_no_part() -> None:
    nothing = course([], [])

    found = link_courses([nothing, course([0] * 5, [0] * 5), nothing], USUAL, WEIGHTS)

    assert [labels.tolist() for labels in found] == [[], [0] * 5, []]
    assert link_courses([], USUAL, WEIGHTS) == []


def test_a_topic_that_all_its_pieces_left_holds_nothing() -> None:
    given, labels = material([0, 1, 0, 2]), np.array([0, 1, 0, 2])
    topics = Topics(DIM, USUAL)

    topics.add(given, labels)
    topics.move(given, labels, labels + 3)

    left = topics.bundles([0, 1, 2], given.words, voices_of(given))
    assert np.allclose(left.vectors, 0)
    assert np.allclose([left.mass, left.totals, left.heard], 0)
    assert topics.alive.tolist() == [False] * 3 + [True] * 3


def test_pieces_that_moved_count_as_if_they_had_come_there_first() -> None:
    given, before, after = material([0, 1, 0, 2]), np.array([0, 1, 0, 2]), np.array([0, 1, 3, 1])
    moved, placed = Topics(DIM, USUAL), Topics(DIM, USUAL)

    moved.add(given, before)
    moved.move(given, before, after)
    placed.add(given, after)

    voices = voices_of(given)
    one, other = (topics.bundles([0, 1, 2, 3], given.words, voices) for topics in (moved, placed))
    for name in ("vectors", "mass", "words", "totals", "voices", "heard"):
        assert np.allclose(getattr(one, name), getattr(other, name))
    assert moved.near_topics(3) == placed.near_topics(3)


def test_a_topic_gathers_what_its_bundle_holds() -> None:
    given, labels = material([0, 1, 0, 2]), np.array([0, 1, 0, 2])
    topics = Topics(DIM, USUAL)

    topics.add(given, labels)

    voices = voices_of(given)
    gathered, direct = topics.bundles([0, 1, 2], given.words, voices), bundle(given, labels, voices)
    for name in ("vectors", "mass", "words", "totals", "voices", "heard"):
        assert np.allclose(getattr(gathered, name), getattr(direct, name))


def test_the_nearest_topic_is_the_one_with_the_same_words_and_direction() -> None:
    given = material([0, 0, 1, 1, 2, 2])
    topics = Topics(DIM, USUAL)
    topics.add(given, np.array([0, 0, 1, 1, 2, 2]))

    asked = material([1, 1], seed=3)

    assert topics.near_meeting(asked, np.array([0, 0]), 1) == [1]
    assert [len(near) for near in topics.near_topics(2)] == [2, 2, 2]


def test_several_searches_end_where_one_does_if_nothing_is_in_doubt() -> None:
    courses = [
        course([0] * 5 + [1] * 5, [0] * 5 + [1] * 5),
        course([1] * 5 + [2] * 5, [0] * 5 + [1] * 5, seed=1),
    ]

    surely, once = link_surely(courses, USUAL, WEIGHTS), link_courses(courses, USUAL, WEIGHTS)

    assert [labels.tolist() for labels in surely] == [labels.tolist() for labels in once]
    assert link_surely([], USUAL, WEIGHTS) == []
