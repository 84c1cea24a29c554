"""Headings that nothing marks as such: lines in capitals, and short numbered lines with text below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analyzer.ingest.outline import Line

_ENOUGH = 3  # headings that are marked: such a document needs no guesses
_FEWEST = 2  # lines of one habit: a single one proves nothing
_CHARS = 90
_NUMBER = re.compile(r"^(?:item )?(\d{1,2}(?:\.\d{1,2}){0,2})[.):]?\s+(?=[A-Z])", re.I)
_ENDS = re.compile(r"[.;:,?!]$|:\s")
_LEVEL = 3


def promote(lines: Sequence[Line]) -> list[Line]:
    """Make headings of the lines that serve as such, where a document marks hardly any."""
    if sum(line.kind == "heading" for line in lines) >= _ENOUGH:
        return list(lines)
    written = [line for line in lines if line.kind not in ("blank", "rule")]
    capitals = {line.number for line in written if _is_in_capitals(line)}
    numbered = {
        line.number
        for line, after in pairwise(written)
        if _is_numbered(line) and not _is_numbered(after) and line.number not in capitals
    }
    # A list of short numbered lines is an agenda or a list of actions, not headings.
    listed = sum(_is_numbered(line) for line in written)
    found = capitals if len(capitals) >= _FEWEST else set[int]()
    if len(numbered) >= max(_FEWEST, 0.5 * listed):
        found |= numbered
    return [replace(line, kind="heading", level=_LEVEL) if line.number in found else line for line in lines]


def _is_in_capitals(line: Line) -> bool:
    text = line.text
    return (
        line.kind in ("text", "item")
        and len(text) <= _CHARS
        and text == text.upper()
        and not _ENDS.search(text)
        and bool(re.search(r"[A-Z]{4}", text))
        and len(text.split()) <= 10
    )


def _is_numbered(line: Line) -> bool:
    """Say whether it is a number and a few words, without the end of a sentence."""
    number = line.mark[:1].isdigit() or _NUMBER.match(line.text)
    return (
        line.kind in ("text", "item")
        and line.indent == 0
        and bool(number)
        and len(line.text) <= _CHARS
        and not _ENDS.search(line.text)
    )
