"""Mails that lie in files of their own (.eml in a folder, a Maildir) → threads, by the ids in their headers.

Read one by one, a talk of twelve mails would be twelve meetings. Only the beginning of each file is looked
at here; what belongs together becomes one source, which reads as an mbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.parser import BytesHeaderParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from analyzer.errors import ReadError
from analyzer.ingest.headers import RAW, identifiers

if TYPE_CHECKING:
    from analyzer.ingest.sources import Document

_HEAD_BYTES = 16_384
_MAILDIR_FOLDERS = {"cur", "new"}
_MAILDIR_NAME = re.compile(r"^\d{6,}\.[^/]+$")  # 1700000000.M5P6.host:2,S


def gather(documents: Sequence[Document]) -> list[Document]:
    """Join the single mails of one folder that are one thread; everything else stays as it is.

    The joined source has the name of its first file, by name.
    """
    folders: dict[str, list[Document]] = {}
    for document in documents:
        if _is_letter(document):
            folders.setdefault(_folder(document), []).append(document)
    joined: dict[str, Document | None] = {}  # name -> what it becomes; None: part of another
    for letters in folders.values():
        for thread in _threads(letters) if len(letters) > 1 else ():
            first, *others = sorted(thread, key=lambda document: document.name)
            joined[first.name] = replace(first, archive=None, letters=(first, *others))
            joined |= dict.fromkeys((other.name for other in others), None)
    kept = (joined.get(document.name, document) for document in documents)
    return [document for document in kept if document is not None]


def _is_letter(document: Document) -> bool:
    place = PurePosixPath(document.name)
    is_in_maildir = place.parent.name in _MAILDIR_FOLDERS and bool(_MAILDIR_NAME.match(place.name))
    return document.suffix == ".eml" or is_in_maildir


def _folder(document: Document) -> str:
    folder = (document.path or PurePosixPath(document.name)).parent
    return str(folder.parent if folder.name in _MAILDIR_FOLDERS else folder)


def _threads(letters: Sequence[Document]) -> Iterator[list[Document]]:
    """Give the groups of more than one that name each other's ids."""
    above = list(range(len(letters)))

    def root(index: int) -> int:
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    first_of: dict[str, int] = {}  # id -> the first mail that names it
    for index, letter in enumerate(letters):
        for known in _ids(letter):
            low, high = sorted((root(index), root(first_of.setdefault(known, index))))
            above[high] = low
    groups: dict[int, list[Document]] = {}
    for index, letter in enumerate(letters):
        groups.setdefault(root(index), []).append(letter)
    yield from (group for group in groups.values() if len(group) > 1)


def _ids(letter: Document) -> tuple[str, ...]:
    """Give the ids that a mail names; none if it cannot be read: then it fails alone, with its sentence."""
    try:
        head = letter.head(_HEAD_BYTES)
    except ReadError:
        return ()
    message = BytesHeaderParser(policy=RAW).parsebytes(head.replace(b"\x00", b"").lstrip())
    named = (str(message.get(name, "")) for name in ("Message-ID", "References", "In-Reply-To"))
    return identifiers(" ".join(named))


def as_mbox(contents: Sequence[bytes]) -> bytes:
    """Join single mails to an mbox, in order."""
    return b"".join(b"From mail Thu Jan  1 00:00:00 1970\n%b\n\n" % _escaped(content) for content in contents)


def _escaped(content: bytes) -> bytes:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:40]:  # saved as UTF-16
        charset = (
            "utf-16" if content[0] in b"\xff\xfe" else "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
        )
        content = content.decode(charset, "replace").encode("utf-8", "replace")
    own_postmark = re.compile(rb"\A\s*From [^\n]*\n")
    return re.sub(rb"(?m)^(>*From )", rb">\1", own_postmark.sub(b"", content.lstrip(b"\xef\xbb\xbf \t\r\n")))
