"""Blocks of a PDF: paragraphs, list items and headings out of printed lines; running heads taken off.

A PDF knows no paragraphs. A line goes on with the one before it where its first word would not have
fit there any more; everything else (gap, size, indent, bullet) says that a new one begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from analyzer.errors import DamagedFile, Encrypted, NoSpeech
from analyzer.ingest.blocks import Block, Content, bounded, is_bold_heading
from analyzer.ingest.confined import run_confined, too_costly
from analyzer.ingest.printed import Printed
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Notice

_EDGE_SHARE = 0.12  # of a page's height: where running heads and page numbers stand
_HEADING_RATIO = 1.12  # of its size to that of the text
# A page number, or what a browser prints: address and time.
_PAGE_NUMBER = re.compile(
    r"(?i)^[-–—\s|]*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|von|de)\s*\d{1,4})?[-–—\s|]*$"
    r"|^(?:https?|file)://\S+(?:\s+\d+/\d+)?$|^\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d(?: [AP]M)?\b.{0,80}$"
)
_BULLET = re.compile(
    r"^(?:[•‣◦▪■●○·➢\uf0b7\uf0a7]|\(cid:\d+\)|[-–—*](?=\s)|[ivx]{1,4}[.)](?=\s)|\(?[a-z0-9]{1,2}[.)](?=\s))\s*"
)
_LINE_NUMBER = re.compile(r"^(\d{1,2})(?:\s+|$)")
_NUMBERED_SHARE = 0.8  # of the lines of a page
_NARROWEST = 0.6  # of a page's width: where its right margin may be at the least
_INDENT = 12.0  # points: the least that one level of a list is moved in
_ENOUGH_STEPS = 8  # from line to line, to tell the usual distance
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_WIDE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_SENTENCE_END = (".", "!", "?", ":", ";", "。", "”", '"', ")")


def pdf_content(document: Document) -> Content:
    """Give the blocks of a PDF in reading order, each with its page.

    Raises:
        Encrypted: if it asks for a password.
        NoSpeech: if its pages are pictures without text.
        ReadError: if it is broken or too costly.
    """
    limits = document.limits
    found = run_confined("analyzer.ingest.printed", document.data, name=document.name, limits=limits)
    if found.get("error") == "encrypted":
        raise Encrypted(
            what="it is protected by a password", where=document.name, remedy="save it without one"
        )
    pages = [_without_numbers(_printed(page)) for page in found.get("pages", [])]
    if not any(pages):
        _refuse(document, found)
    text = "".join(line.text for page in pages for line in page)
    unmapped = _UNMAPPED.findall(text)
    if sum(map(len, unmapped)) > 0.3 * len(text):
        raise DamagedFile(
            what="its fonts do not say which letters they draw",
            where=document.name,
            remedy="export it again, or run text recognition (OCR) on it",
        )
    running = _running(pages, [page.get("height", 0.0) for page in found["pages"]])
    widths = [page.get("width", 0.0) for page in found["pages"]]
    kept = [[line for line in page if id(line) not in running] for page in pages]
    return Content(
        blocks=bounded(_blocks(kept, widths), name=document.name, limits=limits),
        notices=tuple(_notices(found, running=len(running), unmapped=len(unmapped))),
    )


def _printed(page: dict[str, Any]) -> list[Printed]:
    return [Printed(**{**line, "cells": tuple(line["cells"])}) for line in page["lines"]]


def _without_numbers(page: list[Printed]) -> list[Printed]:
    """Take off the numbers of lines, as records of courts have: 1, 2, 3 ... before nearly every line."""
    found = [_LINE_NUMBER.match(line.text) for line in page]
    numbers = [int(match[1]) for match in found if match]
    counts_on = sum(after == before + 1 for before, after in pairwise(numbers))
    if len(numbers) < _NUMBERED_SHARE * len(page) or counts_on < 0.9 * (len(numbers) - 1) or len(numbers) < 8:
        return page
    return [
        replace(line, text=line.text[match.end() :]) if match else line
        for line, match in zip(page, found, strict=True)
        if not match or line.text[match.end() :]
    ]


def _refuse(document: Document, found: dict[str, Any]) -> None:
    if any(page.get("is_costly") for page in found.get("pages", [])):
        raise too_costly(name=document.name, limits=document.limits)
    if any(page["pictures"] for page in found.get("pages", [])):
        raise NoSpeech(
            what="its pages are pictures (a scan) without any text",
            where=document.name,
            remedy="run text recognition (OCR) on it first",
        )
    raise DamagedFile(
        what="the PDF is broken, cut off or without text",
        where=document.name,
        remedy="save it again from its source",
    )


def _notices(found: dict[str, Any], *, running: int, unmapped: int) -> Iterator[Notice]:
    if running:
        yield Notice(reason="running heads, feet and page numbers, no speech", count=running)
    if unmapped:
        yield Notice(reason="characters whose font does not say which they are", count=unmapped)
    without = [number for number, page in enumerate(found["pages"], start=1) if not page["lines"]]
    if without:
        yield Notice(
            reason="pages without text that could be read (pictures, drawings, damage)",
            at=Locator(unit="page", number=without[0]),
            count=len(without),
        )
    if found["unread"]:
        yield Notice(
            reason="pages not read: the file took too long",
            at=Locator(unit="page", number=len(found["pages"]) + 1),
            count=found["unread"],
        )


def _running(pages: Sequence[Sequence[Printed]], heights: Sequence[float]) -> set[int]:
    """Find the lines at the edges of pages that come back on other pages, and page numbers."""
    edges: list[tuple[Printed, tuple[str, int]]] = []
    for page, height in zip(pages, heights, strict=True):
        for line in page:
            is_edge = line.top < _EDGE_SHARE * height or line.bottom > (1 - _EDGE_SHARE) * height
            if is_edge and not line.cells:
                edges.append((line, (re.sub(r"\d+|\b[ivxl]+\b", "#", line.text), int(line.top // 20))))
    counts = Counter(key for _, key in edges)
    often = max(2, (len(pages) + 2) // 3)  # even and odd pages may have their own
    return {id(line) for line, key in edges if counts[key] >= often or _PAGE_NUMBER.match(line.text)}


def _blocks(pages: Sequence[Sequence[Printed]], widths: Sequence[float]) -> Iterator[Block]:
    body = _body_size(pages)
    # Short lines alone do not show the margin: the longest of all pages do, and none is in the middle.
    margin = max((_right_edges(page).get(0, 0.0) for page in pages), default=0.0)
    margin = max(margin, _NARROWEST * max(widths, default=0.0))
    lefts = _left_edges(pages)
    usual = _spacing([line for page in pages for line in page]) or 1.3 * body
    levels = _levels(pages, body)
    hyphens = _Hyphens([line.text for page in pages for line in page])
    open_block: Block | None = None  # a paragraph may go on over the page
    tables = 0
    for number, page in enumerate(pages, start=1):
        spacing = _spacing(page) or usual
        edges = {**_right_edges(page), 0: margin}
        before: Printed | None = None
        table = 0
        for line in page:
            if line.cells:
                tables += line.table != table
                table = line.table
                begun = Block(kind="table", text=line.text, cells=tuple(map(_one_line, line.cells)),
                              at=Locator(unit="page", number=number), table=tables)  # fmt: skip
            else:
                begun = _begin(line, number, levels, lefts.get(line.column, 0.0))
            if open_block and _goes_on(open_block, begun, line, before, edges, spacing):
                open_block = replace(open_block, text=hyphens.join(open_block.text, line.text))
            else:
                if open_block:
                    yield open_block
                open_block = begun
            before = line
    if open_block:
        yield open_block


def _one_line(cell: str) -> str:
    return re.sub(r"\s+", " ", cell).strip()


def _body_size(pages: Sequence[Sequence[Printed]]) -> float:
    sizes = Counter[float]()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text) if not line.cells else 0
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _levels(pages: Sequence[Sequence[Printed]], body: float) -> dict[float, int]:
    """Give each size that is larger than the text's its level as a heading, the largest first."""
    sizes = {line.size for page in pages for line in page if not line.cells}
    larger = sorted((size for size in sizes if size > _HEADING_RATIO * body), reverse=True)
    return {size: level for level, size in enumerate(larger[:5], start=1)}


