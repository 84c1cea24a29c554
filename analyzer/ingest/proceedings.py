"""Blocks to a meeting: a transcript where they carry times and speakers, else minutes or notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from analyzer.ingest.assistants import refuse_assistants
from analyzer.ingest.blocks import Block, Content, is_bold_heading
from analyzer.ingest.chats import Placed, headed_units, paired, transcript
from analyzer.ingest.dates import find_date
from analyzer.ingest.drops import Drops
from analyzer.ingest.grids import Said, read_grid
from analyzer.ingest.headings import promote
from analyzer.ingest.meet import has_turns, meet_units
from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.notes import check_length, take_notes
from analyzer.ingest.outline import Line
from analyzer.ingest.recorders import is_credit, is_switch
from analyzer.ingest.sources import Document
from analyzer.ingest.stamped import has_stamps, stamped_units
from analyzer.ingest.turns import Unit
from analyzer.ingest.wording import ABSENT, FACT_FIELDS, PRESENT, names_topic
from analyzer.records.meeting import Locator, Meeting, Notice, Source

_FRONT = 15  # blocks in which title and date are looked for
_TITLE_CHARS = 100
_IN_TABLE = 7  # level of the topics that rows of a table name
_TOP = 3  # lines above which a heading is the title, whatever its level
_VALUE_CHARS = 200
_VALUE_WORDS = 5
_FEWEST_LINES = 3  # one or two lines have no title
_NAMED_HEADS = 0.7  # of the heads of a transcript look like names
_DOTTED = re.compile(r"(?:\.\s?){4,}\s*(?:\d+|[ivxl]+)$")  # a line of a table of contents


def meeting_of(content: Content, document: Document, *, format_name: str) -> Meeting:
    """Make a meeting of what a document holds.

    Raises:
        NoSpeech: if it is what an assistant program wrote about a meeting.
    """
    listed = [block for block in content.blocks if not _DOTTED.search(block.text)]
    notices = list(content.notices)
    if dotted := len(content.blocks) - len(listed):
        notices.append(Notice(reason="lines of the table of contents, no speech", count=dotted))
    meeting = _transcript(listed, document, format_name)
    if meeting is None:
        said = [block for block in listed if not is_credit(block.text)]
        if credited := len(listed) - len(said):
            notices.append(Notice(reason="lines of the recorder, no speech", count=credited))
        meeting = _minutes(said, document, format_name)
    return replace(meeting, title=meeting.title or content.title, notices=(*notices, *meeting.notices))


def _transcript(blocks: Sequence[Block], document: Document, format_name: str) -> Meeting | None:
    """Read the turns of Meet, Teams, Fathom or Otter, or captions; None where there are none."""
    lines = [Placed(text=block.text, at=block.at) for block in blocks]
    drops = Drops()
    if has_turns([line.text for line in lines]):
        return transcript(document, format_name, lines, meet_units(lines, drops), drops)
    if has_stamps(lines):
        return transcript(document, format_name, lines, stamped_units(lines, drops), drops)
    refuse_assistants([line.text for line in lines], document)
    lines = paired(lines)
    units = headed_units(lines, drops)
    if not _are_turns(units) and not (units and any(is_switch(line.text) for line in lines)):
        return None
    return transcript(document, format_name, lines, units, drops)


def _are_turns(units: Sequence[Unit]) -> bool:
    """Say whether these are turns of people, not the items of an agenda with their times."""
    spoken = [unit for unit in units if unit.text.strip()]
    names = Counter(unit.speaker or "" for unit in units)
    like_names = sum(count for name, count in names.items() if is_like_name(name))
    return (
        len(spoken) >= max(2, 0.5 * len(units))
        and like_names >= _NAMED_HEADS * len(units)
        and (len(names) < len(units) or len(units) < 5)
    )


def _minutes(blocks: Sequence[Block], document: Document, format_name: str) -> Meeting:
    placed = list(_lines(blocks))
    lines = [line for line, _ in placed]
    check_length(lines, name=document.name, limits=document.limits)
    title_line = _title_line(lines)
    notes = take_notes(lines, document, title_line=title_line)
    return Meeting(
        id=document.name,
        series="",
        title=lines[title_line - 1].text if title_line else None,
        date=find_date(notes.fields.get("date", "")) or _date(lines),
        kind=notes.kind,
        people=notes.people,
        utterances=tuple(
            replace(utterance, at=placed[utterance.at.number - 1][1]) for utterance in notes.utterances
        ),
        notices=tuple(
            replace(notice, at=placed[notice.at.number - 1][1] if notice.at else None)
            for notice in notes.notices
        ),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
    )


def _title_line(lines: Sequence[Line]) -> int:
    """Give the number of the line that names the document; 0 where there is none."""
    headings = (line for line in lines[:_FRONT] if line.kind == "heading" and names_topic(line.text))
    front = [line for line in headings if not line.text[:1].isdigit() or line.level == 1]
    largest = [line.number for line in front if line.level == 1]
    return (
        largest[0]
        if largest
        else next((line.number for line in front if line.number <= _TOP and line.level < _IN_TABLE), 0)
    )


def _date(lines: Sequence[Line]) -> date | None:
    front = (line.text for line in lines[:_FRONT] if len(line.text) <= _VALUE_CHARS)
    return next((found for text in front if (found := find_date(text))), None)


def _lines(blocks: Sequence[Block]) -> list[tuple[Line, Locator]]:
    """Number what the blocks say as lines; a line's number is its place from 1."""
    said = list(_said(blocks))
    lines = [
        Line(
            number=number,
            kind=each.kind,
            text=each.text,
            level=each.block.level or _IN_TABLE,
            indent=each.block.indent,
            is_link=each.block.is_link,
            is_cited=each.block.is_cited,
        )
        for number, each in enumerate(said, start=1)
    ]
    lines = promote(lines)
    if said and said[0].block.kind == "text" and not _title_line(lines):
        lines = _with_title(lines)
    return [(line, each.block.at) for line, each in zip(lines, said, strict=True)]


