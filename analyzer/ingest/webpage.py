"""Blocks of a web page: what a reader sees as headings, paragraphs, items and table rows.

Nothing is fetched, run or resolved; scripts, styles, menus and forms are no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from analyzer.errors import DamagedFile
from analyzer.ingest.blocks import Block, BlockKind, Content, bounded, is_bold_heading
from analyzer.ingest.bytes import decode
from analyzer.ingest.containers import check_tree
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}charset\s*+=\s*+["']?\s*+([\w-]{2,40})""")
_SKIPPED = {
    "script", "style", "head", "noscript", "template", "nav", "form", "button", "select", "svg", "math",
    "iframe", "object", "audio", "video", "canvas", "address", "footer",
}  # fmt: skip
_BREAKING = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "ul", "ol", "dl", "blockquote",
    "pre", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption", "hr",
    "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "fieldset", "center", "body", "html",
    "details", "summary",
}  # fmt: skip
# What libxml2 says when it leaves something out.
_BEYOND = re.compile(r"(?i)depth|huge|limit exceeded|too long")
_MAIN_SHARE = 0.5  # of a page's characters
_MARKED = 20  # elements that may be it: a page that marks thousands marks none
_HEADING = re.compile(r"^h([1-6])$")
_LISTS = ("ul", "ol")
_BOLD = ("b", "strong")


def html_content(document: Document) -> Content:
    """Give the blocks of a page in document order, numbered as paragraphs.

    Raises:
        DamagedFile: if it is no page.
        TooLarge: if its tree would take too much memory.
    """
    from lxml import etree

    declared = _CHARSET.search(document.data[:8_192])
    # A page may be one long line: nothing here reads by lines.
    limits = replace(document.limits, line_chars=len(document.data))
    text = decode(
        document.data,
        name=document.name,
        declared=declared[1].decode("ascii") if declared else None,
        limits=limits,
    )
    data = text.encode("utf-8", "replace")
    check_tree(data, name=document.name, limits=document.limits)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged(document) from error
    if root is None:
        raise _damaged(document)
    notices = []
    if any(_BEYOND.search(error.message) for error in parser.error_log):
        notices.append(Notice(reason="parts nested too deeply or too long for the parser, left out"))
    title = " ".join(str(root.xpath("string(//title)")).split())
    main = _main(root)
    if main is not root:
        notices.append(Notice(reason="the parts of the page around its main text (menus, footers), left out"))
    return Content(
        blocks=bounded(_Reader().blocks(main), name=document.name, limits=document.limits),
        title=title or None,
        notices=tuple(notices),
    )


def _main(root: _Element) -> _Element:
    """Give the element that holds the text of the page, where one is marked and holds most of the words."""
    least = _MAIN_SHARE * len(_said(root))
    marked = (
        element
        for element in root.iter("main", "article", "div", "section")
        if element.tag in ("main", "article") or element.get("role") == "main"
    )
    return next((element for element in islice(marked, _MARKED) if len(_said(element)) >= least), root)


