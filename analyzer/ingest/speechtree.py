"""The JSON around recognised speech: weighed, then parsed as one value or many, without drafts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.bytes import decode
from analyzer.ingest.drops import Drops
from analyzer.ingest.sources import Document
from analyzer.ingest.speechvalues import is_draft

_BLANKS = re.compile(r"\s*")
_EXTRA = "Extra data"  # what the standard parser says where a second value begins
# Written by a program about the talk, or in another language: no speech, though it may have times.
_ABOUT = re.compile(
    r"(?i)summar|chapter|topic|highlight|action|(?<=\w)insight|entit|sentiment|translat|question|note|outline|"
    r"keyword|moment|comment|task|partial"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a file holds: one value, or a list of those that stood one after another."""

    data: object
    broken: int = 0  # lines that are no JSON


def parse(document: Document) -> Parsed:
    """Parse a document that holds one JSON value, or several one after another, as streams are saved.

    Raises:
        DamagedFile: if it is no JSON, or nested too deeply.
        TooLarge: if it would take too much memory once parsed.
    """
    weigh_json(document)
    # Recognisers write all of it on one line.
    limits = replace(document.limits, line_chars=len(document.data) + 1)
    text = decode(document.data, name=document.name, limits=limits).removeprefix("\ufeff")
    try:
        return _parsed(text)
    except RecursionError as error:
        raise DamagedFile(
            what="its JSON is nested too deeply", where=document.name, remedy="export it again"
        ) from error
    except ValueError as error:
        raise DamagedFile(
            what=f"its JSON is broken or cut off ({str(error)[:80]})",
            where=document.name,
            remedy="export it again",
        ) from error


def _parsed(text: str) -> Parsed:
    try:
        return Parsed(data=json.loads(text))
    except json.JSONDecodeError as error:
        if not error.msg.startswith(_EXTRA):
            raise
        try:
            return Parsed(data=list(_values(text)))
        except json.JSONDecodeError:
            pass
        lines = [_value(line) for line in text.split("\n") if line.strip()]
        found = [value for value in lines if isinstance(value, dict | list)]
        if len(found) < 2:
            raise
        return Parsed(data=found, broken=len(lines) - len(found))


def _values(text: str) -> Iterator[object]:
    """Give the values that stand one after another, on a line each or not."""
    decoder = json.JSONDecoder()
    at = _end_of_blanks(text, 0)
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        yield value
        at = _end_of_blanks(text, at)


def _end_of_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _value(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def weigh_json(document: Document, *, line_bytes: int = 0) -> None:
    """Refuse what would take too much memory as objects: each costs far more than its few bytes.

    Args:
        document: holds JSON.
        line_bytes: what a line is reckoned to take beside its values.

    Raises:
        TooLarge: if it is over the limit.
    """
    data = document.data
    bytes_ = 2 * len(data) + 230 * data.count(b"{") + 90 * data.count(b"[") + 60 * data.count(b",")
    bytes_ += line_bytes * data.count(b"\n")
    if bytes_ > document.limits.tree_mb * 1e6:
        raise TooLarge(
            what=f"its JSON would take about {bytes_ / 1e6:,.0f} MB of memory, over the limit",
            where=document.name,
            remedy="export the transcript without word details, or split it",
        )


def is_about(key: str) -> bool:
    """Say whether what stands under a key is about the talk, not the talk itself."""
    return bool(_ABOUT.search(key))


def without_drafts(data: object, drops: Drops) -> object:
    """Leave out of a saved stream what its final results replace."""
    if not isinstance(data, list):
        return data
    kept = [value for value in data if not (isinstance(value, dict) and is_draft(value))]
    drops.add("drafts that a final result replaces", count=len(data) - len(kept))
    return kept
