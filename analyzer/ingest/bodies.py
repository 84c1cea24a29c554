"""The body of a mail that was saved without its headers: as text, or as the web page a client shows.

People paste a mail into a file. What gives it away is what no notes have: lines of quotes under
"… wrote:", or the block of From, Sent, To, Subject that a client puts above what it copies. Then it is
read as the one mail it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time

from analyzer.ingest import headers
from analyzer.ingest import mailwording as words
from analyzer.ingest.bytes import decode, looks_like_text
from analyzer.ingest.dates import find_date
from analyzer.ingest.mail import meetings_of
from analyzer.ingest.mailhtml import to_lines
from analyzer.ingest.messages import Mail
from analyzer.ingest.quotes import QUOTED, header_block, new_text
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Meeting

_CLIENT_MARKS = re.compile(
    rb"(?i)gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend|protonmail_quote|OutlookMessageHeader|"
    rb"type=\"?cite\"?|class=\"?MsoNormal[^>]*>\s*<b>|<b>\s*(?:From|Von|De|Da|Van):\s*</b>"
)
_COPIED = re.compile(
    rb"(?i)<b>\s*(?:Sent|Gesendet|Envoy|Enviado|Inviato|Verzonden|Date)[^<]{0,12}:?\s*</b>|wrote:|schrieb"
)
_CHEVRONS = re.compile(r"^>>+ ?[A-Z]")  # how American transcripts begin a turn
_MARKUP = re.compile(r"^(?:#{1,6} |\*\*|\||```)|\]\(|^[-*] \[")
_FEWEST = 2  # quoted lines, where nothing else tells


def sniff_body(head: bytes) -> float:
    """Say how much a text looks like a mail without headers: by what a client copied into it."""
    if not looks_like_text(head) or head.lstrip()[:1] in (b"{", b"[", b"<"):
        return 0.0
    text = head.replace(b"\x00", b"").decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").split("\n")[:400]
    if any(map(_CHEVRONS.match, lines)) or sum(bool(_MARKUP.search(line)) for line in lines) > 1:
        return 0.0
    if header_block(lines, 0):
        return 0.7
    if not any(line.lstrip()[:1] == ">" or line.rstrip().endswith((":", "：")) for line in lines):
        return 0.0
    found = new_text("\n".join(lines))
    if not found.dropped.get(QUOTED) or not found.paragraphs:
        return 0.0
    is_told = any(
        words.WROTE.search(line) or words.ORIGINAL.match(line) or words.FIELD.match(line) for line in lines
    )
    quoted = sum(line.startswith("> ") for line in lines)
    return 0.6 if is_told else 0.45 if quoted >= _FEWEST else 0.0


def sniff_body_html(head: bytes) -> float:
    """Say 0.97 for a web page with the marks of a mail client around what it quotes."""
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return 0.0
    return 0.97 if _CLIENT_MARKS.search(head) and _COPIED.search(head) else 0.0


def read_body(document: Document) -> Iterator[Meeting]:
    """Read a mail saved as text without its headers.

    Raises:
        ReadError: if the bytes are no text.
    """
    text = decode(document.data, name=document.name, limits=document.limits)
    yield from meetings_of(document, [_with_fields(text.removeprefix("\ufeff"))], format_name="mail-body")


def read_body_html(document: Document) -> Iterator[Meeting]:
    """Read a mail saved as a web page without its headers.

    Raises:
        ReadError: if the bytes are no text.
    """
    declared = re.search(rb"(?i)charset=[\"']?([\w-]{3,30})", document.data[:5_000])
    charset = declared[1].decode() if declared else None
    markup = decode(document.data, name=document.name, declared=charset, limits=document.limits)
    mail = _with_fields("\n".join(to_lines(markup)))
    yield from meetings_of(document, [mail], format_name="mail-body")


def _with_fields(text: str) -> Mail:
    """Make a mail of a body; a block of From, Sent, To, Subject on top tells about it."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    length = header_block(lines, start)
    if not length:
        return Mail(number=1, body=text)
    told: dict[str, str] = {}  # kind of field -> what it says
    for line in lines[start : start + length]:
        if field := words.FIELD.match(line):
            told.setdefault(str(field.lastgroup), line[field.end() :].strip(" *_"))
    sent = told.get("sent", "")
    day = find_date(sent)
    return Mail(
        number=1,
        sender=headers.address(told.get("from", "").replace("[mailto:", "<").replace("]", ">")),
        subject=told.get("subject", ""),
        sent=headers.date(sent) or (datetime.combine(day, time(), tzinfo=UTC) if day else None),
        body="\n".join(lines[start + length :]),
    )
