"""The times in a table's cells: clocks, numbers in some unit, dates with times, times of day, lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from analyzer.ingest.clocks import day_seconds
from analyzer.ingest.dates import find_date

Cell = str | datetime | time
Cells = Mapping[int, Cell]  # by row

_CLOCK = re.compile(r"[\[(]?(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9})|:(\d{1,6}))?[\])]?")
_FRAMES = 30.0  # in a second: editors of films count them after a second colon, or a semicolon
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?")
_WORDS = re.compile(
    r"(?i)(?:(\d{1,3})\s*h(?:rs?|ours?)?\s*)?(?:(\d{1,3})\s*m(?:ins?|inutes?)?\s*)?"
    r"(?:(\d{1,6}(?:\.\d{1,6})?)\s*s(?:ecs?|econds?)?)?"
)
_RANGE = re.compile(r"(.*\d\S*)\s*(?:-+>|–|—|\s-\s|(?<=\d)-(?=\d)|\bto\b|\bbis\b|～|~)\s*(\S*\d.*)")
_TIME_OF_DAY = re.compile(r"(?i)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?([ap])\.?m\.?")
_DAY_BEFORE = re.compile(r"(\d{1,4}[-./]\d{1,2}[-./]\d{1,4}),?\s+(?=\d{1,2}:\d\d)")
_AFTER_DAY = re.compile(r"(?i)\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?\s?(?:[ap]\.?m\.?)?")
_CLOCK_AFTER = re.compile(r"(?i)[\sT](\d{1,2}:\d\d(?::\d\d)?)((?:[.,]\d{1,9})?)\s*((?:[ap]\.?m\.?)?)")
_UNIX = re.compile(r"1\d{9}(?:\.\d+)?|1\d{12}")
_SERIAL = re.compile(r"[345]\d{4}\.\d{2,}")  # days since 1900, as spreadsheets store a date with a time
_SAMPLE = 200  # cells that tell what a column holds
_DAY = 86_400.0
_HOURS = 60.0  # what minutes and seconds are multiplied by to be hours and minutes
_LONGEST_SILENCE = 4 * 3600.0
_SLOWEST = 0.01  # words in a unit of time: a minute and a half for each, were it a second
_FASTEST = 8.0  # words a second: nobody speaks so fast


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When rows begin and end, in seconds from the start of the recording, by row."""

    starts: Mapping[int, float] = field(default_factory=dict)
    ends: Mapping[int, float] = field(default_factory=dict)


def seconds(value: Cell, *, unit: float = 1.0) -> float | None:
    """Read an offset: "1:02:03.5", "62", "1m 2s", "00:01:02:15" (frames); None where it is none."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, datetime):
        return None
    text = value.strip().replace(";", ":")
    if found := _CLOCK.fullmatch(text):
        hours, minutes, whole, fraction, frames = found.groups()
        part = float(f"0.{fraction}") if fraction else 0.0
        if frames:  # two digits behind hours are frames, three are thousandths
            part = int(frames) / _FRAMES if hours and len(frames) == 2 else float(f"0.{frames}")
        return int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + part
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", ".")) * unit
    if (found := _TIME_OF_DAY.fullmatch(text)) and int(found[1]) <= 12:
        return _of_day(found[0])
    if text and (found := _WORDS.fullmatch(text)) and any(found.groups()):
        hours, minutes, whole = (float(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + whole
    return None


def _of_day(clock: str) -> float:
    return day_seconds(re.sub(r"\.(?=\D|$)", "", clock).upper())


def moment(value: Cell) -> datetime | None:
    """Read a point of time: a date with a time, seconds or milliseconds since 1970, days of a spreadsheet."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    if _UNIX.fullmatch(text):
        return datetime(1970, 1, 1) + timedelta(seconds=float(text) / (1000 if len(text) == 13 else 1))
    if _SERIAL.fullmatch(text):
        return datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * _DAY, 3))
    if not (clock := _CLOCK_AFTER.search(text)):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    day = find_date(text[: clock.start() + 1])
    if day is None or int(clock[1].partition(":")[0]) > 23:
        return None
    whole = _of_day(f"{clock[1]} {clock[3]}".strip())
    return datetime(day.year, day.month, day.day) + timedelta(seconds=whole)


