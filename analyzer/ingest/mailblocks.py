"""The header of an earlier mail as clients copy it into a body, above what it said.

From: … Sent: … Subject: …     Outlook and many others, one field a line or all on one line

Ann Lee <ann@a.example>        Lotus Notes: who, when, and then to whom and about what;
03/12/2024 09:15 AM            the words of the fields may stand alone, the values below them
To: …  cc: …  Subject: …
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.ingest import mailwording as words

_LINE_CHARS = 2_000  # what is longer is text, never a field
_NAME_CHARS = 120
_FIELDS_BELOW = 14  # lines below the date among which Notes writes its fields
_DATE_ONLY = re.compile(
    r"^\s*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)(?:,?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s*[AP]M)?)?"
    r"(?:\s+[A-Z]{2,5})?\s*$",
    re.I,
)
_BARE = re.compile(
    r"(?i)^\s*(?:(to|an|para|à)|(cc|bcc|kopie)|(subject|betreff|thema|objet|asunto))\s*+:?\s*+$"
)


def header_block(lines: Sequence[str], number: int) -> int:
    """Count the lines of a header that a client has copied into the body; 0 if none begins here."""
    first = words.FIELD.match(lines[number][:_LINE_CHARS]) if number < len(lines) else None
    if not first:
        return _notes_block(lines, number)
    if first.lastgroup not in ("from", "sent"):
        return 0
    kinds = _kinds_on(lines[number])
    length = int(len(kinds) > 2)  # all on one line, as flattened HTML has it
    blanks = 0
    for position, line in enumerate(lines[number : number + 16], start=1):
        if field := words.FIELD.match(line[:_LINE_CHARS]):
            kinds.add(str(field.lastgroup))
            length = position
        elif not line.strip():
            blanks += 1
            if blanks > 1 and len(kinds) > 2:
                break
    is_from = "from" in kinds or ("sent" in kinds and "subject" in kinds)
    enough = len(kinds) >= (2 if _is_dated(lines, number) else 3)
    return length if is_from and enough and kinds & {"sent", "subject"} else 0


def is_placed(text: str) -> bool:
    """Say whether a text names a date or an address."""
    return bool(words.DATED.search(text) or words.ADDRESSED.search(text))


def _kinds_on(line: str) -> set[str]:
    """Name the header fields that one line names: "From: … Sent: … To: …"."""
    parts = re.split(r"(?<=\S)\s+(?=[^\W\d_]{1,12}:\s)", line[:_LINE_CHARS])
    return {str(field.lastgroup) for part in parts if (field := words.FIELD.match(part))}


def _is_dated(lines: Sequence[str], number: int) -> bool:
    return is_placed(" ".join(line[:200] for line in lines[number : number + 4]))


def _notes_block(lines: Sequence[str], number: int) -> int:
    """Count the lines of the header that Lotus Notes writes: who, when, and the fields below."""
    if number + 2 >= len(lines) or not 0 < len(lines[number].strip()) <= _NAME_CHARS:
        return 0
    dated = number + 1 + (not lines[number + 1].strip())  # HTML puts a blank line between
    if not _DATE_ONLY.match(lines[dated][:_NAME_CHARS]):
        return 0
    has_recipient = False
    for at in range(dated + 1, min(dated + 1 + _FIELDS_BELOW, len(lines))):
        kind, is_bare = _kind_of(lines[at][:_LINE_CHARS])
        has_recipient |= kind == "to"
        if kind == "subject" and has_recipient:
            return at - number + 1 + is_bare
    return 0


def _kind_of(line: str) -> tuple[str, bool]:
    """Name the field of a line, and say whether its value stands on the next."""
    if bare := _BARE.match(line):
        return ("to" if bare[1] else "cc" if bare[2] else "subject"), True
    field = words.FIELD.match(line.lstrip())
    return (str(field.lastgroup), False) if field else ("", False)
