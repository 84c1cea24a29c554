"""The text of a document as clean lines: one kind of line end, no invisible marks, no double encoding."""

from __future__ import annotations

import re

from analyzer.errors import TooLarge
from analyzer.ingest.bytes import decode
from analyzer.ingest.drops import Drops
from analyzer.ingest.sources import Document

# Zoom ends lines with CR CR LF; a lone CR is left to those readers that know what it means.
_LINE_END = re.compile(r"(?<!\r)\r*\n")
# Controls, zero-width and direction marks; joiners stay, since scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe]"
)
# UTF-8 read as cp1252 and stored again: é as Ã©, ’ as â€™, an emoji as ðŸ˜€.
_ENCODED_TWICE = re.compile(
    "[ÂÃ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
    "|â€[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
    "|ðŸ[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2}"
)
_LEAST_TWICE = 2
_LINE_BYTES = 200  # of memory, for a line beyond its text


def clean_text(document: Document, drops: Drops) -> str:
    """Decode a document to text whose lines end in LF.

    Raises:
        TooLarge: if a line, or what the lines would take in memory, is over the limit.
        DamagedFile: if it is no text.
    """
    weigh(document)
    text = decode(document.data, name=document.name, limits=document.limits)
    # Plain replacing first: a substitution holds the text three times.
    text = text.removeprefix("\ufeff").replace("\r\r\n", "\n").replace("\r\n", "\n")
    if "\r\n" in text:
        text = _LINE_END.sub("\n", text)
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    repaired, count = _repair(text)
    drops.add("letters that were encoded twice (Ã© for é), repaired", count=count)
    return repaired


def weigh(document: Document, line_bytes: int = _LINE_BYTES) -> None:
    """Refuse what would take too much memory as lines: each costs far more than its few characters.

    Args:
        document: in one of the formats that are read line by line.
        line_bytes: what a line is reckoned to take, however short.

    Raises:
        TooLarge: if it is over the limit.
    """
    data = document.data
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    bytes_ = 2 * len(data) + line_bytes * ends
    if bytes_ > document.limits.tree_mb * 1e6:
        raise TooLarge(
            what=f"its lines would take about {bytes_ / 1e6:,.0f} MB of memory, over the limit",
            where=document.name,
            remedy="split it",
        )


def visible(text: str) -> str:
    """Drop what cannot be seen in a text and make every gap one blank."""
    return " ".join(_INVISIBLE.sub("", text).split())


def _repair(text: str) -> tuple[str, int]:
    """Undo a double encoding where all of the text shows it; else change nothing."""
    suspects = text.count("Ã") + text.count("Â")
    if not suspects and "â€" not in text and "ðŸ" not in text:
        return text, 0
    found = _ENCODED_TWICE.findall(text)
    explained = sum(sequence[0] in "ÃÂ" for sequence in found)
    if len(found) < _LEAST_TWICE or explained < suspects:
        return text, 0
    return _ENCODED_TWICE.sub(lambda match: _decoded_once(match[0]), text), len(found)


def _decoded_once(sequence: str) -> str:
    # cp1252 leaves five bytes undefined; latin-1 stores them as they are.
    data = b"".join(
        mark.encode("latin-1") if ord(mark) < 256 else mark.encode("cp1252", "replace") for mark in sequence
    )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return sequence