def has_time(value: Cell) -> bool:
    """Say whether a cell with a date has a time as well, be it unclear which number is the month."""
    is_read = moment(value) is not None
    return is_read or (isinstance(value, str) and _DAY_BEFORE.match(value.strip()) is not None)


def serial_day(value: Cell) -> date | None:
    """Read a day that a spreadsheet stored as the number of days since 1900, of this century."""
    found = re.fullmatch(r"([345]\d{4})(?:\.\d*)?", value.strip()) if isinstance(value, str) else None
    return date(1899, 12, 30) + timedelta(days=int(found[1])) if found and found[1] >= "36526" else None


def times_of(began: Cells, ended: Cells, lasted: Cells, *, headings: Mapping[str, str], words: int) -> Times:
    """Turn the columns of one conversation into seconds; empty where they hold no times.

    Times of the day and dates count from the first; 1, 2, 3 … are row numbers, not times.

    Args:
        began: cells of the column of starts, and those of ends and of lengths, where there are any.
        ended: likewise.
        lasted: likewise.
        headings: of those three columns, under "start", "end" and "duration": they may name a unit.
        words: how many all rows have.
    """
    began, ended = _without_day(*_cut(began, ended))
    if any(moment(value) for value in islice(began.values(), _SAMPLE)):
        moments = {row: found for row, value in began.items() if (found := moment(value))}
        if len(moments) * 2 > len(began):
            return _from_first(moments, ended, _lengths(lasted, headings, 1.0))
    unit = _unit_of(headings.get("start", "")) or (
        1e-3 if _in_milliseconds(began, ended, lasted, words) else 1.0
    )
    told = {row: at for row, value in began.items() if (at := seconds(value, unit=unit)) is not None}
    if not ended and not lasted and _are_counted(began, told):
        return Times()
    unit_of_end = _unit_of(headings.get("end", "")) or unit
    ends = {row: at for row, value in ended.items() if (at := seconds(value, unit=unit_of_end)) is not None}
    factor = _factor(began, told, words)
    starts = {row: at * factor for row, at in told.items()}
    ends = {row: at * factor for row, at in ends.items()}
    are_of_day = factor == _HOURS or any(_is_of_day(value) for value in began.values())
    if are_of_day or _are_late(began, starts, are_days=factor == _DAY):
        starts, ends = _since_first(starts, ends)
    return _rounded(starts, ends, _lengths(lasted, headings, unit))


def _cut(began: Cells, ended: Cells) -> tuple[Cells, Cells]:
    """Cut "0:01 - 0:04" in a column of its own into start and end."""
    if ended or not any(map(_range, islice(began.values(), _SAMPLE))):
        return began, ended
    pairs = {row: pair for row, value in began.items() if (pair := _range(value))}
    return (
        {row: pairs[row][0] if row in pairs else value for row, value in began.items()},
        {row: pair[1] for row, pair in pairs.items()},
    )


def _range(value: Cell) -> tuple[str, str] | None:
    if not isinstance(value, str) or len(value) > 60:
        return None
    found = _RANGE.fullmatch(value.strip("[]() "))
    if not found or None in (seconds(found[1]), seconds(found[2])):
        return None
    return found[1], found[2]


def _without_day(began: Cells, ended: Cells) -> tuple[Cells, Cells]:
    """Take off a date that all times share, where it may be read in two ways: "3/4/2025 9:58"."""
    if not any(
        isinstance(value, str) and _DAY_BEFORE.match(value) for value in islice(began.values(), _SAMPLE)
    ):
        return began, ended
    days = {
        found[1] if (found := _DAY_BEFORE.match(value)) else None
        for column in (began, ended)
        for value in column.values()
        if isinstance(value, str)
    }
    if len(days) != 1 or None in days or find_date(f"{next(iter(days))} "):
        return began, ended
    return (
        {row: _clock_of_day(value) for row, value in began.items()},
        {row: _clock_of_day(value) for row, value in ended.items()},
    )


def _clock_of_day(value: Cell) -> Cell:
    found = _AFTER_DAY.fullmatch(_DAY_BEFORE.sub("", value).strip()) if isinstance(value, str) else None
    return (datetime(1970, 1, 1) + timedelta(seconds=_of_day(found[0]))).time() if found else value


