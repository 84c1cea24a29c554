"""The blocks of a DOCX, read from its XML.

Read without python-docx: that refuses ISO Strict files and leaves out inserted text. Names are compared
without their namespace, so both dialects are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.errors import Encrypted, UnknownFormat
from analyzer.ingest.blocks import Block, is_bold_heading
from analyzer.ingest.containers import open_zip, parse_xml, read_member
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator

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
}
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink"}


def word_blocks(document: Document) -> list[Block]:
    """Give the blocks of a DOCX in order; comments, deleted text and text boxes are left out.

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
    return list(_Walk(styles).blocks(_child(body, "body")))


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


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: _Element | None, wanted: str) -> str:
    if element is None:
        return ""
    return next((str(value) for key, value in element.items() if str(key).endswith("}" + wanted)), "")


def _value(element: _Element | None) -> str:
    return _attribute(element, "val")


def _child(element: _Element | None, *path: str) -> _Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


def _styles(root: _Element) -> dict[str, str]:
    """Map style ids to the names people see."""
    return {_attribute(style, "styleId"): _value(_child(style, "name")) for style in root}


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
            name = _name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl" and not _is_layout(element):
                yield from self._table(element)
            elif name in _WRAPPERS or name in ("tbl", "tr", "tc"):
                stack.extend(reversed(element))

    def _at(self) -> Locator:
        self._number += 1
        return Locator(unit="paragraph", number=self._number)

    def _table(self, table: _Element) -> Iterator[Block]:
        self._tables += 1
        for row in _below(table, "tr"):
            cells = tuple(_cell(cell) for cell in _below(row, "tc"))
            yield Block(kind="table", text=" | ".join(cells), cells=cells, at=self._at(), table=self._tables)

    def _paragraph(self, element: _Element) -> Iterator[Block]:
        at = self._at()
        properties = _child(element, "pPr")
        style = self._styles.get(found := _value(_child(properties, "pStyle")), found)
        text = _text(element)
        line = " ".join(text.split())
        if heading := _HEADING_STYLE.match(style):
            yield Block(kind="heading", text=line, level=int(heading[1]) + 1, at=at)
        elif style.casefold() == "title":
            yield Block(kind="heading", text=line, level=1, at=at)
        elif is_bold_heading(line) and _is_bold(element):
            yield Block(kind="heading", text=line, level=6, at=at)
        else:
            is_item = style.casefold().startswith("list") or _child(properties, "numPr") is not None
            level = _value(_child(properties, "numPr", "ilvl"))
            indent = 2 * int(level) if level.isdecimal() and len(level) < 3 else 0
            for part in filter(None, map(str.strip, text.split("\n"))):
                yield Block(kind="item" if is_item else "text", text=part, at=at, indent=indent)


def _below(element: _Element, wanted: str) -> Iterator[_Element]:
    """Give the rows of a table or the cells of a row, but not those of tables inside it."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if _name(child) == wanted:
            yield child
        elif _name(child) in _WRAPPERS:
            stack.extend(reversed(child))


def _is_layout(table: _Element) -> bool:
    """Say whether a table only puts things in their places: one column, or tables in its cells."""
    return all(len(list(_below(row, "tc"))) < 2 for row in _below(table, "tr")) or any(
        _name(inner) == "tbl" for inner in table.iterdescendants()
    )


def _cell(cell: _Element) -> str:
    texts = (" ".join(_text(paragraph).split()) for paragraph in cell.iter() if _name(paragraph) == "p")
    return "\n".join(filter(None, texts))


def _is_bold(paragraph: _Element) -> bool:
    runs = [run for run in paragraph.iter() if _name(run) == "r" and _text(run).strip()]
    bold = [_child(run, "rPr", "b") for run in runs]
    return bool(runs) and all(mark is not None and _value(mark) not in ("0", "false") for mark in bold)


def _text(element: _Element) -> str:
    """Give the words of an element; a break is a line end, a tab two blanks (Teams puts times after it)."""
    words: list[str] = []
    stack = list(reversed(element))
    while stack:
        part = stack.pop()
        name = _name(part)
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
