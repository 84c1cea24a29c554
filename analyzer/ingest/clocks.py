"""Times of day and offsets in transcripts: which of the two a file has, and seconds from its start."""

from __future__ import annotations

from collections.abc import Iterable

# No meeting is recorded this long before its first word; a later first stamp is a time of day.
_TIME_OF_DAY = 4 * 3600.0
_DAY = 86_400.0


def clock_seconds(clock: str) -> float:
    """Read "1:02:03" or "2:03" as seconds; at most three parts of digits."""
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total


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
