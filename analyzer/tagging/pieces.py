"""Utterances → pieces of at most 80 words, at sentence ends where there are any.

What one person says at a stretch may run for pages; what is judged must be short enough to do one thing.
An utterance of at most 80 words is one piece, unchanged, so that rows can be matched back to the file.
Words are what white space separates, here and everywhere in the product.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Piece

LIMIT = 80
_WORD = re.compile(r"\S+")
_CLAUSE_END = re.compile(r"[,;:—–)\]…-]['\"”’]*$")
# Unpunctuated speech has no clause ends; these words mostly begin one.
_CLAUSE_START = frozenset(
    {"and", "but", "so", "because", "then", "or", "which", "well", "anyway", "okay", "although", "while"}
    | {"if", "when", "also", "now"}
)
# Abbreviations of meetings that spaCy's English does not know; "etc." is none, it often does end.
_ABBREVIATIONS = ("approx.", "dept.", "resp.", "incl.", "fig.", "est.")
_REACH = 20  # words around the even cut in which a clause boundary is looked for

Words = list[tuple[int, int]]  # characters of each word


def words(text: str) -> int:
    """Count the words of a text: what white space separates."""
    return len(text.split())


def cut(meeting: Meeting) -> tuple[Piece, ...]:
    """Cut a meeting into pieces, in order; utterances without any word give none.

    Returns:
        Pieces of at most 80 words. Joined, the pieces of an utterance hold all its words in order.
    """
    return tuple(
        Piece(utterance=utterance.index, number=number, start=start, end=end)
        for utterance in meeting.utterances
        for number, (start, end) in enumerate(cut_text(utterance.text))
    )


def cut_text(text: str, limit: int = LIMIT) -> list[tuple[int, int]]:
    """Give the characters (start, end) of each piece of a text.

    Args:
        text: one utterance.
        limit: words a piece may have.

    Returns:
        The whole text where it has at most `limit` words; else whole sentences packed up to the limit,
        and sentences over it cut near a clause boundary.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    if not spans:
        return []
    if len(spans) <= limit:
        return [(0, len(text))]
    packed = _packed(_units(text, spans, limit), limit)
    return [(spans[first][0], spans[last - 1][1]) for first, last in packed]


def _units(text: str, spans: Words, limit: int) -> Iterator[tuple[int, int]]:
    """Give ranges of words that should stay together: sentences, or parts of very long ones."""
    starts = [start for start, _ in spans]
    # A boundary within a word ("end.Next") is none: bisect finds the next word that starts there or later.
    firsts = sorted({bisect_left(starts, place) for place in _sentence_starts(text)} - {0, len(spans)})
    for first, last in zip([0, *firsts], [*firsts, len(spans)], strict=True):
        yield from _clauses(text, spans, first, last, limit)


def _clauses(text: str, spans: Words, first: int, last: int, limit: int) -> Iterator[tuple[int, int]]:
    while last - first > limit:
        parts = -(-(last - first) // limit)
        target = first + -(-(last - first) // parts)
        # The rest must still fit into the parts that are left, so that no crumb remains.
        lowest = max(first + 1, target - _REACH, last - (parts - 1) * limit)
        places = range(lowest, min(first + limit, target + _REACH) + 1)
        place = min(places, key=lambda word: (-_boundary(text, spans, word), abs(word - target), word))
        yield first, place
        first = place
    yield first, last


def _boundary(text: str, spans: Words, word: int) -> int:
    """Say how well a cut before `word` suits: 2 after punctuation, 1 before a joining word, 0 anywhere."""
    start, end = spans[word - 1]
    if _CLAUSE_END.search(text[start:end]):
        return 2
    start, end = spans[word] if word < len(spans) else (0, 0)
    return int(text[start:end].lower() in _CLAUSE_START)


def _packed(units: Iterator[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    packed: list[tuple[int, int]] = []
    for first, last in units:
        if packed and last - packed[-1][0] <= limit:
            packed[-1] = (packed[-1][0], last)
        else:
            packed.append((first, last))
    return packed


def _sentence_starts(text: str) -> list[int]:
    return [sentence.start_char for sentence in _sentencizer()(text).sents]


@functools.cache
def _sentencizer() -> Any:
    import spacy

    # The rules of English keep "Dr.", "e.g." and "3.5" whole; no downloaded model is needed.
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    tokenizer: Any = nlp.tokenizer  # typed as any callable
    for abbreviation in _ABBREVIATIONS:
        tokenizer.add_special_case(abbreviation, [{"ORTH": abbreviation}])
    nlp.max_length = 100_000_000  # the limit protects parsers; rules need little memory
    return nlp
