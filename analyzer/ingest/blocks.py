"""Blocks: what a DOCX, a PDF and a web page have in common once their own format is taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from analyzer.errors import TooLarge
from analyzer.ingest.limits import Limits
from analyzer.records.meeting import Locator, Notice

BlockKind = Literal["heading", "text", "item", "table"]
_HEADING_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, paragraph, list item or table row, in document order."""

    kind: BlockKind
    text: str
    at: Locator
    level: int = 0  # of a heading, from 1
    indent: int = 0  # of a list item
    is_link: bool = False  # nothing but links
    cells: tuple[str, ...] = ()  # of a table row
    table: int = 0  # which table a row belongs to, from 1
    is_cited: bool = False  # "Name: words", and the markup says that it is a speaker's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a document holds once its format is taken off, and what did not become a block."""

    blocks: Sequence[Block]
    title: str | None = None  # as the file's own properties say, where they do
    notices: tuple[Notice, ...] = ()


def bounded(blocks: Iterable[Block], *, name: str, limits: Limits) -> list[Block]:
    """Gather the blocks of a document as long as it may have that many.

    Raises:
        TooLarge: if there are more than the limit; the rest is not read.
    """
    gathered = list(islice(blocks, limits.paragraphs + 1))
    if len(gathered) > limits.paragraphs:
        raise TooLarge(
            what=f"it has more than {limits.paragraphs:,} paragraphs",
            where=name,
            remedy="split it, one meeting a file",
        )
    return gathered


def is_bold_heading(text: str) -> bool:
    """Say whether a paragraph in bold throughout is a heading: short, and neither label nor sentence."""
    return (
        bool(text) and len(text) <= _HEADING_CHARS and not re.search(r"[.:;,?!。、：；？！]$|[:：]\s", text)
    )
