"""Zip, tar and gzip archives → the files in them, each a source of its own, named "archive.zip/member".

`members` lists an archive by its directory alone; a member is inflated when it is read, so a bad one costs
only itself. What lies deeper (a zip in a zip) is read in memory, within what the limits leave: each container
shares among its members what it may still inflate, so the whole tree stays under the limit of one.
`packages` opens the archives; companions (people.csv, meeting.yaml) in them serve as those of a folder do.
"""

from __future__ import annotations

import gzip
import io
import math
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from analyzer.errors import DamagedFile, NoSpeech, ReadError, TooLarge
from analyzer.ingest.beside import Folder, packed_folders
from analyzer.ingest.limits import Limits
from analyzer.ingest.packages import (
    UNPACK,
    Entry,
    Package,
    broken,
    inflated,
    is_tar,
    open_tar_package,
    open_zip_package,
    safe_name,
)
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Meeting, Notice

_SMALL_MB = 20.0  # below, a high ratio is a small file that packs well
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b\x08"


def sniff_zip(head: bytes) -> float:
    """Say 0.5 for a zip container: documents that are zips themselves say more."""
    return 0.5 if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0.0


def sniff_tar(head: bytes) -> float:
    """Say 0.95 for a tar archive."""
    return 0.95 if is_tar(head) else 0.0


def sniff_gzip(head: bytes) -> float:
    """Say 0.9 for a gzip file."""
    return 0.9 if head.startswith(_GZIP) else 0.0


def members(archive: Document) -> list[Document]:
    """List the files of an archive on disk, unread; the archive itself where it cannot be listed.

    Members that may not be read (links, protected or too large ones) are listed too: each fails with its own
    sentence. An Office document, which is a zip as well, is itself.
    """
    try:
        package = _on_disk(archive)
        if package is None or package.is_office:
            return [archive]
        package.check(name=archive.name, limits=archive.limits)
    except (ReadError, OSError):
        return [archive]  # it fails with that sentence when it is read
    return [
        Document(
            name=f"{archive.name}/{safe_name(entry.name)}",
            archive=archive.path,
            member=entry.name,
            limits=_share(entry, package.total, archive.limits),
            depth=archive.depth + 1,
        )
        for entry in package.files()
    ]


def member_data(document: Document) -> bytes:
    """Inflate the member that a document of `members` stands for.

    Raises:
        ReadError: if it is a link, protected, too large or broken.
    """
    package = _package_of(document)
    entry = package.by_name.get(document.member or "")
    if entry is None:
        raise DamagedFile(what="it is no longer in the archive", where=document.name, remedy="try again")
    return inflated(entry, name=document.name, limits=document.limits)


def archive_folders(document: Document) -> list[Folder]:
    """List the folders within its archive that a member lies in, its own first.

    Raises:
        ReadError: if the archive cannot be read.
    """
    return _folders(_package_of(document), document.member or "", document.limits, document.name)


def _folders(package: Package, member: str, limits: Limits, name: str) -> list[Folder]:
    def read(companion: str) -> bytes:
        return inflated(package.by_name[companion], name=name, limits=limits)

    return packed_folders(member, package.places, read)


def read_zip(document: Document) -> Iterator[Meeting]:
    """Read the members of a zip in memory; those that cannot be read are counted.

    Raises:
        ReadError: if the zip cannot be listed, or no member of it can be read.
    """
    try:
        package = open_zip_package(io.BytesIO(document.data), name=document.name, limits=document.limits)
    except OSError as error:
        raise broken(document.name) from error
    yield from _read_members(package, document)


def read_tar(document: Document) -> Iterator[Meeting]:
    """Read the members of a tar archive in memory; those that cannot be read are counted.

    Raises:
        ReadError: if the archive cannot be listed, or no member of it can be read.
    """
    package = open_tar_package(document.data, name=document.name, limits=document.limits)
    yield from _read_members(package, document)


