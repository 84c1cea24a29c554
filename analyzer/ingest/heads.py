"""The line of name and time that opens a turn, in the layouts of transcription tools and chats."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzer.ingest.clocks import clock_seconds, day_seconds
from analyzer.ingest.nameforms import is_like_name

TIME = r"(\d{1,3}:[0-5]\d(?::[0-5]\d)?)"
HEAD_CHARS = 200  # of a line that opens a turn
_NAME_TIME = re.compile(rf"^\*{{0,3}}(\S.{{0,118}}?)\*{{0,3}}(?: {{2,}}|\t+){TIME}$")
_NAME_TIME_NARROW = re.compile(rf"^(\S.{{0,58}}?) +{TIME}( ?[AP]M)?$")
_TIME_NAME = re.compile(rf"^@?{TIME} [-–] (\S.{{0,158}})$")
_NAME_DURATION = re.compile(r"^(\S.{0,118}?) (?:(\d+) hours? )?(?:(\d+) minutes? )?(\d+) seconds?$")
_DATE = r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?,? "
_STAMP_NAME = re.compile(rf"^[\[(]?(?:{_DATE})?{TIME}(?:\.\d{{1,3}})?( ?[AP]M)?[\])]?[ \t]+(\S.{{0,80}})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The line that opens a turn."""

    name: str
    start: float


Layout = Callable[[str], Head | None]


def _short_match(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return pattern.match(line) if len(line) <= HEAD_CHARS else None


def name_time(line: str) -> Head | None:
    """Read "Ann Lee  0:08": Otter, Teams."""
    found = _short_match(_NAME_TIME, line)
    return Head(name=found[1].strip("* "), start=clock_seconds(found[2])) if found else None


def time_name(line: str) -> Head | None:
    """Read "@0:25 - Ann Lee (ann@a.example)": Fathom."""
    found = _short_match(_TIME_NAME, line)
    return Head(name=found[2], start=clock_seconds(found[1])) if found else None


def name_duration(line: str) -> Head | None:
    """Read "Ann Lee 0 minutes 25 seconds": the page of Teams."""
    found = _short_match(_NAME_DURATION, line)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return Head(name=found[1], start=float(hours * 3600 + minutes * 60 + seconds))


def name_time_narrow(line: str) -> Head | None:
    """Read "Ann Lee 0:08", "Ann Lee 10:04 AM" (Slack): only for what has the form of a name."""
    found = _short_match(_NAME_TIME_NARROW, line)
    if not found or not is_like_name(found[1]):
        return None
    start = day_seconds(found[2] + found[3]) if found[3] else clock_seconds(found[2])
    return Head(name=found[1], start=start)


def stamp_name(line: str) -> Head | None:
    """Read "[00:00:25] Ann Lee", "0:25 Ann Lee:": only for what has the form of a name."""
    found = _short_match(_STAMP_NAME, line)
    if not found or not is_like_name(name := found[3].rstrip(": ")):
        return None
    start = day_seconds(found[1] + found[2]) if found[2] else clock_seconds(found[1])
    return Head(name=name, start=start)


# Where two find as many heads, the first counts.
_LAYOUTS: tuple[Layout, ...] = (time_name, name_duration, name_time)
_LAST_RESORTS: tuple[Layout, ...] = (name_time_narrow, stamp_name)


def layout_of(lines: Sequence[str]) -> Layout:
    """Choose the layout that finds most heads; one blank between name and time is the last resort."""
    for layouts in (_LAYOUTS, _LAST_RESORTS):
        counts = {layout: sum(layout(line) is not None for line in lines) for layout in layouts}
        best = max(layouts, key=counts.__getitem__)
        if counts[best]:
            return best
    return name_time_narrow
