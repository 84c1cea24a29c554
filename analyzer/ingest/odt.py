"""The blocks of an OpenDocument text: a zip package (.odt, .ott) or one flat XML file (.fodt).

odfpy would resolve nothing we need and hold nothing back: the elements that matter are a dozen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.errors import Encrypted
from analyzer.ingest.blocks import Block, Content, bounded, is_bold_heading
from analyzer.ingest.containers import open_zip, parse_xml, read_member
from analyzer.ingest.sources import Document
from analyzer.ingest.trees import attribute, below, child, local_name
from analyzer.records.meeting import Locator, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_SKIPPED = {
    "annotation",
    "annotation-end",
    "note",
    "tracked-changes",
    "bookmark",
    "frame",
    "ruby-text",
    "meta",
}
_WRAPPERS = {"section", "index-body", "list-header", "numbered-paragraph", "table-header-rows", "table-rows",
             "table-row-group"}  # fmt: skip
_AROUND_BOXES = {"frame", "span", "a", "g"}
_MOST_BLANKS = 20  # of one gap: a file may ask for any number


def odt_content(document: Document) -> Content:
    """Give the blocks of an OpenDocument text in order; comments, notes and deleted text are left out.

    Raises:
        Encrypted: if it is protected by a password.
        ReadError: if the package is broken or too large.
    """
    name, limits = document.name, document.limits
    data = document.data
    if data.startswith(b"PK"):
        with open_zip(data, name=name, limits=limits) as package:
            is_locked = _MANIFEST in package.namelist() and b"encryption-data" in read_member(
                package, _MANIFEST, name=name
            )
            if is_locked:
                raise Encrypted(
                    what="it is protected by a password", where=name, remedy="save it without one"
                )
            data = read_member(package, _CONTENT, name=name)
    root = parse_xml(data, name=name, limits=limits)
    reasons = {
        "annotation": "comments of reviewers, no part of the text",
        "note": "footnotes, left out",
        "deletion": "passages struck out, left out",
    }
    counts = Counter(local_name(element) for element in root.iter())
    return Content(
        blocks=bounded(_Walk(root).blocks(child(root, "body", "text")), name=name, limits=limits),
        notices=tuple(
            Notice(reason=reason, count=counts[name]) for name, reason in reasons.items() if counts[name]
        ),
    )


class _Walk:
    """Goes through a text once; paragraphs and table rows are numbered together."""

    def __init__(self, root: _Element) -> None:
        self._number = self._tables = 0
        self._parents: dict[str, str] = {}  # automatic style -> the named style it varies
        self._bold: set[str] = set()
        for styles in ("styles", "automatic-styles"):
            found = child(root, styles)
            for style in () if found is None else found:
                name = attribute(style, "name")
                self._parents[name] = attribute(style, "parent-style-name")
                if attribute(child(style, "text-properties"), "font-weight") in ("bold", "600", "700", "800"):
                    self._bold.add(name)

    def blocks(self, body: _Element | None) -> Iterator[Block]:
        """Give the blocks below an element. Walked without recursion: hostile files nest deeply."""
        stack = [(element, 0) for element in reversed(body)] if body is not None else []
        while stack:
            element, depth = stack.pop()
            name = local_name(element)
            if name == "h":
                yield self._heading(element)
            elif name == "p":
                yield from self._paragraph(element, depth)
                boxes = list(below(element, "text-box", through=_AROUND_BOXES))
                stack.extend((inner, depth) for box in reversed(boxes) for inner in reversed(box))
            elif name == "table" and not _is_layout(element):
                yield from self._table(element)
            elif name in ("list", "list-item", "table", "table-row", "table-cell") or name in _WRAPPERS:
                stack.extend((inner, depth + (name == "list")) for inner in reversed(element))

    def _at(self) -> Locator:
        self._number += 1
        return Locator(unit="paragraph", number=self._number)

    def _heading(self, element: _Element) -> Block:
        level = attribute(element, "outline-level")
        return Block(
            kind="heading",
            text=" ".join(_text(element).split()),
            level=1 + min(9, int(level)) if level.isdecimal() and len(level) < 3 else 2,
            at=self._at(),
        )

    def _paragraph(self, element: _Element, depth: int) -> Iterator[Block]:
        at, text = self._at(), _text(element)
        line = " ".join(text.split())
        style = attribute(element, "style-name")
        if "Title" in (style, self._parents.get(style)):
            yield Block(kind="heading", text=line, level=1, at=at)
        elif is_bold_heading(line) and self._is_bold(element, style):
            yield Block(kind="heading", text=line, level=6, at=at)
        else:
            for part in filter(None, map(str.strip, text.split("\n"))):
                kind = "item" if depth else "text"
                yield Block(kind=kind, text=part, indent=2 * max(0, depth - 1), at=at)  # type: ignore[arg-type]

    def _is_bold(self, element: _Element, style: str) -> bool:
        if style in self._bold:
            return True
        spans = [inner for inner in element if attribute(inner, "style-name") in self._bold]
        around = [element.text, *(inner.tail for inner in element)]
        return len(spans) == len(element) > 0 and not any(text and text.strip() for text in around)

    def _table(self, table: _Element) -> Iterator[Block]:
        self._tables += 1
        for row in _rows(table):
            cells = tuple(map(_cell, row))
            if any(cells):
                yield Block(
                    kind="table", text=" | ".join(cells), cells=cells, at=self._at(), table=self._tables
                )


def _rows(table: _Element) -> Iterator[list[_Element]]:
    for row in below(table, "table-row", through=_WRAPPERS):
        yield list(below(row, "table-cell", through=()))


def _is_layout(table: _Element) -> bool:
    """Say whether a table only puts things in their places: one column, or tables in its cells."""
    return all(len(cells) < 2 for cells in _rows(table)) or any(
        local_name(inner) == "table" for inner in table.iterdescendants()
    )


def _cell(cell: _Element) -> str:
    texts = (_text(element) for element in cell.iter() if local_name(element) in ("p", "h"))
    lines = (" ".join(line.split()) for text in texts for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _text(element: _Element) -> str:
    """Give the words of a paragraph; a break is a line end, a tab two blanks."""
    words: list[str] = [element.text or ""]
    stack: list[_Element | str] = list(reversed(element))
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            words.append(part)
            continue
        name = local_name(part)
        stack.append(part.tail or "")
        if name == "s":
            count = attribute(part, "c")
            words.append(" " * (min(_MOST_BLANKS, int(count)) if count.isdecimal() and len(count) < 5 else 1))
        elif name in ("tab", "line-break"):
            words.append("  " if name == "tab" else "\n")
        elif name and name not in _SKIPPED:
            stack.extend(reversed(part))
            words.append(part.text or "")
    return "".join(words).replace("\xa0", " ")
