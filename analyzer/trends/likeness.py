"""How much speaks for two bundles of pieces being about one matter, and for a piece belonging to a bundle.

A topic is taken to have a direction of its own in the space of vectors, words of its own and voices of
its own. The evidence that two bundles share them is the gain in likelihood when one topic explains both
instead of two: common rare words and common directions speak for it, and a little of either speaks little.

Source:
    Bayesian hierarchical clustering (Heller and Ghahramani 2005), with Dirichlet-multinomial words and
    voices and Gaussian vectors; the three gains are tempered, since pieces are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]
SMALLEST_VOCABULARY = 500  # a handful of words cannot tell what is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each kind of evidence counts.

    Set on the written partnerships (`benchmarks/topics.py`). That priors of words grow with the vocabulary
    was learned on TC39, whose is six times as large: a fixed one found its items in shreds.
    """

    vectors: float = 4.0
    vectors_prior: float = 2.0  # weight of the expectation that a topic has no direction
    words: float = 0.3
    words_prior: float = (
        0.35  # words by which a topic is expected to speak as all do, a word of the vocabulary
    )
    voices: float = 1.0
    voices_prior: float = 5.0
    piece_vectors: float = 3.0
    piece_words: float = 0.6
    piece_words_prior: float = 0.12  # likewise
    piece_voices: float = 0.8
    leave: float = 6.0  # what it costs to leave a topic between two pieces
    cue: float = 0.7  # how much less where the log odds of a new matter are higher by one
    join: float = 0.0  # gain from which segments of a meeting join
    join_topics: float = -7.0  # gain from which topics join, once pieces have found their places

    def for_vocabulary(self, size: int) -> Weights:
        """Give the weights with priors of words for a vocabulary of so many."""
        size = max(size, SMALLEST_VOCABULARY)
        return replace(
            self, words_prior=self.words_prior * size, piece_words_prior=self.piece_words_prior * size
        )


WEIGHTS = Weights()


@dataclass(slots=True, kw_only=True)
class Bundles:
    """Bundles of pieces side by side; words and voices are those of one meeting, totals are of all."""

    vectors: Array  # (k, dim) sums of weighted points
    mass: Array  # (k,)
    words: Array  # (k, words) counts
    totals: Array  # (k,) counts of all words
    voices: Array  # (k, voices)
    heard: Array  # (k,) of all voices

    def __len__(self) -> int:
        return len(self.mass)

    def join(self, into: int, other: int) -> None:
        """Add one bundle to another; the row of the other stays as it was."""
        for name in ("vectors", "mass", "words", "totals", "voices", "heard"):
            rows = getattr(self, name)
            rows[into] += rows[other]


def stack(one: Bundles, other: Bundles) -> Bundles:
    """Put the bundles of two records side by side."""
    names = ("vectors", "mass", "words", "totals", "voices", "heard")
    return Bundles(**{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names})


def gains(bundles: Bundles, one: int, words: Array, voices: Array, weights: Weights) -> Array:
    """Give the gain of joining bundle `one` with each other.

    Args:
        bundles: what is compared.
        one: row of the bundle.
        words: (words,) usual share of each word.
        voices: (voices,) usual share of each voice.
        weights: how much each kind of evidence counts.

    Returns:
        (k,); the gain with itself means nothing.
    """
    return (
        weights.vectors * _direction_gains(bundles, one, weights.vectors_prior)
        + weights.words
        * _count_gains(bundles.words, bundles.totals, one, weights.words_prior * words, weights.words_prior)
        + weights.voices
        * _count_gains(
            bundles.voices, bundles.heard, one, weights.voices_prior * voices, weights.voices_prior
        )
    )


def _direction_gains(bundles: Bundles, one: int, prior: float) -> Array:
    sizes = (bundles.vectors**2).sum(1)
    both = sizes + sizes[one] + 2 * bundles.vectors @ bundles.vectors[one]
    alone = sizes / (bundles.mass + prior)
    return np.asarray(both / (bundles.mass + bundles.mass[one] + prior) - alone - alone[one])


def _count_gains(counts: Array, totals: Array, one: int, prior: Array, prior_total: float) -> Array:
    """Gain in log likelihood of Dirichlet-multinomial counts; what only one bundle holds cancels out."""
    held = np.flatnonzero(counts[one])
    prior, mine, theirs = prior[held], counts[one, held], counts[:, held]
    shared = gammaln(prior + mine + theirs) - gammaln(prior + theirs) - gammaln(prior + mine) + gammaln(prior)
    sizes = (
        gammaln(prior_total + totals)
        + gammaln(prior_total + totals[one])
        - gammaln(prior_total + totals + totals[one])
        - gammaln(prior_total)
    )
    return np.asarray(shared.sum(1) + sizes)
