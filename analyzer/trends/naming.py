"""A few words for people to each topic: its heading, or the words that are said more there than elsewhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from analyzer.matter import heading_matter
from analyzer.records.analysis import Measured
from analyzer.terms import spellings
from analyzer.trends.material import Usual
from analyzer.trends.pool import Labels

_WORDS = 3
_FEWEST = 2  # pieces that must hold a word; one slip of the tongue names nothing
_PRIOR = 5.0  # pieces by which a word must beat its usual share


def name_topics(meetings: Sequence[Measured], found: Sequence[Labels], usual: Usual) -> Mapping[int, str]:
    """Name each topic.

    Args:
        meetings: of the series.
        found: number of the topic of each piece of each meeting, negative for none.
        usual: how often words come in the series.

    Returns:
        A label for each topic: the heading it stands under most often, else up to three words as they are
        mostly spelled.
    """
    headings: dict[int, Counter[str]] = {}
    words: dict[int, Counter[str]] = {}
    spelled: Counter[tuple[str, str]] = Counter()  # term and token: how often
    for measured, labels in zip(meetings, found, strict=True):
        for number, topic in enumerate(labels.tolist()):
            if topic < 0:
                continue
            heading = measured.tagged.utterance(number).topic
            heading = heading_matter(heading) if heading else None
            if heading:
                headings.setdefault(topic, Counter())[heading] += 1
            pairs = spellings(measured.tagged.encoded.text(number))
            words.setdefault(topic, Counter()).update({term for term, _ in pairs})
            spelled.update(pairs)
    shares = dict(zip(usual.spelling, usual.words.tolist(), strict=True))
    chosen = {topic: _terms(counts, shares) for topic, counts in words.items() if topic not in headings}
    tokens = _spellings(spelled, {term for terms in chosen.values() for term in terms})
    return {
        topic: _heading(headings[topic])
        if topic in headings
        else ", ".join(tokens[term] for term in chosen[topic]) or "unnamed"
        for topic in words
    }


def _heading(counts: Counter[str]) -> str:
    return min(counts, key=lambda text: (-counts[text], text.isupper(), text)).rstrip(" :.")


def _terms(counts: Counter[str], shares: Mapping[str, float]) -> list[str]:
    """Choose the words that name a topic."""
    known = [term for term in counts if term in shares]
    total = sum(counts[term] for term in known)

    def weight(term: str) -> float:
        expected = shares[term] * total
        return counts[term] * math.log(
            (counts[term] + _PRIOR * shares[term]) / (expected + _PRIOR * shares[term])
        )

    often = [term for term in known if counts[term] >= _FEWEST] or known or list(counts)
    return sorted(often, key=lambda term: (-(weight(term) if term in shares else 0.0), term))[:_WORDS]


def _spellings(counts: Counter[tuple[str, str]], wanted: set[str]) -> Mapping[str, str]:
    """Give for each wanted term the way it is mostly spelled."""
    found: dict[str, tuple[int, str]] = {}
    for (term, token), count in counts.items():
        if term in wanted:
            found[term] = min(found.get(term, (0, "")), (-count, token))
    return {term: token for term, (_, token) in found.items()}
