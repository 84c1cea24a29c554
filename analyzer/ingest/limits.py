"""What a hostile file may cost: every limit in one place, each settable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds, checked before the costly step they guard."""

    file_mb: float = 200.0  # size on disk; larger files are refused before they are read
    inflated_mb: float = 500.0  # total of an archive's or a document's members after inflation
    ratio: float = 200.0  # inflated to packed, per container
    members: int = 20_000  # files in one container, meetings in one file
    depth: int = 3  # containers within containers, MIME parts within parts up to 4x
    line_chars: int = 5_000_000  # one line of text
    tree_mb: float = 300.0  # what parsed XML, JSON or the lines of a transcript are reckoned to take
    cells: int = 3_000_000  # of one sheet of a spreadsheet
    units: int = 200_000  # cues, messages or segments of one file; a long day has some 20,000
    paragraphs: int = 100_000  # of one document or file of notes; a thousand pages have some 30,000
    people: int = 20_000  # lines of a file that list who was there
    silent_mails: int = 10_000  # at the beginning of a file, none with a new word or an attachment
    tokens: int = 3_000_000  # control words, braces and stretches of text in one RTF
    pages: int = 3_000  # of one PDF
    seconds: float = 5.0  # of the processor, for a PDF that has not given words yet
    memory_mb: float = 350.0  # of the process that reads a PDF


DEFAULT_LIMITS = Limits()
