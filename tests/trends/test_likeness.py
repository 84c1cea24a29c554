from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from analyzer.trends.likeness import Bundles, Weights, gains, stack

WORDS = np.array([0.5, 0.3, 0.2])
VOICES = np.array([0.6, 0.4])
ONLY_WORDS = Weights(vectors=0.0, words=1.0, words_prior=10.0, voices=0.0)
ONLY_VECTORS = Weights(vectors=1.0, vectors_prior=1.0, words=0.0, voices=0.0)
ONLY_VOICES = Weights(vectors=0.0, words=0.0, voices=1.0, voices_prior=4.0)


def bundles(
    words: list[list[float]],
    vectors: list[list[float]] | None = None,
    voices: list[list[float]] | None = None,
) -> Bundles:
    counts = np.array(words, dtype=float)
    heard = np.array(voices or [[0.0, 0.0]] * len(words))
    return Bundles(
        vectors=np.array(vectors or [[0.0, 0.0]] * len(words)),
        mass=np.ones(len(words)),
        words=counts,
        totals=counts.sum(1),
        voices=heard,
        heard=heard.sum(1),
    )


def likelihood(counts: np.ndarray, prior: np.ndarray) -> float:
    """Dirichlet-multinomial, without the coefficient that does not depend on the prior."""
    total = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum())
    return float(total + (gammaln(prior + counts) - gammaln(prior)).sum())


@given(st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_the_gain_in_words_is_one_topic_against_two(counts: list[int]) -> None:
    one, other = np.array(counts[:3], float), np.array(counts[3:], float)
    prior = ONLY_WORDS.words_prior * WORDS

    found = gains(bundles([counts[:3], counts[3:]]), 0, WORDS, VOICES, ONLY_WORDS)[1]

    assert np.isclose(
        found, likelihood(one + other, prior) - likelihood(one, prior) - likelihood(other, prior)
    )


def test_a_shared_rare_word_speaks_louder_than_a_shared_common_one() -> None:
    rare = gains(bundles([[0, 0, 2], [0, 0, 2]]), 0, WORDS, VOICES, ONLY_WORDS)[1]
    common = gains(bundles([[2, 0, 0], [2, 0, 0]]), 0, WORDS, VOICES, ONLY_WORDS)[1]

    assert rare > common > 0


def test_different_words_speak_against() -> None:
    assert gains(bundles([[4, 0, 0], [0, 0, 4]]), 0, WORDS, VOICES, ONLY_WORDS)[1] < 0


def test_one_direction_speaks_for_and_opposite_ones_against() -> None:
    found = gains(
        bundles([[0] * 3] * 3, vectors=[[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]), 0, WORDS, VOICES, ONLY_VECTORS
    )

    # Sizes 1, masses 1, prior 1: together 4 / 3 against 1 / 2 + 1 / 2; opposite ones cancel out.
    assert np.isclose(found[1], 4 / 3 - 1)
    assert np.isclose(found[2], -1)


def test_the_same_voice_speaks_for() -> None:
    found = gains(
        bundles([[0] * 3] * 3, voices=[[0.0, 3.0], [0.0, 3.0], [3.0, 0.0]]), 0, WORDS, VOICES, ONLY_VOICES
    )

    assert found[1] > 0 > found[2]


def test_joining_adds_up_and_stacking_keeps_order() -> None:
    both = stack(bundles([[1, 0, 0]]), bundles([[0, 2, 0], [0, 0, 3]]))

    both.join(0, 2)

    assert both.words[0].tolist() == [1, 0, 3]
    assert both.totals.tolist() == [4, 2, 3]
    assert len(both) == 3
