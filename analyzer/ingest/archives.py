"""Zip archives and gzip files → the files in them, each a source of its own, named "archive.zip/member".

`members` lists a zip by its directory alone; a member is inflated when it is read, so a bad one costs only
itself. What lies deeper (a zip in a zip) is read in memory, within what the limits leave: every container
shares among its members what it may still inflate, so the whole tree stays under the limit of one.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from analyzer.errors import DamagedFile, Encrypted, NoSpeech, ReadError, TooLarge, UnknownFormat
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document, is_ignored
from analyzer.records.meeting import Meeting, Notice

_ENCRYPTED_FLAG = 0x1
_SMALL_MB = 20.0  # below, a high ratio is a small file that packs well
_CHUNK = 1 << 20
_UNPACK = "unpack it and give the folder"
_OFFICE = ("[Content_Types].xml", "mimetype")


def sniff_zip(head: bytes) -> float:
    """Say 0.5 for a zip container: documents that are zips themselves say more."""
    return 0.5 if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0.0


def sniff_gzip(head: bytes) -> float:
    """Say 0.9 for a gzip file."""
    return 0.9 if head.startswith(b"\x1f\x8b\x08") else 0.0


def members(archive: Document) -> list[Document]:
    """List the files of a zip on disk, unread; the archive itself where it cannot be listed.

    Members that may not be read (links, protected or too large ones) are listed too: each fails with its own
    sentence. An Office document, which is a zip as well, is itself.
    """
    try:
        package = _on_disk(archive.path or Path(archive.name))
        check_members(package, name=archive.name, limits=archive.limits)
    except (ReadError, OSError):
        return [archive]  # it fails with that sentence when it is read
    if any(name in package.namelist()[:3] for name in _OFFICE):
        return [archive]
    total = _total(package)
    return [
        Document(
            name=f"{archive.name}/{safe_name(info.filename)}",
            archive=archive.path,
            member=info.filename,
            limits=_share(info, total, archive.limits),
            depth=archive.depth + 1,
        )
        for info in _files(package)
    ]


def member_data(document: Document) -> bytes:
    """Inflate the member that a document of `members` stands for.

    Raises:
        ReadError: if it is a link, protected, too large or broken.
    """
    path, member = document.archive or Path(), document.member or ""
    return _inflated(_on_disk(path), _info(_on_disk(path), member, document.name), document)


def read_zip(document: Document) -> Iterator[Meeting]:
    """Read the members of a zip in memory; those that cannot be read are counted.

    Raises:
        ReadError: if the zip cannot be listed, or no member of it can be read.
    """
    package = _in_memory(document.data, document.name)
    with package:
        check_members(package, name=document.name, limits=document.limits)
        yield from _read_members(package, document)


def _read_members(package: zipfile.ZipFile, document: Document) -> Iterator[Meeting]:
    from analyzer.ingest.formats import read_inner  # formats knows this module as one of its rows

    notices: list[Notice] = []
    found: list[Meeting] = []
    failure: ReadError | None = None
    total = _total(package)
    for info in _files(package):
        name = f"{document.name}/{safe_name(info.filename)}"
        shared = replace(document, limits=_share(info, total, document.limits))
        try:
            found += read_inner(shared.within(name, _inflated(package, info, shared, name=name)))
        except ReadError as error:
            failure = error
            notices.append(Notice(reason=f"{safe_name(info.filename)} not read: {error.what}"))
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
    if data[257:262] == b"ustar":
        raise UnknownFormat(what="a tar archive is packed in it", where=document.name, remedy=_UNPACK)
    limits = replace(document.limits, inflated_mb=max(0.0, document.limits.inflated_mb - len(data) / 1e6))
    found = read_inner(replace(document, limits=limits).within(name, data))
    if not found and not is_whole:
        raise _broken(document.name)
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
                raise _broken(document.name) from error
            is_whole = False
    if out.tell() > most:
        raise TooLarge(
            what=f"it inflates to more than {most / 1e6:.0f} MB", where=document.name, remedy=_UNPACK
        )
    if not out.tell():
        raise NoSpeech(what="there is nothing in it", where=document.name, remedy="pack the file again")
    return out.getvalue(), is_whole


def _broken(name: str) -> DamagedFile:
    return DamagedFile(what="the archive is broken or cut off", where=name, remedy="pack it again")


@lru_cache(maxsize=2)
def _opened(path: Path, size: int, changed: int) -> zipfile.ZipFile:  # noqa: ARG001
    """Keep an archive open while its members are read: its directory is as long as it has members."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, IndexError) as error:
        raise _broken(path.name) from error


