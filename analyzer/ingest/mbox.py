"""Files of many mails → the bytes of each: mbox, Mailman months, LISTSERV logs.

The standard `mailbox` splits at every line that begins with "From ", also in a body; here such a line must
look like a postmark and a header must follow, as in files whose writer did not put ">" before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_YEAR = rb"(?:19|20)\d\d"
_POSTMARK = (
    rb"From (?:\S+(?: at \S+)?|\"[^\"\n]{1,80}\"\S*|MAILER-DAEMON|-|\?\?\?@\?\?\?)?[^\n]{0,80}?\s+"
    rb"\w{3},?\s+(?:\w{3}\s+\d{1,2}|\d{1,2}\s+\w{3})\s[^\n]{0,40}?" + _YEAR + rb"[^\n]{0,40}"
)
_HEADER_LINE = rb"(?:>?[A-Za-z][A-Za-z0-9-]{0,60}:|[ \t]+\S|>From )"
_MBOX_START = re.compile(rb"(?m)^" + _POSTMARK + rb"\r?\n(?=" + _HEADER_LINE + rb")")
_FIRST_HEADERS = (
    rb"(?=(?:From|Date|Return-Path|Received|Subject|To|Reply-To|Sender|X-[\w-]+|Message-ID|Delivered-To|"
    rb"MIME-Version|Content-Type|Organization|Status|Xref|Path):)"
)
_BARE_START = re.compile(rb"(?m)(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S[^\n]{0,200}\r?\n" + _FIRST_HEADERS)
_LISTSERV_START = re.compile(rb"(?m)^={70,80}[ \t]*\r?\n" + _FIRST_HEADERS)
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")


def looks_like_mbox(head: bytes) -> bool:
    """Say whether a file begins as an mbox or a Mailman month."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(_MBOX_START.match(text) or _BARE_START.match(text))


def looks_like_listserv(head: bytes) -> bool:
    """Say whether a file begins as a LISTSERV log."""
    return bool(_LISTSERV_START.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")))


def split_mbox(data: bytes) -> Iterator[bytes]:
    """Give the bytes of each mail of an mbox or a Mailman month, its postmark first."""
    pattern = _MBOX_START if _MBOX_START.search(data) else _BARE_START
    for message in _between(pattern, data):
        yield _QUOTED_FROM.sub(rb"\1", message)


def split_listserv(data: bytes) -> Iterator[bytes]:
    """Give the bytes of each mail of a LISTSERV log."""
    for message in _between(_LISTSERV_START, data):
        yield message.partition(b"\n")[2]


def _between(start: re.Pattern[bytes], data: bytes) -> Iterator[bytes]:
    previous = None
    for found in start.finditer(data):
        if previous is not None:
            yield data[previous : found.start()]
        previous = found.start()
    if previous is not None:
        yield data[previous:]
