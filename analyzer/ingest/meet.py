"""Google Meet's transcript, as it is saved together with the notes its assistant wrote ("Gemini").

Only what stands behind a line of time, as "Name: text", was said; all else is the assistant's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.ingest.chats import OpenTurn, Placed, head_lines, placed, transcript
from analyzer.ingest.clocks import clock_seconds
from analyzer.ingest.drops import Drops
from analyzer.ingest.lines import clean_text
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Unit
from analyzer.records.meeting import Meeting

_TIME = re.compile(r"^(?:#{1,6} )?\*{0,3}(\d{1,2}:[0-5]\d:[0-5]\d)\*{0,3}(?: ?\{#[^{}]*\})?$")
_LABEL = re.compile(r"^\*{0,3}([^\s:*][^:*]{0,118}?)\*{0,3}\s?:\*{0,3}\s+(?=\S)")
# What stands above the transcript where its first line of time comes later, or the summary before it.
_MEET_BEGIN = re.compile(
    r"^(?:#+ )?\W*(?:transcript|this editable transcript was computer generated\b.*)\W*$", re.I
)
_GENERATED = re.compile(r"(?i)\beditable transcript was computer generated\b")
_AROUND = "lines of the notes around the transcript, no speech"
_END = re.compile(
    r"^(?:#{1,6} )?(?:transcription|meeting|transkription|la transcription) ended after\b", re.I
)


def sniff_meet(head: bytes) -> float:
    """Say 0.85 for a line with nothing but a time, or Meet's own lines, followed by "Name: text"."""
    lines = [line for line in head_lines(head) if line]
    times = [index for index, line in enumerate(lines[:-1]) if _TIME.match(line)]
    if any(_LABEL.match(lines[index + 1]) for index in times):
        return 0.85
    begin = next((index for index, line in enumerate(lines) if _MEET_BEGIN.match(line)), None)
    if begin is None or not any(_GENERATED.search(line) or _END.match(line) for line in lines):
        return 0.0
    return 0.85 if any(_LABEL.match(line) for line in lines[begin + 1 :]) else 0.0


def read_meet(document: Document) -> Iterator[Meeting]:
    """Read a transcript of Google Meet; the notes its assistant wrote are no speech.

    Raises:
        ReadError: if the bytes are no text.
    """
    drops = Drops()
    lines = placed(clean_text(document, drops))
    yield transcript(document, "meet", lines, meet_units(lines, drops), drops)


def meet_units(lines: Sequence[Placed], drops: Drops) -> list[Unit]:
    """Give what was said after the first line of time, "Name: text" each; all before it is notes."""
    opened: list[OpenTurn] = []
    start: float | None = None
    is_transcript = is_over = False
    for line in lines:
        if not line.text:
            continue
        time, label = _TIME.match(line.text), _LABEL.match(line.text)
        is_over = (is_over or bool(_END.match(line.text))) and time is None
        if time:
            start, is_transcript = clock_seconds(time[1]), True
        elif not is_transcript and _MEET_BEGIN.match(line.text):
            is_transcript = True
            drops.add(_AROUND, line.at)
        elif not is_transcript or is_over:
            drops.add(_AROUND, line.at)
        elif label:
            opened.append(OpenTurn(name=label[1], start=start, at=line.at, said=[line.text[label.end() :]]))
            start = None  # only the first turn after a time is known to begin there
        elif opened:
            opened[-1].said.append(line.text)
        else:
            drops.add(_AROUND, line.at)
    return [turn.unit() for turn in opened]
