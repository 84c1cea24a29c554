"""One matter over many meetings: which segments of different meetings are about the same.

Meetings are gone through oldest first, and a segment joins the topic it is nearest to in words and
vectors, or opens a new one. Headings of the same wording are one topic.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.terms import terms

NEAR_ENOUGH = 0.35  # likeness from which two segments are one topic
WORDS_SHARE = 0.5  # of likeness; the rest is the vectors'
_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Meetings of one series, oldest first, whose `topics` are keys of the whole series.

    `labels` gives a few words for people to each key.
    """

    meetings: tuple[Measured, ...]
    labels: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class _Segment:
    """The pieces of one topic in one meeting."""

    meeting: int
    key: str
    heading: str | None
    words: Counter[str]
    vector: NDArray[np.float32]  # sum of its pieces' vectors


@dataclass(slots=True, kw_only=True)
class _Topic:
    """What a topic is known by so far."""

    key: str
    headings: set[str]
    words: Counter[str]
    vector: NDArray[np.float32]


def link(meetings: Sequence[Measured], codebook: Codebook) -> Linked:
    """Give the topics of all meetings keys that hold over the series.

    Args:
        meetings: measured meetings of one series, in any order; their `topics` are keys of each meeting.
        codebook: the label scheme.

    Returns:
        The same meetings, dated ones oldest first and undated ones last, and the labels of the topics.
    """
    ordered = sorted(meetings, key=_age)
    found = [
        segment
        for number, measured in enumerate(ordered)
        for segment in _segments(number, measured, codebook)
    ]
    rarity = _rarity(found)
    topics: list[_Topic] = []
    keys: dict[tuple[int, str], str] = {}
    for segment in found:
        topic = _home(segment, topics, rarity)
        keys[segment.meeting, segment.key] = topic.key
    return Linked(
        meetings=tuple(
            replace(measured, topics=tuple(keys.get((number, key or "")) for key in measured.topics))
            for number, measured in enumerate(ordered)
        ),
        labels={topic.key: _label(topic, rarity) for topic in topics},
    )


def _age(measured: Measured) -> tuple[str, str]:
    date = measured.meeting.date
    return (date.isoformat() if date else "9999-99-99", measured.meeting.id)


def _segments(number: int, measured: Measured, codebook: Codebook) -> list[_Segment]:
    encoded = measured.tagged.encoded
    procedural = codebook.role("procedural")
    column = codebook.modes.index(procedural) if procedural is not None else None
    members: dict[str, list[int]] = {}  # local key -> pieces
    for piece, key in enumerate(measured.topics):
        if key is not None:
            members.setdefault(key, []).append(piece)
    return [
        _Segment(
            meeting=number,
            key=key,
            heading=measured.tagged.utterance(pieces[0]).topic,
            words=Counter(
                term
                for piece in pieces
                for term in terms(encoded.text(piece))
                if int(measured.signals.mode[piece]) != column
            ),
            vector=encoded.vectors[pieces].astype(np.float32).sum(0),
        )
        for key, pieces in members.items()
    ]


def _rarity(found: Sequence[_Segment]) -> Mapping[str, float]:
    counts = Counter(term for segment in found for term in segment.words)
    return {term: math.log((1 + len(found)) / count) for term, count in counts.items()}


def _home(segment: _Segment, topics: list[_Topic], rarity: Mapping[str, float]) -> _Topic:
    """Find the topic a segment belongs to and add it there; open one where none is near."""
    likeness = [_likeness(segment, topic, rarity) for topic in topics]
    best = int(np.argmax(likeness)) if likeness else 0
    if likeness and likeness[best] >= NEAR_ENOUGH:
        topic = topics[best]
        topic.words += segment.words
        topic.vector = topic.vector + segment.vector
        topic.headings |= {segment.key} if segment.heading else set()
        return topic
    topic = _Topic(
        key=f"topic-{len(topics) + 1}",
        headings={segment.key} if segment.heading else set(),
        words=Counter(segment.words),
        vector=segment.vector,
    )
    topics.append(topic)
    return topic


def _likeness(segment: _Segment, topic: _Topic, rarity: Mapping[str, float]) -> float:
    if segment.heading and segment.key in topic.headings:
        return 1.0
    words = _cosine_words(segment.words, topic.words, rarity)
    size = float(np.linalg.norm(segment.vector) * np.linalg.norm(topic.vector))
    vectors = float(segment.vector @ topic.vector) / size if size else 0.0
    return WORDS_SHARE * words + (1 - WORDS_SHARE) * max(0.0, 2 * vectors - 1)


def _cosine_words(one: Counter[str], other: Counter[str], rarity: Mapping[str, float]) -> float:
    def weight(words: Counter[str], term: str) -> float:
        return (1 + math.log(words[term])) * rarity[term]

    common = sum(weight(one, term) * weight(other, term) for term in one if term in other)
    sizes = [math.sqrt(sum(weight(words, term) ** 2 for term in words)) for words in (one, other)]
    return common / (sizes[0] * sizes[1]) if all(sizes) else 0.0


def _label(topic: _Topic, rarity: Mapping[str, float]) -> str:
    if topic.headings:
        return min(topic.headings)
    ranked = sorted(topic.words, key=lambda term: (-topic.words[term] * rarity[term], term))
    return ", ".join(ranked[:_WORDS_SHOWN])