def _on_disk(path: Path) -> zipfile.ZipFile:
    facts = path.stat()
    return _opened(path, facts.st_size, facts.st_mtime_ns)


def _in_memory(data: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError) as error:
        raise _broken(name) from error


def check_members(package: zipfile.ZipFile, *, name: str, limits: Limits) -> None:
    """Refuse an archive by what its directory says, before anything is inflated.

    Raises:
        TooLarge: if it has too many members, or they would inflate to too much.
        DamagedFile: if its members lie over each other, which only an attack does.
    """
    infos = package.infolist()
    total_mb = sum(info.file_size for info in infos) / 1e6
    if len(infos) > limits.members or total_mb > limits.inflated_mb:
        raise TooLarge(
            what=f"it would inflate to {total_mb:,.0f} MB in {len(infos):,} members, more than the limit of "
            f"{limits.inflated_mb:,.0f} MB or {limits.members:,}",
            where=name,
            remedy=_UNPACK,
        )
    end = package.start_dir
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + info.compress_size > end:
            raise DamagedFile(
                what="its members lie over each other, which may be an attack", where=name, remedy=_UNPACK
            )
        end = info.header_offset


def _files(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Give the members that are files and no companions, each name once, in order."""
    files = {
        info.filename: info
        for info in package.infolist()
        if not info.is_dir() and not is_ignored(PurePosixPath(safe_name(info.filename)))
    }
    return sorted(files.values(), key=lambda info: info.filename)


def safe_name(member: str) -> str:
    """Give the name of a member as a relative path that leads nowhere else; for show, nothing is written."""
    parts = member.replace("\\", "/").split("/")
    kept = (
        "".join(mark for mark in part if mark.isprintable())
        for part in parts
        if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")
    )
    return "/".join(kept) or "member"


def _total(package: zipfile.ZipFile) -> int:
    return max(1, sum(info.file_size for info in package.infolist()))


def _share(info: zipfile.ZipInfo, total: int, limits: Limits) -> Limits:
    """Give the limits for what lies in a member: its share of what this archive leaves to inflate."""
    left = max(0.0, limits.inflated_mb - total / 1e6)
    return replace(limits, inflated_mb=left * info.file_size / total)


def _info(package: zipfile.ZipFile, member: str, name: str) -> zipfile.ZipInfo:
    try:
        return package.getinfo(member)
    except KeyError as error:
        raise DamagedFile(what="it is no longer in the archive", where=name, remedy="try again") from error


def _inflated(
    package: zipfile.ZipFile, info: zipfile.ZipInfo, document: Document, *, name: str | None = None
) -> bytes:
    name = name or document.name
    size_mb = info.file_size / 1e6
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ReadError(what="it is a link, and links are not followed", where=name, remedy="pack the file")
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise Encrypted(what="it is protected by a password", where=name, remedy="pack it without one")
    is_bomb = size_mb > _SMALL_MB and info.file_size > document.limits.ratio * max(1, info.compress_size)
    if is_bomb or size_mb > document.limits.file_mb:
        raise TooLarge(
            what=f"it would inflate to {size_mb:,.0f} MB from {info.compress_size / 1e6:.1f} MB",
            where=name,
            remedy=_UNPACK,
        )
    try:
        with package.open(info) as stream:
            return stream.read(info.file_size)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise _broken(name) from error
    except (RuntimeError, ValueError) as error:  # what zipfile raises for odd flags and names
        raise DamagedFile(what="it cannot be unpacked", where=name, remedy="pack it again") from error
