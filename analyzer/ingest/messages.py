"""Bytes of one mail → who wrote what when, with its attachments still closed.

Built on the standard `email` parser with its oldest policy, which takes any bytes; what is missing or
broken stays empty. Nothing is fetched, nothing decoded that is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest import headers
from analyzer.ingest.bytes import decode
from analyzer.ingest.digests import split_digest
from analyzer.ingest.headers import Address
from analyzer.ingest.limits import Limits
from analyzer.ingest.mailparts import Attachment, Parts

AUTOMATIC = "automatic mails (bounces, receipts, absence notes)"
ENCRYPTED = "encrypted mails"

_PARTS_PER_MEMBER = 5  # parts that a mail may have for each file that an archive may hold
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_AUTOMATIC_SENDER = re.compile(r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@|^mailer-daemon$")
_AUTOMATIC_SUBJECT = re.compile(
    r"(?i)^(?:automatic(?:ally generated)? reply|auto(?:matic)?[- ]?re(?:ply|sponse)|out of (?:the )?office|"
    r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|"
    r"mail delivery (?:failed|system)|"
    r"returned mail|read:|automatische antwort|abwesenheitsnotiz|unzustellbar|réponse automatique|non remis|"
    r"respuesta automática|no se puede entregar|risposta automatica|automatisch antwoord|resposta automática|"
    r"autosvar|自动回复|自動回覆|不在通知)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. `number` is that of the message of the file it came in, from 1."""

    number: int
    sender: Address = headers.NOBODY
    recipients: tuple[Address, ...] = ()
    subject: str = ""
    sent: datetime | None = None
    id: str = ""
    references: tuple[str, ...] = ()  # the nearest last
    conversation: str = ""  # what Outlook gives all mails of a conversation
    is_list: bool = False
    is_calendar: bool = False
    refused: str = ""  # why it is no contribution
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    enclosed: tuple[Mail, ...] = ()  # mails forwarded as a whole, or those of a digest
    unread: tuple[str, ...] = ()  # what in it could not be read, a reason each


def parse_mail(data: bytes, *, number: int, name: str, limits: Limits) -> Mail:
    """Read one mail.

    Raises:
        DamagedFile: if its parts are nested beyond all sense.
    """
    too_deep = DamagedFile(
        what="its parts are nested too deeply",
        where=name,
        remedy="save the mail again without its attachments",
    )
    deepest = 4 * limits.depth  # every line is compared with the boundary of each part that is open
    if data.count(b"boundary") > deepest and _nesting(data) > deepest:
        raise too_deep
    if data.count(b"\n--") > _PARTS_PER_MEMBER * limits.members:
        raise TooLarge(
            what=f"a mail has more than {_PARTS_PER_MEMBER * limits.members:,} parts",
            where=name,
            remedy="save it again without its attachments",
        )
    try:
        message = BytesParser(policy=headers.RAW).parsebytes(_narrow(data, name, limits))
        return _mail(message, number=number, name=name, limits=limits, depth=0)
    except RecursionError as error:
        raise too_deep from error


def _narrow(data: bytes, name: str, limits: Limits) -> bytes:
    """Give a mail that was saved as UTF-16 as UTF-8; headers are bytes in any other."""
    if data.startswith(_WIDE_MARKS) or b"\x00" in data[:200]:
        return decode(data, name=name, limits=limits).encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


def _nesting(data: bytes) -> int:
    """Count how deep multipart bodies open within each other, at most."""
    deepest = depth = 0
    for mark in re.finditer(rb"(?mi)^--[^\r\n]{1,70}?(--)?\r?$|^content-type:\s*multipart/", data):
        if mark[0][:2] == b"--":
            depth -= bool(mark[1])
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _mail(message: Message, *, number: int, name: str, limits: Limits, depth: int = 0) -> Mail:
    parts = Parts(name=name, limits=limits)
    parts.take(message)
    body = parts.body()
    if digested := split_digest(body):
        parser = BytesParser(policy=headers.RAW)
        parts.enclosed += [parser.parsebytes(text.encode("utf-8", "replace")) for text in digested]
        body = ""  # what stands above is a table of contents
    enclosed = parts.enclosed if depth < 4 * limits.depth else []
    return Mail(
        number=number,
        sender=headers.sender(message),
        recipients=headers.addresses(message, "To", "Cc"),
        subject=headers.header(message, "Subject"),
        sent=_sent(message),
        id=next(iter(headers.identifiers(str(message.get("Message-ID", "")))), ""),
        references=headers.identifiers(f"{message.get('References', '')} {message.get('In-Reply-To', '')}"),
        conversation=headers.header(message, "Thread-Index")[:29] or headers.header(message, "X-GM-THRID"),
        is_list=is_list(message),
        is_calendar=parts.is_calendar,
        refused=ENCRYPTED if parts.is_encrypted else AUTOMATIC if is_automatic(message) else "",
        body=body,
        attachments=tuple(parts.attachments),
        enclosed=tuple(
            _mail(inner, number=number, name=name, limits=limits, depth=depth + 1) for inner in enclosed
        ),
        unread=(*parts.unread, *["mails nested too deeply"] * (len(parts.enclosed) - len(enclosed))),
    )


def _sent(message: Message) -> datetime | None:
    for name in ("Date", "Resent-Date", "Delivery-Date"):
        if found := headers.date(str(message.get(name, ""))):
            return found
    received = str(message.get("Received", "")).rpartition(";")[2]
    posted = re.sub(r"^From \S+\s+", "", message.get_unixfrom() or "")
    return headers.date(received) or headers.date(posted)


def is_list(message: Message) -> bool:
    """Say whether a mail came over a list: whom it is addressed to is then no party."""
    if any(
        name in message
        for name in ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "List-Unsubscribe")
    ):
        return True
    return headers.header(message, "Precedence").casefold() in ("list", "bulk")


def is_automatic(message: Message, subject: str = "") -> bool:
    """Say whether a program wrote a mail: a bounce, a receipt, an absence note."""
    stated = headers.header(message, "Auto-Submitted").casefold()
    return (
        message.get_content_type() == "multipart/report"
        or stated.startswith(("auto-replied", "auto-generated"))
        or headers.header(message, "Precedence").casefold() == "auto_reply"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients"))
        or bool(_AUTOMATIC_SENDER.search(headers.sender(message).mail))
        or bool(_AUTOMATIC_SUBJECT.match(subject or headers.header(message, "Subject")))
    )


def with_enclosed(mail: Mail) -> Iterator[Mail]:
    """Give a mail and those it encloses, however deep; what a bounce encloses was never delivered."""
    yield mail
    for inner in () if mail.refused else mail.enclosed:
        yield from with_enclosed(inner)
