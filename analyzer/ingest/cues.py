"""Caption text to cues, tolerantly: WebVTT, SRT and SBV differ in little that producers keep to.

`webvtt-py` and `pysrt` lose text where a blank line is missing or too many; here only a line of times
begins a cue, and what stands between two such lines belongs to the first. Who speaks is told by `voices`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from analyzer.ingest.drops import Drops
from analyzer.records.meeting import Locator

Flavour = Literal["vtt", "srt", "sbv"]

_CLOCK = r"-?\d{1,12}(?::\d{1,3}){1,3}(?:[.,]\d{1,9})?"
_ARROW_TIMES = re.compile(
    rf"^\s*+(?P<open>[\[(])?({_CLOCK})\s*+(?:-{{1,2}}>|--&gt;|[—–]>|→)\s*+({_CLOCK})(?![\d:])(?(open)[\])])"
)
# "[00:00:01 - 00:00:04] text", "00:00:01 - 00:00:04" alone: tools around Whisper; agendas have no seconds.
_LONG_CLOCK = r"\d{1,3}:\d\d:\d\d(?:[.,]\d{1,3})?"
_DASHED_TIMES = re.compile(
    rf"^\s*+(?P<open>[\[(])?({_LONG_CLOCK})\s?[-–]\s?({_LONG_CLOCK})(?(open)[\])]|\s*$)"
)
_COMMA_TIMES = re.compile(r"^\s*+(\d{1,3}:\d\d:\d\d\.\d{1,3}),(\d{1,3}:\d\d:\d\d\.\d{1,3})\s*+$")
_SETTINGS = re.compile(r"(?:\s*[\w-]+:[^\s:]\S*)*\s*")
_MOST_SECONDS = 1e6  # eleven days: later times are no times
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT|X-TIMESTAMP-MAP[^\n]*)(?:[\s\-:].*)?$")
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font|span|p|em|strong)(?:[.\s][^<>]{0,400})?>|<\d{1,3}[\d:.,]{0,20}>",
    re.I,
)
_BREAK = re.compile(r"<br\s?/?>|\[br\]|\\N", re.I)
_OVERRIDE = re.compile(r"\{\\[^{}\n]{0,200}\}")  # {\an8} of Advanced SubStation
_UTTERANCE_ID = re.compile(r"^(\S+/\d+)-\d+$")
_WORD_TIME = re.compile(r"<\d{1,2}:\d\d[\d:.]{0,12}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cue as stored: `number` counts from 1, `lines` still hold their marks."""

    number: int
    identifier: str
    start: float | None
    end: float | None
    lines: tuple[str, ...]

    @property
    def at(self) -> Locator:
        """The place of the cue in its file."""
        return Locator(unit="cue", number=self.number)

    @property
    def utterance(self) -> str | None:
        """What its utterance is called where cues are pieces of it (Teams: GUID/15-0, GUID/15-1)."""
        found = _UTTERANCE_ID.match(self.identifier)
        return found[1] if found else None

    @property
    def has_word_times(self) -> bool:
        """Whether the cue carries a time for each word, as recognised captions do."""
        return any(_WORD_TIME.search(line) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timing:
    """A line of times: where it stands, where its cue's identifier stands, what follows on the line."""

    line: int
    first: int  # index of the identifier, or of the line itself
    start: float | None
    end: float | None
    rest: str


def find_cues(text: str, *, flavour: Flavour, drops: Drops, most: int | None = None) -> list[Cue]:
    """Give the cues of a caption file in its order; comments, styles and stray text become notices.

    Not more than `most` and one are given: the caller refuses such a file.
    """
    lines = _without_doubles(text.split("\n"))
    timings = list(islice(_timings(lines, flavour), None if most is None else most + 1))
    _drop_preamble(lines[: timings[0].first if timings else len(lines)], flavour, drops)
    cues: list[Cue] = []
    for number, timing in enumerate(timings, start=1):
        last = timings[number].first if number < len(timings) else len(lines)
        body = [timing.rest, *_body(lines[timing.line + 1 : last], flavour, drops, number)]
        identifier = lines[timing.first].strip() if timing.first < timing.line else ""
        cue = Cue(
            number=number,
            identifier=identifier,
            start=timing.start,
            end=timing.end,
            lines=tuple(line for line in body if line),
        )
        if timing.start is None:
            drops.add("cues with impossible times, kept without", cue.at)
        cues.append(cue)
    return cues


def _without_doubles(lines: list[str]) -> list[str]:
    """Take out lines of times that some tools write twice."""
    return [
        line
        for index, line in enumerate(lines)
        if not (index and line == lines[index - 1] and _ARROW_TIMES.match(line))
    ]


def _timings(lines: Sequence[str], flavour: Flavour) -> Iterator[_Timing]:
    patterns = (_COMMA_TIMES,) if flavour == "sbv" else (_ARROW_TIMES, _DASHED_TIMES)
    number_before: int | None = None
    for index, line in enumerate(lines):
        found = next(filter(None, (pattern.match(line) for pattern in patterns)), None)
        if found is None:
            continue
        *bracket, start, end = found.groups()
        first = _identifier(lines, index, flavour, number_before)
        number_before = _digits(lines[first])
        rest = line[found.end() :]
        yield _Timing(
            line=index,
            first=first,
            start=seconds(start),
            end=seconds(end),
            rest=rest.strip() if any(bracket) or not _SETTINGS.fullmatch(rest[:500]) else "",
        )


def _identifier(lines: Sequence[str], index: int, flavour: Flavour, number_before: int | None) -> int:
    """Find the line of the identifier before a line of times; the line itself where there is none."""
    if flavour == "sbv" or not index:
        return index
    above = index - 1
    if not lines[above].strip():
        # A number alone, then a blank line: the number still belongs to the cue below.
        above = index - 2
        is_alone = above >= 0 and _digits(lines[above]) is not None and _is_blank(lines, above - 1)
        return above if is_alone else index
    number = _digits(lines[above])
    if number is not None:
        # Numbers go on, or begin anew where two files were put together.
        goes_on = number_before is None or number in (number_before + 1, 0, 1)
        return above if _is_blank(lines, above - 1) or goes_on else index
    if flavour == "vtt" and _is_blank(lines, above - 1) and not _ARROW_TIMES.match(lines[above]):
        return above
    return index


def _is_blank(lines: Sequence[str], index: int) -> bool:
    return index < 0 or not lines[index].strip()


def _digits(line: str) -> int | None:
    text = line.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else None


def _body(lines: Sequence[str], flavour: Flavour, drops: Drops, number: int) -> Iterator[str]:
    """Give the text lines of a cue; comments and styles between cues are no text."""
    is_skipped = False
    was_blank = False
    for raw in lines:
        line = raw.strip()
        if not line:
            is_skipped, was_blank = False, True
            continue
        if flavour == "vtt" and was_blank and not is_skipped and _BLOCK.match(line):
            is_skipped = True
            is_note = line.startswith("NOTE")
            drops.add("comments (NOTE)", Locator(unit="cue", number=number), count=int(is_note))
        was_blank = False
        if not is_skipped:
            yield line


def _drop_preamble(lines: Sequence[str], flavour: Flavour, drops: Drops) -> None:
    """Count the lines before the first cue that are neither header, comment nor style."""
    is_skipped = flavour == "vtt" and any(line.strip().startswith("WEBVTT") for line in lines[:3])
    was_blank = True
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            is_skipped, was_blank = False, True
        elif flavour == "vtt" and was_blank and _BLOCK.match(line):
            is_skipped, was_blank = True, False
            is_note = line.startswith("NOTE")
            drops.add("comments (NOTE)", Locator(unit="line", number=number), count=int(is_note))
        elif not is_skipped:
            was_blank = False
            drops.add("lines before the first cue", Locator(unit="line", number=number))


def seconds(clock: str) -> float | None:
    """Read h:mm:ss.mmm, mm:ss.mmm, with "." or ","; None for what no clock shows."""
    whole, _, fraction = clock.replace(",", ".").partition(".")
    parts = whole.split(":")[:3]  # a fourth part counts frames
    if clock.startswith("-") or any(len(part) > 3 or int(part) > 59 for part in parts[1:]):
        return None
    total = float(f"0.{fraction}") if fraction else 0.0
    for power, part in enumerate(reversed(parts)):
        total += int(part) * 60**power
    return round(total, 3) if total < _MOST_SECONDS else None


def plain(markup: str) -> str:
    """Give the words of a cue's text: known tags and overrides dropped, entities resolved.

    Unknown things in angle brackets stay: "a < b", or a name.
    """
    if "<" in markup or "\\" in markup or "[" in markup:
        markup = _OVERRIDE.sub("", _TAG.sub("", _BREAK.sub(" ", markup)))
    return html.unescape(markup) if "&" in markup else markup
