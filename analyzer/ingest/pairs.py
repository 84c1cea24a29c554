"""Name and time on lines of their own, as pages of players and chats give them when they are copied.

    Ann Lee                  Zoom's player, Trint, Slack
    00:12
    We begin.

    00:12                    Fireflies, Zencastr
    Ann Lee
    We begin.

    Ann Lee                  Teams, in any language
    0 Minuten 12 Sekunden
    0:12
    Ann Lee 0 Minuten 12 Sekunden
    We begin.

Each pair becomes one line, "Ann Lee  00:12"; what it leaves stays as an empty one, so that places hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from analyzer.ingest.heads import HALF, TIME, is_speaker, name_duration

_ALONE = re.compile(rf"^[\[(]?{TIME}{HALF}[\])]?:?$")
_SPELLED = re.compile(r"^(\S.{0,118}?)((?: ?\d{1,3} ?[^\W\d_]{1,12}){1,3})$")
_NUMBER = re.compile(r"\d+")
_FEWEST = 2
_SHARE = 0.8  # of the times that stand alone
_NAME_CHARS = 80
_MOST_GAP = 1  # blank lines between name and time


def with_heads(lines: Sequence[str]) -> list[str]:
    """Give the lines, each pair of a name and a time put together; others as they are."""
    times = {
        at: found
        for at, line in enumerate(lines)
        if line[:1] in "0123456789[(" and (found := _ALONE.match(line))
    }
    if len(times) < _FEWEST:
        return list(lines)
    out = list(lines)
    spelled = [at for at in times if _is_spelled(lines, at, times[at][1])]
    if len(spelled) >= _SHARE * len(times):
        for at in spelled:
            _fold_spelled(out, at, times[at][1])
        return out
    for step in (-1, 1):
        pairs = _pairs(lines, times, step)
        names = [lines[place] for _, place in pairs]
        if len(pairs) >= max(_FEWEST, _SHARE * len(times)) and len(set(names)) < len(names):
            for at, place in pairs:
                clock, half = times[at].groups()
                out[at] = out[place] = ""
                if place and lines[place - 1] == _initials(lines[place]):
                    out[place - 1] = ""  # the picture of somebody who has none
                head = max(at, place)  # right above the words, where a head stands
                head += head + 1 < len(out) and not lines[head + 1]
                out[head] = f"{_plain(lines[place])}  {clock}{half or ''}"
            return out
    return out


def _pairs(lines: Sequence[str], times: Iterable[int], step: int) -> list[tuple[int, int]]:
    """Give each time with the line of the name above it (step -1) or below (1)."""
    places: list[tuple[int, int]] = []
    for at in times:
        place = at + step
        for _ in range(_MOST_GAP):
            if 0 <= place < len(lines) and not lines[place]:
                place += step
        if 0 <= place < len(lines) and 0 < len(lines[place]) <= _NAME_CHARS:
            places.append((at, place))
    counts = Counter(lines[place] for _, place in places)
    names = {
        line for line, count in counts.items() if line[-1] not in ".!?" and is_speaker(_plain(line), count)
    }
    return [(at, place) for at, place in places if lines[place] in names]


def _plain(line: str) -> str:
    return line.strip("* ").rstrip(": *")


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + words[-1][:1]).upper() if words else ""


def _is_spelled(lines: Sequence[str], at: int, clock: str) -> bool:
    if at + 1 == len(lines) or name_duration(lines[at + 1]):
        return False  # in English it is known without
    found = _SPELLED.match(lines[at + 1])
    return found is not None and _numbers(found[2]) == _numbers(clock)


def _numbers(text: str) -> list[int]:
    """Give the numbers of a time; "20 seconds" is 0:20."""
    found = [int(number) for number in _NUMBER.findall(text.partition(".")[0])]
    return [0] * (2 - len(found)) + found


def _fold_spelled(out: list[str], at: int, clock: str) -> None:
    """Put name and time together, and take away what the page shows of them before."""
    found = _SPELLED.match(out[at + 1])
    if not found:
        return
    name = found[1].strip()
    for above in (at - 1, at - 2):
        if above >= 0 and out[above] in (name, found[2].strip()):
            out[above] = ""
    out[at], out[at + 1] = "", f"{name}  {clock}"
