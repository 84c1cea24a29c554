"""Channels of Discord exported as text → lines of a chat log, each where it stood.

[12-Mar-24 10:02 AM] ann#1234          who and when, alone on a line; the words below
Is it up?

{Reactions}                            what hangs on the message
👍 (2)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.ingest.dates import find_date

_FRONT = re.compile(r"\A\ufeff?={20,}\s*?\r?\n(?:Guild|Server): [^\n]*\n(?:Channel|Category): ")
_HEAD = re.compile(
    r"^\[(?P<day>[\w./-]{6,11}),? (?P<time>\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)\] "
    r"(?P<name>\S.{0,60}?)(?:#\d{1,4})?(?: \(pinned\))?$"
)
_HANGING = re.compile(r"^\{(?:Attachments|Embeds?|Stickers?|Reactions|Forwarded Message)\}$")
_RULE = re.compile(r"^={20,}$")
_MARKS = re.compile(r"[^\w\s]")


def as_log(text: str) -> str:
    """Write such an export as a chat log; other text stays as it is."""
    if not _FRONT.match(text):
        return text
    lines = [line.strip() for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")]
    return "\n".join(_logged(lines))


def _logged(lines: Sequence[str]) -> Iterator[str]:
    heads = [found for line in lines if (found := _HEAD.match(line))]
    began = find_date(heads[0]["day"]) if heads else None
    opened = ""  # time and name of the message whose first words are awaited
    is_said = False
    for number, line in enumerate(lines):
        if found := _HEAD.match(line):
            opened, is_said = f"[{found['time']}] <{found['name']}> ", True
            yield ""
        elif _HANGING.match(line) or _RULE.match(line):
            is_said = False
            yield _aside(line)
        elif not is_said or not line:
            is_date = began is not None and number == 1
            yield f"Date: {began}" if is_date else _aside(line)
        else:
            yield opened + line
            opened = ""


def _aside(line: str) -> str:
    """Write what nobody says as a link: it is counted so, and not taken for words."""
    words = _MARKS.sub(" ", line).strip()
    return f"[{words}](#)" if words else ""
