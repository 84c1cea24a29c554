"""XLSX → rows of cells, as `tabular` reads them.

Not by openpyxl, which takes ten times as long, fails on the styles of some producers and builds rows that a
sheet only claims to have. Here the parts are walked without a tree; formulas give the value that was saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.errors import DamagedFile, NoSpeech
from analyzer.ingest.columns import Row
from analyzer.ingest.containers import open_zip, parse_xml, read_member
from analyzer.ingest.dates import find_date
from analyzer.ingest.sheetparts import AGAIN, local_name, shared_strings, sheet_rows
from analyzer.ingest.sources import Document
from analyzer.ingest.tabular import read_rows
from analyzer.records.meeting import Meeting, Notice

if TYPE_CHECKING:
    from zipfile import ZipFile

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
        notices: list[Notice] = []
        refused: NoSpeech | None = None
        # What its author hid is often an older state of the same talk: it would count twice.
        for sheet, part in sorted(book.sheets.items(), key=lambda named: named[0] in book.hidden):
            if found and sheet in book.hidden:
                notices.append(Notice(reason=f"sheet {sheet!r} is hidden, not read"))
                continue
            try:
                meetings = list(read_rows(document, book.rows(part), format_name="xlsx"))
            except NoSpeech as error:
                notices.append(Notice(reason=f"sheet {sheet!r} holds no talk"))
                refused = error
            else:
                found += [_named(meeting, sheet) for meeting in meetings]
    if not found:
        raise refused or DamagedFile(what="it has no sheet", where=document.name, remedy=AGAIN)
    several = len(found) > 1
    for number, meeting in enumerate(found, start=1):
        yield replace(
            meeting,
            id=document.name + (f"~{number}" if number > 1 else ""),
            title=meeting.title if several else _telling(meeting.title),
            notices=(*meeting.notices, *(notices if number == 1 else ())),
        )


def _named(meeting: Meeting, sheet: str) -> Meeting:
    """Give a meeting the title and the date that its sheet's name tells, where its rows tell none."""
    return replace(meeting, title=meeting.title or sheet, date=meeting.date or find_date(sheet))


def _telling(title: str | None) -> str | None:
    return None if title and re.fullmatch(r"(?i)\w{3,10} ?\d*|tabelle ?\d*", title) else title


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """An open workbook: its sheets by name, its strings, and which styles show dates."""

    package: ZipFile
    document: Document
    sheets: dict[str, str]  # name -> member
    hidden: frozenset[str]  # names
    strings: Sequence[str]
    date_styles: frozenset[int]
    epoch: datetime

    @classmethod
    def of(cls, package: ZipFile, document: Document) -> _Book:
        names = set(package.namelist())
        part = "xl/sharedStrings.xml"
        strings = (
            shared_strings(read_member(package, part, name=document.name), document) if part in names else []
        )
        sheets, hidden, is_1904 = _sheets(package, document, names)
        return cls(
            package=package,
            document=document,
            sheets=sheets,
            hidden=hidden,
            strings=strings,
            date_styles=_date_styles(package, document) if "xl/styles.xml" in names else frozenset(),
            epoch=_EPOCH_1904 if is_1904 else _EPOCH,
        )

    def rows(self, part: str) -> list[Row]:
        """Give the rows of a sheet that hold anything."""
        data = read_member(self.package, part, name=self.document.name)
        return sheet_rows(
            data, self.document, strings=self.strings, date_styles=self.date_styles, epoch=self.epoch
        )


def _sheets(
    package: ZipFile, document: Document, names: set[str]
) -> tuple[dict[str, str], frozenset[str], bool]:
    """Map the names of the sheets to their members; say which are hidden, and if days count from 1904."""
    parts = sorted(
        (name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)),
        key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)] or [0],
    )
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {f"sheet {number}": part for number, part in enumerate(parts, start=1)}, frozenset(), False
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
    hidden: set[str] = set()
    for sheet in book.iter("{*}sheet"):
        link = next((str(value) for key, value in sheet.items() if local_name(key) == "id"), "")
        target = targets.get(link, "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in names and "worksheets/" in member:
            name = str(sheet.get("name") or link)
            sheets[name] = member
            hidden |= {name} if sheet.get("state") in ("hidden", "veryHidden") else set()
    is_1904 = any(properties.get("date1904") in ("1", "true") for properties in book.iter("{*}workbookPr"))
    return sheets, frozenset(hidden), is_1904


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
