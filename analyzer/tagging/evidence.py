"""Which words carry a belief: for each label, the best short run of words of a piece.

The encoder's head writes a label's logit as a sum over tokens, so no second pass over the model is
needed to see what a label rests on.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

LONGEST = 12  # words
# A word is worth marking if it adds at least this share of all that speaks for the label.
_COST = 0.02
_WORD = re.compile(r"\S+")


def best_spans(
    text: str, offsets: NDArray[np.integer], token_scores: NDArray[np.floating]
) -> NDArray[np.int32]:
    """Find for each label the run of 1 to 12 words that says most for it.

    Args:
        text: the piece.
        offsets: (tokens, 2) characters of each token; empty ranges (marks) carry nothing.
        token_scores: (tokens, labels), what each token adds to each label's logit.

    Returns:
        (labels, 2) characters, whole words; the first word where nothing speaks for a label, and
        (0, 0) where the text has no words. Of equally good runs the shortest, then the first.
    """
    labels = token_scores.shape[1]
    places = np.array([match.span() for match in _WORD.finditer(text)], dtype=np.int32).reshape(-1, 2)
    count = len(places)
    if not count:
        return np.zeros((labels, 2), dtype=np.int32)
    totals = np.zeros((count + 1, labels))
    np.cumsum(_word_shares(places, offsets, token_scores), axis=0, out=totals[1:])
    best = np.full(labels, -np.inf)
    first, length = np.zeros(labels, dtype=np.intp), np.ones(labels, dtype=np.intp)
    for size in range(1, min(LONGEST, count) + 1):
        values = totals[size:] - totals[:-size] - _COST * size  # (starts, labels)
        start = values.argmax(axis=0)
        value = values[start, np.arange(labels)]
        # Sums of floats differ in the last digit; only a real gain makes a run longer.
        better = value > best + 1e-9
        best, first, length = (
            np.where(better, value, best),
            np.where(better, start, first),
            np.where(better, size, length),
        )
    return np.stack([places[first, 0], places[first + length - 1, 1]], axis=1)


def _word_shares(
    places: NDArray[np.int32], offsets: NDArray[np.integer], token_scores: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Give each word's share of what speaks for each label: (words, labels), 0 where nothing does."""
    real = offsets[:, 1] > offsets[:, 0]
    word = np.searchsorted(places[:, 0], offsets[real, 0], side="right") - 1
    scores = np.zeros((len(places), token_scores.shape[1]))
    np.add.at(scores, np.maximum(word, 0), token_scores[real].astype(np.float64))
    scores = np.maximum(scores, 0.0)
    whole = scores.sum(axis=0, keepdims=True)
    shares: NDArray[np.float64] = np.divide(scores, whole, out=scores, where=whole > 0)
    return shares
