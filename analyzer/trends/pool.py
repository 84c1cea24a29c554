"""The topics of a series while they are found: what each has gathered so far, and which are near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analyzer.trends.likeness import Array, Bundles
from analyzer.trends.material import Material, Usual

Labels = NDArray[np.intp]  # number of the topic of each piece

_HASHED = 512  # dimensions by which topics with common words are looked up; the evidence is exact
_SPREAD = 2654435761  # Knuth's multiplier, parts neighbouring numbers


class Topics:
    """Grows as topics are opened; a topic whose pieces have all left stays, empty."""

    def __init__(self, dim: int, usual: Usual) -> None:
        self.words: list[Counter[int]] = []
        self.voices: list[Counter[int]] = []
        self._vectors = np.zeros((0, dim))
        self._hashes = np.zeros((0, _HASHED))
        self._mass = np.zeros(0)
        self._rarity = -np.log(usual.words)
        self._places = (np.arange(len(usual.words)) * _SPREAD >> 8) % _HASHED

    def __len__(self) -> int:
        return len(self.words)

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Mark the topics (k,) that have pieces."""
        return np.asarray(self._mass > 1e-6, dtype=np.bool_)

    def add(self, material: Material, labels: Labels, sign: int = 1) -> None:
        """Give the pieces of a meeting to their topics; with sign -1, take them away."""
        self._grow(int(labels.max(initial=-1)) + 1)
        numbers, rows = np.unique(labels, return_inverse=True)
        self._vectors[numbers] += sign * summed(material, rows)
        self._hashes[numbers] += sign * self._hashed(material, rows)
        weights = sign * material.weights.astype(np.float64)
        self._mass[numbers] += np.bincount(rows, weights)
        owners, words = labels[material.holders], material.words[material.held]
        for topic, word in zip(owners.tolist(), words.tolist(), strict=True):
            self.words[topic][word] += sign
        for topic, voice, weight in zip(
            labels.tolist(), material.voices.tolist(), weights.tolist(), strict=True
        ):
            if voice >= 0:
                self.voices[topic][voice] += weight

    def _hashed(self, material: Material, rows: Labels) -> Array:
        words = material.words[material.held]
        size = int(rows.max(initial=-1)) + 1
        flat = rows[material.holders] * _HASHED + self._places[words]
        found = np.bincount(flat, self._rarity[words], size * _HASHED).reshape(size, _HASHED)
        return np.asarray(found, dtype=np.float64)

    def _grow(self, size: int) -> None:
        more = size - len(self)
        if more <= 0:
            return
        self.words += [Counter() for _ in range(more)]
        self.voices += [Counter() for _ in range(more)]
        self._vectors = np.concatenate([self._vectors, np.zeros((more, self._vectors.shape[1]))])
        self._hashes = np.concatenate([self._hashes, np.zeros((more, _HASHED))])
        self._mass = np.concatenate([self._mass, np.zeros(more)])

    def join(self, into: int, other: int) -> None:
        """Give all that one topic has to another."""
        for rows in (self._vectors, self._hashes, self._mass):
            rows[into] += rows[other]
            rows[other] = 0.0
        self.words[into].update(self.words[other])
        self.voices[into].update(self.voices[other])
        self.words[other], self.voices[other] = Counter(), Counter()

    def bundles(self, topics: Sequence[int], words: NDArray[np.intp], voices: NDArray[np.intp]) -> Bundles:
        """Give some topics side by side, in the words and voices asked for."""
        numbers = np.array(topics, dtype=np.intp)
        return Bundles(
            vectors=self._vectors[numbers],
            mass=self._mass[numbers],
            words=_chosen([self.words[topic] for topic in topics], words),
            totals=np.array([self.words[topic].total() for topic in topics], dtype=np.float64),
            voices=_chosen([self.voices[topic] for topic in topics], voices),
            heard=np.array([self.voices[topic].total() for topic in topics], dtype=np.float64),
        )

    def nearest(self, vectors: Array, hashes: Array, limit: int) -> list[list[int]]:
        """Find the topics near each of some bundles by direction and by words, nearest first."""
        alive = np.flatnonzero(self.alive)
        cosines = _unit(vectors) @ _unit(self._vectors[alive]).T
        cosines += _unit(hashes) @ _unit(self._hashes[alive]).T
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :limit]
        return [[int(alive[place]) for place in row] for row in order]

    def near_topics(self, limit: int) -> list[list[int]]:
        """Find the topics near each topic, itself left out; one list a topic, empty for empty ones."""
        found: list[list[int]] = [[] for _ in range(len(self))]
        alive = [int(topic) for topic in np.flatnonzero(self.alive)]
        near = self.nearest(self._vectors[alive], self._hashes[alive], limit + 1)
        for topic, others in zip(alive, near, strict=True):
            found[topic] = [other for other in others if other != topic][:limit]
        return found

    def near_meeting(self, material: Material, labels: Labels, limit: int) -> list[int]:
        """Find the topics near any of the bundles that a meeting's pieces are labelled by, ascending."""
        if not self.alive.any():
            return []
        found = self.nearest(summed(material, labels), self._hashed(material, labels), limit)
        return sorted({topic for near in found for topic in near})


def _chosen(counters: Sequence[Counter[int]], numbers: NDArray[np.intp]) -> Array:
    wanted = numbers.tolist()
    rows = [[counter.get(number, 0.0) for number in wanted] for counter in counters]
    return np.array(rows, dtype=np.float64).reshape(len(counters), len(wanted))


def _unit(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def bundle(material: Material, labels: Labels, voices: NDArray[np.intp]) -> Bundles:
    """Gather the pieces of one meeting by label, 0 to the highest."""
    size = int(labels.max(initial=-1)) + 1
    weights = material.weights.astype(np.float64)
    words = labels[material.holders] * len(material.words) + material.held
    known = material.voices >= 0
    heard = labels[known] * len(voices) + np.searchsorted(voices, material.voices[known])
    spoken = np.asarray(np.bincount(heard, weights[known], size * len(voices)), dtype=np.float64)
    return Bundles(
        vectors=summed(material, labels),
        mass=np.asarray(np.bincount(labels, weights, size), dtype=np.float64),
        words=np.bincount(words, minlength=size * len(material.words)).reshape(size, -1).astype(np.float64),
        totals=np.bincount(labels[material.holders], minlength=size).astype(np.float64),
        voices=spoken.reshape(size, -1),
        heard=spoken.reshape(size, -1).sum(1),
    )


def summed(material: Material, labels: Labels) -> Array:
    """Add up the weighted points of a meeting by label, 0 to the highest."""
    size, n = int(labels.max(initial=-1)) + 1, len(labels)
    chosen = csr_matrix((material.weights.astype(np.float64), (labels, np.arange(n))), shape=(size, n))
    return np.asarray(chosen @ material.points.astype(np.float64))


def voices_of(material: Material) -> NDArray[np.intp]:
    """Give the voices heard in a meeting, ascending."""
    return np.unique(material.voices[material.voices >= 0])
