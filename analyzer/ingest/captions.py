"""Captions: WebVTT and SRT of meeting tools, podcast hosts and video sites, and YouTube's SBV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.ingest.bytes import looks_like_text
from analyzer.ingest.cues import Cue, Flavour, find_cues, plain
from analyzer.ingest.drops import Drops
from analyzer.ingest.lines import clean_text
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Unit, build_meeting, check_count, in_time_order
from analyzer.ingest.voices import name_speakers
from analyzer.records.meeting import Meeting

_SIGNATURE = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*WEBVTT(?![A-Za-z0-9])")
_ARROW = re.compile(
    rb"(?m)^[ \t]*[\[(]?-?\d{1,3}(?::\d{1,3}){1,3}([.,]?)\d{0,6}[ \t]*-{1,2}(?:>|&gt;)[ \t]*\d"
)
_LONG = rb"\d{1,3}:\d\d:\d\d(?:[.,]\d{1,3})?"
_SPAN = _LONG + rb" ?(?:-|\xe2\x80\x93) ?" + _LONG  # "00:00:01 - 00:00:04", in brackets or alone
_DASHED = re.compile(rb"(?m)^[ \t]*(?:[\[(]" + _SPAN + rb"[\])]|" + _SPAN + rb"[ \t]*$)")
_SBV = re.compile(rb"(?m)^\d{1,3}:\d\d:\d\d\.\d{3},\d{1,3}:\d\d:\d\d\.\d{3}\r*$")
_ROLLING_SHARE = 0.3  # of cues that show the end of the cue before and add to it; half of YouTube's do
_FEWEST_ROLLING = 3
_INSTANT = 0.05  # seconds
_SCREEN_LINES = 4  # a screen shows no more of them
_NEAR_TOP = 2_000  # bytes: lines of times further down may be quoted in something else


def sniff_vtt(head: bytes) -> float:
    """Say 1 for the signature WEBVTT, 0.6 for lines of times with a full stop."""
    head = _with_line_ends(head)
    if _SIGNATURE.match(head):
        return 1.0
    found = _ARROW.search(head[:_NEAR_TOP]) if looks_like_text(head) else None
    return 0.6 if found and found[1] == b"." else 0.0


def sniff_srt(head: bytes) -> float:
    """Say 0.8 for lines of times with a comma, 0.5 for other lines of times; 0 for WebVTT."""
    head = _with_line_ends(head)
    if not looks_like_text(head) or _SIGNATURE.match(head):
        return 0.0
    found = _ARROW.search(head[:_NEAR_TOP])
    if found is None:
        return 0.5 if len(_DASHED.findall(head[:_NEAR_TOP])) > 1 else 0.0
    return 0.8 if found[1] == b"," else 0.5


def sniff_sbv(head: bytes) -> float:
    """Say 0.9 for a line of two times with a comma between."""
    return 0.9 if _SBV.search(_with_line_ends(head)[:_NEAR_TOP]) else 0.0


def _with_line_ends(head: bytes) -> bytes:
    """Make the lines of any charset and system lines that a pattern knows; old Macs ended them with CR."""
    return head.replace(b"\x00", b"").replace(b"\r", b"\n")


def read_vtt(document: Document) -> Iterator[Meeting]:
    """Read WebVTT.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "vtt")


def read_srt(document: Document) -> Iterator[Meeting]:
    """Read SubRip.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "srt")


def read_sbv(document: Document) -> Iterator[Meeting]:
    """Read SubViewer as YouTube writes it.

    Raises:
        ReadError: if the bytes are no text.
    """
    yield _read(document, "sbv")


def _read(document: Document, flavour: Flavour) -> Meeting:
    drops = Drops()
    text = clean_text(document, drops).replace("\r", "\n")
    units = list(_units(_cues(text, flavour, document, drops), drops))
    return build_meeting(document, flavour, in_time_order(units, drops), drops)


def _cues(text: str, flavour: Flavour, document: Document, drops: Drops) -> list[Cue]:
    most = document.limits.units
    cues = find_cues(text, flavour=flavour, drops=drops, most=most)
    if flavour == "vtt" and not cues:
        cues = find_cues(text, flavour="sbv", drops=Drops(), most=most)
    check_count(len(cues), document)
    return _without_repeats(cues, drops)


def _units(cues: Sequence[Cue], drops: Drops) -> Iterator[Unit]:
    for cue, parts in zip(cues, name_speakers(cues), strict=True):
        if not parts:
            drops.add("cues without words", cue.at)
        drops.add("cues in which two speak, cut where the other begins", cue.at, count=max(0, len(parts) - 1))
        for part in parts:
            yield Unit(
                text=part.text,
                at=cue.at,
                speaker=part.speaker,
                start=cue.start,
                end=cue.end,
                group=cue.utterance,
            )


def _without_repeats(cues: Sequence[Cue], drops: Drops) -> list[Cue]:
    """Undo rolling captions, where each cue shows the line before once more."""
    new: list[Cue] = []
    rolling = 0
    before: list[list[str]] = []
    for cue in cues:
        now = [plain(line).split() for line in cue.lines]
        rest = _new_lines(before, now)
        # Who only says it again adds nothing, and is no sign of rolling, save in no time at all (YouTube).
        rolling += bool(rest) or (rest == () and _is_instant(cue))
        new.append(cue if rest is None else replace(cue, lines=rest))
        before = now
    has_word_times = any(cue.has_word_times for cue in cues)
    if rolling < _FEWEST_ROLLING and not (rolling and has_word_times):
        return list(cues)
    if rolling < _ROLLING_SHARE * len(cues) and not has_word_times:
        return list(cues)
    for cue, shortened in zip(cues, new, strict=True):
        repeats = bool(cue.lines) and not shortened.lines
        drops.add("cues that only repeat the line before (rolling captions)", cue.at, count=int(repeats))
    return [cue for cue, old in zip(new, cues, strict=True) if cue.lines or not old.lines]


def _is_instant(cue: Cue) -> bool:
    return cue.start is not None and cue.end is not None and 0 < cue.end - cue.start <= _INSTANT


def _new_lines(before: Sequence[list[str]], now: Sequence[list[str]]) -> tuple[str, ...] | None:
    """Give what a cue adds to the lines of the one before; None where it does not begin with its last."""
    words = [word for line in now for word in line]
    for first in range(max(0, len(before) - _SCREEN_LINES), len(before)):
        shown = [word for line in before[first:] for word in line]
        if shown and words[: len(shown)] == shown:
            rest = " ".join(words[len(shown) :])
            return (rest,) if rest else ()
    return None
