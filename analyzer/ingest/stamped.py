"""Captions pasted or exported as a document: a line of two times, a name, and what was said.

0:0:6.670 --> 0:0:10.220        Teams until 2022, as DOCX: the name stands on a line of its own
Lee, Ann
We begin.

1                               WebVTT in a document: number, times, and the name before a colon
00:00:06.670 --> 00:00:10.220
Ann Lee: We begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from analyzer.ingest.chats import Placed
from analyzer.ingest.drops import Drops
from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.turns import Unit

_TIME = r"(?:\d{1,3}:){1,2}\d{1,2}(?:[.,]\d{1,6})?"
_CLOCK = re.compile(_TIME)
_STAMP = re.compile(rf"^{_TIME}\s*-->\s*{_TIME}\b")
_LABEL = re.compile(r"^([^\s:][^:]{0,78}):\s+(\S.*)$", re.S)
_FEWEST = 2
_NAMED = 0.7  # of all captions


def has_stamps(lines: Sequence[Placed]) -> bool:
    """Say whether there are lines of two times, as captions have."""
    return sum(bool(_STAMP.match(line.text)) for line in lines) >= _FEWEST


def stamped_units(lines: Sequence[Placed], drops: Drops) -> list[Unit]:
    """Give what was said under each line of times; lines before the first are counted."""
    starts = [at for at, line in enumerate(lines) if _STAMP.match(line.text)]
    drops.add("lines before the first turn", count=sum(bool(line.text) for line in lines[: starts[0]]))
    captions = [_said(lines[at + 1 : end]) for at, end in pairwise([*starts, len(lines)])]
    # The first line is a name where nearly every caption begins with what may be one.
    has_names = sum(_begins_with_name(said) for said in captions) >= _NAMED * len(captions)
    units = []
    for at, said in zip(starts, captions, strict=True):
        times = [_seconds(part) for part in lines[at].text.split("-->")]
        name = said[0] if has_names and _begins_with_name(said) else None
        text = "\n".join(said[1:] if name else said)
        found = _LABEL.match(text)
        if name is None and found and is_like_name(found[1]):
            name, text = found[1], found[2]
        units.append(Unit(text=text, at=lines[at].at, speaker=name, start=times[0], end=times[1]))
    return units


def _said(lines: Sequence[Placed]) -> list[str]:
    said = [line.text for line in lines if line.text]
    if len(said) > 1 and said[-1].isdigit():
        said.pop()  # the number of the next caption
    return said


def _begins_with_name(said: Sequence[str]) -> bool:
    return len(said) > 1 and is_like_name(said[0])


def _seconds(clock: str) -> float:
    found = _CLOCK.search(clock)
    total = 0.0
    for part in found[0].replace(",", ".").split(":") if found else ():
        total = total * 60 + float(part)
    return total
