"""Blocks to a meeting: a transcript where the blocks carry times or speakers, else minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.ingest.attendance import find_attendance
from analyzer.ingest.blocks import Block, Content
from analyzer.ingest.dates import find_date
from analyzer.ingest.labels import Speakers
from analyzer.ingest.minutes import Scribe
from analyzer.ingest.outline import Line
from analyzer.ingest.people import build_people
from analyzer.ingest.reported import attribute
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Meeting, Notice, Source, Utterance

_TIME = r"(\d{1,2}:\d\d(?::\d\d)?)"
_NAME_TIME = re.compile(rf"^(\S.{{0,78}}?)(?:\s{{2,}}|:\s*){_TIME}$")  # Teams, podcast hosts
_TIME_NAME = re.compile(rf"^@{_TIME} - (\S.{{0,120}})$")  # Fathom
_TOOL_LINE = re.compile(r"(?i)(?:started|stopped) transcription$|^view recording\b")
_FRONT = 15  # blocks in which title and date are looked for
_LABELS = re.compile(
    r"(?i)^(?:date|present|attendees|participants|apologies|chair|location|time|title|venue|minutes by)$"
)
_SPEECH_SHARE = 0.3


def meeting_of(content: Content, document: Document, *, format_name: str) -> Meeting:
    """Make a meeting of what a document holds; its title is the first heading, else the file's own."""
    blocks = content.blocks
    title, front = _title(blocks) or content.title, [block.text for block in blocks[:_FRONT]]
    meeting = Meeting(
        id=document.name,
        series="",
        title=title,
        date=next((found for text in front if len(text) < 200 and (found := find_date(text))), None),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
        notices=content.notices,
    )
    if sum(bool(_head(block.text)) for block in blocks) >= 2:
        return _transcript(blocks, meeting)
    return _minutes(blocks, meeting)


def _title(blocks: Sequence[Block]) -> str | None:
    front = blocks[:_FRONT]
    headed = next((block.text for block in front if block.kind == "heading" and block.text), None)
    return headed or next(
        (block.text for block in front[:1] if len(block.text) < 100 and not _head(block.text)), None
    )


def _head(text: str) -> tuple[str, float] | None:
    """Read a line that opens a turn: name and seconds."""
    if found := _NAME_TIME.match(text):
        return found[1].rstrip(" :"), _seconds(found[2])
    if found := _TIME_NAME.match(text):
        return found[2], _seconds(found[1])
    return None


def _seconds(clock: str) -> float:
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return float(total)


def _transcript(blocks: Sequence[Block], meeting: Meeting) -> Meeting:
    turns: list[tuple[str, float, list[str], Locator]] = []
    passed = [block for block in blocks if _TOOL_LINE.search(block.text)]
    before = 0
    for block in blocks:
        if head := _head(block.text):
            turns.append((*head, [], block.at))
        elif block in passed:
            continue
        elif turns:
            turns[-1][2].append(" ".join(block.text.split()))
        else:
            before += 1
    people, keys = build_people(name for name, *_ in turns)
    said = (turn for turn in turns if turn[2])
    utterances = tuple(
        Utterance(index=index, text="\n".join(words), speaker=keys.get(name), start=start, at=at)
        for index, (name, start, words, at) in enumerate(said)
    )
    silent = len(turns) - len(utterances)
    counted = (
        ("lines of the recorder (started, stopped, view), no speech", len(passed)),
        ("lines before the first speaker, no speech", before),
        ("turns without words", silent),
    )
    notices = tuple(Notice(reason=reason, count=count) for reason, count in counted if count)
    return replace(meeting, people=people, utterances=utterances, notices=(*meeting.notices, *notices))


def _minutes(blocks: Sequence[Block], meeting: Meeting) -> Meeting:
    placed = list(_lines(blocks))
    lines = [line for line, _ in placed]
    attendance = find_attendance(lines)
    title_line = next(
        (line.number for line in lines[:_FRONT] if line.kind == "heading" and line.text == meeting.title), 0
    )
    scribe = Scribe(Speakers(lines, attendance), title_line=title_line, lines=lines)
    for line in lines:
        scribe.take(line)
    people = scribe.people()[0]
    said = [replace(utterance, at=placed[utterance.at.number - 1][1]) for utterance in scribe.utterances()]
    utterances = attribute(said, people)
    # Attributed statements are not speech: what people said themselves makes it a transcript.
    speech = sum(utterance.kind == "speech" for utterance in utterances)
    is_transcript = speech >= 2 and speech >= _SPEECH_SHARE * len(utterances)
    notices = (
        replace(notice, at=placed[notice.at.number - 1][1] if notice.at else None)
        for notice in scribe.notices()
    )
    return replace(
        meeting,
        date=find_date(scribe.fields.get("date", "")) or meeting.date,
        kind="transcript" if is_transcript else "minutes",
        people=people,
        utterances=utterances,
        notices=(*meeting.notices, *notices),
    )


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[Line, Locator]]:
    """Number the blocks as lines, tables taken apart; a line's number is its place from 1."""
    for number, (block, kind, text) in enumerate(_opened(blocks), start=1):
        line = Line(number=number, kind=kind, text=text, level=block.level, indent=block.indent)  # type: ignore[arg-type]
        yield line, block.at


def _opened(blocks: Sequence[Block]) -> Iterator[tuple[Block, str, str]]:
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if block.kind != "table":
            at += 1
            yield block, block.kind, " ".join(block.text.split())
            continue
        rows = [row for row in blocks[at:] if row.kind == "table" and row.table == block.table]
        at += len(rows)
        yield from _table(rows)


def _table(rows: Sequence[Block]) -> Iterator[tuple[Block, str, str]]:
    """Say what a table's rows are: people, labelled facts, decisions and actions, or statements."""
    head = [cell.casefold().rstrip(":") for cell in rows[0].cells]
    if head and head[0] in ("name", "attendee", "participant", "member") and len(head) > 1:
        named = [cell.replace("title", "role", 1) for cell in rows[0].cells]
        # A role column alone does not make a roster elsewhere: an empty party column says it is one.
        yield rows[0], "table", "| " + " | ".join([*named, "party"]) + " |"
        for row in rows[1:]:
            yield row, "table", "| " + " | ".join([*row.cells, ""]) + " |"
        return
    labels = {
        place: "Action" if cell.startswith("action") else "Decision"
        for place, cell in enumerate(head)
        if cell.startswith(("action", "decision", "resolution")) and not cell.endswith(("no", "no.", "#"))
    }
    for row in rows[1:] if labels else rows:
        if labels:
            yield from _recorded(row, head, labels)
        elif len(row.cells) == 2 and _LABELS.match(row.cells[0].rstrip(": ")):
            yield row, "text", f"{row.cells[0].rstrip(': ')}: {row.cells[1]}"
        elif any(row.cells):
            yield row, "text", " – ".join(cell for cell in row.cells if cell)


def _recorded(row: Block, head: list[str], labels: dict[int, str]) -> Iterator[tuple[Block, str, str]]:
    """Give a row of a table of decisions or actions; its other cells (owner, due) go with the first."""
    others = [
        f"{head[place]}: {cell}" if place < len(head) and head[place] else cell
        for place, cell in enumerate(row.cells)
        if place not in labels and cell
    ]
    for place, label in labels.items():
        if place < len(row.cells) and row.cells[place]:
            rest = f" ({'; '.join(others)})" if others else ""
            others = []
            yield row, "text", f"{label}: {row.cells[place]}{rest}"
