"""The topics of a series while they are found: what each has gathered so far, and which are near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analyzer.trends.likeness import Array, Bundles
from analyzer.trends.material import Material, Usual
from analyzer.trends.tally import Tallies

Labels = NDArray[np.intp]  # number of the topic of each piece
Looks = NDArray[np.float32]  # directions of bundles, by which near ones are looked up
Number = TypeVar("Number", bound=np.generic)

_HASHED = 512  # dimensions by which topics with common words are looked up; the evidence is exact
_SPREAD = 2654435761  # Knuth's multiplier, parts neighbouring numbers
_BLOCK = 512  # rows of cosines held at once


class Topics:
    """Grows as topics are opened; a topic whose pieces have all left stays, empty."""

    def __init__(self, dim: int, usual: Usual) -> None:
        self.words = Tallies(len(usual.words))
        self.voices = Tallies(len(usual.voices))
        self._vectors = np.zeros((0, dim))
        self._hashes = np.zeros((0, _HASHED))
        self._mass = np.zeros(0)
        # Vectors and hashes as they are compared: unit length each, side by side; rows that are out of date.
        self._looks = np.zeros((0, dim + _HASHED), dtype=np.float32)
        self._stale = np.zeros(0, dtype=np.bool_)
        self._rarity = -np.log(usual.words)
        self._places = (np.arange(len(usual.words)) * _SPREAD >> 8) % _HASHED

    def __len__(self) -> int:
        return len(self.words)

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Mark the topics (k,) that have pieces."""
        return np.asarray(self._mass > 1e-6, dtype=np.bool_)

    def add(self, material: Material, labels: Labels) -> None:
        """Give the pieces of a meeting to their topics."""
        self._give(material, np.arange(len(labels)), labels, 1.0)

    def move(self, material: Material, before: Labels, after: Labels) -> None:
        """Give the pieces of a meeting that have other topics now to these."""
        moved = np.flatnonzero(before != after)
        if len(moved):
            self._give(material, moved, before[moved], -1.0)
            self._give(material, moved, after[moved], 1.0)

    def _give(self, material: Material, pieces: Labels, labels: Labels, sign: float) -> None:
        """Give some pieces to topics, one label a piece; with sign -1, take them away."""
        self._grow(int(labels.max(initial=-1)) + 1)
        numbers, rows = np.unique(labels, return_inverse=True)
        weights = sign * material.weights[pieces].astype(np.float64)
        self._vectors[numbers] += _summed(material.points[pieces].astype(np.float64), weights, rows)
        self._mass[numbers] += np.bincount(rows, weights, len(numbers))
        owner = np.full(len(material.weights), -1, dtype=np.intp)
        owner[pieces] = rows
        held = owner[material.holders] >= 0
        owners, words = owner[material.holders[held]], material.words[material.held[held]]
        self._hashes[numbers] += sign * self._hashed(words, owners, len(numbers))
        self.words.add(numbers[owners], words, np.full(len(words), sign))
        voices = material.voices[pieces]
        known = voices >= 0
        self.voices.add(labels[known], voices[known], weights[known])
        self._stale[numbers] = True

    def _hashed(self, words: Labels, rows: Labels, size: int) -> Array:
        flat = rows * _HASHED + self._places[words]
        found = np.bincount(flat, self._rarity[words], size * _HASHED).reshape(size, _HASHED)
        return np.asarray(found, dtype=np.float64)

    def _grow(self, size: int) -> None:
        more = size - len(self)
        if more <= 0:
            return
        self.words.grow(more)
        self.voices.grow(more)
        self._vectors = _longer(self._vectors, more)
        self._hashes = _longer(self._hashes, more)
        self._mass = _longer(self._mass, more)
        self._looks = _longer(self._looks, more)
        self._stale = _longer(self._stale, more)

    def join(self, into: int, other: int) -> None:
        """Give all that one topic has to another."""
        for rows in (self._vectors, self._hashes, self._mass):
            rows[into] += rows[other]
            rows[other] = 0.0
        self.words.join(into, other)
        self.voices.join(into, other)
        self._stale[[into, other]] = True

    def bundles(self, topics: Sequence[int], words: NDArray[np.intp], voices: NDArray[np.intp]) -> Bundles:
        """Give some topics side by side, in the words and voices asked for."""
        numbers = np.array(topics, dtype=np.intp)
        return Bundles(
            vectors=self._vectors[numbers],
            mass=self._mass[numbers],
            words=self.words.table(topics, words),
            totals=self.words.totals(topics),
            voices=self.voices.table(topics, voices),
            heard=self.voices.totals(topics),
        )

    def nearest(self, looks: Looks, limit: int) -> list[list[int]]:
        """Find the topics near each of some bundles by direction and by words, nearest first."""
        self._refresh()
        alive = np.flatnonzero(self.alive)
        known = self._looks[alive]
        found: list[list[int]] = []
        for begin in range(0, len(looks), _BLOCK):
            cosines = looks[begin : begin + _BLOCK] @ known.T
            found += [alive[row].tolist() for row in _highest(cosines, limit)]
        return found

    def _refresh(self) -> None:
        if self._stale.any():
            stale = np.flatnonzero(self._stale)
            self._looks[stale] = _looks(self._vectors[stale], self._hashes[stale])
            self._stale[:] = False

    def near_topics(self, limit: int) -> list[list[int]]:
        """Find the topics near each topic, itself left out; one list a topic, empty for empty ones."""
        found: list[list[int]] = [[] for _ in range(len(self))]
        self._refresh()
        alive = np.flatnonzero(self.alive)
        near = self.nearest(self._looks[alive], limit + 1)
        for topic, others in zip(alive.tolist(), near, strict=True):
            found[topic] = [other for other in others if other != topic][:limit]
        return found

    def near_meeting(self, material: Material, labels: Labels, limit: int) -> list[int]:
        """Find the topics near any of the bundles that a meeting's pieces are labelled by, ascending."""
        if not self.alive.any():
            return []
        size = int(labels.max(initial=-1)) + 1
        hashes = self._hashed(material.words[material.held], labels[material.holders], size)
        found = self.nearest(_looks(summed(material, labels), hashes), limit)
        return sorted({topic for near in found for topic in near})


