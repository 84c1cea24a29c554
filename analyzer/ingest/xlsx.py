"""XLSX → rows of cells, as `tabular` reads them.

Not by openpyxl, which takes ten times as long, fails on the styles of some producers and builds rows that a
sheet only claims to have. Here the parts are walked without a tree; formulas give the value that was saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from analyzer.errors import DamagedFile, NoSpeech, TooLarge
from analyzer.ingest.columns import Row
from analyzer.ingest.containers import open_zip, parse_xml, read_member
from analyzer.ingest.sources import Document
from analyzer.ingest.tabletimes import Cell
from analyzer.ingest.tabular import read_rows
from analyzer.records.meeting import Meeting, Notice

if TYPE_CHECKING:
    from zipfile import ZipFile

_AGAIN = "save it again from its source, or export it as CSV"
_WIDEST = 500  # columns; further ones hold no talk
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_CODE = re.compile(r"[dmyhs]", re.I)
_CODE_TEXT = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")


def sniff_xlsx(head: bytes) -> float:
    """Say 0.95 for a zip whose first members are those of a workbook."""
    if not head.startswith(b"PK\x03\x04"):
        return 0.0
    if b"xl/" in head and (b"worksheets/" in head or b"workbook" in head or b"sharedStrings" in head):
        return 0.95
    return 0.0


def read_xlsx(document: Document) -> Iterator[Meeting]:
    """Read the conversations of all sheets; those without talk are counted.

    Raises:
        NoSpeech: if nobody says anything in any sheet.
        ReadError: if the workbook is broken, protected or over the limits.
    """
    with open_zip(document.data, name=document.name, limits=document.limits) as package:
        book = _Book.of(package, document)
        found: list[Meeting] = []
        silent: list[str] = []
        refused: NoSpeech | None = None
        for sheet, part in book.sheets.items():
            try:
                meetings = list(read_rows(document, book.rows(part), format_name="xlsx"))
            except NoSpeech as error:
                silent.append(sheet)
                refused = error
            else:
                found += [replace(meeting, title=meeting.title or sheet) for meeting in meetings]
    if not found:
        raise refused or DamagedFile(what="it has no sheet", where=document.name, remedy=_AGAIN)
    notices = tuple(Notice(reason=f"sheet {sheet!r} holds no talk") for sheet in silent)
    several = len(found) > 1
    for number, meeting in enumerate(found, start=1):
        yield replace(
            meeting,
            id=document.name + (f"~{number}" if number > 1 else ""),
            title=meeting.title if several else _telling(meeting.title),
            notices=(*meeting.notices, *(notices if number == 1 else ())),
        )


def _telling(title: str | None) -> str | None:
    return None if title and re.fullmatch(r"(?i)\w{3,10} ?\d*|tabelle ?\d*", title) else title


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """An open workbook: its sheets by name, its strings, and which styles show dates."""

    package: ZipFile
    document: Document
    sheets: dict[str, str]  # name -> member
    strings: Sequence[str]
    date_styles: frozenset[int]
    epoch: datetime

    @classmethod
    def of(cls, package: ZipFile, document: Document) -> _Book:
        names = set(package.namelist())
        strings = _Strings()
        if "xl/sharedStrings.xml" in names:
            _walk(read_member(package, "xl/sharedStrings.xml", name=document.name), strings, document)
        sheets, is_1904 = _sheets(package, document, names)
        return cls(
            package=package,
            document=document,
            sheets=sheets,
            strings=strings.found,
            date_styles=_date_styles(package, document) if "xl/styles.xml" in names else frozenset(),
            epoch=_EPOCH_1904 if is_1904 else _EPOCH,
        )

    def rows(self, part: str) -> list[Row]:
        """Give the rows of a sheet that hold anything."""
        target = _Cells(self)
        _walk(read_member(self.package, part, name=self.document.name), target, self.document)
        return target.rows


def _sheets(package: ZipFile, document: Document, names: set[str]) -> tuple[dict[str, str], bool]:
    """Map the names of the sheets, in order, to their members; and say whether days count from 1904."""
    parts = sorted(
        (name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)),
        key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)] or [0],
    )
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {f"sheet {number}": part for number, part in enumerate(parts, start=1)}, False
    limits = document.limits
    links = parse_xml(
        read_member(package, "xl/_rels/workbook.xml.rels", name=document.name),
        name=document.name,
        limits=limits,
    )
    targets = {str(link.get("Id")): str(link.get("Target", "")) for link in links}
    book = parse_xml(
        read_member(package, "xl/workbook.xml", name=document.name), name=document.name, limits=limits
    )
    sheets: dict[str, str] = {}
    for sheet in book.iter("{*}sheet"):
        link = next((str(value) for key, value in sheet.items() if _local(key) == "id"), "")
        target = targets.get(link, "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in names and "worksheets/" in member:
            sheets[str(sheet.get("name") or link)] = member
    is_1904 = any(properties.get("date1904") in ("1", "true") for properties in book.iter("{*}workbookPr"))
    return sheets, is_1904


def _date_styles(package: ZipFile, document: Document) -> frozenset[int]:
    """Give the numbers of the cell styles that show a number as a date or a time."""
    styles = parse_xml(
        read_member(package, "xl/styles.xml", name=document.name), name=document.name, limits=document.limits
    )
    own = {
        str(form.get("numFmtId")): bool(
            _DATE_CODE.search(_CODE_TEXT.sub("", str(form.get("formatCode", ""))))
        )
        for form in styles.iter("{*}numFmt")
    }
    cell_styles = next(styles.iter("{*}cellXfs"), ())
    return frozenset(
        number
        for number, style in enumerate(cell_styles)
        if (form := str(style.get("numFmtId", "0"))).isdigit()
        and own.get(form, int(form[:9]) in _DATE_FORMATS)
    )


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
            what="its XML declares entities, which may be an attack", where=document.name, remedy=_AGAIN
        )
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        parser.feed(data)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(what="its XML is broken", where=document.name, remedy=_AGAIN) from error


def _local(tag: str | bytes) -> str:
    return str(tag).rpartition("}")[2]


class _Strings:
    """Gathers the shared strings; what tells how a Japanese word sounds is no part of it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text: list[str] = []
        self._is_text = self._is_sound = False

    def start(self, tag: str, attrib: Any) -> None:  # noqa: ARG002
        name = _local(tag)
        self._is_sound |= name == "rPh"
        self._is_text = name == "t" and not self._is_sound

    def end(self, tag: str) -> None:
        name = _local(tag)
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

    book: _Book
    rows: list[Row] = field(default_factory=list)
    number: int = 0
    cells: list[Cell] = field(default_factory=list)
    column: int = -1
    kind: str = ""
    style: int = 0
    text: list[str] = field(default_factory=list)
    is_value: bool = False

    def start(self, tag: str, attrib: Any) -> None:
        name = _local(tag)
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
        name = _local(tag)
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
            return self.book.strings[position] if 0 <= position < len(self.book.strings) else ""
        if self.kind == "n" and self.style in self.book.date_styles:
            return _moment(text, self.book.epoch)
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
    return found.time() if 0 <= days < 1 else found
