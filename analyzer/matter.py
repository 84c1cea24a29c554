"""What the pieces of a meeting are about, as arrays, and where a new matter is likely to begin.

Apart from the stages, because both a single meeting and a whole series look for topics.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.terms import terms

Floats = NDArray[np.float32]

FULL_WEIGHT = 10  # content words from which a piece counts fully
LEAST_WEIGHT = 0.02  # of pieces without any
_HASHED = 512  # dimensions that words are hashed to; two words rarely share one within a meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the pieces of one meeting are about.

    `points` are the pieces' vectors around the mean of their meeting, of unit length: what all of a
    meeting has in common tells none of its topics apart. `bags` are content words without the names of
    people and parties.
    """

    points: Floats  # (n, dim)
    weights: Floats  # (n,) how much a piece says, 0 to about 1
    bags: tuple[frozenset[str], ...]


def matter_of(encoded: Encoded) -> Matter:
    """Give what the pieces of a meeting are about."""
    names = names_of(encoded.meeting)
    found = [terms(encoded.text(number)) for number in range(len(encoded.pieces))]
    counts = np.array([len(words) for words in found], dtype=np.float32)
    weights = np.minimum(counts / FULL_WEIGHT, 1.0) + np.float32(LEAST_WEIGHT)
    vectors = encoded.vectors.astype(np.float32)
    if len(vectors):
        vectors = vectors - (weights[:, None] * vectors).sum(0) / weights.sum()
    return Matter(
        points=unit(vectors),
        weights=weights,
        bags=tuple(frozenset(words) - names for words in found),
    )


def names_of(meeting: Meeting) -> frozenset[str]:
    """Give the words of the names of people and parties, as `terms` spells them."""
    named = [person.name for person in meeting.people] + list(meeting.parties)
    named += [person.party for person in meeting.people if person.party]
    return frozenset(word for name in named for word in terms(name.replace("-", " ")))


def unit(vectors: Floats) -> Floats:
    """Scale rows to length 1; rows of zeros stay."""
    sizes = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(sizes, 1e-6), dtype=np.float32)


def hashed_words(bags: Sequence[frozenset[str]]) -> Floats:
    """Give each bag as a hashed vector, rare words weighing more; words of one bag only weigh nothing.

    Returns:
        (n, 512), not scaled.
    """
    counts = Counter(word for bag in bags for word in bag)
    places = {word: zlib.crc32(word.encode()) % _HASHED for word, count in counts.items() if count > 1}
    rarity = {word: float(np.log(len(bags) / counts[word])) for word in places}
    vectors = np.zeros((len(bags), _HASHED), dtype=np.float32)
    for row, bag in enumerate(bags):
        for word in sorted(bag):  # the order of a set differs from run to run, and sums with it
            if word in places:
                vectors[row, places[word]] += rarity[word]
    return vectors
