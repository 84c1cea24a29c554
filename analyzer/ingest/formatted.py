"""Minutes that W3C's scribe.perl formatted, saved as text: headings and lists have lost their marks.

    Attendees                  the lists of people, each below its label
    Present
           ann, bo
    Contents                   the topics, which come again as headings below
      1. [4]Budget
    Meeting minutes
    Budget
       ann: words              indented, links numbered and wrapped where a text browser saved it
       ... more words
    Minutes manually created … the end

The marks are put back, line by line, so that places in the file stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.ingest.dates import find_date

_ATTENDEES = re.compile(
    r"(?m)^[ \t]{0,8}Attendees[ \t]{0,8}\r?\n(?:[ \t]{0,80}\r?\n){0,3}[ \t]{0,8}Present[ \t]{0,8}\r?$"
)
_NUMBERED_LINK = re.compile(r"\[\d{1,3}\](?=\S)")
_LINK_LIST = re.compile(r"(?m)^ {1,12}\[\d{1,3}\] (?:https?|mailto|file):")
_RECORDED = re.compile(r"\s{0,80}\[recorded in\s{1,80}[^\s\]]{1,300}\]")
_LABEL = re.compile(r"^(?:Present|Regrets|Chairs?|Scribes?|Guests?|Observers?|Attendees)$")
_ITEM = re.compile(r"^(?:[*+-]|\d{1,2}\.)\s++")
_OPENS = re.compile(
    r"^(?:<|_{5,}|\.\.\.|…|\[|->|[A-Z]{4,}:|[^\s:]{1,40}(?: [^\s:]{1,40}){0,3}: |Subtopic:|Topic:)"
)
_RULE = re.compile(r"^_{5,}$")
_SUMMARY = re.compile(r"^Summary of (?:action items|resolutions|issues)$", re.I)
_END = re.compile(r"^(?:Minutes (?:manually created|formatted by)|Diagnostics$|Scribe\.perl diagnostic)")
_MARKS = re.compile(r"[^\w\s]")
_MOST_HEAD_LINES = 60


def with_marks(text: str) -> str:
    """Put headings, labels and whole paragraphs back into such minutes; other text stays as it is."""
    found = _ATTENDEES.search(text)
    if not found or text.count("\n", 0, found.start()) > _MOST_HEAD_LINES:
        return text
    is_saved = bool(_LINK_LIST.search(text))
    if is_saved:
        text = _RECORDED.sub(lambda gap: "\n" * gap[0].count("\n"), _NUMBERED_LINK.sub("", text))
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    start = lines.index("Attendees")
    return "\n".join([*_head(lines[:start]), *_minutes(lines[start:], is_wrapped=is_saved)])


def _head(lines: Sequence[str]) -> Iterator[str]:
    """Give the title and the date as fields: the title stands right above the date."""
    dated = next((at for at, line in enumerate(lines) if len(line) < 80 and find_date(line)), None)
    above = [at for at, line in enumerate(lines[:dated]) if line] if dated is not None else []
    for at, line in enumerate(lines):
        if at == dated:
            yield f"Date: {line}"
        else:
            yield f"Meeting: {line}" if above and at == above[-1] else _link(line)


def _link(line: str) -> str:
    """Write what is no talk as the link that it was: it is counted so, and not taken for words."""
    return f"[{_MARKS.sub(' ', line)}](#)" if line else ""


def _minutes(lines: Sequence[str], *, is_wrapped: bool) -> list[str]:
    topics, body = _contents(lines)
    out = _people(lines[: body or len(lines)])
    open_at = -1  # index of the paragraph that wrapped lines go on with
    parts: dict[int, list[str]] = {}
    for at in range(len(out), len(lines)):
        line = lines[at]
        if _END.match(line):
            out += map(_link, lines[at:])
            break
        if is_wrapped and line and lines[at - 1] and open_at >= 0 and not _OPENS.match(line):
            parts.setdefault(open_at, [out[open_at]]).append(line)
            out.append("")
            continue
        out.append(_marked(line, topics))
        open_at = -1 if not line or out[-1] != line or _ITEM.match(line) else at
    for at, pieces in parts.items():
        out[at] = " ".join(pieces)
    return out


def _marked(line: str, topics: set[str]) -> str:
    if _RULE.match(line):
        return ""
    if line in topics:
        return f"### {line}"
    return f"## {line}" if line == "Meeting minutes" or _SUMMARY.match(line) else line


def _contents(lines: Sequence[str]) -> tuple[set[str], int]:
    """Give the topics that the table of contents lists, and the index of the line behind it."""
    if "Contents" not in lines:
        return set(), next((at for at, line in enumerate(lines) if line == "Meeting minutes"), 0)
    topics: set[str] = set()
    start = lines.index("Contents") + 1
    for at in range(start, len(lines)):
        topic = _ITEM.sub("", lines[at])
        if _RULE.match(lines[at]) or topic == "Meeting minutes" or topic in topics:
            return topics, at
        topics |= {topic} - {"", "Topics"}
    return topics, len(lines)


def _people(lines: Sequence[str]) -> list[str]:
    """Give the lists of people, each behind its label, and the table of contents as what it is."""
    out: list[list[str]] = []  # the pieces of each line
    label: list[str] | None = None  # the line whose list is read
    is_contents = False
    for line in lines:
        if is_contents:
            out.append([_link(line)])
        elif _LABEL.match(line) or line == "Contents":
            is_heading = line in ("Attendees", "Contents")
            is_contents = line == "Contents"
            out.append([f"## {line}" if is_heading else f"{line}:"])
            label = None if is_heading else out[-1]
        elif label is not None and line:
            label.append(line)
            out.append([])
        else:
            out.append([line])
    return [" ".join(pieces) for pieces in out]
