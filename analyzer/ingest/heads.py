"""The line of name and time that opens a turn, in the layouts of transcription tools and chats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzer.ingest.clocks import clock_seconds, day_seconds
from analyzer.ingest.nameforms import is_like_name, is_nick
from analyzer.ingest.recorders import is_credit

TIME = r"(\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,3})?)"
_OFTEN = 3  # times
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


def _narrow(line: str) -> Head | None:
    """Read "Ann Lee 0:08", "Ann Lee 10:04 AM" (Slack)."""
    found = _NAME_TIME_NARROW.match(_without_marks(line)) if _ends_with_time(line) else None
    return Head(name=_name(found[1]), start=_seconds(*found.groups()[1:])) if found else None


def _brackets(line: str) -> Head | None:
    """Read "Ann Lee (00:08):", "Ann Lee: [00:08]": Rev, Sonix, Riverside."""
    is_short = len(line) <= HEAD_CHARS and line[-1:] in "):]*"
    found = _NAME_BRACKETS.match(_without_marks(line)) if is_short else None
    return Head(name=_name(found[1]), start=_seconds(*found.groups()[1:])) if found else None


def _stamp(line: str) -> Head | None:
    """Read "[00:00:25] Ann Lee", "0:25 Ann Lee:"."""
    found = _STAMP_NAME.match(_without_marks(line)) if len(line) <= HEAD_CHARS else None
    if not found or _CLOCK.fullmatch(found[4]):
        return None
    return Head(name=found[4].strip("* ").rstrip(": "), start=_seconds(*found.groups()[:3]))


def last_resorts(lines: Sequence[str]) -> tuple[Layout, ...]:
    """Give the layouts that any line may have by chance: they count only with what has the form of a name.

    A user's name in small letters is known by coming back.
    """
    return tuple(_of_names(layout, lines) for layout in (_narrow, _stamp, _brackets))


def _of_names(layout: Layout, lines: Sequence[str]) -> Layout:
    counts = Counter(head.name for line in lines if (head := layout(line)))
    names = {name for name, count in counts.items() if is_speaker(name, count)}

    def of_names(line: str) -> Head | None:
        head = layout(line)
        return head if head and head.name in names else None

    return of_names


def is_speaker(name: str, count: int) -> bool:
    """Say whether what stands beside a time names somebody, judged by its form and how often it does."""
    return ": " not in name and (is_like_name(name) or (count >= _OFTEN and is_nick(name)))


# Where two find as many heads, the first counts.
_LAYOUTS: tuple[Layout, ...] = (time_name, name_duration, name_time)


def heads_of(lines: Sequence[str]) -> tuple[Layout, list[Head | None]]:
    """Choose the layout that finds most heads, and give what it finds in each line.

    One blank between name and time is the last resort.
    """
    for layouts_of in (_surest, last_resorts):
        layouts = layouts_of(lines)
        heads = {layout: [layout(line) for line in lines] for layout in layouts}
        counts = {layout: sum(head is not None for head in found) for layout, found in heads.items()}
        best = max(layouts, key=counts.__getitem__)
        if counts[best]:
            return best, heads[best]
    alone = names_alone(lines)
    return alone, [alone(line) for line in lines]


def _surest(_: Sequence[str]) -> tuple[Layout, ...]:
    return _LAYOUTS


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
