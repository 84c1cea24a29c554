"""Headings that nothing marks as such: lines in capitals, and numbered lines that count on to the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analyzer.ingest.outline import Line
from analyzer.ingest.speakerheads import label_speakers
from analyzer.ingest.tongues import point_mark

_ENOUGH = 3  # headings that are marked: such a document needs no guesses
_FEWEST = 2  # lines of one habit: a single one proves nothing
_CHARS = 90
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})[.):]?\s+(?=\S)", re.I)
_MARK = re.compile(r"^(\d{1,2})[.)]$")
_POINT = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,2})[.):：]?(?:[\s:–-]|$)\s*(?!$)")
_ENDS = re.compile(r"[.;:,?!]$|:\s")
_LEVEL = 3


def promote(lines: Sequence[Line]) -> list[Line]:
    """Make headings of the lines that serve as such in a document that marks few or none."""
    levels = _numbered(lines)
    if sum(line.kind == "heading" for line in lines) < _ENOUGH:
        capitals = [line.number for line in lines if _is_in_capitals(line)]
        if len(capitals) >= _FEWEST:
            levels = {**dict.fromkeys(capitals, _LEVEL), **levels}
    promoted: list[Line] = []
    for line in lines:
        if line.number in levels:
            promoted.append(_heading(line, levels[line.number]))
        elif promoted and promoted[-1].kind == "heading" and not line.fresh:
            promoted.append(replace(line, fresh=True))  # what stands below a heading begins a paragraph
        else:
            promoted.append(line)
    return label_speakers(promoted)


def _heading(line: Line, level: int) -> Line:
    number = f"{line.mark} " if _MARK.match(line.mark) else ""
    return replace(line, kind="heading", level=level, text=number + line.text)


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


def _numbered(lines: Sequence[Line]) -> dict[int, int]:
    """Give the lines that are numbered through the whole document with text below them: number and level.

    A list of actions or an agenda is numbered too: its numbers have no text between them, or begin again.
    """
    written = [line for line in lines if line.kind not in ("blank", "rule")]
    found: list[tuple[tuple[int, ...], Line]] = []
    for line, after in pairwise(written):
        number, following = _number(line), _number(after)
        is_above = following is None or following[: len(number or ())] == number
        if number and is_above:
            found.append((number, line))
    listed = sum(_number(line) is not None for line in written)
    counts_on = all(before < after for (before, _), (after, _) in pairwise(found))
    if len(found) < max(_FEWEST, 0.5 * listed) or not counts_on:
        return {}
    return {line.number: _LEVEL + len(number) - 1 for number, line in found}


def _number(line: Line) -> tuple[int, ...] | None:
    """Give the number of a short line that says no whole sentence; None for all others."""
    if line.kind not in ("text", "item") or line.indent or len(line.text) > _CHARS:
        return None
    if mark := point_mark(line.text):  # "TOP 1: Haushalt", "議題1　予算"
        found = _POINT.match(line.text[mark:])
        return tuple(map(int, found[1].split("."))) if found else None
    if _ENDS.search(line.text):
        return None
    found = _MARK.match(line.mark) or _NUMBER.match(line.text)
    return tuple(map(int, found[1].split("."))) if found else None