def _from_first(moments: Mapping[int, datetime], ended: Cells, lengths: Mapping[int, float]) -> Times:
    first = min(moments.values())
    starts = {row: (found - first).total_seconds() for row, found in moments.items()}
    ends = {row: (found - first).total_seconds() for row, value in ended.items() if (found := moment(value))}
    return _rounded(starts, ends, lengths)


def _rounded(starts: Mapping[int, float], ends: Mapping[int, float], lengths: Mapping[int, float]) -> Times:
    lasting = {row: starts[row] + length for row, length in lengths.items() if row in starts}
    return Times(
        starts={row: round(at, 6) for row, at in starts.items()},
        ends={row: round(at, 6) for row, at in {**lasting, **ends}.items()},
    )


def _lengths(lasted: Cells, headings: Mapping[str, str], unit: float) -> dict[int, float]:
    unit = _unit_of(headings.get("duration", "")) or unit
    return {
        row: at for row, value in lasted.items() if (at := seconds(value, unit=unit)) is not None and at >= 0
    }


def _unit_of(heading: str) -> float | None:
    """Give the unit that a heading names, in seconds: "start_ms", "Minute", "Duration (sec)"."""
    if re.search(r"(?i)(?:msec|ms|millis|milliseconds)(?:econds)?\W*$|millis|_ms\b|\(ms\)", heading):
        return 1e-3
    if re.search(r"(?i)[\W_](?:s|secs?|seconds)\W*$", heading):
        return 1.0
    return 60.0 if re.search(r"(?i)[\W_](?:mins?|minutes)\W*$", heading) else None


def _in_milliseconds(began: Cells, ended: Cells, lasted: Cells, words: int) -> bool:
    """Say whether whole numbers are milliseconds, whatever the headings: else all speak too slowly."""
    lengths = [
        (str(value).strip(), str(ended[row]).strip()) for row, value in began.items() if row in ended
    ] or [("0", str(value).strip()) for value in lasted.values()]
    if not lengths or not all(value.isdecimal() and len(value) < 16 for pair in lengths for value in pair):
        return False
    return 0 < words < _SLOWEST * sum(int(end) - int(start) for start, end in lengths)


def _are_counted(began: Cells, told: Mapping[int, float]) -> bool:
    steps = {later - former for former, later in zip(told.values(), [*told.values()][1:], strict=False)}
    if steps != {1.0} or min(told.values(), default=9) not in (0.0, 1.0):
        return False
    return all(str(began[row]).strip().isdecimal() for row in told)


def _factor(began: Cells, told: Mapping[int, float], words: int) -> float:
    """Tell what a column counts by how fast people would speak, were it seconds.

    "09:58" may be minutes and seconds or hours and minutes; a spreadsheet's time is a part of a day.
    """
    span = max(told.values(), default=0.0) - min(told.values(), default=0.0)
    if not span or words < _FASTEST * span:
        return 1.0
    values = [str(began[row]).strip() for row in told]
    if all(re.fullmatch(r"\d{1,2}:\d\d", value) and int(value.partition(":")[0]) < 24 for value in values):
        return _HOURS
    return _DAY if all(re.fullmatch(r"0?[.,]\d{3,}(?:[eE]-\d+)?|0", value) for value in values) else 1.0


def _is_of_day(value: Cell) -> bool:
    return isinstance(value, str) and bool(_TIME_OF_DAY.fullmatch(value.strip()))


def _are_late(began: Cells, starts: Mapping[int, float], *, are_days: bool) -> bool:
    """Say whether clocks show the time of day: no meeting is recorded so long before its first word."""
    clocks = are_days or all(not isinstance(began[row], str) or ":" in str(began[row]) for row in starts)
    return clocks and next(iter(starts.values()), 0.0) >= _LONGEST_SILENCE


def _since_first(
    starts: Mapping[int, float], ends: Mapping[int, float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Count times of the day from the first; past midnight a new day begins."""
    began: dict[int, float] = {}
    finished: dict[int, float] = {}
    first = before = next(iter(starts.values()), 0.0)
    days = 0.0
    for row, at in starts.items():
        if at < before - _DAY / 2:
            days += _DAY
        before = at
        began[row] = at + days - first
        if (end := ends.get(row)) is not None:
            finished[row] = (end + _DAY if end < at - _DAY / 2 else end) + days - first
    return began, finished
