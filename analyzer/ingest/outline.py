"""Lines of Markdown or plain text, each with what it is: heading, item, table row, code, text.

No Markdown library: they give a tree without the line numbers that a locator needs, and they join
"Ann: yes" and "Bob: no" on neighbouring lines into one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["blank", "heading", "item", "text", "table", "rule", "code"]

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s++(.*)$")
_ITEM = re.compile(r"^(\s*)((?:[-*+•‣◦]|\d{1,3}[.)])(?=\s)|[・･])\s*(\S.*)$")
_CHIPS = re.compile(
    r"(?<=\))\s+(?=\[[^\[\]]*\]\(mailto:)"
)  # of people, as Google Docs puts them side by side
_TICK = re.compile(r"^\[[ xX]\]\s+")  # a task, done or not
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_HARD_BREAK = re.compile(r"(?:^|\s)\\$")  # a backslash that only ends the line
_RULE = re.compile(r"^\s*([-*_=~#])(?:\s*\1){2,}\s*$")
_UNDERLINE = re.compile(r"^(=|-|~){3,}\s*$")
_COMMENT = re.compile(r"<!--.*?-->")
_CODE = re.compile(r"(`[^`]*`)")
_MARK = re.compile(r"[\[*_\\]")  # each mark of Markdown has one of these
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?: \"[^\"]*\")?\)")
_LINKED = re.compile(r"!?\[[^\[\]]*\]\([^()]*\)|<?https?://[^\s>]+>?")
_STRONG = re.compile(r"\*\*([^*]*)\*\*|(?<!\w)__([^_]*)__(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])[*_]([^\s*_](?:[^*_]*[^\s*_])?)[*_](?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|<])")
_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; `text` is free of marks, `fresh` says that a blank line or another kind stood before it."""

    number: int  # from 1
    kind: LineKind
    text: str
    indent: int = 0
    level: int = 0  # of a heading, from 1
    mark: str = ""  # of a list item, as written: "-", "1."
    is_link: bool = False  # nothing but links
    fresh: bool = True
    is_cited: bool = False  # "Name: words", and the document's markup says that it is a speaker's name


def outline(text: str) -> list[Line]:
    """Split a document into lines and say what each is."""
    raw = [_HARD_BREAK.sub("", line.expandtabs(4).rstrip()) for line in re.split(r"\r\n|\n|\r", text)]
    lines: list[Line] = []
    fence = ""
    for number, line in enumerate(raw, start=1):
        if fence or _FENCE.match(line):
            fence = _fence_after(fence, line)
            lines.append(Line(number=number, kind="code", text=line))
            continue
        before = lines[-1].kind if lines else "blank"
        lines.append(_line(number, line, before, raw[number] if number < len(raw) else ""))
    return lines


def _fence_after(fence: str, line: str) -> str:
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found else ""
    return "" if found and found[1].startswith(fence[0] * len(fence)) else fence


def _line(number: int, line: str, before: LineKind, after: str) -> Line:
    indent = len(line) - len(line.lstrip())
    if not line.strip():
        return Line(number=number, kind="blank", text="")
    if found := _HEADING.match(line):
        return Line(
            number=number, kind="heading", text=plain(found[2].rstrip().rstrip("#")), level=len(found[1])
        )
    if _RULE.match(line):
        return Line(number=number, kind="rule", text="")
    if line.lstrip().startswith("|"):
        return Line(number=number, kind="table", text=line.strip())
    if _is_underlined(line, before, after):
        return Line(number=number, kind="heading", text=plain(line), level=1 if after[0] == "=" else 2)
    if found := _ITEM.match(line):
        return Line(
            number=number,
            kind="item",
            text=_TICK.sub("", plain(found[3])),
            indent=len(found[1]),
            mark=found[2],
            is_link=_is_link(found[3]),
        )
    stripped = line.strip().lstrip("> ")
    fresh = before not in ("text", "item")
    return Line(
        number=number,
        kind="text",
        text=plain(stripped),
        indent=indent,
        is_link=_is_link(stripped),
        fresh=fresh,
    )


def _is_underlined(line: str, before: LineKind, after: str) -> bool:
    return (
        before in ("blank", "rule")
        and bool(_UNDERLINE.match(after))
        and len(line) <= _TITLE_CHARS
        and not re.match(r"^\s*\S{1,40}:\s", line)
    )


def _is_link(text: str) -> bool:
    """Say whether a line has links and no words of its own ("[slides](…), [issue](…)", a bare address)."""
    if "](" not in text and "://" not in text:
        return False
    if text.startswith(".. _"):  # where a link of reStructuredText leads to
        return True
    rest, links = _LINKED.subn(" ", text)
    return bool(links) and not re.search(r"[^\W\d_]{2}", rest)


def plain(text: str) -> str:
    """Take Markdown's marks out of a line: emphasis, links (the words stay), escapes; code stays as it is."""
    end = text.rfind("-->") + 3  # behind the last end, each beginning would be followed in vain
    text = _COMMENT.sub(" ", text[:end]) + text[end:] if end > 2 else text
    if "](mailto:" in text:
        text = _CHIPS.sub(", ", text)
    if _MARK.search(text):
        parts = _CODE.split(text)  # odd parts are code
        parts[::2] = [_plain_words(part) for part in parts[::2]]
        text = "".join(parts)
    return " ".join(text.split())


def _plain_words(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(lambda found: found[1] or found[2] or "", text)
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\1", text))


def front_matter(text: str) -> dict[str, str]:
    """Read the `key: value` lines between two `---` at the very top; empty where there are none."""
    found = re.match(r"\A\ufeff?---\s*\n(.{0,5000}?)\n---\s*(?:\n|\Z)", text, re.S)
    if not found:
        return {}
    pairs = (line.partition(":") for line in found[1].splitlines() if re.match(r"\w[\w -]*:", line))
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}


def cells(row: str) -> list[str]:
    """Split a table row into its cells, without marks."""
    return [plain(cell.strip()) for cell in row.strip().strip("|").split("|")]


def tables(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Give the tables, each as its rows, the line under the head left out."""
    rows: list[Line] = []
    for line in (*lines, Line(number=0, kind="blank", text="")):
        if line.kind == "table":
            if not re.fullmatch(r"[|\s:-]+", line.text) or not rows:
                rows.append(line)
        elif rows:
            yield rows
            rows = []
