"""HTML bodies of mail → lines as a plain mail would have them.

What a client marks as quoted gets ">" before each line, a signature block a "-- " line before it, a
rule a line of underscores: so one set of rules (`quotes`) reads both kinds of body. Nothing is fetched.
"""

from __future__ import annotations

import re
from typing import Any

_SKIPPED = {"style", "script", "head", "title", "template", "noscript", "svg", "xml", "map"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre",
    "section", "table", "tr", "ul",
}  # fmt: skip
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "dl"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source"}
_QUOTE_MARKS = re.compile(
    # Not gmail_quote: answers between the quotes, and whole mails, stand in it too.
    r"\b(?:yahoo_quoted|protonmail_quote|moz-cite-prefix|moz-forward-container|zmail_extra|"
    r"OutlookMessageHeader|reply-intro|tutanota_quote)\b",
    re.I,
)
_SIGNATURE_MARKS = re.compile(
    r"\b(?:gmail_signature|moz-signature|protonmail_signature_block(?:-user)?|ms-outlook-mobile-signature|"
    r"AppleMailSignature|x_Signature|signature)\b",
    re.I,
)
# From here to the end a client has put what was there before, without wrapping it.
_REST_MARKS = re.compile(r"\b(?:divRplyFwdMsg|appendonsend|reply_header|OLK_SRC_BODY_SECTION|hr-reply)\b")
_TOP_BORDER = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid", re.I)
_TERM = re.compile(r"[^\s:>][^:>]{0,30}:")
RULE = "_" * 32


def to_lines(markup: str) -> list[str]:
    """Give the lines of an HTML body, quoted ones marked, never raising."""
    from lxml import etree

    target = _Lines()
    parser = etree.HTMLParser(target=target, no_network=True, remove_comments=True, huge_tree=True)
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", markup)
    try:
        parser.feed(text)
        parser.close()
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        target.close()  # what was understood up to there
    return target.lines


class _Lines:
    """Gathers lines while the parser walks; holds no tree, so depth costs nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._words: list[str] = []
        self._open: list[tuple[str, str]] = []  # tag, what it began: "", "skip", "quote", "signature", "pre"
        self._within = {"skip": 0, "quote": 0, "signature": 0, "pre": 0}
        self._rest_is_quoted = False

    def start(self, tag: str | bytes, attrib: Any) -> None:
        attributes = attrib
        tag = str(tag).rpartition("}")[2].casefold()
        begins = self._begins(tag, attributes)
        if tag in _BLOCKS or tag == "br":
            self._end_line(is_forced=tag == "br")
        if tag in _SPACED and self.lines and self.lines[-1].strip("> "):
            self._blank()
        elif tag == "dd" and self.lines and not self._prefix() and _TERM.fullmatch(self.lines[-1]):
            self._words.append(f"{self.lines.pop()} ")  # "From:", and who, as archives of lists list them
        if tag == "hr":
            self.lines.append(self._prefix() + RULE)
        elif tag == "li":
            self._words.append("- ")
        elif tag in ("td", "th") and self._words:
            self._words.append(" ")
        if tag in _VOID:
            return
        if begins:
            self._end_line()
            if begins == "signature" and not self._within["signature"] and not self._within["quote"]:
                self.lines.append("-- ")
            self._within[begins] += 1
        self._open.append((tag, begins))

    def _begins(self, tag: str, attributes: Any) -> str:
        named = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('name', '')}"
        if tag in _SKIPPED or "display:none" in attributes.get("style", "").replace(" ", "").casefold():
            return "skip"
        if _REST_MARKS.search(named) or (tag == "div" and _TOP_BORDER.search(attributes.get("style", ""))):
            self._end_line()
            self._rest_is_quoted = True
        if (tag == "blockquote" and "margin:0 0 0 40px" not in _style(attributes)) or _QUOTE_MARKS.search(
            named
        ):
            # Gmail indents with a blockquote that is no quote.
            return "quote"
        if _SIGNATURE_MARKS.search(named):
            return "signature"
        return "pre" if tag == "pre" else ""

    def end(self, tag: str | bytes) -> None:
        tag = str(tag).rpartition("}")[2].casefold()
        if tag in _VOID:
            return
        if tag in _BLOCKS:
            self._end_line()
        if tag in _SPACED:
            self._blank()
        while self._open:
            closed, begun = self._open.pop()
            if begun:
                self._end_line()
                self._within[begun] -= 1
                if begun == "signature" and not self._within["signature"]:
                    self._blank()
            if closed == tag:
                break

    def data(self, data: str | bytes) -> None:
        text = str(data)
        if self._within["skip"]:
            return
        if not self._within["pre"]:
            self._words.append(re.sub(r"[ \t\r\n\f]+", " ", text))
            return
        first, *more = text.replace("\r\n", "\n").split("\n")
        self._words.append(first)
        for line in more:
            self._end_line(is_forced=True)
            self._words.append(line)

    def comment(self, text: str | bytes) -> None:
        """Leave comments out."""

    def close(self) -> None:
        self._end_line()

    def _prefix(self) -> str:
        depth = self._within["quote"] + self._rest_is_quoted
        return ">" * min(depth, 20) + " " if depth else ""

    def _end_line(self, *, is_forced: bool = False) -> None:
        line = "".join(self._words)
        line = line.rstrip() if self._within["pre"] else line.strip()
        self._words = []
        if line.strip():
            self.lines.append(self._prefix() + line)
        elif is_forced:
            self._blank()

    def _blank(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())


def _style(attributes: Any) -> str:
    return re.sub(r"(?<=:)\s+|\s+(?=:)", "", attributes.get("style", ""))
