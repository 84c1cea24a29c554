"""What stands on the pages of a PDF, line by line, with its place and size; run in a process of its own.

pdfplumber gives the words; here they become lines in reading order (columns one after the other) and
rows of ruled tables. `pdf` makes paragraphs and headings of them.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analyzer.ingest.confined import OutOfTime, answer, within
from analyzer.ingest.limits import Limits

if TYPE_CHECKING:
    from pdfplumber.page import Page

_EARNED_SECONDS = 0.5  # more may be spent for each page that gave words
_RULES = 3_000  # lines and boxes of one page; with more it is a drawing, and tables are not looked for
_WORD_GAP = 0.15  # of the size of a font: TeX writes no blanks, it moves on by this much or more
_WIDE_GAP = 1.5  # of the size of the font
_BOLD = re.compile(r"(?i)bold|black|heavy|semibd|cmbx|\bb$")
_GUTTER_SIZES = 1.2  # of the font: the least gap between columns
_PARTED_SHARE = 0.7  # of the lines keep clear of a gutter
_COLUMN_LINES = 6  # on either side, for two columns
_COLUMN_CHARS = 20  # of such a line on average; labels and amounts beside a text are shorter

Word = dict[str, Any]  # as pdfplumber gives it: text, x0, x1, top, bottom, fontname, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A line of text, or a row of a ruled table (with cells). Places in points from the top left."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float = 0.0
    is_bold: bool = False
    first: float = 0.0  # width of its first word: what would have had to fit on the line before
    column: int = 0  # which column of text it stands in
    cells: tuple[str, ...] = ()
    table: int = 0  # which table of its page, from 1


def read_pages(data: bytes, limits: Limits) -> dict[str, Any]:
    """Give the pages as rows for JSON, or "error" where it is encrypted or no whole PDF."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with within(limits.seconds):
            pdf = pdfplumber.open(io.BytesIO(data))
            found = pdf.pages
    except PdfminerException as error:
        is_locked = any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args)
        return {"error": "encrypted" if is_locked else "damaged"}
    pages: list[dict[str, Any]] = []
    left = limits.seconds - time.process_time()
    for page in found[: limits.pages]:
        if left <= 0:
            break
        before = time.process_time()
        try:
            with within(left):
                pages.append(_read_page(page))
        except (PdfminerException, OutOfTime) as error:
            is_costly = isinstance(error, OutOfTime) or any(
                isinstance(arg, MemoryError) for arg in error.args
            )
            pages.append({"is_costly": is_costly, "lines": [], "pictures": 0})
        page.close()
        left += _EARNED_SECONDS * bool(pages[-1]["lines"]) - (time.process_time() - before)
    return {"pages": pages, "unread": len(found) - len(pages)}


def _read_page(page: Page) -> dict[str, Any]:
    from pdfplumber.utils.text import dedupe_chars, extract_words

    width, height = float(page.width), float(page.height)
    chars = [char for char in page.chars if char["upright"] and _is_on(char, width, height)]
    turned = sum(not char["upright"] for char in page.chars)
    spots = {(char["text"], round(char["x0"]), round(char["top"])) for char in chars}
    if len(spots) < 0.95 * len(chars):  # printed twice, a hair apart, to look bold
        chars = dedupe_chars(chars, tolerance=1)
    boxes, rows = _tables(page)
    outside = [char for char in chars if not any(_is_within(char, box) for box in boxes)]
    words = extract_words(outside, x_tolerance_ratio=_WORD_GAP, extra_attrs=["fontname", "size"])
    lines = [*_in_columns(words, width), *rows]
    return {
        "width": width,
        "height": height,
        "lines": [asdict(line) for line in _in_order(lines)],
        "pictures": len(page.images),
        "turned": turned,
    }


def _is_on(char: dict[str, Any], width: float, height: float) -> bool:
    return bool(0 <= char["x0"] < width and 0 <= char["top"] < height)


def _is_within(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle, centre = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= centre <= box[3])


def _tables(page: Page) -> tuple[list[tuple[float, float, float, float]], list[Printed]]:
    """Find ruled tables; a frame around text is none."""
    boxes, rows = [], []
    if not 4 <= len(page.lines) + len(page.rects) + len(page.curves) <= _RULES:
        return [], []
    for table in page.find_tables():
        texts = table.extract(x_tolerance_ratio=_WORD_GAP)
        filled = sum(bool(cell and cell.strip()) for row in texts for cell in row)
        if len(texts) < 2 or len(texts[0]) < 2 or filled < 4:
            continue
        boxes.append(table.bbox)
        for row, cells in zip(table.rows, texts, strict=True):
            values = tuple(re.sub(r"[ \t]+", " ", cell or "").strip() for cell in cells)
            left, top, right, bottom = row.bbox
            rows.append(
                Printed(
                    text=" | ".join(values), cells=values, table=len(boxes),
                    left=left, right=right, top=top, bottom=bottom,
                )
            )  # fmt: skip
    return boxes, rows


