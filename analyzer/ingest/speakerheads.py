"""Headings that are names: transcripts that put each speaker in bold above what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.outline import Line
from analyzer.ingest.wording import kind_of_section, names_topic

_FEWEST = 2  # people who come back
_SHARE = 0.6  # of all headings are theirs
_NAME_WORDS = 4


def label_speakers(lines: Sequence[Line]) -> list[Line]:
    """Make labels of headings that name people who speak again and again; a topic stands there once."""
    headings = [line for line in lines if line.kind == "heading"]
    counts = Counter(_name(line) for line in headings)
    back = {name for name, count in counts.items() if count > 1 and _is_person(name)}
    if len(back) < _FEWEST or sum(counts[name] for name in back) < _SHARE * len(headings):
        return list(lines)
    levels = {line.level for line in headings if _name(line) in back}
    return [_labelled(line) if line.kind == "heading" and line.level in levels else line for line in lines]


def _labelled(line: Line) -> Line:
    name = _name(line)
    if not _is_person(name):
        return line
    return replace(line, kind="text", text=f"{name}:", level=0, fresh=True, is_cited=True)


def _name(line: Line) -> str:
    return line.text.rstrip(": ")


def _is_person(name: str) -> bool:
    is_short = len(name.split()) <= _NAME_WORDS and not any(map(str.isdecimal, name[:1]))
    return is_short and is_like_name(name) and names_topic(name) and not kind_of_section(name)
