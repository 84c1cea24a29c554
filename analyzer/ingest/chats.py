"""Transcripts whose turns stand under a line of name and time: Otter, Teams, Fathom.

    Ann Lee  0:08                        Otter, Teams (two blanks or more before the time)
    @0:25 - Ann Lee (ann@a.example)      Fathom
    Ann Lee 0 minutes 25 seconds         Teams, copied from its page
    [00:00:25] Ann Lee                   Trint; with a date, messages copied from Teams

Lines carry their places, so that the same reading serves a text file and the paragraphs of a DOCX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from analyzer.ingest.bytes import looks_like_text
from analyzer.ingest.clocks import from_start
from analyzer.ingest.dates import find_date, without_date
from analyzer.ingest.drops import Drops
from analyzer.ingest.heads import (
    HEAD_CHARS,
    TIME,
    Layout,
    heads_of,
    last_resorts,
    name_duration,
    name_time,
    names_alone,
    time_name,
)
from analyzer.ingest.limits import DEFAULT_LIMITS
from analyzer.ingest.lines import clean_text
from analyzer.ingest.pairs import with_heads
from analyzer.ingest.recorders import TRANSCRIPT, is_credit, is_switch
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Joining, Unit, build_meeting
from analyzer.records.meeting import Locator, Meeting

_DURATION = re.compile(rf"^(?:(?:\d+ hours? )?(?:\d+ minutes? )?\d+ seconds?|{TIME})$")
_TIME_OF_DAY = re.compile(
    r"(?i)\b\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|\b(?:gmt|utc)(?:[+-]\d{1,2})?\b"
)
_LENGTH = re.compile(
    r"(?i)^[•·\s]*(?:\d{1,3} ?(?:h|m|s|hrs?|mins?|secs?|hours?|minutes?|seconds?)\b[\s,]*){1,3}$"
)
_TAB_MARKS = ("📝", "📖")  # of the tabs in a document of Google's
_OF_TRANSCRIPT = re.compile(rf"\s*\\?[-–—:]\s*{TRANSCRIPT.pattern.removeprefix('(?i)')}$", re.I)
_MARKDOWN = (".md", ".markdown")
_ESCAPE = re.compile(r"\\([-\\`*_{}\[\]()#+.!~>|<=&])")
_PARAGRAPHS = Joining(separator="\n", joins_unnamed=False)
_FEWEST = 2
_HEAD_LINES = 400
_FRONT_LINES = 12
_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line of a transcript, or a paragraph, with its place in the source."""

    text: str
    at: Locator


@dataclass
class OpenTurn:
    """A turn whose lines are still being gathered."""

    name: str
    start: float | None
    at: Locator
    said: list[str] = field(default_factory=list)

    def unit(self) -> Unit:
        """Give what was gathered."""
        return Unit(text="\n".join(self.said), at=self.at, speaker=self.name, start=self.start)


def sniff_otter(head: bytes) -> float:
    """Say 0.85 for at least two turns under lines of name and time, 0.6 for one that opens the file."""
    lines = with_heads(head_lines(head))
    return _certainty(lines, name_time) or max(
        _certainty(lines, layout, repeats=True) for layout in (*last_resorts(lines), names_alone(lines))
    )


def sniff_teams(head: bytes) -> float:
    """Say how much it looks like a Teams transcript: its own lines, or times in words."""
    lines = head_lines(head)
    if any(map(is_switch, lines[:_FRONT_LINES])):
        return min(0.9, _certainty(lines, name_time) * 1.05)
    return _certainty(lines, name_duration)


def sniff_fathom(head: bytes) -> float:
    """Say how much it looks like a Fathom transcript: turns under "@0:25 - Name"."""
    return _certainty(head_lines(head), time_name)


def _certainty(lines: Sequence[str], layout: Layout, *, repeats: bool = False) -> float:
    """Judge a layout by its heads with words below them; `repeats`: a name must come back."""
    heads = [layout(line) for line in lines]
    spoken = [
        head.name
        for head, below, line in zip(heads, heads[1:], lines[1:], strict=False)
        if head is not None and line and below is None
    ]
    if repeats and len(set(spoken)) == len(spoken):
        return 0.0
    if len(spoken) >= _FEWEST:
        return 0.85
    return 0.6 if spoken and heads[0] is not None else 0.0


