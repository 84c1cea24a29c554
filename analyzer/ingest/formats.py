"""The table of formats, and `read`: bytes in, meetings out.

Content decides, the suffix only breaks ties. To add a format, write a module with a reader and a
sniffer and add a row to FORMATS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, cast

from analyzer.errors import NoSpeech, ReadError, UnknownFormat
from analyzer.ingest.sources import Document, find_documents
from analyzer.records.analysis import Failure
from analyzer.records.meeting import Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user knows better than the file: these override what is read from it."""

    series: str | None = None
    title: str | None = None
    date: Date | None = None
    roster: Path | None = None  # people.csv: name, aliases, party, role


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: `home` is "module:reader:sniffer", imported on first use.

    reader(document: Document) -> Iterator[Meeting]; raises ReadError and nothing else.
    sniffer(head: bytes) -> float from 0 (not it) to 1 (certainly); cheap; any bytes.
    """

    name: str
    suffixes: tuple[str, ...]
    home: str

    def sniff(self, head: bytes) -> float:
        """Say how much the first bytes look like this format, 0 to 1."""
        module, _, sniffer = self.home.split(":")
        found: float = _named(module, sniffer)(head)
        return found

    def read(self, document: Document) -> Iterator[Meeting]:
        """Read the meetings of a document; raises ReadError."""
        module, reader, _ = self.home.split(":")
        read_meetings: Callable[[Document], Iterator[Meeting]] = _named(module, reader)
        return read_meetings(document)


@cache
def _named(module: str, function: str) -> Callable[..., Any]:
    return cast("Callable[..., Any]", getattr(import_module(module), function))


# Order breaks ties: the more specific comes first.
FORMATS: tuple[Format, ...] = (
    Format(
        name="jsonl", suffixes=(".jsonl", ".ndjson"), home="analyzer.ingest.canonical:read_jsonl:sniff_jsonl"
    ),
    Format(name="speech-json", suffixes=(".json",), home="analyzer.ingest.speech:read_speech:sniff_speech"),
    Format(name="vtt", suffixes=(".vtt",), home="analyzer.ingest.captions:read_vtt:sniff_vtt"),
    Format(name="srt", suffixes=(".srt",), home="analyzer.ingest.captions:read_srt:sniff_srt"),
    Format(name="sbv", suffixes=(".sbv",), home="analyzer.ingest.captions:read_sbv:sniff_sbv"),
    Format(name="otter", suffixes=(".txt",), home="analyzer.ingest.chats:read_otter:sniff_otter"),
    Format(name="teams", suffixes=(".txt",), home="analyzer.ingest.chats:read_teams:sniff_teams"),
    Format(name="fathom", suffixes=(".txt",), home="analyzer.ingest.chats:read_fathom:sniff_fathom"),
    Format(name="meet", suffixes=(".txt",), home="analyzer.ingest.meet:read_meet:sniff_meet"),
    Format(name="zoom-chat", suffixes=(".txt",), home="analyzer.ingest.zoom:read_chat:sniff_chat"),
    Format(
        name="zoom-captions", suffixes=(".txt",), home="analyzer.ingest.zoom:read_captions:sniff_captions"
    ),
    Format(name="docx", suffixes=(".docx",), home="analyzer.ingest.documents:read_docx:sniff_docx"),
    Format(name="odt", suffixes=(".odt", ".fodt"), home="analyzer.ingest.documents:read_odt:sniff_odt"),
    Format(name="rtf", suffixes=(".rtf",), home="analyzer.ingest.documents:read_rtf:sniff_rtf"),
    Format(name="pdf", suffixes=(".pdf",), home="analyzer.ingest.documents:read_pdf:sniff_pdf"),
    Format(name="mbox", suffixes=(".mbox", ".mbx"), home="analyzer.ingest.mail:read_mbox:sniff_mbox"),
    Format(name="eml", suffixes=(".eml", ".emlx"), home="analyzer.ingest.mail:read_eml:sniff_eml"),
    Format(name="mail-body", suffixes=(".txt",), home="analyzer.ingest.bodies:read_body:sniff_body"),
    Format(
        name="mail-body-html",
        suffixes=(".html", ".htm"),
        home="analyzer.ingest.bodies:read_body_html:sniff_body_html",
    ),
    Format(name="msg", suffixes=(".msg",), home="analyzer.ingest.outlook:read_msg:sniff_msg"),
    Format(
        name="html",
        suffixes=(".html", ".htm", ".xhtml"),
        home="analyzer.ingest.documents:read_html:sniff_html",
    ),
    Format(name="tar", suffixes=(".tar",), home="analyzer.ingest.archives:read_tar:sniff_tar"),
    Format(name="gzip", suffixes=(".gz", ".tgz"), home="analyzer.ingest.archives:read_gzip:sniff_gzip"),
    Format(name="zip", suffixes=(".zip",), home="analyzer.ingest.archives:read_zip:sniff_zip"),
    Format(name="xlsx", suffixes=(".xlsx", ".xlsm"), home="analyzer.ingest.xlsx:read_xlsx:sniff_xlsx"),
    Format(name="csv", suffixes=(".csv", ".tsv"), home="analyzer.ingest.tabular:read_csv:sniff_csv"),
    Format(
        name="markdown",
        suffixes=(".md", ".markdown"),
        home="analyzer.ingest.scribed:read_markdown:sniff_markdown",
    ),
    Format(
        name="text", suffixes=(".txt", ".text", ".log"), home="analyzer.ingest.scribed:read_text:sniff_text"
    ),
)

_HEAD_BYTES = 65_536
_LEAST_CERTAINTY = 0.2
_RECORDING = " (an audio or video file: give its transcript)"
# No text begins so, and no reader reads it: a file cut after them would else be taken for a word or two.
_NO_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"7z\xbc\xaf",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\x1aE\xdf\xa3",
    b"\x7fELF",
)
_SUFFIX_BONUS = 0.15  # breaks ties among text formats, never beats a signature


def recognise(document: Document) -> Format:
    """Find the format of a document by content.

    Raises:
        UnknownFormat: if no reader knows the content; the sentence says what it seems to be.
        ReadError: if the document cannot be opened.
    """
    head = document.data[:_HEAD_BYTES]
    certainty = {
        known: score + (_SUFFIX_BONUS if document.suffix in known.suffixes else 0.0)
        for known in FORMATS
        if not head.startswith(_NO_TEXT) and (score := known.sniff(head)) >= _LEAST_CERTAINTY
    }
    if not certainty:
        raise UnknownFormat(
            what="no reader knows this content" + _guess(head),
            where=document.name,
            remedy="give text, captions (.vtt, .srt), .docx, .odt, .rtf, .pdf, .html, .csv, .xlsx, .json, "
            "mail (.eml, .mbox, .msg), or a .zip of these",
        )
    return max(certainty, key=lambda known: certainty[known])


def _guess(head: bytes) -> str:
    signatures = {
        b"\xd0\xcf\x11\xe0": " (an old Office file: .doc, .xls or .ppt)",
        b"!BDN": " (an Outlook data file: export its mails)",
        b"7z\xbc\xaf": " (a 7z archive: unpack it)",
        b"Rar!": " (a RAR archive: unpack it)",
        b"BZh": " (a bzip2 archive: unpack it)",
        b"\xfd7zXZ": " (an xz archive: unpack it)",
        b"\x28\xb5\x2f\xfd": " (a zstd archive: unpack it)",
        b"\x89PNG": " (a PNG picture)",
        b"\xff\xd8\xff": " (a JPEG picture)",
        b"GIF8": " (a GIF picture)",
        b"ID3": _RECORDING,
        b"RIFF": _RECORDING,
        b"OggS": _RECORDING,
        b"fLaC": _RECORDING,
        b"\x1aE\xdf\xa3": _RECORDING,
        b"\x7fELF": " (a program)",
        b"MZ": " (a program)",
        b"SQLite format 3": " (a database)",
        b"PAR1": " (a Parquet table)",
    }
    if head[4:8] == b"ftyp":  # .mp4, .m4a, .mov
        return _RECORDING
    return next((text for mark, text in signatures.items() if head.startswith(mark)), "")


def read(document: Document | str | Path, options: Options | None = None) -> list[Meeting]:
    """Read the meetings of one source, with people, parties, title, date and series filled in.

    Raises:
        ReadError: one sentence on what is wrong with the file.
    """
    from analyzer.ingest.context import complete

    options = options or Options()
    if not isinstance(document, Document):
        document = Document(name=Path(document).as_posix(), path=Path(document))
    try:
        known = recognise(document)
        meetings = [complete(meeting, document, options) for meeting in known.read(document)]
    finally:
        document.forget()  # a run lists all its documents before it reads the first
    if not any(map(_says_something, meetings)):
        reasons = sorted({notice.reason for meeting in meetings for notice in meeting.notices})
        raise NoSpeech(
            what=f"it was read as {known.name}, and nobody says anything in it"
            + (f" ({'; '.join(reasons[:3])})" if reasons else ""),
            where=document.name,
            remedy="check that it is the transcript, not its cover sheet",
        )
    return meetings


def _says_something(meeting: Meeting) -> bool:
    """Say whether there is more than a letter in it, as a file cut off behind its first has.

    In scripts without blanks and in Korean one sign is a word ("好。", "네.").
    """
    marks = (
        mark
        for utterance in meeting.utterances
        for mark in re.finditer(r"[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]|\w+", utterance.text)
    )
    said = list(islice(marks, 2))
    return len(said) > 1 or any(len(mark[0]) > 1 or mark[0] >= "\u1100" for mark in said)


def read_inner(document: Document) -> list[Meeting]:
    """Read a file that lies in another (attached to a mail, packed in an archive); nothing filled in yet.

    Raises:
        ReadError: one sentence on what is wrong with it.
    """
    return [meeting for meeting in recognise(document).read(document) if meeting.utterances]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What `read_all` gives: the meetings, and what could not be read."""

    meetings: tuple[Meeting, ...]
    failures: tuple[Failure, ...] = field(default=())

    def __iter__(self) -> Iterator[Meeting]:
        return iter(self.meetings)

    def __len__(self) -> int:
        return len(self.meetings)


def read_all(*paths: str | Path, options: Options | None = None) -> Readings:
    """Read every file and folder; a file that fails is kept in `.failures`, the others go on."""
    return read_documents(find_documents(paths), options)


def read_documents(documents: Iterable[Document], options: Options | None = None) -> Readings:
    """Read sources that were found already; like `read_all`."""
    meetings: list[Meeting] = []
    failures: list[Failure] = []
    for document in documents:
        try:
            meetings += read(document, options)
        except ReadError as error:
            failures.append(Failure(what=error.what, where=error.where, remedy=error.remedy, stage="read"))
    return Readings(meetings=tuple(meetings), failures=tuple(failures))
