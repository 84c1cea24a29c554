"""The blocks of a DOCX, read from its XML.

Read without python-docx: that refuses ISO Strict files and leaves out inserted text. Names are compared
without their namespace, so both dialects are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from analyzer.errors import Encrypted, UnknownFormat
from analyzer.ingest.blocks import Block, Content, bounded, is_bold_heading
from analyzer.ingest.containers import open_zip, parse_xml, read_member
from analyzer.ingest.sources import Document
from analyzer.ingest.trees import attribute, below, child, local_name
from analyzer.records.meeting import Locator, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element

OLE_MARK = b"\xd0\xcf\x11\xe0"
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")  # in an OLE file: Office with a password
_MAIN_PART = "word/document.xml"
_STYLE_PART = "word/styles.xml"
_HEADING_STYLE = re.compile(r"(?i)^(?:heading|überschrift|titre|título|titolo|kop|rubrik|nadpis) ?(\d)$")
# Text boxes stand twice in the file, for old and for new programs; `Fallback` is the second time.
_SKIPPED = {
    "del",
    "moveFrom",
    "Fallback",
    "instrText",
    "delText",
    "pPr",
    "rPr",
    "footnoteReference",
    "txbxContent",
    "rt",  # how a sign is read, above it
}
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink"}


def docx_content(document: Document) -> Content:
    """Give the blocks of a DOCX in order; comments, footnotes and deleted text are left out, and counted.

    Raises:
        Encrypted: if it is protected by a password.
        UnknownFormat: if it is an old binary Office file.
        ReadError: if the package is broken or too large.
    """
    if document.data.startswith(OLE_MARK):
        raise _binary(document)
    name, limits = document.name, document.limits
    with open_zip(document.data, name=name, limits=limits) as package:
        body = parse_xml(read_member(package, _MAIN_PART, name=name), name=name, limits=limits)
        styles: dict[str, str] = {}
        if _STYLE_PART in package.namelist():
            found = parse_xml(read_member(package, _STYLE_PART, name=name), name=name, limits=limits)
            styles = _styles(found)
        notes = [
            _count(package, document, part, element, reason)
            for part, element, reason in (
                ("word/comments.xml", "comment", "comments of reviewers, no part of the text"),
                ("word/footnotes.xml", "footnote", "footnotes, left out"),
            )
        ]
    struck = sum(local_name(element) == "del" for element in body.iter())
    return Content(
        blocks=bounded(_Walk(styles).blocks(child(body, "body")), name=name, limits=limits),
        notices=tuple(
            notice
            for notice in (*notes, Notice(reason="passages struck out, left out", count=struck))
            if notice.count
        ),
    )


def _count(package: ZipFile, document: Document, part: str, wanted: str, reason: str) -> Notice:
    """Count what another part of the package holds; the separators of footnotes are none."""
    if part not in package.namelist():
        return Notice(reason=reason, count=0)
    root = parse_xml(
        read_member(package, part, name=document.name), name=document.name, limits=document.limits
    )
    found = [element for element in root if local_name(element) == wanted and not attribute(element, "type")]
    return Notice(reason=reason, count=len(found))


def _binary(document: Document) -> Encrypted | UnknownFormat:
    if ENCRYPTED_PART in document.data:
        return Encrypted(
            what="it is protected by a password", where=document.name, remedy="save it without one"
        )
    return UnknownFormat(
        what="it is a file of Word 97 to 2003 (.doc) or another old Office program, which no reader knows",
        where=document.name,
        remedy="open it in Word or LibreOffice and save it as .docx",
    )


def _styles(root: _Element) -> dict[str, str]:
    """Map style ids to the names people see."""
    return {attribute(style, "styleId"): attribute(child(style, "name"), "val") for style in root}


class _Walk:
    """Goes through a document once; paragraphs and table rows are numbered together."""

    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles
        self._number = self._tables = 0

    def blocks(self, body: _Element | None) -> Iterator[Block]:
        """Give the blocks below an element. Walked without recursion: hostile files nest deeply."""
        stack = list(reversed(body)) if body is not None else []
        while stack:
            element = stack.pop()
            name = local_name(element)
            if name == "p":
                yield from self._paragraph(element)
                stack.extend(reversed(list(_boxed(element))))
            elif name == "tbl" and not _is_layout(element):
                yield from self._table(element)
            elif name in _WRAPPERS or name in ("tbl", "tr", "tc"):
                stack.extend(reversed(element))

    def _at(self) -> Locator:
        self._number += 1
        return Locator(unit="paragraph", number=self._number)

    def _table(self, table: _Element) -> Iterator[Block]:
        self._tables += 1
        for row in _rows(table):
            cells = tuple(map(_cell, row))
            yield Block(kind="table", text=" | ".join(cells), cells=cells, at=self._at(), table=self._tables)

    def _paragraph(self, element: _Element) -> Iterator[Block]:
        at = self._at()
        properties = child(element, "pPr")
        style = self._styles.get(found := attribute(child(properties, "pStyle"), "val"), found)
        text = _text(element)
        line = " ".join(text.split())
        if heading := _HEADING_STYLE.match(style):
            yield Block(kind="heading", text=line, level=int(heading[1]) + 1, at=at)
        elif style.casefold() == "title":
            yield Block(kind="heading", text=line, level=1, at=at)
        elif is_bold_heading(line) and _is_bold(element):
            yield Block(kind="heading", text=line, level=6, at=at)
        else:
            is_item = style.casefold().startswith("list") or child(properties, "numPr") is not None
            level = attribute(child(properties, "numPr", "ilvl"), "val")
            indent = 2 * int(level) if level.isdecimal() and len(level) < 3 else 0
            for part in filter(None, map(str.strip, text.split("\n"))):
                yield Block(kind="item" if is_item else "text", text=part, at=at, indent=indent)


def _rows(table: _Element) -> Iterator[list[_Element]]:
    """Give the cells of each row, but not those of tables inside."""
    for row in below(table, "tr", through=_WRAPPERS):
        yield list(below(row, "tc", through=_WRAPPERS))


def _boxed(paragraph: _Element) -> Iterator[_Element]:
    """Give what stands in the text boxes that hang on a paragraph."""
    stack = list(reversed(paragraph))
    while stack:
        part = stack.pop()
        if local_name(part) == "txbxContent":
            yield from part
        elif local_name(part) not in ("Fallback", "t"):
            stack.extend(reversed(part))


def _is_layout(table: _Element) -> bool:
    """Say whether a table only puts things in their places: one column, or tables in its cells."""
    return all(len(cells) < 2 for cells in _rows(table)) or any(
        local_name(inner) == "tbl" for inner in table.iterdescendants()
    )


def _cell(cell: _Element) -> str:
    texts = (_text(paragraph) for paragraph in cell.iter() if local_name(paragraph) == "p")
    lines = (" ".join(line.split()) for text in texts for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _is_bold(paragraph: _Element) -> bool:
    runs = [run for run in paragraph.iter() if local_name(run) == "r" and _text(run).strip()]
    bold = [child(run, "rPr", "b") for run in runs]
    return bool(runs) and all(
        mark is not None and attribute(mark, "val") not in ("0", "false") for mark in bold
    )


def _text(element: _Element) -> str:
    """Give the words of an element; a break is a line end, a tab two blanks (Teams puts times after it)."""
    words: list[str] = []
    stack = list(reversed(element))
    while stack:
        part = stack.pop()
        name = local_name(part)
        if name == "t":
            words.append(part.text or "")
        elif name in ("br", "cr"):
            words.append("\n")
        elif name == "tab":
            words.append("  ")
        elif name in ("noBreakHyphen", "softHyphen"):
            words.append("-" if name == "noBreakHyphen" else "")
        elif name not in _SKIPPED:
            stack.extend(reversed(part))
    return "".join(words).replace("\xa0", " ")