def _read_members(package: Package, document: Document) -> Iterator[Meeting]:
    from analyzer.ingest.context import with_companions
    from analyzer.ingest.formats import read_inner  # formats knows this module as one of its rows

    notices: list[Notice] = []
    found: list[Meeting] = []
    failure: ReadError | None = None
    for entry in package.files():
        name = f"{document.name}/{safe_name(entry.name)}"
        shared = replace(document, limits=_share(entry, package.total, document.limits))
        try:
            inner = shared.within(name, inflated(entry, name=name, limits=shared.limits))
            folders = _folders(package, entry.name, document.limits, name)
            found += [with_companions(meeting, inner, folders) for meeting in read_inner(inner)]
        except ReadError as error:
            failure = error
            notices.append(Notice(reason=f"{safe_name(entry.name)} not read: {error.what}"))
    if not found:
        raise failure or NoSpeech(
            what="there is no file in the archive", where=document.name, remedy="give the files themselves"
        )
    yield replace(found[0], notices=(*found[0].notices, *notices))
    yield from found[1:]


def read_gzip(document: Document) -> Iterator[Meeting]:
    """Read the one file that a gzip file holds.

    Raises:
        ReadError: if it is broken, inflates to too much, or the file in it cannot be read.
    """
    from analyzer.ingest.formats import read_inner

    stem = PurePosixPath(document.name).name.removesuffix(".gz") or "member"
    name = f"{document.name}/{stem if document.suffix in ('.gz', '.tgz') else 'member'}"
    data, is_whole = _gunzipped(document)
    limits = replace(document.limits, inflated_mb=max(0.0, document.limits.inflated_mb - len(data) / 1e6))
    if is_tar(data):  # its files count once, not once more as a container's
        limits = document.limits
    found = read_inner(replace(document, limits=limits).within(name, data))
    if not found and not is_whole:
        raise broken(document.name)
    cut = () if is_whole else (Notice(reason="the archive is cut off: what follows is missing"),)
    yield from (replace(meeting, notices=(*meeting.notices, *cut)) for meeting in found)


def _gunzipped(document: Document) -> tuple[bytes, bool]:
    """Give what is packed, and whether it is all there."""
    data, limits = document.data, document.limits
    most = int(min(limits.inflated_mb, limits.file_mb) * 1e6)
    most = min(most, max(int(_SMALL_MB * 1e6), int(limits.ratio * len(data))))
    out = io.BytesIO()
    is_whole = True
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        try:
            while out.tell() <= most and (chunk := packed.read1(_CHUNK)):
                out.write(chunk)
        except (zlib.error, OSError, EOFError) as error:
            if not out.tell():
                raise broken(document.name) from error
            is_whole = False
    if out.tell() > most:
        raise TooLarge(
            what=f"it inflates to more than {most / 1e6:.0f} MB", where=document.name, remedy=UNPACK
        )
    if not out.tell():
        raise NoSpeech(what="there is nothing in it", where=document.name, remedy="pack the file again")
    return out.getvalue(), is_whole


def _package_of(document: Document) -> Package:
    """Open the archive on disk that a document is a member of."""
    try:
        package = _on_disk(replace(document, path=document.archive, archive=None, member=None))
    except OSError as error:
        raise broken(document.name) from error
    if package is None:
        raise broken(document.name)
    return package


def _on_disk(archive: Document) -> Package | None:
    """Open an archive on disk; None where it is no archive of several files."""
    path = archive.path or Path(archive.name)
    facts = path.stat()
    return _opened(path, facts.st_size, facts.st_mtime_ns, archive.limits.file_mb)


@lru_cache(maxsize=2)
def _opened(path: Path, size: int, changed: int, file_mb: float) -> Package | None:  # noqa: ARG001
    """Keep an archive open while its members are read: its directory is as long as it has members."""
    limits = Limits(file_mb=file_mb, inflated_mb=math.inf, members=sys.maxsize)  # `members` checks these
    with path.open("rb") as file:
        head = file.read(512)
    if sniff_zip(head):
        return open_zip_package(path, name=path.name, limits=limits)
    document = Document(name=path.name, path=path, limits=limits)
    if is_tar(head):
        return open_tar_package(document.data, name=path.name, limits=limits)
    if head.startswith(_GZIP):
        data, is_whole = _gunzipped(document)
        if is_whole and is_tar(data):
            return open_tar_package(data, name=path.name, limits=limits)
    return None


def _share(entry: Entry, total: int, limits: Limits) -> Limits:
    """Give the limits for what lies in a member: its share of what this archive leaves to inflate."""
    left = max(0.0, limits.inflated_mb - total / 1e6)
    return replace(limits, inflated_mb=left * entry.size / total)
