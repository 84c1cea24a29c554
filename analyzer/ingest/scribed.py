"""Notes and minutes that somebody wrote: Markdown and plain text, with speakers or without.

`outline` says what each line is, `attendance` who was there, `labels` who speaks; here the lines
become utterances under their headings. `read_text` is the last resort for anything that is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from analyzer.errors import NoSpeech
from analyzer.ingest.assistants import refuse_assistants
from analyzer.ingest.blocks import is_bold_heading
from analyzer.ingest.bytes import decode, looks_like_text
from analyzer.ingest.dates import find_date
from analyzer.ingest.discord import as_log
from analyzer.ingest.formatted import with_marks
from analyzer.ingest.headings import promote
from analyzer.ingest.lines import weigh
from analyzer.ingest.logs import is_log, without_tabs
from analyzer.ingest.notes import check_length, take_notes
from analyzer.ingest.outline import Line, front_matter, outline
from analyzer.ingest.recorders import is_credit
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Meeting, Notice, Source, Utterance

_TEXT_CERTAINTY = 0.25  # any other reader that knows the content is better
_LOG_CERTAINTY = 0.85  # more than that of a table: a log has tabs between nick and text
_LINE_BYTES = 400  # of memory, for a line beyond its text
_FEW = 15  # turns that a summary may quote
_FRONT_LINES = 15  # of those that say something: where title and date are looked for
_OTHER_FORMATS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:[{\[]\s*[\"{\[\]}]|<\?xml|<!doctype|<html|\{\\rtf|%PDF|From \S+@)", re.I
)
_LETTER = re.compile(r"[^\W\d_]")
_CONTENTS = re.compile(r"(?i)\btable of contents$")
_SUMMARY = re.compile(r"(?i)^summary (?:for|of) |(?<!minutes )\bsummary$")


def sniff_markdown(head: bytes) -> float:
    """Say how much it looks like Markdown: by headings, links, emphasis and tables."""
    if not looks_like_text(head) or _OTHER_FORMATS.match(head):
        return 0.0
    marks = (
        rb"(?m)^#{1,6} \S",
        rb"\[[^\[\]\n]{1,200}\]\([^()\n]{1,500}\)",
        rb"\*\*[^*\n]{1,200}\*\*",
        rb"(?m)^\|.*\|",
    )
    return 0.2 + 0.1 * sum(bool(re.search(mark, head)) for mark in marks)


def sniff_text(head: bytes) -> float:
    """Say 0.85 for a chat log, 0.25 for other text that is not the beginning of JSON, XML, RTF or a table."""
    if not looks_like_text(head) or _OTHER_FORMATS.match(head):
        return 0.0
    if is_log(head):
        return _LOG_CERTAINTY
    return 0.0 if _is_table(head) else _TEXT_CERTAINTY


def _is_table(head: bytes) -> bool:
    rows = [row for row in head.splitlines()[:20] if row.strip()]
    for separator in (b",", b";", b"\t"):
        counts = [row.count(separator) for row in rows]
        if len(rows) >= 3 and min(counts) == max(counts) >= 1 and separator + b" " not in rows[0]:
            return True
    return False


def read_markdown(document: Document) -> Iterator[Meeting]:
    """Read notes in Markdown.

    Raises:
        NoSpeech: if it is a table of contents or a summary of other notes.
        ReadError: if the bytes are no text.
    """
    yield _read(document, "markdown")


def read_text(document: Document) -> Iterator[Meeting]:
    """Read notes in plain text: with speakers where there are any, else paragraph by paragraph.

    Raises:
        ReadError: as for `read_markdown`.
    """
    yield _read(document, "text")


def _read(document: Document, format_name: str) -> Meeting:
    weigh(document, _LINE_BYTES)
    text = decode(document.data, name=document.name, limits=document.limits)
    lines, credited = _without_credits(promote(outline(with_marks(without_tabs(as_log(text))))))
    check_length(lines, name=document.name, limits=document.limits)
    notes = take_notes(lines, document, title_line=_title_line(lines))
    if notes.kind == "transcript" and (titled := _titled(lines, notes.utterances[0])):
        lines = titled
        notes = take_notes(lines, document, title_line=_title_line(lines))
    title = front_matter(text).get("title") or _named(notes.fields) or _title(lines)
    _refuse_guides(document, lines, title, notes.utterances)
    return Meeting(
        id=document.name,
        series="",
        title=title,
        date=find_date(front_matter(text).get("date", ""))
        or find_date(notes.fields.get("date", ""))
        or _date(lines),
        kind=notes.kind,
        people=notes.people,
        utterances=notes.utterances,
        notices=(*credited, *notes.notices),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
    )


def _without_credits(lines: list[Line]) -> tuple[list[Line], tuple[Notice, ...]]:
    """Empty the lines in which a transcription service names itself, and count them."""
    found = [line.number for line in lines if is_credit(line.text)]
    if not found:
        return lines, ()
    at = Locator(unit="line", number=found[0])
    empty = [
        Line(number=line.number, kind="blank", text="") if is_credit(line.text) else line for line in lines
    ]
    return empty, (Notice(reason="lines of the recorder, no speech", at=at, count=len(found)),)


def _titled(lines: list[Line], first: Utterance) -> list[Line] | None:
    """Make a heading of the line above a transcript that names it; None where nobody's first line is none."""
    at = first.at.number - 1
    below = "" if at + 1 == len(lines) else lines[at + 1].text
    is_alone = not _LETTER.search(below)  # an empty line, a rule or the day
    is_top = all(line.kind in ("blank", "rule") for line in lines[:at])
    if first.speaker or not (is_top and is_alone) or not is_bold_heading(lines[at].text):
        return None
    return [replace(line, kind="heading", level=1) if n == at else line for n, line in enumerate(lines)]


