"""Where one matter ends and the next begins within a meeting, and when the meeting comes back to one.

Headings guide where the document has them. Where it has none, a penalised search finds the cut points
that leave each segment most alike in vectors and words, and segments alike are one topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.tagged import Signals, Tagged
from analyzer.terms import terms

PENALTY = 3.0  # cost of one more segment, in units of weighted squared distance
LONGEST = 200  # pieces of one segment: keeps the search linear
SHORTEST = 3  # pieces of one segment
NEAR_ENOUGH = 0.5  # cosine from which two segments are one topic
_DIM = 256  # hashed dimensions of words
_MARKS = re.compile(r"[^\w\s]")


def segments(tagged: Tagged, signals: Signals, codebook: Codebook) -> tuple[str | None, ...]:
    """Name the topic segment of each piece; segments of one key are one topic of this meeting.

    Args:
        tagged: the meeting.
        signals: what was decided of its pieces; procedural ones have no say in where topics lie.
        codebook: says which mode is procedural.

    Returns:
        One key a piece, None where it belongs to none. Keys of headings are the heading in plain
        spelling; keys of found segments are `#1`, `#2`, ... in order of appearance.
    """
    headings = [tagged.utterance(number).topic for number in range(len(tagged))]
    if any(headings):
        return tuple(_plain(heading) if heading else None for heading in headings)
    return _found(tagged, _substance(tagged, signals, codebook))


def _plain(heading: str) -> str:
    return " ".join(_MARKS.sub(" ", heading.casefold()).split())


def _substance(tagged: Tagged, signals: Signals, codebook: Codebook) -> NDArray[np.float32]:
    """Weigh each piece by what it can say of a topic: nothing if procedural, more with more words."""
    procedural = codebook.role("procedural")
    words = np.array([len(terms(tagged.encoded.text(number))) for number in range(len(tagged))], dtype=float)
    weights = np.minimum(words / 12, 1.0).astype(np.float32)
    if procedural is not None:
        weights[signals.mode == codebook.modes.index(procedural)] = 0.0
    return weights


def _found(tagged: Tagged, weights: NDArray[np.float32]) -> tuple[str | None, ...]:
    vectors = tagged.encoded.vectors.astype(np.float32)
    if not len(vectors) or not weights.any():
        return (None,) * len(vectors)
    mean = (weights[:, None] * vectors).sum(0) / weights.sum()
    points = vectors - mean
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    starts = cut_points(points, weights)
    return _named(points, weights, starts)


def cut_points(
    points: NDArray[np.floating], weights: NDArray[np.floating], penalty: float = PENALTY
) -> list[int]:
    """Find the starts of segments that minimise scatter within plus a penalty each.

    Args:
        points: (n, dim).
        weights: (n,) how much each point counts.
        penalty: what one more segment costs.

    Returns:
        First piece of each segment, from 0.

    Source:
        Optimal partitioning (Jackson et al. 2005) with segments of bounded length: linear in n.
    """
    n = len(points)
    sums = np.concatenate([np.zeros((1, points.shape[1])), np.cumsum(weights[:, None] * points, axis=0)])
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    square = np.concatenate([[0.0], np.cumsum(weights * (points**2).sum(1))])
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    before = np.zeros(n + 1, dtype=np.intp)
    for end in range(1, n + 1):
        first = np.arange(max(0, end - LONGEST), max(1, end - SHORTEST + 1))
        within = mass[end] - mass[first]
        scatter = (square[end] - square[first]) - ((sums[end] - sums[first]) ** 2).sum(1) / np.maximum(
            within, 1e-6
        )
        cost = best[first] + scatter + penalty
        before[end] = first[int(cost.argmin())]
        best[end] = cost.min()
    starts = []
    end = n
    while end > 0:
        end = int(before[end])
        starts.append(end)
    return starts[::-1]


def _named(
    points: NDArray[np.floating], weights: NDArray[np.floating], starts: Sequence[int]
) -> tuple[str | None, ...]:
    """Give segments near an earlier one its key."""
    keys: list[str | None] = []
    centres: list[NDArray[np.floating]] = []  # sum of points of each topic
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        total = (weights[start:end, None] * points[start:end]).sum(0)
        cosines = [float(_cosine(total, centre)) for centre in centres]
        topic = int(np.argmax(cosines)) if cosines and max(cosines) >= NEAR_ENOUGH else len(centres)
        if not weights[start:end].any():
            keys += [None] * (end - start)
            continue
        if topic == len(centres):
            centres.append(total)
        else:
            centres[topic] = centres[topic] + total
        keys += [f"#{topic + 1}"] * (end - start)
    return tuple(keys)


def _cosine(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    size = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / size) if size else 0.0
