"""Documents of the office and the web: which reader takes them, and what their first bytes look like.

Each module beside this one takes its format off and gives blocks; `proceedings` makes a meeting of
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.ingest.odt import odt_content
from analyzer.ingest.pdf import pdf_content
from analyzer.ingest.proceedings import meeting_of
from analyzer.ingest.rtf import rtf_content
from analyzer.ingest.sources import Document
from analyzer.ingest.webpage import html_content
from analyzer.ingest.word import ENCRYPTED_PART, OLE_MARK, docx_content
from analyzer.records.meeting import Meeting

_ZIP_MARK = b"PK\x03\x04"
_OLE_HEAD = 512  # bytes of the head of any OLE file
_OPEN_TEXT = b"application/vnd.oasis.opendocument.text"
_PAGE = re.compile(rb"(?i)^\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.S)
_PIECE = re.compile(rb"(?i)<(?:p|div|h[1-6]|table|cite|li)[\s>]")
_OPENS = re.compile(rb"(?i)<(p|div|h[1-6]|table|blockquote|ul|ol|font|span|section|article)(?:\s[^<>]*)?>")


def read_docx(document: Document) -> Iterator[Meeting]:
    """Read a Word document: minutes, or a transcript of Teams, Google Meet or Fathom.

    Raises:
        ReadError: if it is broken, protected or too large.
    """
    yield meeting_of(docx_content(document), document, format_name="docx")


def sniff_docx(head: bytes) -> float:
    """Say whether it is a Word package; also, less surely, an old or protected Office file, to refuse it."""
    if head.startswith(OLE_MARK) and len(head) >= _OLE_HEAD:
        return 0.9 if ENCRYPTED_PART in head else 0.3
    if not head.startswith(_ZIP_MARK) or b"xl/" in head or b"ppt/" in head:
        return 0.0
    return 0.95 if b"word/" in head else 0.5 if b"[Content_Types].xml" in head else 0.0


def read_odt(document: Document) -> Iterator[Meeting]:
    """Read an OpenDocument text, packed (.odt) or flat (.fodt).

    Raises:
        ReadError: if it is broken, protected or too large.
    """
    yield meeting_of(odt_content(document), document, format_name="odt")


def sniff_odt(head: bytes) -> float:
    """Say whether it names itself an OpenDocument text, packed or flat."""
    if head.startswith(_ZIP_MARK):
        return 0.95 if _OPEN_TEXT in head[:200] else 0.0
    return 0.95 if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and _OPEN_TEXT in head else 0.0


def read_rtf(document: Document) -> Iterator[Meeting]:
    """Read a document in Rich Text Format.

    Raises:
        ReadError: if it nests too deeply.
    """
    yield meeting_of(rtf_content(document), document, format_name="rtf")


def sniff_rtf(head: bytes) -> float:
    """Say whether it begins as RTF does."""
    return 0.95 if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{\\rtf1") else 0.0


def read_pdf(document: Document) -> Iterator[Meeting]:
    """Read minutes or a transcript printed as PDF.

    Raises:
        ReadError: if it is broken, protected, too costly, or a scan without text.
    """
    yield meeting_of(pdf_content(document), document, format_name="pdf")


def sniff_pdf(head: bytes) -> float:
    """Say whether it begins as a PDF does; some have a few bytes of wrapping before that."""
    return 0.98 if b"%PDF-" in head[:1_024] else 0.0


def read_html(document: Document) -> Iterator[Meeting]:
    """Read a web page: minutes, scribe output with <cite>, or a podcast's transcript.

    Raises:
        ReadError: if it is no text or too large.
    """
    yield meeting_of(html_content(document), document, format_name="html")


def sniff_html(head: bytes) -> float:
    """Say whether it begins as a web page does, in any charset."""
    narrow = head[:8_192].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")
    if narrow.lstrip().startswith(b"<?xml"):
        narrow = narrow.partition(b"?>")[2]
    if _PAGE.match(narrow):
        return 0.9
    narrow = narrow.lstrip()
    opened = _OPENS.match(narrow)  # a piece of a page, as a mail client saves it
    is_piece = opened is not None and b"</" + opened[1].lower() in narrow.lower()
    return 0.5 if is_piece or (narrow.startswith(b"<") and len(_PIECE.findall(narrow)) >= 3) else 0.0
