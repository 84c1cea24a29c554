"""Tables → meetings: one row is one utterance, as whoever made the table cut the talk.

Headings decide which column is what (`columns`); a conversation column makes several meetings of one
table. A table in which nobody says anything is refused by its headings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analyzer.errors import NoSpeech
from analyzer.ingest.bytes import decode, looks_like_text
from analyzer.ingest.columns import (
    Row,
    holds_words,
    is_heading,
    roles_by_content,
    roles_by_heading,
    roles_of_labels,
    with_senders,
)
from analyzer.ingest.csvrows import HEADING_ROWS, SEPARATORS, csv_rows, separator_of
from analyzer.ingest.dates import find_date
from analyzer.ingest.lines import weigh
from analyzer.ingest.people import build_people
from analyzer.ingest.several import check_meetings
from analyzer.ingest.sources import Document
from analyzer.ingest.tabletimes import Cell, Times, moment, serial_day, times_of
from analyzer.ingest.turns import is_nobody
from analyzer.records.meeting import Locator, Meeting, Notice, Source, Utterance

_TITLE_CHARS = 120
_DATED_ROWS = 50  # in which a date is looked for
_RULE = re.compile(r"[\s:=+-]*")  # a blank cell, or the line below the headings of Markdown
_CUT = re.compile(r"[,;\t|](?![ \t]|$)")
_MISSING = ("nan", "<na>")  # what programs write for an empty cell
_KNOWN_CELLS = 5_000
_ROW_BYTES = 500  # of memory, for a row beyond its text


def sniff_csv(head: bytes) -> float:
    """Say how much it looks like rows of separated cells, most with headings that tell who says what."""
    if not looks_like_text(head):
        return 0.0
    text = head.replace(b"\x00", b"").decode("utf-8", "replace").removeprefix("\ufeff")
    lines = [line for line in text.splitlines()[:HEADING_ROWS] if line.strip()]
    for line in lines:
        for separator in SEPARATORS:
            cells = next(csv.reader([line[:5_000]], delimiter=separator), [])
            roles = roles_by_heading(cells)
            if len(cells) > 1 and "text" in roles and len(roles) > 1:
                return 0.7
    if _is_regular(lines):
        return 0.3
    # Prose has a blank behind its commas. Less than any text: it counts where the suffix says that it is one.
    cut = sum(bool(_CUT.search(line)) for line in lines)
    return 0.2 if lines and cut * 2 >= len(lines) else 0.0


def _is_regular(lines: Sequence[str]) -> bool:
    """Say whether all rows have the same number of cells: a table, if maybe no talk."""
    for separator in ",;\t":
        widths = {len(next(csv.reader([line[:5_000]], delimiter=separator), [])) for line in lines}
        if len(lines) >= 3 and len(widths) == 1 and min(widths) > 1 and f"{separator} " not in lines[0]:
            return True
    return False


def read_csv(document: Document) -> Iterator[Meeting]:
    """Read the conversations of a table in CSV or TSV.

    Raises:
        NoSpeech: if no column of it holds what was said.
        TooLarge: if it has more rows than any table of talk.
        ReadError: if the bytes are no text.
    """
    weigh(document, _ROW_BYTES)
    text = decode(document.data, name=document.name, limits=document.limits)
    known: dict[str, str] = {}  # names come again in every row; one of each is enough
    rows = [
        (number, tuple(known.setdefault(cell, cell) if len(known) < _KNOWN_CELLS else cell for cell in cells))
        for number, cells in csv_rows(text, document)
        if any(_RULE.fullmatch(cell) is None for cell in cells)
    ]
    separator = f"{separator_of(text)} ".lstrip()
    yield from read_rows(document, rows, format_name="csv", separator=separator)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The rows of one table below its headings, and which column is what."""

    roles: dict[str, int]
    headings: Sequence[Cell]
    rows: Sequence[Row]
    separator: str = " "
    above: Sequence[Row] = ()  # what stands above the headings: a title, a date

    def cell(self, row: Row, role: str) -> Cell:
        column = self.roles.get(role)
        if column is None:
            return ""
        cells = row[1]
        if role == "text" and len(cells) > len(self.headings) > 1 and column == len(self.headings) - 1:
            # A separator that was not put between quotation marks has cut the last column.
            return self.separator.join(str(cell).strip() for cell in cells[column:] if str(cell).strip())
        return cells[column] if column < len(cells) else ""

    def text(self, row: Row, role: str) -> str:
        cell = self.cell(row, role)
        return cell.strip() if isinstance(cell, str) else str(cell)

    def speaker(self, row: Row) -> str:
        if "speaker" in self.roles and "given" not in self.roles:
            return self.text(row, "speaker")
        parts = ("given", "family" if "family" in self.roles else "speaker")
        return " ".join(filter(None, (self.text(row, part) for part in parts)))


def read_rows(
    document: Document, rows: Sequence[Row], *, format_name: str, separator: str = " "
) -> Iterator[Meeting]:
    """Read the conversations of one table.

    Raises:
        NoSpeech: if no column of it holds what was said.
    """
    table = _table(rows, separator)
    if table is None:
        named = ", ".join(repr(str(cell)) for cell in (rows[0][1] if rows else ())[:6])
        raise NoSpeech(
            what=f"no column of it holds what was said (its columns: {named or 'none'})",
            where=document.name,
            remedy="name the columns speaker and text, or give the transcript itself",
        )
    conversations: dict[str, list[Row]] = {}
    name = ""
    for row in table.rows:
        name = table.text(row, "conversation") or name  # a cell that spans rows is filled in the first
        conversations.setdefault(name, []).append(row)
    check_meetings(len(conversations), document)
    for number, (name, members) in enumerate(conversations.items(), start=1):
        title = name if re.search(r"[^\W\d_]{3}", name) else f"conversation {name}"
        yield _meeting(
            document, table, members, number, title if len(conversations) > 1 else None, format_name
        )


