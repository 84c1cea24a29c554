"""Where one matter ends and the next begins within a meeting.

Headings guide where the document has them. Where it has none, a penalised search finds the places that
leave each segment most alike in vectors and words, and prefers those where an item is opened or closed.
Segments are fine rather than coarse: `analyzer.trends.topics` sees which of them, in this meeting and in
others, are about one matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.boundaries import boundary_odds
from analyzer.codebook import Codebook
from analyzer.matter import Floats, Matter, hashed_words, heading_matter, matter_of, unit
from analyzer.records.tagged import Signals, Tagged

PENALTY = 1.15  # of one more segment, in units of scatter, where an item is opened as often as usual
CUE = 0.4  # how much less where the log odds of a new matter are higher by one
LEAST = 0.1  # however clear the cue: a segment must explain something
USUAL = -2.2  # log odds of a place of which nothing is known: one in ten
LONGEST = 200  # pieces of one segment; keeps the search linear
_WORDS_SHARE = 0.3  # of scatter that is counted in words, not vectors
_MARKS = re.compile(r"[^\w\s]+")


def segments(tagged: Tagged, signals: Signals, codebook: Codebook) -> tuple[str | None, ...]:
    """Name the topic segment of each piece; pieces of one key are of one topic.

    Args:
        tagged: the meeting.
        signals: what was decided of its pieces.
        codebook: says which mode is procedural.

    Returns:
        One key a piece. Under headings it is the heading in plain spelling, the same at each return,
        and None for pieces under none or under one of housekeeping. Else keys are `#1`, `#2`, ... in
        order, and None where a segment has nothing but procedural pieces.
    """
    headings = [tagged.utterance(number).topic for number in range(len(tagged))]
    if any(headings):
        named = {heading: heading_matter(heading) for heading in headings if heading}
        return tuple(_plain(matter) if (matter := named.get(heading or "")) else None for heading in headings)
    if not headings:
        return ()
    starts = found_starts(tagged)
    return _named(starts, is_substance(signals, codebook))


def _plain(heading: str) -> str:
    return " ".join(_MARKS.sub(" ", heading.casefold()).split()) or heading


def is_substance(signals: Signals, codebook: Codebook) -> NDArray[np.bool_]:
    """Mark the pieces (n,) that are not procedural."""
    procedural = codebook.role("procedural")
    if procedural is None:
        return np.ones(len(signals.mode), dtype=np.bool_)
    return np.asarray(signals.mode != codebook.modes.index(procedural), dtype=np.bool_)


def found_starts(tagged: Tagged) -> list[int]:
    """Find the first piece of each segment, headings aside."""
    if not len(tagged):
        return []
    matter = matter_of(tagged.encoded)
    odds = boundary_odds(tagged.encoded, matter)
    penalties = np.maximum(PENALTY + CUE * (USUAL - odds), LEAST)
    return cut_points(_meaning(matter), matter.weights, penalties)


def _meaning(matter: Matter) -> Floats:
    words = unit(hashed_words(matter.bags))
    parts = [np.sqrt(1 - _WORDS_SHARE) * matter.points, np.sqrt(_WORDS_SHARE) * words]
    return np.concatenate(parts, axis=1).astype(np.float32)


def cut_points(points: Floats, weights: Floats, penalties: Floats) -> list[int]:
    """Find the segments that minimise scatter within, plus the penalty of the place each begins at.

    Args:
        points: (n, dim).
        weights: (n,) how much each point counts.
        penalties: (n,) what a segment costs that begins with the piece.

    Returns:
        First piece of each segment, from 0.

    Source:
        Optimal partitioning (Jackson et al. 2005), segments bounded in length: linear in n.
    """
    sums = np.concatenate([np.zeros((1, points.shape[1])), np.cumsum(weights[:, None] * points, axis=0)])
    mass = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    squares = np.concatenate([[0.0], np.cumsum(weights * (points**2).sum(1), dtype=np.float64)])
    sizes = (sums**2).sum(1)
    best = np.concatenate([[0.0], np.full(len(points), np.inf)])
    begins = np.zeros(len(points) + 1, dtype=np.intp)
    for end in range(1, len(points) + 1):
        first = slice(max(0, end - LONGEST), end)
        centre = sizes[end] + sizes[first] - 2 * sums[first] @ sums[end]  # squared length of the sum within
        scatter = squares[end] - squares[first] - centre / np.maximum(mass[end] - mass[first], 1e-9)
        costs = best[first] + scatter + penalties[first]
        begins[end] = first.start + int(costs.argmin())
        best[end] = costs.min()
    starts = [int(begins[len(points)])]
    while starts[-1]:
        starts.append(int(begins[starts[-1]]))
    return starts[::-1]


def _named(starts: Sequence[int], substance: NDArray[np.bool_]) -> tuple[str | None, ...]:
    keys: list[str | None] = []
    number = 0
    for start, end in zip(starts, [*starts[1:], len(substance)], strict=True):
        has_substance = bool(substance[start:end].any())
        number += has_substance
        keys += [f"#{number}" if has_substance else None] * (end - start)
    return tuple(keys)
