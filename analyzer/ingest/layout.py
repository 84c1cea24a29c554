"""What the pages of a PDF have in common: margins, spacing, sizes, running heads, labels and hyphens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.ingest.printed import Printed

_EDGE_SHARE = 0.12  # of a page's height: where running heads and page numbers stand
_HEADING_RATIO = 1.12  # of its size to that of the text
_LINE_NUMBER = re.compile(r"^(\d{1,2})(?:\s+|$)")
_NUMBERED_SHARE = 0.8  # of the lines of a page
_NARROWEST = 0.6  # of a page's width: where its right margin may be at the least
_ENOUGH_STEPS = 8  # from line to line, to tell the usual distance
# A page number, or what a browser prints: address and time.
_PAGE_NUMBER = re.compile(
    r"(?i)^[-–—\s|]*+(?:page|seite|p\.)?\s*+(?:\d{1,4}|[ivxl]{1,6})(?:\s*+(?:of|/|von|de)\s*+\d{1,4})?[-–—\s|]*+$"
    r"|^(?:https?|file)://\S+(?:\s+\d+/\d+)?$|^\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d(?: [AP]M)?\b.{0,80}$"
)
WIDE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef]")  # scripts that break lines anywhere
_NAME = r"[^\W\d_a-z][\w.'’-]{0,30}"
_LABEL = re.compile(rf"^({_NAME}(?: (?:[a-z]{{2,3}} )?{_NAME}){{0,4}}(?: \([^()]{{1,40}}\))?):(?:\s|$)")
_OFTEN = 2  # times that a label opens a line

Pages = Sequence[Sequence[Printed]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a document is set, judged over all its pages. Places and sizes in points."""

    right: float  # where full lines end, outside of columns
    lefts: dict[int, float]  # where lines begin that are not indented, for each column
    spacing: float  # from line to line
    levels: dict[float, int]  # size of letters -> level of a heading
    labels: frozenset[str]  # "Ann Lee" where lines begin with "Ann Lee:" again and again
    hyphens: Hyphens

    @classmethod
    def of(cls, pages: Pages, widths: Sequence[float]) -> Layout:
        """Judge the pages of a document."""
        lines = [line for page in pages for line in page]
        body = _body_size(lines)
        # Short lines alone do not show the margin: the longest of all pages do, and none is in the middle.
        right = max((right_edges(page).get(0, 0.0) for page in pages), default=0.0)
        labels = Counter(found[1] for line in lines if (found := _LABEL.match(line.text)))
        return cls(
            right=max(right, _NARROWEST * max(widths, default=0.0)),
            lefts=_left_edges(lines),
            spacing=usual_spacing(lines) or 1.3 * body,
            levels=_levels(lines, body),
            labels=frozenset(label for label, count in labels.items() if count >= _OFTEN),
            hyphens=Hyphens([line.text for line in lines]),
        )

    def is_labelled(self, line: Printed) -> bool:
        """Say whether a line begins with the name of a speaker or another label that comes back."""
        found = _LABEL.match(line.text)
        return found is not None and found[1] in self.labels


def without_numbers(page: list[Printed]) -> list[Printed]:
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


def running_lines(pages: Pages, heights: Sequence[float]) -> set[int]:
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


def _body_size(lines: Sequence[Printed]) -> float:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text) if not line.cells else 0
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _levels(lines: Sequence[Printed], body: float) -> dict[float, int]:
    """Give each size that is larger than the text's its level as a heading, the largest first."""
    sizes = {line.size for line in lines if not line.cells}
    larger = sorted((size for size in sizes if size > _HEADING_RATIO * body), reverse=True)
    return {size: level for level, size in enumerate(larger[:5], start=1)}


def _left_edges(lines: Sequence[Printed]) -> dict[int, float]:
    """Give where lines begin that are not indented, for each column."""
    lefts: dict[int, float] = {}
    for line in (line for line in lines if not line.cells):
        lefts[line.column] = min(line.left, lefts.get(line.column, line.left))
    return lefts


def right_edges(page: Sequence[Printed]) -> dict[int, float]:
    """Give where lines end that are full, for each column."""
    rights: dict[int, list[float]] = {}
    for line in page:
        if not line.cells:
            rights.setdefault(line.column, []).append(line.right)
    return {column: sorted(found)[-1 - len(found) // 20] for column, found in rights.items()}


def usual_spacing(page: Sequence[Printed]) -> float:
    """Give the distance from line to line within paragraphs; 0 where there are too few lines to tell.

    It is the smallest that comes back: where most paragraphs are one line, the usual one lies between them.
    """
    steps = [round(2 * (after.top - before.top)) / 2 for before, after in pairwise(page) if not after.cells]
    counts = Counter(step for step in steps if 0 < step < 60)
    often = max(2, counts.total() // 10)
    if counts.total() < _ENOUGH_STEPS:
        return 0.0
    return min((step for step in counts if counts[step] >= often), default=0.0)


class Hyphens:
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
        is_wide = WIDE.search(text[-1:]) and WIDE.match(more)
        return text + ("" if is_wide else " ") + more
