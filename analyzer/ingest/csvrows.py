"""Text to rows of cells: which separator it has, and what to do where a quotation mark is never closed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.errors import TooLarge
from analyzer.ingest.columns import roles_by_heading
from analyzer.ingest.sources import Document

SEPARATORS = ",;\t|"
HEADING_ROWS = 20  # a title, a date and blank rows may stand above the headings
_ESCAPED = re.compile(r'\\"(?=[^,;\t|\r\n])')  # a quotation mark within quotation marks, as databases have it
_HINT = re.compile(r"\"?sep=([,;\t|])\"?[ ,;\t]*\r?\n")
_SAMPLE_CHARS = 50_000
_CELL_CHARS = 1_000_000


def csv_rows(text: str, document: Document) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with their numbers, from 1.

    A mark that is never closed would make one cell of all lines below it: they are rows of their own.

    Raises:
        TooLarge: if a cell is longer than any speech.
    """
    text = text.removeprefix("\ufeff")
    separator = separator_of(text)
    hint = _HINT.match(text)
    text = "\n" * bool(hint) + text[hint.end() if hint else 0 :]  # the numbers of rows stay
    csv.field_size_limit(_CELL_CHARS)
    lines = list(io.StringIO(text, newline="")) if text.count('"') % 2 else []
    escape = "\\" if _ESCAPED.search(text, 0, _SAMPLE_CHARS) else None
    reader = csv.reader(lines or io.StringIO(text, newline=""), delimiter=separator, escapechar=escape)
    number = read = width = 0  # lines read, cells of the widest row
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if rows := _apart(lines[read:], separator, width):
                yield from enumerate(rows, start=number)
                return
            raise TooLarge(
                what=f"a cell is over {_CELL_CHARS:,} characters, or a quotation mark is never closed",
                where=document.name,
                remedy="export the table again",
            ) from error
        is_open = reader.line_num == len(lines) > read + 1 and not lines[-1].rstrip().endswith('"')
        if is_open and (rows := _apart(lines[read:], separator, width)):
            yield from enumerate(rows, start=number)
            return
        yield number, cells
        read = reader.line_num
        width = max(width, len(cells))


def separator_of(text: str) -> str:
    """Give what stands between the cells of a table: what it says itself, for Excel, or what fits best."""
    text = text.removeprefix("\ufeff")
    hint = _HINT.match(text)
    return hint[1] if hint else _separator(text[:_SAMPLE_CHARS])


def _apart(lines: Sequence[str], separator: str, width: int) -> list[list[str]]:
    """Read each line as a row; nothing where most have not as many cells as rows have, but are paragraphs."""
    try:
        rows = [next(csv.reader([line], delimiter=separator), []) for line in lines]
    except csv.Error:
        return []
    filled = [row for row in rows if row]
    return rows if sum(len(row) == width for row in filled) > 0.5 * len(filled) else []


def _separator(sample: str) -> str:
    """Choose the separator by headings, then by how evenly it cuts the first rows."""

    def worth(separator: str) -> tuple[int, int, int]:
        rows = []
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                rows.append(cells)
                if len(rows) == HEADING_ROWS:
                    break
        except csv.Error:
            return 0, 0, 0
        roles = max((len(roles_by_heading(cells)) for cells in rows), default=0)
        (width, times), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
        return roles if width > 1 else 0, times if width > 1 else 0, width

    return max(SEPARATORS, key=worth)
