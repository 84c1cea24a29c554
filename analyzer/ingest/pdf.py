"""Blocks of a PDF: paragraphs, list items and headings out of printed lines; running heads taken off.

A PDF knows no paragraphs. A line goes on with the one before it where its first word would not have
fit there any more; everything else (gap, size, indent, bullet) says that a new one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from analyzer.errors import DamagedFile, Encrypted, NoSpeech
from analyzer.ingest.blocks import Block, Content, bounded, is_bold_heading
from analyzer.ingest.confined import run_confined, too_costly
from analyzer.ingest.layout import (
    WIDE,
    Layout,
    right_edges,
    running_lines,
    usual_spacing,
    without_numbers,
)
from analyzer.ingest.printed import Printed
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Notice

_BULLET = re.compile(
    r"^(?:[•‣◦▪■●○·➢\uf0b7\uf0a7]|\(cid:\d+\)|[-–—*](?=\s)|[ivx]{1,4}[.)](?=\s)|\(?[a-z0-9]{1,2}[.)](?=\s))\s*"
)
_INDENT = 12.0  # points: the least that one level of a list is moved in
_UNMAPPED = re.compile(r"\(cid:\d+\)")
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
    pages = [without_numbers(_printed(page)) for page in found.get("pages", [])]
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
    running = running_lines(pages, [page.get("height", 0.0) for page in found["pages"]])
    widths = [page.get("width", 0.0) for page in found["pages"]]
    kept = [[line for line in page if id(line) not in running] for page in pages]
    return Content(
        blocks=bounded(_blocks(kept, widths), name=document.name, limits=limits),
        notices=tuple(_notices(found, running=len(running), unmapped=len(unmapped))),
    )


def _printed(page: dict[str, Any]) -> list[Printed]:
    return [Printed(**{**line, "cells": tuple(line["cells"])}) for line in page["lines"]]


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


def _blocks(pages: Sequence[Sequence[Printed]], widths: Sequence[float]) -> Iterator[Block]:
    layout = Layout.of(pages, widths)
    open_block: Block | None = None  # a paragraph may go on over the page
    tables = 0
    for number, page in enumerate(pages, start=1):
        spacing = usual_spacing(page) or layout.spacing
        edges = {**right_edges(page), 0: layout.right}
        before: Printed | None = None
        table = 0
        for line in page:
            if line.cells:
                tables += line.table != table
                table = line.table
                begun = Block(kind="table", text=line.text, cells=tuple(map(_one_line, line.cells)),
                              at=Locator(unit="page", number=number), table=tables)  # fmt: skip
            else:
                begun = _begin(line, number, layout)
            if (
                open_block
                and not layout.is_labelled(line)
                and _goes_on(open_block, begun, line, before, edges, spacing)
            ):
                open_block = replace(open_block, text=layout.hyphens.join(open_block.text, line.text))
            else:
                if open_block:
                    yield open_block
                open_block = begun
            before = line
    if open_block:
        yield open_block


def _one_line(cell: str) -> str:
    return re.sub(r"\s+", " ", cell).strip()


def _mapped(block: Block) -> Block:
    """Mark the letters that the file does not name."""
    text, *cells = (_UNMAPPED.sub("\ufffd", words) for words in (block.text, *block.cells))
    return replace(block, text=text, cells=tuple(cells))


def _begin(line: Printed, page: int, layout: Layout) -> Block:
    at = Locator(unit="page", number=page)
    if line.size in layout.levels and len(line.text) < 150:
        return Block(kind="heading", text=line.text, level=layout.levels[line.size], at=at)
    if line.is_bold and is_bold_heading(line.text):
        return Block(kind="heading", text=line.text, level=6, at=at)
    found = _BULLET.match(line.text)
    if found and not WIDE.match(line.text[found.end() :]):  # "○山田委員長": a mark before speakers
        is_number = line.text[:1].isalnum() or line.text[:1] == "("
        text = line.text if is_number else line.text[found.end() :]
        return Block(
            kind="item",
            text=text,
            at=at,
            indent=2 * max(0, int((line.left - layout.lefts.get(line.column, 0.0)) // _INDENT)),
        )
    return Block(kind="text", text=line.text, at=at)


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
    width = line.size if WIDE.match(line.text) else line.first  # wide scripts break anywhere
    return before.right + width + 0.25 * line.size > edges.get(before.column, before.right)