def _in_columns(words: Sequence[Word], width: float) -> Iterator[Printed]:
    """Make lines of words; where a page has two columns, lines do not run across the gutter."""
    rows = _rows(words)
    gutter = _gutter(rows, width)
    for row in rows:
        sides = _sides(row, gutter) if gutter else None
        if sides is None:
            yield _line(row, column=0)
        else:
            yield from (_line(side, column=column) for column, side in enumerate(sides, start=1) if side)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Group words that stand side by side: those that overlap in height by half."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word["top"], word["x0"])):
        for row in rows[-3:]:
            first = row[0]
            common = min(first["bottom"], word["bottom"]) - max(first["top"], word["top"])
            if common >= 0.5 * min(first["bottom"] - first["top"], word["bottom"] - word["top"]):
                row.append(word)
                break
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: float(word["x0"])) for row in rows]


def _sides(row: Sequence[Word], gutter: float) -> tuple[list[Word], list[Word]] | None:
    """Part a row at a gutter; None where a word stands across it, or the gap is a mere blank."""
    left = [word for word in row if word["x1"] <= gutter]
    right = [word for word in row if word["x0"] >= gutter]
    if len(left) + len(right) < len(row):
        return None
    if left and right and right[0]["x0"] - left[-1]["x1"] < _GUTTER_SIZES * right[0]["size"]:
        return None
    return left, right


def _gutter(rows: Sequence[Sequence[Word]], width: float) -> float | None:
    """Give where the gap between two columns of running text is; None for pages of one column."""
    best: tuple[int, float] | None = None
    for step in range(30, 71, 2):
        at = width * step / 100
        parted = [sides for row in rows if (sides := _sides(row, at))]
        is_kept_clear = bool(parted) and len(parted) >= _PARTED_SHARE * len(rows)
        columns = [[side for side in column if side] for column in zip(*parted, strict=True)]
        if is_kept_clear and len(parted) > (best[0] if best else 0) and _are_columns(columns):
            best = (len(parted), at)
    return best[1] if best else None


def _are_columns(columns: Sequence[Sequence[Sequence[Word]]]) -> bool:
    """Say whether both sides hold running text, not labels, amounts or the end of longer lines."""
    counts = [len(column) for column in columns]
    chars = [sum(len(word["text"]) + 1 for side in column for word in side) for column in columns]
    return (
        min(counts) >= max(_COLUMN_LINES, 0.4 * max(counts))
        and min(total / count for total, count in zip(chars, counts, strict=True)) >= _COLUMN_CHARS
    )


def _line(words: Sequence[Word], *, column: int) -> Printed:
    sizes = Counter[float]()
    for word in words:
        sizes[round(word["size"], 1)] += len(word["text"])
    return Printed(
        text=_spaced(words),
        left=words[0]["x0"],
        right=words[-1]["x1"],
        top=min(word["top"] for word in words),
        bottom=max(word["bottom"] for word in words),
        size=sizes.most_common(1)[0][0],
        is_bold=all(_BOLD.search(word["fontname"]) for word in words),
        first=words[0]["x1"] - words[0]["x0"],
        column=column,
    )


def _spaced(words: Sequence[Word]) -> str:
    """Join words by a blank, by two where the gap is wide: "Ann Lee  0:08", "Chair  Ann Lee"."""
    text = words[0]["text"]
    for before, word in pairwise(words):
        is_wide = word["x0"] - before["x1"] > _WIDE_GAP * word["size"]
        text += ("  " if is_wide else " ") + word["text"]
    return str(text)


def _in_order(lines: Sequence[Printed]) -> list[Printed]:
    """Put lines in reading order: down the page, the left column before the right between full lines."""
    ordered: list[Printed] = []
    band: list[Printed] = []
    for line in (*sorted(lines, key=lambda line: (line.top, line.left)), None):
        if line is not None and line.column:
            band.append(line)
            continue
        ordered += sorted(band, key=lambda line: line.column)  # stable: downwards within a column
        band = []
        if line is not None:
            ordered.append(line)
    return ordered


if __name__ == "__main__":
    answer(read_pages)
