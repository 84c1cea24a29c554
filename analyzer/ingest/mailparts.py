"""The parts of one mail: which of them is its text, which are files, which are mails of their own.

Of forms that say the same (plain, HTML) one is taken: the plain one, if it says something. Files stay
closed; those that no reader knows are counted and not even decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from analyzer.errors import ReadError
from analyzer.ingest import headers
from analyzer.ingest.bytes import decode
from analyzer.ingest.limits import Limits
from analyzer.ingest.mailhtml import to_lines

OTHER_FILES = "attachments of other kinds (pictures, programs, cards)"
_ESCAPED_CHARSETS = re.compile(r"(?i)^(?:iso-2022-|hz|csiso2022|utf-7)")
_READABLE_SUFFIXES = re.compile(
    r"(?i)\.(?:docx|odt|fodt|rtf|pdf|html?|md|markdown|txt|vtt|srt|sbv|csv|tsv|xlsx|jsonl?|eml|mbox|msg|zip|gz)$"
)
_PLACEHOLDER = re.compile(
    r"(?i)(?:your|this) (?:e-?mail|mail) (?:client|program|reader) (?:does not|doesn't|cannot)|"
    r"view (?:this|it) (?:e-?mail )?in (?:your|a) browser|html[- ](?:capable|enabled|formatted)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    data: bytes = field(repr=False)


@dataclass
class Parts:
    """What the parts of one mail hold; `take` each part that is to be looked into."""

    name: str  # of the file, for errors
    limits: Limits
    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    enclosed: list[Message] = field(default_factory=list)  # mails forwarded as a whole, or of a digest
    unread: list[str] = field(default_factory=list)  # what could not be read, a reason each
    is_calendar: bool = False
    invitation: str = ""  # what a calendar entry says, for mails that say nothing else
    is_encrypted: bool = False

    def body(self) -> str:
        """Give the text of the mail."""
        said = "\n\n".join(self.texts)
        return said if said.strip() else self.invitation

    def take(self, part: Message) -> None:
        """Sort a part, and those in it, into texts, files and mails."""
        kind = part.get_content_type()
        if (
            kind == "multipart/encrypted"
            or "smime-type=enveloped" in str(part.get("Content-Type", "")).casefold()
        ):
            self.is_encrypted = True
        elif kind == "multipart/alternative":
            self._take_best(list(_parts(part)))
        elif part.is_multipart() and kind.startswith("message/"):
            self._take_mail(part)
        elif part.is_multipart():
            for inner in _parts(part):
                self.take(inner)
        elif kind == "text/calendar":
            self.is_calendar = True
            self.invitation = self.invitation or _described(self._text(part))
        elif kind in ("text/plain", "text/html", "text/enriched") and not _is_file(part):
            self.texts.append(self._text(part))
        else:
            self._take_file(part, kind)

    def _take_best(self, choices: list[Message]) -> None:
        """Take one of the forms that a mail says the same in: plain text, if it says something."""
        read = []  # what each choice holds
        for choice in choices:
            found = Parts(name=self.name, limits=self.limits)
            found.take(choice)
            read.append(found)
        speaking = [found for found in read if found.body().strip() and not _is_placeholder(found.body())]
        for found in speaking[:1] or read[-1:]:
            self.texts += found.texts
        for found in read:  # files lie beside one form only
            self.attachments += found.attachments
            self.enclosed += found.enclosed
            self.unread += found.unread
            self.is_calendar |= found.is_calendar
            self.invitation = self.invitation or found.invitation
            self.is_encrypted |= found.is_encrypted

    def _text(self, part: Message) -> str:
        data = part.get_payload(decode=True)
        charset = part.get_content_charset()
        try:
            text = self._decoded(data if isinstance(data, bytes) else b"", charset)
        except ReadError as error:
            self.unread.append(f"mail text that cannot be read: {error.what}")
            return ""
        if part.get_content_type() != "text/html" and not re.match(r"(?i)\s*<(?:!doctype html|html)\b", text):
            return _unflowed(text, is_stuffed=_is_stuffed(part)) if _is_flowed(part) else text
        return "\n".join(to_lines(text))

    def _decoded(self, data: bytes, charset: str | None) -> str:
        if charset and _ESCAPED_CHARSETS.match(charset):  # seven bits, so it would pass for UTF-8
            try:
                return data.decode(charset, "replace")
            except LookupError:
                pass
        return decode(data, name=self.name, declared=charset, limits=self.limits) if data.strip() else ""

    def _take_mail(self, part: Message) -> None:
        if part.get_content_type() not in ("message/rfc822", "message/global", "message/news"):
            return  # the parts of a bounce
        self.enclosed += _parts(part)

    def _take_file(self, part: Message, kind: str) -> None:
        name = headers.decoded(part.get_filename() or "")
        if kind == "application/pkcs7-mime" and not name.endswith(".p7s"):
            self.is_encrypted = True
        elif kind == "application/ms-tnef" or name.casefold() == "winmail.dat":
            self.unread.append("attachments in Outlook's own form (winmail.dat)")
        elif known := readable_name(name):
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and data.strip():
                self.attachments.append(Attachment(name=known, data=data))
        elif name and not kind.startswith(("application/pgp-signature", "application/pkcs7-signature")):
            self.unread.append(OTHER_FILES)


def _parts(message: Message) -> Iterator[Message]:
    payload = message.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, Message))


def _is_file(part: Message) -> bool:
    try:
        disposition = part.get_content_disposition()
        named = part.get_filename()
    except (MessageError, ValueError, TypeError, LookupError):
        return False
    return (
        disposition == "attachment"
        or bool(named and disposition != "inline")
        or bool(named and not str(named).casefold().endswith((".txt", ".htm", ".html")))
    )


def readable_name(name: str) -> str:
    """Give the name of an attachment that some reader may know, without folders; "" for others."""
    plain = re.split(r"[/\\]", name.replace("\x00", ""))[-1].strip()  # a mail may name any path
    return plain if _READABLE_SUFFIXES.search(plain) else ""


def _described(calendar: str) -> str:
    """Give the description of a calendar entry (RFC 5545), unfolded and unescaped."""
    found = re.search(r"(?m)^DESCRIPTION[^:\n]{0,200}:(.*)$", re.sub(r"\r?\n[ \t]", "", calendar))
    return re.sub(r"\\(.)", lambda mark: "\n" if mark[1] in "nN" else mark[1], found[1]) if found else ""


def _is_placeholder(text: str) -> bool:
    return len(text) < 400 and bool(_PLACEHOLDER.search(text))


def _is_flowed(part: Message) -> bool:
    return "flowed" in str(part.get_param("format", "")).casefold()


def _is_stuffed(part: Message) -> bool:
    return str(part.get_param("delsp", "")).casefold() == "yes"


def _unflowed(text: str, *, is_stuffed: bool = False) -> str:
    """Join the lines that format=flowed has cut: those that end with a blank, signature marks aside.

    `is_stuffed` (DelSp=yes): that blank was put there, within a word too.
    """
    lines: list[list[str]] = []
    is_open = False
    for line in text.replace("\r\n", "\n").split("\n"):
        content = line[1:] if line.startswith(" ") else line
        if is_open and content and not content.startswith(">"):
            lines[-1].append(content)
        else:
            lines.append([content])
        is_open = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if is_open and is_stuffed:
            lines[-1][-1] = lines[-1][-1][:-1]
    return "\n".join(map("".join, lines))
