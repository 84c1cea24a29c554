"""The line of name and time that opens a turn, in the layouts of transcription tools and chats."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzer.ingest.clocks import clock_seconds, day_seconds
from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.recorders import is_credit

TIME = r"(\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,3})?)"
HEAD_CHARS = 200  # of a line that opens a turn
HALF = r"( ?(?i:[ap]\.?m\.?))?"  # AM or PM
_NAME_TIME = re.compile(rf"^(\S.{{0,118}}?)\*{{0,3}}(?: {{2,}}|\t+){TIME}$")
_DATE = r"(\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?,? )?"
_NAME_TIME_NARROW = re.compile(rf"^(\S.{{0,58}}?) +{_DATE}{TIME}{HALF}$")
_NAME_BRACKETS = re.compile(rf"^(\S.{{0,78}}?):? *[\[(]{_DATE}{TIME}{HALF}[\])]:?$")
_TIME_NAME = re.compile(rf"^@?{TIME} [-–|] (\S.{{0,158}})$")
_NAME_DURATION = re.compile(r"^(\S.{0,118}?) (?:(\d+) hours? )?(?:(\d+) minutes? )?(\d+) seconds?$")
_STAMP_NAME = re.compile(
    rf"^[\[(]?(?:[^\W\d_]{{2,12}},? )?{_DATE}{TIME}{HALF}[\])]?[ \t]+"
    r"(?:[-–|] +)?(\S.{0,80})$"
)
_NUMBERED = re.compile(
    r"(?:(?:unknown )?speaker|participant|person|spk)[ _-]?(?:\d{1,3}|[A-Z])|unknown speaker", re.I
)
_CLOCK = re.compile(r"[\d:.,\s]+|(?i:[ap]\.?m\.?)")  # what stands in the place of a name, and is a time
_STATUS = re.compile(r"(?:\s*:[\w+-]{2,40}:)+$")  # ":house:" behind a name: its bearer's mood (Slack)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The line that opens a turn."""

    name: str
    start: float | None  # None where only the name stands there


Layout = Callable[[str], Head | None]


def _ends_with_time(line: str) -> bool:
    """Say whether the last mark of a short line may belong to a time: most lines need no pattern."""
    return len(line) <= HEAD_CHARS and line[-1:] in "0123456789mM.*"


def _without_marks(line: str) -> str:
    """Take off what Markdown puts around a head, and the narrow blanks of a time."""
    if line[:1] in "#*":
        line = line.lstrip("# ").removeprefix("**").removesuffix("**").strip()
    return line if line.isascii() else line.replace("\u202f", " ").replace("\xa0", " ")


def _name(spelled: str) -> str:
    """Give a name without what parts it from its time: "Ann Lee -", "Ann Lee at"."""
    return _STATUS.sub("", spelled.strip("* ")).rstrip(" \t-–—|·•:").removesuffix(" at")


def _seconds(day: str | None, clock: str, half: str | None) -> float:
    """Read a time: of the day where the day or half of it is said, else since the recording began."""
    if half:
        return day_seconds(f"{clock} {half.strip().replace('.', '').upper()}")
    return day_seconds(clock) if day else clock_seconds(clock)


def name_time(line: str) -> Head | None:
    """Read "Ann Lee  0:08": Otter, Teams."""
    if not _ends_with_time(line) or ("  " not in line and "\t" not in line):
        return None
    found = _NAME_TIME.match(_without_marks(line))
    return Head(name=_name(found[1]), start=clock_seconds(found[2])) if found else None


def time_name(line: str) -> Head | None:
    """Read "@0:25 - Ann Lee (ann@a.example)": Fathom."""
    if len(line) > HEAD_CHARS or line[:1] not in "0123456789@*#":
        return None
    found = _TIME_NAME.match(_without_marks(line))
    if not found or _CLOCK.fullmatch(found[2]):
        return None
    return Head(name=found[2].strip("*"), start=clock_seconds(found[1]))


def name_duration(line: str) -> Head | None:
    """Read "Ann Lee 0 minutes 25 seconds": the page of Teams."""
    found = _NAME_DURATION.match(line) if line[-2:] in ("ds", "nd") and len(line) <= HEAD_CHARS else None
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return Head(name=found[1], start=float(hours * 3600 + minutes * 60 + seconds))


def name_time_narrow(line: str) -> Head | None:
    """Read "Ann Lee 0:08", "Ann Lee 10:04 AM" (Slack): only for what has the form of a name."""
    if not _ends_with_time(line):
        return None
    return _head_of(_NAME_TIME_NARROW.match(_without_marks(line)))


def name_brackets(line: str) -> Head | None:
    """Read "Ann Lee (00:08):", "Ann Lee: [00:08]": Rev, Sonix, Riverside; only for the form of a name."""
    if len(line) > HEAD_CHARS or line[-1:] not in "):]*":
        return None
    return _head_of(_NAME_BRACKETS.match(_without_marks(line)))


def _head_of(found: re.Match[str] | None) -> Head | None:
    if not found or not is_like_name(name := _name(found[1])):
        return None
    return Head(name=name, start=_seconds(*found.groups()[1:]))


def stamp_name(line: str) -> Head | None:
    """Read "[00:00:25] Ann Lee", "0:25 Ann Lee:": only for what has the form of a name."""
    if len(line) > HEAD_CHARS:
        return None
    found = _STAMP_NAME.match(_without_marks(line))
    if not found or _CLOCK.fullmatch(found[4]) or not is_like_name(name := found[4].strip("* ").rstrip(": ")):
        return None
    return Head(name=name, start=_seconds(*found.groups()[:3]))


# Where two find as many heads, the first counts.
_LAYOUTS: tuple[Layout, ...] = (time_name, name_duration, name_time)
LAST_RESORTS: tuple[Layout, ...] = (name_time_narrow, stamp_name, name_brackets)


def heads_of(lines: Sequence[str]) -> tuple[Layout, list[Head | None]]:
    """Choose the layout that finds most heads, and give what it finds in each line.

    One blank between name and time is the last resort.
    """
    for layouts in (_LAYOUTS, LAST_RESORTS):
        heads = {layout: [layout(line) for line in lines] for layout in layouts}
        counts = {layout: sum(head is not None for head in found) for layout, found in heads.items()}
        best = max(layouts, key=counts.__getitem__)
        if counts[best]:
            return best, heads[best]
    alone = names_alone(lines)
    return alone, [alone(line) for line in lines]


def names_alone(lines: Sequence[str]) -> Layout:
    """Read "Speaker 1", and names where a recorder's own line tells that it made the file.

    Without a time, a name must come back: as a heading it would not.
    """
    is_recorded = any(map(is_credit, lines))
    named = [
        line
        for line in lines
        if _NUMBERED.fullmatch(line) or (is_recorded and line[-1:] not in ".!?:" and is_like_name(line))
    ]
    names = frozenset(named if len(set(named)) < len(named) else ())
    return lambda line: Head(name=line, start=None) if line in names else None
