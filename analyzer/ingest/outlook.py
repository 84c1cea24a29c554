"""Outlook's .msg → mails. Reads the dozen property streams that matter, by `olefile`.

Not by extract-msg (GPL) nor python-oxmsg (which knows neither code pages nor bodies in RTF only). The names
of streams are property numbers of MS-OXPROPS; text ones end in 001E (8 bit) or 001F (UTF-16).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import Parser
from typing import TYPE_CHECKING

from analyzer.errors import DamagedFile, UnknownFormat
from analyzer.ingest import headers
from analyzer.ingest.bytes import decode
from analyzer.ingest.headers import Address
from analyzer.ingest.mail import meetings_of
from analyzer.ingest.mailhtml import to_lines
from analyzer.ingest.mailparts import OTHER_FILES, Attachment, readable_name
from analyzer.ingest.messages import AUTOMATIC, Mail, is_automatic, is_list, with_enclosed
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Meeting

if TYPE_CHECKING:
    from olefile import OleFileIO

_OLE_MARK = b"\xd0\xcf\x11\xe0"
_OTHERS = ("WordDocument", "Workbook", "PowerPoint Document", "EncryptedPackage", "Book")
_LARGE = 65_536  # bytes of a head that is not the whole file
_DEEPEST = 10  # mails attached to mails
_CLASS, _SUBJECT, _BODY, _HTML, _RTF = "001A", "0037", "1000", "1013", "1009"
_HEADERS, _ID, _REFERENCES, _ANSWERS, _CONVERSATION = "007D", "1035", "1039", "1042", "0071"
_SENT, _DELIVERED, _CREATED = 0x0039, 0x0E06, 0x3007
_CODE_PAGES = (0x3FDE, 0x3FFD)  # of the body, of the strings
_CODECS = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 50220: "iso-2022-jp", 51932: "euc-jp"}
_AGAIN = "save it again from Outlook, or as .eml"


def sniff_msg(head: bytes) -> float:
    """Say how much it is an OLE file with the streams of a message."""
    if not head.startswith(_OLE_MARK):
        return 0.0
    if any(name.encode("utf-16-le") in head for name in ("__substg1.0_", "__properties_version1.0")):
        return 0.95
    # The directory of a large file may lie beyond its head; then the reader finds out.
    is_other = any(name.encode("utf-16-le") + b"\x00\x00" in head for name in _OTHERS)
    return 0.3 if len(head) >= _LARGE and not is_other else 0.0


def read_msg(document: Document) -> Iterator[Meeting]:
    """Read a mail saved by Outlook, with the mails and files attached to it.

    Raises:
        DamagedFile: if it is cut off or broken.
        NoSpeech: if it says nothing new.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(document.data)) as ole:
            if not ole.exists("__properties_version1.0") and not ole.parsing_issues:
                raise UnknownFormat(
                    what="it is an old Office file (.doc, .xls, .ppt), no mail",
                    where=document.name,
                    remedy="save it as .docx, .xlsx or PDF",
                )
            mail = _Storage(ole=ole, document=document, place=()).mail()
            if ole.parsing_issues:
                mail = replace(
                    mail, unread=(*mail.unread, "the file is cut off or damaged: parts are missing")
                )
    except (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, RecursionError) as error:
        # What olefile raises for files that are cut or made up.
        raise DamagedFile(
            what="the Outlook file is broken or cut off", where=document.name, remedy=_AGAIN
        ) from error
    yield from meetings_of(document, list(with_enclosed(mail)), format_name="msg")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Storage:
    """One message within the file: the outermost, or one that is attached."""

    ole: OleFileIO
    document: Document
    place: tuple[str, ...]

    def mail(self) -> Mail:
        transported = Parser(policy=headers.RAW).parsestr(self._text(_HEADERS).lstrip(), headersonly=True)
        kind = self._text(_CLASS).casefold()
        attachments, enclosed, unread = self._attached()
        subject = self._text(_SUBJECT) or headers.header(transported, "Subject")
        is_report = kind.startswith(("report.", "ipm.note.rules.ooftemplate"))
        return Mail(
            number=1,
            sender=self._sender(transported),
            recipients=(*headers.addresses(transported, "To", "Cc"), *self._recipients()),
            subject=subject,
            sent=self._sent(transported),
            id=next(iter(headers.identifiers(self._text(_ID) or str(transported.get("Message-ID", "")))), ""),
            references=headers.identifiers(
                f"{self._text(_REFERENCES)} {transported.get('References', '')} {self._text(_ANSWERS)}"
            ),
            conversation=self._stream(f"{_CONVERSATION}0102")[:22].hex(),
            is_list=is_list(transported),
            is_calendar=kind.startswith(("ipm.appointment", "ipm.schedule")),
            refused=AUTOMATIC if is_report or is_automatic(transported, subject) else "",
            body=self._body(),
            attachments=attachments,
            enclosed=enclosed,
            unread=unread,
        )

    def _stream(self, name: str) -> bytes:
        path = [*self.place, f"__substg1.0_{name}"]
        return self.ole.openstream(path).read() if self.ole.exists(path) else b""

    def _text(self, number: str) -> str:
        if wide := self._stream(f"{number}001F"):
            return wide.decode("utf-16-le", "replace").replace("\x00", "")
        data = self._stream(f"{number}001E").rstrip(b"\x00")
        return self._decoded(data) if data.strip() else ""

    def _decoded(self, data: bytes) -> str:
        page = next((page for number in _CODE_PAGES if (page := self._number(number))), 0)
        declared = _CODECS.get(page, f"cp{page}") if page else None
        return decode(data, name=self.document.name, declared=declared, limits=self.document.limits)

    def _sender(self, transported: Message) -> Address:
        """Name the sender; Exchange's own addresses ("/O=…") are none to others."""
        told = headers.sender(transported)
        names = (self._text(number) for number in ("0C1A", "0042", "3FF8"))
        mails = (self._text(number) for number in ("5D01", "5D02", "0C1F", "0065"))
        spelled = headers.address(next(filter(None, names), ""))
        mail = told.mail or next((mail for mail in mails if "@" in mail), spelled.mail)
        return Address(name=spelled.name or told.name, mail=mail)

    def _recipients(self) -> tuple[Address, ...]:
        places = {path[len(self.place)] for path in self._paths() if len(path) > len(self.place) + 1}
        found = []
        for place in sorted(place for place in places if place.startswith("__recip_version1.0_")):
            person = _Storage(ole=self.ole, document=self.document, place=(*self.place, place))
            mails = (person._text(number) for number in ("39FE", "3003"))
            found += [Address(name="", mail=mail) for mail in mails if "@" in mail]
        return tuple(found)

    def _paths(self) -> list[list[str]]:
        depth = len(self.place)
        return [path for path in self.ole.listdir() if tuple(path[:depth]) == self.place]

    def _sent(self, transported: Message) -> datetime | None:
        if told := headers.date(str(transported.get("Date", ""))):
            return told
        properties = self._properties()
        for number in (_SENT, _DELIVERED, _CREATED):
            if ticks := properties.get(number, 0):
                try:  # tenths of microseconds since 1601
                    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                except OverflowError:
                    continue
        return None

    def _number(self, number: int) -> int:
        return self._properties().get(number, 0) & 0xFFFFFFFF

    def _properties(self) -> dict[int, int]:
        """Give the properties of fixed size, by number, as unsigned integers."""
        path = [*self.place, "__properties_version1.0"]
        if not self.ole.exists(path):
            return {}
        data = self.ole.openstream(path).read()
        # A header of 32 bytes, of 24 in a message that is attached; then 16 bytes a property.
        start = 32 if not self.place else 24
        return {
            struct.unpack_from("<H", data, at + 2)[0]: struct.unpack_from("<Q", data, at + 8)[0]
            for at in range(start, len(data) - 15, 16)
        }

    def _body(self) -> str:
        if (plain := self._text(_BODY)).strip():
            return plain
        if html := self._stream(f"{_HTML}0102"):
            return "\n".join(to_lines(self._decoded(html)))
        if html_text := self._text(_HTML):
            return "\n".join(to_lines(html_text))
        return self._rtf_text(self._stream(f"{_RTF}0102"))

    def _rtf_text(self, packed: bytes) -> str:
        from analyzer.ingest.rtf import rtf_content  # many mails, few bodies in RTF only

        unpacked = inflate_rtf(packed, self.document.limits.inflated_mb)
        if not unpacked.startswith(b"{\\rtf"):
            return ""
        content = rtf_content(
            Document(name=self.document.name, content=unpacked, limits=self.document.limits)
        )
        return "\n\n".join(block.text for block in content.blocks)

    def _attached(self) -> tuple[tuple[Attachment, ...], tuple[Mail, ...], tuple[str, ...]]:
        files: list[Attachment] = []
        mails: list[Mail] = []
        unread: list[str] = []
        depth = len(self.place)
        places = {path[depth] for path in self._paths() if len(path) > depth + 1}
        for place in sorted(place for place in places if place.startswith("__attach_version1.0_")):
            inner = _Storage(ole=self.ole, document=self.document, place=(*self.place, place))
            storage = (*inner.place, "__substg1.0_3701000D")
            if self.ole.exists([*storage, "__properties_version1.0"]):
                if depth >= 2 * _DEEPEST:
                    unread.append("mails nested too deeply")
                    continue
                mails.append(_Storage(ole=self.ole, document=self.document, place=storage).mail())
                continue
            name = next(filter(None, (inner._text(number) for number in ("3707", "3704", "3001"))), "")
            data = inner._stream("37010102")
            if readable_name(name) and data.strip():
                files.append(Attachment(name=readable_name(name), data=data))
            elif name:
                unread.append(OTHER_FILES)
        return tuple(files), tuple(mails), tuple(unread)


_RTF_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    rb"\pard\plain\f0\fs20\b\i\u\tab\tx"
)


def inflate_rtf(packed: bytes, limit_mb: float) -> bytes:
    """Inflate the RTF of a message (MS-OXRTFCP); empty where it is none, cut where it is broken."""
    if len(packed) < 16:
        return b""
    size = struct.unpack_from("<I", packed, 4)[0]
    if packed[8:12] == b"MELA":
        return packed[16 : 16 + size]
    if packed[8:12] != b"LZFu" or size > limit_mb * 1e6:
        return b""
    window = bytearray(_RTF_START.ljust(4096, b" "))
    write = len(_RTF_START)
    out = bytearray()
    at = 16
    while at < len(packed) and len(out) < size:
        control = packed[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:  # bytes that were there before: where, how many
                pair = packed[at : at + 2]
                at += 2
                offset = pair[0] << 4 | pair[1] >> 4 if len(pair) == 2 else write
                if offset == write:
                    return bytes(out[:size])
                places = range(offset, offset + (pair[1] & 15) + 2)
            elif at < len(packed):
                window[write] = packed[at]
                places = range(write, write + 1)
                at += 1
            else:
                break
            for place in places:
                byte = window[place % 4096]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out[:size])