def _said(element: _Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _damaged(document: Document) -> DamagedFile:
    return DamagedFile(
        what="it is no web page that can be read",
        where=document.name,
        remedy="save it again from the browser",
    )


class _Reader:
    """Walks a page and gathers words until something breaks the line."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._plain = self._unlinked = False  # whether any word stands outside of bold, of links
        self._number = self._tables = 0
        self._label = ""  # a <dt> that waits for its <dd>
        self._cited = ""  # the words of a <cite> that opens a line

    def blocks(self, root: _Element) -> Iterator[Block]:
        """Give the blocks below an element."""
        from lxml import etree

        places = [_Place()]
        walk = etree.iterwalk(root, events=("start", "end"))  # no recursion: pages nest deeply
        for event, element in walk:
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                place = places.pop()
                if name in _BREAKING:
                    yield from self._flush(place)
                self._add(element.tail, places[-1])
                continue
            if name in _BREAKING:
                yield from self._flush(places[-1])
            is_table = name == "table" and not _is_layout(element)
            if is_table:
                yield from self._table(element)
            if is_table or name in _SKIPPED:
                walk.skip_subtree()
            places.append(_inside(places[-1], name, element.get("class", "")))
            if not is_table and name not in _SKIPPED:
                self._open(element, name, places[-1])
        yield from self._flush(places[-1])

    def _open(self, element: _Element, name: str, place: _Place) -> None:
        if name == "cite" and not "".join(self._words).strip():
            self._cited = " ".join("".join(map(str, element.itertext())).split())
        if name == "br":
            self._words.append("\n")
        if name == "time":
            self._words.append("  ")  # a name before a time ends with two blanks, as in a Teams file
        self._add(element.text, place)

    def _add(self, text: str | None, place: _Place) -> None:
        if text:
            self._words.append(text if place.is_kept else re.sub(r"\s+", " ", text))
            self._plain |= bool(text.strip()) and not place.is_bold
            self._unlinked |= bool(text.strip()) and not place.is_link

    def _flush(self, place: _Place) -> Iterator[Block]:
        """Make a block of each line gathered."""
        lines = [line.strip() for line in "".join(self._words).replace("\xa0", " ").split("\n")]
        is_bold, is_link = not self._plain, not self._unlinked
        self._words, self._plain, self._unlinked = [], False, False
        cited, self._cited = self._cited, ""
        for text in filter(None, lines):
            for block in self._block(text, place, is_bold=is_bold, is_link=is_link):
                yield replace(block, is_cited=_is_speaker(cited, block.text))
                cited = ""

    def _block(self, text: str, place: _Place, *, is_bold: bool, is_link: bool) -> Iterator[Block]:
        if place.name == "dt":
            self._label = text.rstrip(": ")
            return
        if place.name == "dd" and self._label:
            text, self._label = f"{self._label}: {text}", ""
        self._number += 1
        level = place.level or (6 if is_bold and is_bold_heading(text) else 0)
        kind: BlockKind = "heading" if level else "item" if place.depth else "text"
        at = Locator(unit="paragraph", number=self._number)
        indent = 2 * max(0, place.depth - 1)
        yield Block(kind=kind, text=text, level=level, indent=indent, is_link=is_link, at=at)

    def _table(self, table: _Element) -> Iterator[Block]:
        self._tables += 1
        for row in table.iter("tr"):
            cells = tuple(_cell(cell) for cell in row if cell.tag in ("td", "th"))
            if any(cells):
                self._number += 1
                at = Locator(unit="paragraph", number=self._number)
                yield Block(kind="table", text=" | ".join(cells), cells=cells, at=at, table=self._tables)


def _is_speaker(cited: str, text: str) -> bool:
    """Say whether a <cite> names who says the line it opens, not a work: a colon or angles show it."""
    if not cited or not text.startswith(cited):
        return False
    return cited.endswith((":", ">")) or text[len(cited) :].lstrip().startswith(":")


@dataclass(frozen=True, slots=True)
class _Place:
    """What the elements around some words make of them."""

    name: str = ""  # of the innermost element that breaks lines
    level: int = 0  # of the heading around
    depth: int = 0  # of lists around
    is_bold: bool = False
    is_link: bool = False
    is_kept: bool = False  # line ends count, as in <pre>


def _inside(place: _Place, name: str, style: str) -> _Place:
    heading = _HEADING.match(name)
    if heading:
        return replace(place, name=name, level=int(heading[1]))
    if name == "p" and "title" in style.split():  # as Google Docs exports the title of a document
        return replace(place, name=name, level=1)
    if name in _LISTS:
        return replace(place, name=name, depth=place.depth + 1)
    if name in _BOLD:
        return replace(place, is_bold=True)
    if name == "a":
        return replace(place, is_link=True)
    if name in _BREAKING:
        return replace(place, name=name, is_kept=place.is_kept or name == "pre")
    return place


def _is_layout(table: _Element) -> bool:
    """Say whether a table only puts things in their places: one column, or whole texts in its cells."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if not any(len(cells) > 1 for cells in rows):
        return True
    return any(True for _ in table.iterdescendants("table", "h1", "h2", "h3", "h4", "cite"))


def _cell(cell: _Element) -> str:
    """Give the words of a cell; what breaks the line in it is a line end."""
    from lxml import etree

    words: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if element.tag in _SKIPPED and event == "start":
            walk.skip_subtree()
        elif element.tag == "br" or element.tag in _BREAKING:
            words.append("\n")
        if event == "end":
            words.append("" if element is cell else element.tail or "")
        elif element.tag not in _SKIPPED:
            words.append(element.text or "")
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    return "\n".join(filter(None, lines))