def _named(fields: Mapping[str, str]) -> str | None:
    """Give the title that a line of the front states."""
    return next((found for key in ("meeting", "meeting title", "title") if (found := fields.get(key))), None)


def _title_line(lines: list[Line]) -> int:
    """Give the number of the heading that names the document; 0 where there is none."""
    headings = [line for line in lines if line.kind == "heading"]
    if not headings:
        return 0
    first = headings[0]
    said_before = sum(line.kind in ("text", "item") for line in lines[: first.number - 1])
    is_only_one_of_its_level = sum(line.level <= first.level for line in headings) == 1
    return first.number if said_before <= 3 and (is_only_one_of_its_level or first.level == 1) else 0


def _title(lines: list[Line]) -> str | None:
    number = _title_line(lines)
    return (lines[number - 1].text or None) if number else None


def _date(lines: list[Line]) -> date | None:
    """Find the date in the title, then in the lines at the front."""
    front = [line.text for line in lines if line.text and line.kind != "code"][:_FRONT_LINES]
    short = (text for text in (_title(lines) or "", *front) if len(text) <= 200)
    return next((found for text in short if (found := find_date(text))), None)


def _refuse_guides(
    document: Document, lines: list[Line], title: str | None, utterances: tuple[Utterance, ...]
) -> None:
    """Refuse what only points to notes or sums them up: it would count a meeting twice."""
    spoken = sum(utterance.kind == "speech" for utterance in utterances)
    if not spoken:
        refuse_assistants([line.text for line in lines if line.text], document)
    if spoken > _FEW:
        return
    said = [line for line in lines if line.kind in ("item", "text")]
    is_contents = len(said) >= 5 and sum(line.is_link for line in said) >= 0.8 * len(said)
    if is_contents or _CONTENTS.search(title or ""):
        raise NoSpeech(
            what="it is a table of contents, no talk",
            where=document.name,
            remedy="give the notes that its links lead to",
        )
    if _SUMMARY.search(title or ""):
        raise NoSpeech(
            what="its title says that it sums up a meeting: it would be counted twice",
            where=document.name,
            remedy="give the notes themselves; if these are all there are, take 'summary' out of the title",
        )
