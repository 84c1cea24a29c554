"""How alerts and findings put numbers, dates, names and quotes into English.

Numbers are written as the report writes them, and never without their interval where they have one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from analyzer.codebook import Codebook
from analyzer.records.figures import Estimate
from analyzer.records.meeting import Meeting

NBSP = "\u00a0"  # a number and its sign stay on one line
QUOTE_WORDS = 28  # of a quote; the rest is behind the piece
_SENTENCE_END = re.compile(r"[.?!]+\s+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def percent(share: float) -> str:
    """Write a share as in `27 %`; small ones keep a digit."""
    digits = 1 if 0 < abs(share) < 0.095 else 0
    return f"{share * 100:.{digits}f}{NBSP}%".replace("-", "−")


def with_interval(figure: Estimate) -> str:
    """Write a share with its interval, as in `27 % (19 to 36 %)`."""
    low = percent(figure.low).removesuffix(f"{NBSP}%")
    return f"{percent(figure.value)} ({low} to {percent(figure.high)})"


def points(change: float) -> str:
    """Write a change of a share in percentage points, without its sign."""
    return f"{abs(change) * 100:.1f}"


def hours(person_minutes: float) -> str:
    """Write person-minutes as hours, as in `12.5 person-hours`."""
    return f"{person_minutes / 60:.1f} person-hours"


def amount(number: int, one: str, many: str = "") -> str:
    """Write a count with its noun, as in `1 meeting` or `1,240 words`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Join names, as in `A, B and C`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def day(when: datetime.date) -> str:
    """Write a date as in `6 Mar 2025`; the same in every locale."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def when(meeting: Meeting) -> str:
    """Name a meeting by its date, else by its title in quotes."""
    return day(meeting.date) if meeting.date else named(meeting.title or meeting.id)


def named(text: str) -> str:
    """Mark the name of a topic or a meeting: single quotes, so that it is not read as something said."""
    plain = text.translate(dict.fromkeys(map(ord, '“”"')))
    return f"‘{' '.join(plain.split())}’"


def quoted(text: str, start: int = 0, limit: int = QUOTE_WORDS) -> str:
    """Quote what was said, word for word; what is left out at either end is marked.

    Args:
        text: one piece.
        start: character that has to be in the quote; a long piece is quoted from its sentence on.
        limit: words.
    """
    text = text.replace("“", "‘").replace("”", "’").replace('"', "’")
    before = ""
    if len(text.split()) > limit:
        ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, max(0, start))]
        text, before = (text[ends[-1] :], "… ") if ends else (text, "")
    words = text.split()
    return f"“{before}{' '.join(words[:limit])}{' …' if len(words) > limit else ''}”"


def label_name(key: str, codebook: Codebook) -> str:
    """Name a label within a sentence: its first letter small, unless it starts with an abbreviation."""
    name = codebook.label(key).name
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]