def _longer(rows: NDArray[Number], more: int) -> NDArray[Number]:
    return np.concatenate([rows, np.zeros((more, *rows.shape[1:]), dtype=rows.dtype)])


def _looks(vectors: Array, hashes: Array) -> Looks:
    return np.concatenate([_unit(vectors), _unit(hashes)], axis=1).astype(np.float32)


def _highest(scores: Looks, limit: int) -> Labels:
    """Give the columns of the highest scores of each row, highest first; of equal ones the first."""
    if limit < scores.shape[1]:
        among = np.sort(np.argpartition(-scores, limit - 1, axis=1)[:, :limit], axis=1)
    else:
        among = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    order = np.argsort(-np.take_along_axis(scores, among, axis=1), axis=1, kind="stable")
    return np.take_along_axis(among, order, axis=1)


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
    return _summed(material.points.astype(np.float64), material.weights.astype(np.float64), labels)


def _summed(points: Array, weights: Array, rows: Labels) -> Array:
    order = np.argsort(rows, kind="stable")
    return added(weights[order, None] * points[order], rows[order], int(rows.max(initial=-1)) + 1)


def added(values: Array, owners: Labels, size: int) -> Array:
    """Add up the rows of `values` (m, d) by owner, which ascend: (size, d)."""
    sums = np.zeros((size, values.shape[1]))
    if len(owners):
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        sums[owners[begins]] = np.add.reduceat(values, begins, axis=0)
    return sums


def voices_of(material: Material) -> NDArray[np.intp]:
    """Give the voices heard in a meeting, ascending."""
    return np.unique(material.voices[material.voices >= 0])
