"""Google Meet's transcript, as it is saved together with the notes its assistant wrote ("Gemini").

Only what stands behind a line of time, as "Name: text", was said; all else is the assistant's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.ingest.chats import OpenTurn, Placed, head_lines, placed, transcript
from analyzer.ingest.clocks import clock_seconds
from analyzer.ingest.drops import Drops
from analyzer.ingest.nameforms import is_display_name, is_like_name
from analyzer.ingest.recorders import TRANSCRIPT
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Unit
from analyzer.records.meeting import Meeting

_TIME = re.compile(r"^(?:#{1,6} )?\*{0,3}(\d{1,2}:[0-5]\d:[0-5]\d)\*{0,3}(?: ?\{#[^{}]*\})?$")
_LABEL = re.compile(r"^\*{0,3}([^\s:*][^:*]{0,118}?)\*{0,3}\s?:\*{0,3}\s+(?=\S)")
_PLAIN = re.compile(r"[^\w\s]+")
_GENERATED = re.compile(
    r"(?i)\b(?:editable|modifiable|bearbeitbare|editável|modificabile|bewerkbare)\b|編集可能|可编辑"
)
_CLOCK = re.compile(r"\b\d{1,2}:[0-5]\d:[0-5]\d\b")
_MEETING_END = re.compile(r"(?i)^\W*meeting ended after\b")
_SHARED = re.compile(r"(?i)['’]s presentation$")  # the sound of a screen that somebody shows
_AROUND = "lines of the notes around the transcript, no speech"
_NOTES_CHARS = 200  # of a line about the transcript; what is longer was said


def _opens(line: str) -> bool:
    """Say whether a line is the heading "Transcript", or Meet's remark that it was made by a program."""
    words = _PLAIN.sub(" ", line).strip() if len(line) <= _NOTES_CHARS else ""
    return bool(TRANSCRIPT.fullmatch(words)) or _is_remark(line)


def _is_remark(line: str) -> bool:
    """Say whether Meet says here that people may edit what a program wrote down."""
    return len(line) <= 2 * _NOTES_CHARS and bool(_GENERATED.search(line)) and bool(TRANSCRIPT.search(line))


def _ends(line: str) -> bool:
    """Say whether Meet says here when the transcription ended."""
    if len(line) > _NOTES_CHARS or not _CLOCK.search(line):
        return False
    return bool(TRANSCRIPT.search(line) or _MEETING_END.match(line))


def sniff_meet(head: bytes) -> float:
    """Say 0.85 for a line with nothing but a time, or Meet's own lines, followed by "Name: text"."""
    return 0.85 if has_turns([line for line in head_lines(head) if line]) else 0.0


def has_turns(lines: Sequence[str]) -> bool:
    """Say whether lines, none of them empty, are those of a transcript of Meet."""
    labels = [_label(line) for line in lines]
    timed = [label for line, label in zip(lines, labels[1:], strict=False) if _TIME.match(line)]
    if any(label and is_like_name(label) for label in timed):
        return True
    begin = next((index for index, line in enumerate(lines) if _opens(line)), None)
    if begin is None or not any(_is_remark(line) or _ends(line) for line in lines):
        return False
    return any(labels[begin + 1 :])


def _label(line: str) -> str | None:
    found = _LABEL.match(line)
    return found[1] if found else None


def read_meet(document: Document) -> Iterator[Meeting]:
    """Read a transcript of Google Meet; the notes its assistant wrote are no speech.

    Raises:
        ReadError: if the bytes are no text.
    """
    drops = Drops()
    lines = placed(document, drops)
    yield transcript(document, "meet", lines, meet_units(lines, drops), drops)


def meet_units(lines: Sequence[Placed], drops: Drops) -> list[Unit]:
    """Give what was said after the first line of time, "Name: text" each; all before it is notes."""
    counts = Counter(filter(None, (_label(line.text) for line in lines)))
    opened: list[OpenTurn] = []
    start: float | None = None
    is_transcript = is_over = False
    for line in lines:
        if not line.text:
            continue
        time, label = _TIME.match(line.text), _LABEL.match(line.text)
        is_over = (is_over or (is_transcript and _ends(line.text))) and time is None
        if time:
            start, is_transcript = clock_seconds(time[1]), True
        elif not is_transcript or is_over or _is_remark(line.text):
            is_transcript = is_transcript or _opens(line.text)
            drops.add(_AROUND, line.at)
        elif label and _is_title(line.text[label.end() :]) and not opened:
            drops.add(_AROUND, line.at)
        elif label and (line.text.startswith("**") or _is_speaker(label[1], counts[label[1]])):
            opened.append(OpenTurn(name=label[1], start=start, at=line.at, said=[line.text[label.end() :]]))
            start = None  # only the first turn after a time is known to begin there
        elif opened:
            opened[-1].said.append(line.text)
        else:
            drops.add(_AROUND, line.at)
    return [turn.unit() for turn in opened]


def _is_speaker(label: str, count: int) -> bool:
    """Say whether a label is a name: in the words of a turn of several lines "Two things: ..." is none."""
    return is_like_name(label) or is_display_name(label, count) or bool(_SHARED.search(label))


def _is_title(rest: str) -> bool:
    """Say whether what follows a colon says that this is the title: "Board call : transcription"."""
    return bool(TRANSCRIPT.fullmatch(rest.strip("* ")))