def _table(rows: Sequence[Row], separator: str) -> _Table | None:
    for position, (_, cells) in enumerate(rows[:HEADING_ROWS]):
        below = rows[position + 1 :]
        roles = roles_by_heading(cells, below)
        if "text" in roles and holds_words(below, roles["text"]) and len(cells) > 1:
            return _Table(
                roles=with_senders(roles, below, cells),
                headings=cells,
                rows=below,
                separator=separator,
                above=rows[:position],
            )
    if roles := roles_of_labels(rows):
        return _Table(roles=roles, headings=("",) * 3, rows=rows)
    roles = roles_by_content(rows)
    if roles:
        first = rows[:1] if is_heading(rows, roles) else ()
        width = max(len(cells) for _, cells in rows)
        return _Table(roles=roles, headings=("",) * width, rows=rows[len(first) :], above=first)
    return None


def _meeting(
    document: Document, table: _Table, rows: Sequence[Row], number: int, title: str | None, format_name: str
) -> Meeting:
    names: list[str] = []  # of who speaks, a row each; a blank cell below a name means the same person
    for row in rows:
        speaker, party = table.speaker(row), table.text(row, "party")
        names.append(_with_party(speaker, party) if speaker else names[-1] if names else "")
    names = [name if not is_nobody(name) and name.casefold() not in _MISSING else "" for name in names]
    silent = [row for row in rows if not table.text(row, "text")]
    people, keys = build_people(
        name for row, name in zip(rows, names, strict=True) if name and table.text(row, "text")
    )
    return Meeting(
        id=document.name + (f"~{number}" if number > 1 else ""),
        series="",
        title=title or _title(table),
        date=_date(table, rows) or _date_above(table),
        people=people,
        utterances=tuple(_utterances(table, rows, [keys.get(name) for name in names])),
        notices=(
            *_notices(table.above, "rows above the talk, no speech"),
            *_notices(silent, "rows without text"),
        ),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
    )


def _utterances(table: _Table, rows: Sequence[Row], speakers: Sequence[str | None]) -> Iterator[Utterance]:
    times = _times(table, rows)
    index = 0
    for row, speaker in zip(rows, speakers, strict=True):
        if not (text := table.text(row, "text")):
            continue
        yield Utterance(
            index=index,
            text=text,
            speaker=speaker,
            start=times.starts.get(row[0]),
            end=times.ends.get(row[0]),
            topic=table.text(row, "topic") or None,
            at=Locator(unit="row", number=row[0]),
        )
        index += 1


def _times(table: _Table, rows: Sequence[Row]) -> Times:
    began, ended, lasted = (
        {row[0]: cell for row in rows if (cell := table.cell(row, role)) not in ("", None)}
        if role in table.roles
        else {}
        for role in ("start", "end", "duration")
    )
    if not began:
        return Times()
    headings = {role: _heading(table, role) for role in ("start", "end", "duration")}
    words = sum(table.text(row, "text").count(" ") + 1 for row in rows)
    return times_of(began, ended, lasted, headings=headings, words=words)


def _with_party(speaker: str, party: str) -> str:
    if speaker.startswith("["):  # "[A] and [B]": marks of whoever pseudonymised it, no parties
        speaker = re.sub(r"[\[\]]", "", speaker)
    return f"{speaker} ({party})" if speaker and party and "(" not in speaker else speaker


def _notices(rows: Sequence[Row], reason: str) -> tuple[Notice, ...]:
    if not rows:
        return ()
    return (Notice(reason=reason, at=Locator(unit="row", number=rows[0][0]), count=len(rows)),)


def _title(table: _Table) -> str | None:
    """Give what stands alone in a row above the headings, "Title: " taken off, and is no date."""
    for _, cells in table.above:
        said = [str(cell).strip() for cell in cells if str(cell).strip()]
        if len(said) == 1 and len(said[0]) <= _TITLE_CHARS and find_date(said[0]) is None:
            return re.sub(r"(?i)^(?:title|meeting)\s*:\s*", "", said[0]) or None
    return None


def _date_above(table: _Table) -> date | None:
    cells = (cell for _, cells in table.above for cell in cells)
    found = (cell.date() if isinstance(cell, datetime) else find_date(str(cell)) for cell in cells)
    return next(filter(None, found), None)


def _heading(table: _Table, role: str) -> str:
    return str(table.headings[table.roles[role]]) if role in table.roles else ""


def _date(table: _Table, rows: Sequence[Row]) -> date | None:
    for row in rows[:_DATED_ROWS]:
        for role in ("date", "start"):
            cell = table.cell(row, role)
            if role == "date" and (found := _day(cell)):
                return found
            if at := moment(cell):
                return at.date()
    return None


def _day(cell: Cell) -> date | None:
    return cell.date() if isinstance(cell, datetime) else find_date(str(cell)) or serial_day(cell)
