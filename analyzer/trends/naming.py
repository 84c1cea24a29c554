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
    spelled: dict[str, Counter[str]] = {}
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
            for term, token in pairs:
                spelled.setdefault(term, Counter())[token] += 1
    shares = dict(zip(usual.spelling, usual.words.tolist(), strict=True))
    return {
        topic: _heading(headings[topic]) if topic in headings else _terms(counts, shares, spelled)
        for topic, counts in words.items()
    }


def _heading(counts: Counter[str]) -> str:
    return min(counts, key=lambda text: (-counts[text], text.isupper(), text)).rstrip(" :.")


def _terms(counts: Counter[str], shares: Mapping[str, float], spelled: Mapping[str, Counter[str]]) -> str:
    known = [term for term in counts if term in shares]
    total = sum(counts[term] for term in known)

    def weight(term: str) -> float:
        expected = shares[term] * total
        return counts[term] * math.log(
            (counts[term] + _PRIOR * shares[term]) / (expected + _PRIOR * shares[term])
        )

    often = [term for term in known if counts[term] >= _FEWEST] or known or list(counts)
    ranked = sorted(often, key=lambda term: (-(weight(term) if term in shares else 0.0), term))
    return ", ".join(_spelling(spelled[term]) for term in ranked[:_WORDS]) or "unnamed"


def _spelling(counts: Counter[str]) -> str:
    return min(counts, key=lambda token: (-counts[token], token))
