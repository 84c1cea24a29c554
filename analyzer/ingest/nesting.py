"""List items that serve as headings in notes: a topic, and below it what was said about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.ingest.labels import Speakers, take_apart
from analyzer.ingest.outline import Line


def topic_items(lines: Sequence[Line], speakers: Speakers) -> Iterator[int]:
    """Find the list items that serve as headings: unnamed, with named items directly below them."""
    items = [line for line in lines if line.kind in ("item", "heading")]
    for at, line in enumerate(items[:-1]):
        below = items[at + 1]
        if (
            line.kind != "item"
            or below.kind != "item"
            or below.indent <= line.indent
            or _is_named(line, speakers)
        ):
            continue
        nested = []
        for other in items[at + 1 : at + 40]:
            if other.kind == "heading" or other.indent <= line.indent:
                break
            nested.append(other)
        if any(_is_named(other, speakers) for other in nested):
            yield line.number


def _is_named(line: Line, speakers: Speakers) -> bool:
    found = take_apart(line.text)
    return bool(found and speakers.names(found))