def _mapped(block: Block) -> Block:
    """Mark the letters that the file does not name."""
    text, *cells = (_UNMAPPED.sub("\ufffd", words) for words in (block.text, *block.cells))
    return replace(block, text=text, cells=tuple(cells))


def _begin(line: Printed, page: int, levels: dict[float, int], left: float) -> Block:
    at = Locator(unit="page", number=page)
    if line.size in levels and len(line.text) < 150:
        return Block(kind="heading", text=line.text, level=levels[line.size], at=at)
    if line.is_bold and is_bold_heading(line.text):
        return Block(kind="heading", text=line.text, level=6, at=at)
    found = _BULLET.match(line.text)
    if found and not _WIDE.match(line.text[found.end() :]):  # "○山田委員長": a mark before speakers
        is_number = line.text[:1].isalnum() or line.text[:1] == "("
        text = line.text if is_number else line.text[found.end() :]
        return Block(kind="item", text=text, at=at, indent=2 * max(0, int((line.left - left) // _INDENT)))
    return Block(kind="text", text=line.text, at=at)


def _left_edges(pages: Sequence[Sequence[Printed]]) -> dict[int, float]:
    """Give where lines begin that are not indented, for each column."""
    lefts: dict[int, float] = {}
    for line in (line for page in pages for line in page if not line.cells):
        lefts[line.column] = min(line.left, lefts.get(line.column, line.left))
    return lefts


def _right_edges(page: Sequence[Printed]) -> dict[int, float]:
    """Give where lines end that are full, for each column."""
    rights: dict[int, list[float]] = {}
    for line in page:
        if not line.cells:
            rights.setdefault(line.column, []).append(line.right)
    return {column: sorted(found)[-1 - len(found) // 20] for column, found in rights.items()}


def _spacing(page: Sequence[Printed]) -> float:
    """Give the distance from line to line within paragraphs; 0 where there are too few lines to tell.

    It is the smallest that comes back: where most paragraphs are one line, the usual one lies between them.
    """
    steps = [round(2 * (after.top - before.top)) / 2 for before, after in pairwise(page) if not after.cells]
    counts = Counter(step for step in steps if 0 < step < 60)
    often = max(2, counts.total() // 10)
    if counts.total() < _ENOUGH_STEPS:
        return 0.0
    return min((step for step in counts if counts[step] >= often), default=0.0)


def _goes_on(
    block: Block, begun: Block, line: Printed, before: Printed | None, edges: dict[int, float], spacing: float
) -> bool:
    """Say whether a line belongs to the block that is open."""
    if begun.kind in ("table", "item") or block.kind == "table":
        return False
    if begun.kind == "heading" or block.kind == "heading":
        is_wrapped = before is not None and line.top - before.top < 1.5 * (line.bottom - line.top)
        return (
            is_wrapped
            and (begun.kind, begun.level) == (block.kind, block.level)
            and _is_full(before, line, edges)
        )
    if before is None or line.top < before.top:  # on the next page, or in the next column
        return not block.text.rstrip().endswith(_SENTENCE_END) and begun.text[:1].islower()
    if line.top - before.top > 1.35 * spacing or abs(line.size - before.size) > 1:
        return False
    return _is_full(before, line, edges)


def _is_full(before: Printed | None, line: Printed, edges: dict[int, float]) -> bool:
    """Say whether the first word of a line would not have fit at the end of the line before."""
    if before is None:
        return False
    width = line.size if _WIDE.match(line.text) else line.first  # wide scripts break anywhere
    return before.right + width + 0.25 * line.size > edges.get(before.column, before.right)


class _Hyphens:
    """Joins lines; knows whether the document's hyphens at line ends part words or belong to them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(texts).casefold()))
        ends = sum(bool(re.search(r"[^\W\d_]-$", text)) for text in texts)
        self._parts_words = ends >= 3 and ends > 0.03 * len(texts)  # typeset text does, letters do not

    def join(self, text: str, more: str) -> str:
        """Put a line after a text."""
        if text.endswith("\xad"):
            return text[:-1] + more
        found = re.search(r"([^\W\d_]+)-$", text)
        after = re.match(r"[^\W\d_]+", more)
        if found and after and more[:1].islower():
            whole, parted = (f"{found[1]}{mark}{after[0]}".casefold() for mark in ("", "-"))
            is_one = self._words[whole] > self._words[parted] or (
                self._parts_words and not self._words[parted]
            )
            return (text[:-1] if is_one else text) + more
        is_wide = _WIDE.search(text[-1:]) and _WIDE.match(more)
        return text + ("" if is_wide else " ") + more
