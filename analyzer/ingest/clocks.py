"""Times of day and offsets in transcripts: which of the two a file has, and seconds from its start."""

from __future__ import annotations

from collections.abc import Iterable

# No meeting is recorded this long before its first word; a later first stamp is a time of day.
_TIME_OF_DAY = 4 * 3600.0
_DAY = 86_400.0


def clock_seconds(clock: str) -> float:
    """Read "1:02:03", "2:03" or "2:03.5" as seconds; at most three parts of digits."""
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part.replace(",", "."))
    return round(total, 3)


def day_seconds(clock: str) -> float:
    """Read "1:02:03", "2:01 PM" as seconds: a clock with AM or PM, or of two parts, has hours in front."""
    digits, half = clock.rstrip("APM ").strip(), clock[-2:]
    if digits.count(":") < 2:
        digits += ":00"
    seconds = clock_seconds(digits)
    if half not in ("AM", "PM"):
        return seconds
    return seconds % (_DAY / 2) + (_DAY / 2 if half == "PM" else 0.0)


def from_start(stamps: Iterable[float]) -> list[float]:
    """Give seconds from the start for the stamps of a file, in its order.

    Offsets stay as they are. Times of day count from the first; past midnight a new day begins.
    """
    listed = list(stamps)
    if not listed or listed[0] < _TIME_OF_DAY:
        return listed
    offsets: list[float] = []
    day, before = 0.0, listed[0]
    for stamp in listed:
        if stamp < before - _DAY / 2:
            day += _DAY
        before = stamp
        offsets.append(stamp + day - listed[0])
    return offsets
