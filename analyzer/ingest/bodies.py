"""The body of a mail that was saved without its headers: as text, or as the web page a client shows.

People paste a mail into a file. What gives it away is what no notes have: lines of quotes under
"… wrote:", the block of From, Sent, To, Subject that a client puts above what it copies, or a salutation on
top and a signature at the end. Then it is read as the one mail it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from analyzer.ingest import headers
from analyzer.ingest import mailwording as words
from analyzer.ingest.bytes import decode, looks_like_text
from analyzer.ingest.dates import find_date
from analyzer.ingest.labels import take_apart
from analyzer.ingest.mail import meetings_of
from analyzer.ingest.mailblocks import header_block, is_placed
from analyzer.ingest.mailhtml import to_lines
from analyzer.ingest.messages import Mail
from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.quotes import FORWARDED, QUOTED, new_text
from analyzer.ingest.sources import Document
from analyzer.ingest.threads import is_reply
from analyzer.ingest.wording import is_front_field
from analyzer.records.meeting import Meeting

_CLIENT_MARKS = re.compile(
    rb"(?i)gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend|protonmail_quote|OutlookMessageHeader|"
    rb"type=\"?cite\"?|class=\"?MsoNormal[^>]*>\s*<b>|<b>\s*(?:From|Von|De|Da|Van):\s*</b>"
)
_COPIED = re.compile(
    rb"(?i)<b>\s*(?:Sent|Gesendet|Envoy|Enviado|Inviato|Verzonden|Date)[^<]{0,12}:?\s*</b>|wrote:|schrieb"
)
_CHEVRONS = re.compile(r"^>>+ ?[A-Z]")  # how American transcripts begin a turn
_MINUTES = re.compile(rb"(?i)<cite\b|class=\"?(?:phone|irc)\b")  # what W3C's scribes and podcasts write
_WHOLE_PAGE = re.compile(rb"(?i)<(?:html|body|h[1-6]|article|main|cite)\b")
_LINE_CHARS = 2_000
_MARKUP = re.compile(r"^(?:#{1,6} |\*\*|\||```)|\]\(|^[-*] \[")
_FEWEST = 2  # quoted lines, where nothing else tells
_FRONT = 400  # lines that are looked at
_LETTER_LINES = 80  # of a mail that nothing but its form gives away
_NOTE_LINES = 12  # of a mail that has not even a salutation
_MYSELF = re.compile(r"\b(?:I|I['’]\w+|we|We|my|My|our|Our)\b")
_SALUTATION_WORDS = 6
_FEWEST_TURNS = 2
_ABOVE_HEADER = 6  # lines: the subject as a heading, and blank ones
_DELIMITER = re.compile(r"(?m)^-- ?$")


def sniff_body(head: bytes) -> float:
    """Say how much a text looks like a mail without headers: by what a client copied into it."""
    if not looks_like_text(head) or head.lstrip()[:1] in (b"{", b"[", b"<"):
        return 0.0
    text = head.replace(b"\x00", b"").decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").split("\n")[:_FRONT]
    if any(map(_CHEVRONS.match, lines)) or sum(bool(_MARKUP.search(line)) for line in lines) > 1:
        return 0.0
    if header_block(lines, 0):
        return 0.7
    return _as_mail(lines) or (0.45 if _is_letter(lines) else 0.0)


def _as_mail(lines: Sequence[str]) -> float:
    """Say how surely some of the lines were there before, and others are new."""
    is_told = any(_tells(line) or header_block(lines, number) for number, line in enumerate(lines))
    is_marked = any(line.lstrip()[:1] == ">" for line in lines)
    if not is_marked and (not is_told or _is_talk(lines)):
        return 0.0
    found = new_text("\n".join(lines))
    if not (found.dropped.get(QUOTED) or found.dropped.get(FORWARDED)) or not found.paragraphs:
        return 0.0
    quoted = sum(line.startswith(">") for line in lines)
    return 0.6 if is_told else 0.45 if quoted >= _FEWEST else 0.0


def _tells(line: str) -> bool:
    """Say whether a client writes such a line above what it copies."""
    line = line[:_LINE_CHARS].strip("> ")
    if words.ORIGINAL.match(line) or words.BEGIN_FORWARD.match(line):
        return True
    field = words.FIELD.match(line)
    if field and field.lastgroup in ("from", "sent"):
        return True
    if not line.endswith((":", "：")):
        return False
    if words.DATED.search(line) and words.ADDRESSED.search(line):
        return True  # who and when, as Yandex and Mail.ru write it
    return any(pattern.search(line) for pattern in (words.WROTE, words.WROTE_THEN_NAME, words.QUOTING))


def _is_letter(lines: Sequence[str]) -> bool:
    """Say whether a short text is a mail by its form: a salutation on top, a signature at the end.

    So is what somebody says of themselves and spells an address in: who speaks spells none.
    """
    said = [line for line in lines if line.strip()]
    if not 1 < len(said) <= _LETTER_LINES or any(map(_is_labelled, said)):
        return False
    if len(said) <= _NOTE_LINES and _MYSELF.search(said[0]) and words.ADDRESSED.search(" ".join(said)):
        return True
    first = said[0].strip()
    is_greeted = bool(words.GREETING.match(first)) and len(first.split()) <= _SALUTATION_WORDS
    signed = new_text("\n".join(lines)).signature
    is_sent = any(map(words.SENT_FROM.match, signed)) or (
        bool(signed) and bool(_DELIMITER.search("\n".join(lines)))
    )
    return (is_greeted and first.endswith((",", "!", "–", "-", "，", "："))) or is_sent


def _is_talk(lines: Sequence[str]) -> bool:
    """Say whether people speak by name again and again: minutes have fields like those of mails, too."""
    found = [take_apart(line.strip()) for line in lines]
    names = Counter(each.label for each in found if each and each.rest and is_like_name(each.label))
    return sum(count for count in names.values() if count > 1) >= _FEWEST_TURNS


def _is_labelled(line: str) -> bool:
    """Say whether a line has a label that may be a speaker's name or a field of notes."""
    found = take_apart(line.strip())
    if found is None:
        return False
    return (
        found.start is not None
        or found.is_chat
        or is_like_name(found.label)
        or is_front_field(found.label, "")
    )


def sniff_body_html(head: bytes) -> float:
    """Say 0.97 for a web page with the marks of a mail client around what it quotes, less for others."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"<") or text[:5].lower() == b"<?xml":
        return 0.0
    if _CLIENT_MARKS.search(head) and _COPIED.search(head):
        return 0.97
    lines = to_lines(head.replace(b"\x00", b"").decode("utf-8", "replace"))[:_FRONT]
    # Any page may quote: here the words above the quote must tell.
    is_told = any(_tells(line) for line in lines) and any(is_placed(line[:_LINE_CHARS]) for line in lines)
    if is_told and not _MINUTES.search(head) and _as_mail(lines):
        return 0.95
    return 0.6 if not _WHOLE_PAGE.search(head) and _is_letter(lines) else 0.0


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
    start = _own_header(lines)
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
        subject=told.get("subject", "") or " ".join(lines[:start]).strip(),
        sent=headers.date(sent) or (datetime.combine(day, time(), tzinfo=UTC) if day else None),
        body="\n".join(lines[start + length :]),
    )


def _own_header(lines: Sequence[str]) -> int:
    """Give where the mail's own header begins: on top, or below its subject, as archives of lists show it."""
    said = [number for number, line in enumerate(lines[:_ABOVE_HEADER]) if line.strip()]
    if len(said) > 1 and is_reply(lines[said[0]]) and header_block(lines, said[1]):
        return said[1]
    return said[0] if said else 0
