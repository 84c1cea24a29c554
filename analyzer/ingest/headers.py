"""Headers of a mail as they come: encoded words, 8-bit bytes, odd addresses and dates.

The standard library's own header objects (`policy.default`) raise on what spam filters and old
archives hold, and lose 8-bit bytes; here nothing raises, and what cannot be read is empty or None.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_tz

_HEADER_CHARS = 20_000  # References of a long thread; beyond, somebody plays
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]{0,2000})\?=")
_ADDRESS = r"[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+"
_ANGLED = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]*)\s*>")
_BARE = re.compile(_ADDRESS)
# Mailman hides addresses: "jane at example.org (Jane Doe)".
_HIDDEN = re.compile(r"([\w.+-]{1,64}) (?:at|\(at\)|en|auf|a|chez) ([\w-]+(?:\.[\w-]+)+)")
_ID = re.compile(r"<([^<>\s]{3,300})>")
_VIA = re.compile(r"(?<!\s)\s++(?:via|through)\s++.++$", re.I)


class RawHeaders(Compat32):
    """A policy that gives headers as they stand, 8-bit bytes as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        """Give the value untouched."""
        return value


RAW = RawHeaders()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who a header names: `name` is empty where only an address is given, and the other way round."""

    name: str
    mail: str

    @property
    def spelled(self) -> str:
        """The form that `people.build_people` takes apart again."""
        if not self.name or not self.mail:
            return self.name or self.mail
        return f"{self.name} <{self.mail}>"

    @property
    def account(self) -> str:
        """What stands before the @, its parts apart: often the name."""
        return re.sub(r"[\W\d_]+", " ", self.mail.rpartition("@")[0]).strip()

    @property
    def domain(self) -> str:
        """What follows the @, in lower case; empty where there is none."""
        return self.mail.rpartition("@")[2].strip(".").casefold()


NOBODY = Address(name="", mail="")


def header(message: Message, name: str) -> str:
    """Give a header as text on one line; empty where it is absent."""
    value = message.get(name)
    return decoded(str(value)) if value is not None else ""


def decoded(raw: str) -> str:
    """Decode encoded words and 8-bit bytes, unfold, drop controls."""
    if raw.isascii() and raw.isprintable() and "=?" not in raw:
        return raw[:_HEADER_CHARS].strip()
    text = _text_of(raw[:_HEADER_CHARS].encode("utf-8", "surrogateescape"), "utf-8")
    # White space between two encoded words belongs to the folding, not to the text.
    text = re.sub(r"(\?=)\s+(?==\?)", r"\1", re.sub(r"\r?\n[ \t]*|\r", " ", text))
    parts: list[str] = []
    end, charset, pending = 0, "", b""
    for word in _WORD.finditer(text):
        follows = word.start() == end and charset == word[1].casefold()
        if not follows:  # one character may be cut over two words of the same charset
            parts += [_text_of(pending, charset), text[end : word.start()]]
            pending = b""
        charset, end = word[1].casefold(), word.end()
        pending += _bytes_of(word[2], word[3])
    parts += [_text_of(pending, charset), text[end:]]
    return "".join(mark if mark.isprintable() else " " for mark in "".join(parts)).strip()


def _bytes_of(encoding: str, content: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(content.replace("_", " ").encode("utf-8"), header=True)
    try:
        return base64.b64decode(content + "=" * (-len(content) % 4))
    except (binascii.Error, ValueError):
        return content.encode("utf-8")


def _text_of(data: bytes, charset: str) -> str:
    for candidate in (charset.partition("*")[0], "utf-8", "cp1252"):
        try:
            return data.decode(candidate)
        except (LookupError, ValueError):  # UnicodeDecodeError is a ValueError
            continue
    return data.decode("utf-8", "replace")


def address(raw: str) -> Address:
    """Take the first address of a From or Reply-To header apart.

    A display name that is an address itself loses to the real one.
    """
    value = raw[:_HEADER_CHARS]
    if found := _ANGLED.search(value):
        name, mail = decoded(value[: found.start()]), found[1]
    elif found := _BARE.search(value) or _HIDDEN.search(value):
        mail = "@".join(found.groups()) if found.re is _HIDDEN else found[0]
        name = decoded(value.replace(found[0], " "))
    else:
        return Address(name=_clean(decoded(value)), mail="")
    name = _clean(name)
    return Address(name="" if "@" in name or _HIDDEN.fullmatch(name) else name, mail=mail.strip("."))


def _clean(name: str) -> str:
    name = re.sub(r"\s+", " ", name.replace('\\"', '"')).strip(" \"'<>,;")
    while name[:1] == "(" and name[-1:] == ")":
        name = name[1:-1].strip(" \"'")
    return name


def addresses(message: Message, *names: str) -> tuple[Address, ...]:
    """Give all addresses of some headers, without names."""
    values = (str(value) for name in names for value in message.get_all(name, ()))
    return tuple(
        Address(name="", mail=mail) for value in values for mail in _BARE.findall(value[:_HEADER_CHARS])
    )


def sender(message: Message) -> Address:
    """Name who wrote a message; NOBODY where no header tells.

    A list that sends in its own name ("Ann via dev <dev@list.example>") is seen through.
    """
    found = next(
        (
            address(value)
            for name in ("From", "Sender", "Return-Path")
            if (value := str(message.get(name, "")))
        ),
        NOBODY,
    )
    if not _VIA.search(found.name):
        return found
    behind = (str(message.get(name, "")) for name in ("X-Original-From", "Reply-To"))
    real = next((each for value in behind if (each := address(value)).mail not in ("", found.mail)), NOBODY)
    return Address(name=_VIA.sub("", found.name).strip(" '\""), mail=real.mail)


def identifiers(value: str) -> tuple[str, ...]:
    """Give the message ids of a header, in order."""
    return tuple(dict.fromkeys(_ID.findall(value[-_HEADER_CHARS:])))


def date(value: str) -> datetime | None:
    """Read a date with its zone; None where it is none.

    A date without a zone is taken as UTC, for order only: its day is what was written.
    """
    if not value:
        return None
    try:
        parsed = parsedate_tz(decoded(value))
        if parsed is None or not 1971 <= parsed[0] <= 2100:
            return None
        year, month, day, hour, minute, second = parsed[:6]
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)  # leap seconds
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None
