"""Calendar entries saved as files (.ics) → the mails that they came with: who invites, when, to say what."""

from __future__ import annotations

import re
from email.header import Header

from analyzer.ingest.headers import decoded

_START = re.compile(rb"(?i)\A(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\b")
_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(rb"(?i)\bCN=\"?([^\";:\r\n]{1,200})")
_MAIL = re.compile(rb"(?i)mailto:\s*([^\s>\"]{3,200})")
_STAMP = re.compile(rb"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def is_calendar(head: bytes) -> bool:
    """Say whether a file begins as a calendar (RFC 5545) does."""
    return bool(_START.match(head))


def as_mail(data: bytes) -> bytes:
    """Give the first entry of a calendar as a mail from its organizer that holds nothing else."""
    plain = _FOLD.sub(b"", data)
    entry = plain[max(0, plain.find(b"BEGIN:VEVENT")) :]
    organizer = _line(entry, b"ORGANIZER")
    name, mail = _NAME.search(organizer), _MAIL.search(organizer)
    sender = f"{_encoded(_text(name[1])) if name else ''} <{_text(mail[1]) if mail else ''}>"
    subject = _text(_line(entry, b"SUMMARY").partition(b":")[2])
    head = [
        f"From: {sender}",
        f"Subject: {subject}",
        f"Date: {_date(entry)}",
        "Content-Type: text/calendar; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\n".join(head).encode("utf-8", "replace") + b"\n\n" + data


def _line(entry: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?im)^" + name + rb"([;:][^\r\n]*)", entry)
    return found[1] if found else b""


def _text(value: bytes) -> str:
    return " ".join(decoded(value.decode("utf-8", "replace").replace("\\,", ",").replace("\\n", " ")).split())


def _encoded(value: str) -> str:
    return f'"{value}"' if value.isascii() else Header(value, "utf-8", maxlinelen=10_000).encode()


def _date(entry: bytes) -> str:
    """Give when it takes place, as a header has it; empty where it is not said."""
    found = _STAMP.search(_line(entry, b"DTSTART").rpartition(b":")[2])
    if not found or not 1 <= int(found[2]) <= 12:
        return ""
    year, month, day = (int(part) for part in found.groups()[:3])
    hour, minute = (int(part or 0) for part in found.groups()[3:])
    return f"{day} {_MONTHS[month - 1]} {year} {hour:02}:{minute:02} +0000"