def _with_title(lines: list[Line]) -> list[Line]:
    """Make a heading of the first line where it looks like one."""
    first = lines[0]
    if len(lines) < _FEWEST_LINES:
        return lines
    is_title = first.kind == "text" and len(first.text) <= _TITLE_CHARS and is_bold_heading(first.text)
    return [replace(first, kind="heading", level=1), *lines[1:]] if is_title else lines


def _is_value(text: str) -> bool:
    """Say whether a paragraph may be the value of the label above it: short, and no label itself."""
    is_sentence = text.endswith(".") and len(text.split()) > _VALUE_WORDS
    is_label = bool(FACT_FIELDS.match(text.partition(":")[0].strip()))
    return len(text) <= _VALUE_CHARS and not is_label and not is_sentence


def _said(blocks: Sequence[Block]) -> Iterator[Said]:
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if block.kind == "table":
            rows = [block]
            while at + len(rows) < len(blocks) and blocks[at + len(rows)].table == block.table:
                rows.append(blocks[at + len(rows)])
            at += len(rows)
            yield from read_grid(rows)
            continue
        text = " ".join(block.text.split())
        at += 1
        label = text.rstrip(": ")
        value = blocks[at] if at < len(blocks) else None
        is_label = FACT_FIELDS.match(label) or (
            (PRESENT.match(label) or ABSENT.match(label)) and block.kind == "text"
        )
        if is_label and value and value.kind == "text" and _is_value(value.text):
            # Label and value in paragraphs of their own, one below the other.
            at += 1
            yield Said(kind="text", text=f"{label}: {' '.join(value.text.split())}", block=block)
        elif text:
            yield Said(kind=block.kind, text=text, block=block)