def head_lines(head: bytes) -> list[str]:
    """Give the first lines of a text file, stripped; none where it is no text."""
    if not looks_like_text(head):
        return []
    text = head.replace(b"\x00", b"").decode("utf-8", "ignore").lstrip("\ufeff")
    return [line.strip() for line in text.splitlines()[:_HEAD_LINES]]


def read_otter(document: Document) -> Iterator[Meeting]:
    """Read a transcript of Otter, or any with turns under lines of name and time.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "otter")


def read_teams(document: Document) -> Iterator[Meeting]:
    """Read a transcript of Microsoft Teams saved or copied as text.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "teams")


def read_fathom(document: Document) -> Iterator[Meeting]:
    """Read a transcript of Fathom copied as text.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "fathom")


def _read(document: Document, format_name: str) -> Meeting:
    drops = Drops()
    lines = paired(placed(document, drops))
    return transcript(
        document, format_name, lines, headed_units(lines, drops, most=document.limits.units), drops
    )


def paired(lines: Sequence[Placed]) -> list[Placed]:
    """Give the lines, names and times that stand on lines of their own put together."""
    texts = with_heads([line.text for line in lines])
    return [
        line if line.text == text else replace(line, text=text)
        for line, text in zip(lines, texts, strict=True)
    ]


def placed(document: Document, drops: Drops) -> list[Placed]:
    """Give the lines of a text, each with its number, without the backslashes of Markdown.

    Raises:
        ReadError: if the bytes are no text.
    """
    text = clean_text(document, drops)
    if document.suffix in _MARKDOWN:
        text = _ESCAPE.sub(r"\1", text)
    return [
        Placed(text=line.strip(), at=Locator(unit="line", number=number))
        for number, line in enumerate(text.replace("\r", "\n").split("\n"), start=1)
    ]


def transcript(
    document: Document, format_name: str, lines: Sequence[Placed], units: Sequence[Unit], drops: Drops
) -> Meeting:
    """Make a meeting of the units of such a transcript; its title and date stand before the first."""
    first = units[0].at.number if units else 0
    names = {unit.speaker for unit in units}
    before = (line.text for line in lines if line.text and line.at.number < first)
    front = [text for text in islice(before, _FRONT_LINES) if text not in names]
    dates = (find_date(text) for text in front if len(text) <= 200)
    return build_meeting(
        document,
        format_name,
        units,
        drops,
        title=next((found for text in front if (found := _title(text))), None),
        date=next(filter(None, dates), None),
        joining=_PARAGRAPHS,
    )


def _title(line: str) -> str | None:
    """Read a title, as tools write it at the top: short, and neither their own heading nor their remark."""
    if len(line) > HEAD_CHARS:
        return None
    text = line.strip("#*= ")
    if text.startswith(_TAB_MARKS):
        return None
    text = _OF_TRANSCRIPT.sub("", text)
    if not 0 < len(text) <= _TITLE_CHARS or is_credit(text) or is_switch(text) or _LENGTH.match(text):
        return None
    left = _TIME_OF_DAY.sub("", without_date(text)).strip(" ,.-–•·")
    is_date = find_date(text) is not None and len(left) < 3
    return None if is_date or text.casefold() == "notes" or TRANSCRIPT.fullmatch(text) else text


def headed_units(lines: Sequence[Placed], drops: Drops, *, most: int = DEFAULT_LIMITS.units) -> list[Unit]:
    """Give the turns that stand under lines of name and time, in the layout that finds most of them.

    Not more than `most` and one are given: `transcript` refuses such a file.
    """
    layout, heads = heads_of([line.text for line in lines])
    is_spelled = layout is name_duration
    opened: list[OpenTurn] = []
    for line, head in zip(lines, heads, strict=True):
        if len(opened) > most:
            break
        if head is not None:
            opened.append(OpenTurn(name=head.name, start=head.start, at=line.at))
        elif line.text and (is_credit(line.text) or is_switch(line.text)):
            drops.add("lines of the recorder, no speech", line.at)
        elif opened and line.text and not (is_spelled and _DURATION.match(line.text)):
            opened[-1].said.append(line.text)
        elif line.text and not opened:
            drops.add("lines before the first turn", line.at)
    if is_spelled:  # the page repeats the name above its own line of name and time
        names = {turn.name for turn in opened}
        for turn in opened:
            turn.said = [text for text in turn.said if text not in names]
    starts = iter(from_start(turn.start for turn in opened if turn.start is not None))
    return [
        replace(unit, start=next(starts)) if unit.start is not None else unit
        for unit in map(OpenTurn.unit, opened)
    ]
