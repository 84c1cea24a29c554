"""The blocks of an RTF: text runs with their charset, paragraphs with their outline level, table rows.

Own reader: striprtf gives one string, without headings, and neither bounds what a file may cost nor
knows the charset of each font, which old Central European files change in mid-sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.blocks import Block, BlockKind, Content, bounded, is_bold_heading
from analyzer.ingest.limits import Limits
from analyzer.ingest.rtfwords import CHARSETS, KEPT, PLACES, SIGNS, is_charset
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Notice

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # a word with its number
    r"|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.S,
)
_DEEPEST = 1_000


_COUNTED = {
    "annotation": "comments of reviewers, no part of the text",
    "footnote": "footnotes, left out",
}
_HEADING_STYLE = re.compile(r"(?i)^heading ?(\d)$")


def rtf_content(document: Document) -> Content:
    """Give the blocks of an RTF in order; notes, fields' codes, pictures and hidden text are left out.

    Raises:
        DamagedFile: if it nests too deeply.
        TooLarge: if it has more marks than the limit.
    """
    text = document.data.decode("latin-1")  # byte by byte: the charset is a matter of each run
    reader = _Reader(name=document.name, limits=document.limits)
    blocks = bounded(reader.blocks(text), name=document.name, limits=document.limits)
    notices = [Notice(reason="the file is cut off: what follows is missing")] if reader.is_open else []
    notices += [
        Notice(reason=reason, count=count)
        for place, reason in _COUNTED.items()
        if (count := reader.places[place])
    ]
    return Content(blocks=blocks, notices=tuple(notices))


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What braces save and restore."""

    place: str = ""  # the destination it is in, where that is no text
    skip: int = 1  # characters after \\u that are there for old programs
    font: int = -1
    is_bold: bool = False
    is_hidden: bool = False


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the making."""

    words: list[str] = field(default_factory=list)
    has_plain: bool = False  # whether any word is not bold
    level: int = 0
    is_item: bool = False
    indent: int = 0
    is_cell: bool = False


class _Reader:
    """Reads tokens one by one; a stack holds what braces restore."""

    def __init__(self, *, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._state, self._stack = _State(), list[_State]()
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}  # number -> charset
        self._styles: dict[int, int] = {}  # number -> level of the heading it is for
        self._style = 0  # the one being defined
        self._is_optional = False  # whether \* stood before: who does not know what follows may skip it
        self._bytes = bytearray()  # of one charset, not decoded yet
        self._to_skip = 0
        self._paragraph = _Paragraph()
        self._cells: list[str] = []
        self._number = self._tables = 0
        self._in_table = False
        self.places = Counter[str]()  # how often a destination was met that is no text

    @property
    def is_open(self) -> bool:
        """Whether braces are still open."""
        return bool(self._stack)

    def blocks(self, text: str) -> Iterator[Block]:
        """Give the blocks of the whole file."""
        at = tokens = 0
        while found := _TOKEN.match(text, at):
            tokens += 1
            if tokens > self._limits.tokens:
                raise TooLarge(
                    what=f"it has more than {self._limits.tokens:,} marks of RTF",
                    where=self._name,
                    remedy="save it again as DOCX, or in parts",
                )
            at = found.end()
            word, number, code, sign, brace, plain = found.groups()
            if word == "bin":
                at += max(0, int(number or 0))
            elif word:
                yield from self._take_word(
                    word, int(number) if number else None, is_optional=self._is_optional
                )
            elif brace:
                self._take_brace(brace)
            elif code:
                self._add_bytes(bytes([int(code, 16)]))
            elif sign:
                yield from self._take_sign(sign)
            elif plain:
                self._add_bytes(plain.encode("latin-1"))
            self._is_optional = sign == "*"
        yield from self._end_paragraph()

    def _take_brace(self, brace: str) -> None:
        self._flush()
        self._to_skip = 0
        if brace == "{":
            self._stack.append(self._state)
            if len(self._stack) > _DEEPEST:
                raise DamagedFile(
                    what="its groups nest too deeply",
                    where=self._name,
                    remedy="save it again from its source",
                )
        elif self._stack:
            self._state = self._stack.pop()

    def _take_sign(self, sign: str) -> Iterator[Block]:
        if sign in "\r\n":
            yield from self._end_paragraph()
        elif sign in "\\{}":
            self._add_bytes(sign.encode())
        elif sign in SIGNS:
            self._add(SIGNS[sign])

    def _take_word(self, word: str, number: int | None, *, is_optional: bool) -> Iterator[Block]:
        if word in ("listtext", "pntext"):
            self._paragraph.is_item = True
        if word in PLACES or (is_optional and word not in KEPT):
            self._flush()
            self.places[word] += 1
            self._state = replace(self._state, place=word)
        elif word == "u" and number is not None:
            self._flush()
            self._add(chr(number % 0x10000))
            self._to_skip = self._state.skip
        elif word in SIGNS:
            self._add(SIGNS[word])
        elif word in ("par", "sect", "page", "cell", "nestcell", "row", "nestrow"):
            yield from self._end(word)
        else:
            self._set(word, number)

    def _set(self, word: str, number: int | None) -> None:
        """Take a word that changes how the next words look or are read."""
        is_on = number != 0
        state = self._state
        match word:
            case "ansicpg" if number and is_charset(f"cp{number}"):
                self._charset = f"cp{number}"
            case "mac":
                self._charset = "mac-roman"
            case "fcharset" if state.place == "fonttbl":
                self._fonts[state.font] = CHARSETS.get(number or 0, self._charset)
            case "f" | "deff" if number is not None:
                self._flush()
                self._state = replace(state, font=number)
            case "uc":
                self._state = replace(state, skip=min(16, max(0, number or 0)))
            case "b":
                self._state = replace(state, is_bold=is_on)
            case "v" | "deleted":
                self._flush()
                self._state = replace(state, is_hidden=is_on)
            case "plain":
                self._flush()
                self._state = replace(state, is_bold=False, is_hidden=False)
            case "s" if state.place == "stylesheet":
                self._style = number or 0
            case _:
                self._set_paragraph(word, number)

    def _set_paragraph(self, word: str, number: int | None) -> None:
        paragraph = self._paragraph
        match word:
            case "pard":
                paragraph.level, paragraph.is_item, paragraph.indent, paragraph.is_cell = 0, False, 0, False
            case "s":
                paragraph.level = self._styles.get(number or 0, 0)
            case "outlinelevel" if number is not None and 0 <= number < 9:
                paragraph.level = number + 2
            case "ls":
                paragraph.is_item = True
            case "ilvl":
                paragraph.indent = 2 * min(9, max(0, number or 0))
            case "intbl":
                paragraph.is_cell = True

    def _add_bytes(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        self._bytes += data

    def _flush(self) -> None:
        """Decode the bytes gathered in the charset of the font in force."""
        if self._bytes:
            charset = self._fonts.get(self._state.font, self._charset)
            text = self._bytes.decode(charset, "replace")
            self._bytes.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        self._flush()
        state = self._state
        if state.place == "stylesheet":
            if found := _HEADING_STYLE.match(text.strip(" ;")):
                self._styles[self._style] = int(found[1]) + 1
        elif not state.place and not state.is_hidden:
            self._paragraph.words.append(text)
            self._paragraph.has_plain |= bool(text.strip()) and not state.is_bold

    def _end(self, word: str) -> Iterator[Block]:
        self._flush()
        if self._state.place:
            return
        if word in ("cell", "nestcell"):
            self._cells.append(self._take_text())
        elif word in ("row", "nestrow"):
            yield from self._end_row()
        elif self._paragraph.is_cell:
            self._paragraph.words.append("\n")
        else:
            yield from self._end_paragraph()

    def _take_text(self) -> str:
        """Take the words gathered; halves of a sign beyond 16 bits are put together, lone ones replaced."""
        joined = "".join(self._paragraph.words)
        self._paragraph.words, self._paragraph.has_plain = [], False
        whole = joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return "\n".join(line.strip() for line in whole.split("\n")).strip()

    def _end_row(self) -> Iterator[Block]:
        cells, self._cells = tuple(self._cells), []
        if any(cells):
            self._tables += not self._in_table
            self._in_table = True
            yield Block(kind="table", text=" | ".join(cells), cells=cells, at=self._at(), table=self._tables)

    def _end_paragraph(self) -> Iterator[Block]:
        self._flush()
        paragraph, is_bold = self._paragraph, not self._paragraph.has_plain
        text = self._take_text()
        at = self._at()
        self._in_table = self._in_table and not text
        line = " ".join(text.split())
        level = paragraph.level or (6 if is_bold and is_bold_heading(line) else 0)
        if level and line:
            yield Block(kind="heading", text=line, level=level, at=at)
            return
        kind: BlockKind = "item" if paragraph.is_item else "text"
        for part in filter(None, map(str.strip, text.split("\n"))):
            yield Block(kind=kind, text=part, at=at, indent=paragraph.indent)
        if not paragraph.is_item:
            return
        paragraph.is_item = False  # each item has a mark of its own

    def _at(self) -> Locator:
        self._number += 1
        return Locator(unit="paragraph", number=self._number)
