"""The parts of a workbook as their elements go by, without a tree: shared strings, the rows of a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.columns import Row
from analyzer.ingest.sources import Document
from analyzer.ingest.tabletimes import Cell

AGAIN = "save it again from its source, or export it as CSV"
_WIDEST = 500  # columns; further ones hold no talk
_LONGEST_DAYS = 30  # of a recording


def shared_strings(data: bytes, document: Document) -> list[str]:
    """Give the strings that the cells of a workbook refer to by number.

    Raises:
        ReadError: as for `sheet_rows`.
    """
    target = _Strings()
    _walk(data, target, document)
    return target.found


def sheet_rows(
    data: bytes, document: Document, *, strings: Sequence[str], date_styles: frozenset[int], epoch: datetime
) -> list[Row]:
    """Give the rows of a sheet that hold anything.

    Args:
        data: the XML of the sheet.
        document: the workbook.
        strings: those that cells refer to.
        date_styles: numbers of the styles that show a number as a date or a time.
        epoch: the day 0.

    Raises:
        TooLarge: if it has more cells than the limit.
        DamagedFile: if its XML is broken or declares entities.
    """
    target = _Cells(strings=strings, date_styles=date_styles, epoch=epoch)
    _walk(data, target, document)
    return target.rows


def _walk(data: bytes, target: Any, document: Document) -> None:
    """Let a target see the elements of a part, without building a tree.

    Raises:
        TooLarge: if it has more cells or strings than the limit.
        DamagedFile: if it is not well-formed or declares a document type.
    """
    from lxml import etree

    if data.count(b"<c") + data.count(b"<si") + data.count(b"<row") > 2 * document.limits.cells:
        raise TooLarge(
            what=f"a sheet has more than {document.limits.cells:,} cells",
            where=document.name,
            remedy="export the sheet that holds the talk as CSV",
        )
    if b"<!DOCTYPE" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DamagedFile(
            what="its XML declares entities, which may be an attack", where=document.name, remedy=AGAIN
        )
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        parser.feed(data)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(what="its XML is broken", where=document.name, remedy=AGAIN) from error


def local_name(tag: str | bytes) -> str:
    """Give the name of an element without its namespace."""
    return str(tag).rpartition("}")[2]


class _Strings:
    """Gathers the shared strings; what tells how a Japanese word sounds is no part of it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text: list[str] = []
        self._is_text = self._is_sound = False

    def start(self, tag: str, attrib: Any) -> None:  # noqa: ARG002
        name = local_name(tag)
        self._is_sound |= name == "rPh"
        self._is_text = name == "t" and not self._is_sound

    def end(self, tag: str) -> None:
        name = local_name(tag)
        self._is_text = False
        if name == "rPh":
            self._is_sound = False
        elif name == "si":
            self.found.append("".join(self._text))
            self._text = []

    def data(self, data: str) -> None:
        if self._is_text:
            self._text.append(data)

    def close(self) -> None:
        """Nothing is left open."""


@dataclass
class _Cells:
    """Gathers the rows of a sheet."""

    strings: Sequence[str]
    date_styles: frozenset[int]
    epoch: datetime
    rows: list[Row] = field(default_factory=list)
    number: int = 0
    cells: list[Cell] = field(default_factory=list)
    column: int = -1
    kind: str = ""
    style: int = 0
    text: list[str] = field(default_factory=list)
    is_value: bool = False

    def start(self, tag: str, attrib: Any) -> None:
        name = local_name(tag)
        if name == "row":
            said = attrib.get("r", "")
            self.number = int(said) if said.isdigit() and len(said) < 8 else self.number + 1
            self.cells, self.column = [], -1
        elif name == "c":
            self.column = _column(attrib.get("r", ""), self.column + 1)
            self.kind = attrib.get("t", "n")
            style = attrib.get("s", "0")
            self.style = int(style) if style.isdigit() and len(style) < 8 else 0
            self.text = []
        else:
            self.is_value = name == "v" or (name == "t" and self.kind == "inlineStr")

    def data(self, data: str) -> None:
        if self.is_value:
            self.text.append(data)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        self.is_value = False
        if name == "c" and self.column < _WIDEST and self.text:
            self.cells += [""] * (self.column + 1 - len(self.cells))
            self.cells[self.column] = self._value("".join(self.text))
        elif name == "row" and any(self.cells):
            self.rows.append((self.number, self.cells))
            self.cells = []

    def close(self) -> None:
        """Nothing is left open."""

    def _value(self, text: str) -> Cell:
        if self.kind == "s":
            position = int(text) if text.isdigit() and len(text) < 9 else -1
            return self.strings[position] if 0 <= position < len(self.strings) else ""
        if self.kind == "n" and self.style in self.date_styles:
            return _moment(text, self.epoch)
        return "" if self.kind == "e" else re.sub(r"^(-?\d+)\.0$", r"\1", text)


def _column(reference: str, default: int) -> int:
    """Read the column of "AB12", from 0."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return default
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _moment(text: str, epoch: datetime) -> Cell:
    try:
        days = float(text)
        found = epoch + timedelta(seconds=round(days * 86_400, 3))
    except (ValueError, OverflowError):
        return text
    if 1 <= days < _LONGEST_DAYS:  # of more than a day's length, no day of the first years of the calendar
        whole = round(days * 86_400)
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return found.time() if 0 <= days < 1 else found
