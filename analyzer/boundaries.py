"""How likely a new matter begins with each piece: by what is said before and after, and how it is opened.

A chair who says "Next item" tells more than any likeness of vectors, and neither is enough alone. The
odds are a logistic regression over both, fitted on the written partnerships, where the topic of each row
is known (`benchmarks/topics.py --fit`). English only, as the model is.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from analyzer.matter import Floats, Matter, hashed_words
from analyzer.records.tagged import Encoded

# Feature -> what it adds to the log odds that a new matter begins.
WEIGHTS: dict[str, float] = {
    "points_2": -1.45,
    "words_5": -2.78,
    "words_20": -2.83,
    "short_item": 2.05,
    "onward": -0.55,
    "opens": 0.28,
    "reports": 1.05,
    "closed_before": 0.73,
    "crumb_before": 0.66,
    "chair": 1.34,
    "chair_leads": 2.42,
    "names_somebody": 0.51,
    "speaker_changes": -0.7,
}
BIAS = -1.4
CERTAIN = 3.0  # log odds of the first piece of a meeting

_SHORT = 14  # words of a piece that may do nothing but open an item
_CRUMB = 6  # words below which a piece closes rather than says something
# Searched in lower case: to ignore case takes three times as long.
_ITEM = re.compile(r"\b(?:item|agenda|points?|topic|aob|(?:any )?other business)\b")
_NEXT = re.compile(
    r"\b(?:next|mov(?:e|ing) on|turn(?:ed)? to|go(?:ing)? (?:on|over) to|on to|over to|floor|back to"
    r"|come to|let['’]?s (?:start|begin|do|take|go|look|talk|move|get)|shall we|start with"
    r"|last (?:thing|one))\b"
)
_OPENS = re.compile(r"^\W*(?:okay|ok|so|right|good|well|now|then|thanks?|fine|um|uh|er|all ?right)\b")
_REPORTS = re.compile(
    r"\b(?:update|status|report(?:ed|s)?|where (?:do|are) we|presented|news|recalled|quickly)\b"
)
_CLOSES = re.compile(
    r"\b(?:thanks?|noted|agreed|okay|fine|good|done|will do|next|action|decided|closed"
    r"|by (?:the|mon|tue|wed|thu|fri))\b"
)
_NAME = re.compile(r"\b[A-Z][a-z]+\b")


def boundary_odds(encoded: Encoded, matter: Matter) -> Floats:
    """Give for each piece the log odds that a new matter begins with it; (n,), the first is certain."""
    if not len(encoded.pieces):
        return np.zeros(0, dtype=np.float32)
    found = features(encoded, matter)
    odds = np.full(len(encoded.pieces) - 1, BIAS, dtype=np.float32)
    for name, weight in WEIGHTS.items():
        odds += np.float32(weight) * found[name]
    return np.concatenate([np.array([CERTAIN], dtype=np.float32), odds])


def features(encoded: Encoded, matter: Matter) -> dict[str, Floats]:
    """Describe each place between two pieces; (n - 1,) each, the first before piece 1."""
    texts = [encoded.text(number) for number in range(len(encoded.pieces))]
    speakers = [encoded.meeting.utterances[piece.utterance].speaker for piece in encoded.pieces]
    words = hashed_words(matter.bags)
    even = np.ones(len(texts), dtype=np.float32)
    lengths = np.array([len(text.split()) for text in texts])
    lowered = [text.lower() for text in texts]
    item, onward = (_marked(pattern, lowered) for pattern in (_ITEM, _NEXT))
    chair = _shares(speakers, np.maximum(item, onward))
    known = {word for person in encoded.meeting.people for word in person.name.split()}
    named = [any(name in known for name in _NAME.findall(text)) for text in texts]
    changes = [one != other for one, other in zip(speakers[1:], speakers[:-1], strict=True)]
    return {
        "points_2": _likeness(matter.points, matter.weights, 2),
        "words_5": _likeness(words, even, 5),
        "words_20": _likeness(words, even, 20),
        "short_item": (item * (lengths <= _SHORT))[1:],
        "onward": onward[1:],
        "opens": _marked(_OPENS, lowered)[1:],
        "reports": _marked(_REPORTS, lowered)[1:],
        "closed_before": _marked(_CLOSES, lowered)[:-1],
        "crumb_before": (lengths < _CRUMB).astype(np.float32)[:-1],
        "chair": chair[1:],
        "chair_leads": (chair * np.maximum(item, onward))[1:],
        "names_somebody": np.array(named, dtype=np.float32)[1:],
        "speaker_changes": np.array(changes, dtype=np.float32),
    }


def _marked(pattern: re.Pattern[str], texts: list[str]) -> Floats:
    return np.array([bool(pattern.search(text)) for text in texts], dtype=np.float32)


def _shares(speakers: list[str | None], leads: Floats) -> Floats:
    """Give for each piece the share its speaker has in the pieces that lead through the agenda."""
    counts = Counter(speaker for speaker, lead in zip(speakers, leads, strict=True) if speaker and lead)
    total = max(1, counts.total())
    return np.array([counts[speaker] / total if speaker else 0.0 for speaker in speakers], dtype=np.float32)


def _likeness(vectors: Floats, weights: Floats, reach: int) -> Floats:
    """Compare the pieces before each place with those after it, `reach` to each side: cosines."""
    sums = np.concatenate([np.zeros((1, vectors.shape[1])), np.cumsum(weights[:, None] * vectors, axis=0)])
    places = np.arange(1, len(vectors))
    before = sums[places] - sums[np.maximum(places - reach, 0)]
    after = sums[np.minimum(places + reach, len(vectors))] - sums[places]
    sizes = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray((before * after).sum(1) / np.maximum(sizes, 1e-9), dtype=np.float32)
