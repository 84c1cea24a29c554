"""List items that serve as headings in notes: a topic, and below it what was said about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.ingest.labels import Speakers, take_apart
from analyzer.ingest.outline import Line

_FAR = 40  # items below a topic that are looked at for a name


def topic_items(lines: Sequence[Line], speakers: Speakers) -> Iterator[int]:
    """Find the list items that serve as headings: unnamed, with named items directly below them."""
    items = [line for line in lines if line.kind in ("item", "heading")]
    named = [line.kind == "item" and _is_named(line, speakers) for line in items]
    for at, line in enumerate(items):
        if line.kind == "heading" or named[at]:
            continue
        for place in range(at + 1, min(at + _FAR, len(items))):
            if items[place].kind == "heading" or items[place].indent <= line.indent:
                break
            if named[place]:
                yield line.number
                break


def _is_named(line: Line, speakers: Speakers) -> bool:
    found = take_apart(line.text)
    return bool(found and speakers.names(found))
