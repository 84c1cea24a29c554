"""Zip and tar archives from strangers: what lies in them, and a member's bytes, each limit checked before."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from analyzer.errors import DamagedFile, Encrypted, ReadError, TooLarge
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import is_ignored

UNPACK = "unpack it and give the folder"
_ENCRYPTED_FLAG = 0x1
_SMALL_MB = 20.0  # below, a high ratio is a small file that packs well
_OFFICE = ("[Content_Types].xml", "mimetype")
_TAR_MAGIC = slice(257, 262)
_BROKEN_TAR = (
    tarfile.TarError, ValueError, EOFError, OSError, OverflowError, LookupError, RecursionError,
)  # fmt: skip
_BROKEN_ZIP = (zipfile.BadZipFile, ValueError, NotImplementedError, IndexError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in an archive, by what the archive's directory says of it."""

    name: str
    size: int  # bytes once inflated
    packed: int  # bytes in the archive
    read: Callable[[], bytes]
    is_link: bool = False
    is_protected: bool = False


@dataclass(frozen=True, kw_only=True)
class Package:
    """An archive whose directory was read, and found within the limits."""

    entries: Sequence[Entry]  # all of its files, each name once
    is_office: bool = False  # a document of an Office program, which is a zip as well

    @cached_property
    def by_name(self) -> Mapping[str, Entry]:
        """The files by their names."""
        return {entry.name: entry for entry in self.entries}

    @cached_property
    def places(self) -> Mapping[PurePosixPath, Mapping[str, str]]:
        """The folders: to a file's name there, its name in the archive."""
        places: dict[PurePosixPath, dict[str, str]] = {}
        for entry in self.entries:
            place = PurePosixPath(entry.name.replace("\\", "/"))
            places.setdefault(place.parent, {}).setdefault(place.name, entry.name)
        return places

    @cached_property
    def total(self) -> int:
        """Bytes of all files once inflated, at least 1."""
        return max(1, sum(entry.size for entry in self.entries))

    def check(self, *, name: str, limits: Limits) -> None:
        """Refuse it by what its directory says, before anything is inflated.

        Raises:
            TooLarge: if it has too many files, or they would inflate to too much.
        """
        _check(len(self.entries), self.total, name=name, limits=limits)

    def files(self) -> list[Entry]:
        """Give the files that are no companions of others and no system's own, in order of their names."""
        kept = (entry for entry in self.entries if not is_ignored(PurePosixPath(safe_name(entry.name))))
        return sorted(kept, key=lambda entry: entry.name)


def is_tar(head: bytes) -> bool:
    """Say whether the first bytes are those of a tar archive."""
    return head[_TAR_MAGIC] == b"ustar"


def open_zip_package(source: Path | io.BytesIO, *, name: str, limits: Limits) -> Package:
    """Read the directory of a zip.

    Raises:
        DamagedFile: if it is no whole zip, or its members lie over each other, which only an attack does.
        TooLarge: if it has too many members, or they would inflate to too much.
        OSError: if the file cannot be opened.
    """
    try:
        package = zipfile.ZipFile(source)
    except _BROKEN_ZIP as error:
        raise broken(name) from error
    infos = package.infolist()
    _check(len(infos), sum(info.file_size for info in infos), name=name, limits=limits)
    _check_overlap(package, name=name)
    entries = {info.filename: _zip_entry(package, info) for info in infos if not info.is_dir()}
    return Package(
        entries=tuple(entries.values()),
        is_office=any(office in [info.filename for info in infos[:3]] for office in _OFFICE),
    )


def _zip_entry(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    def read() -> bytes:
        with package.open(info) as stream:
            return stream.read(info.file_size)

    return Entry(
        name=info.filename,
        size=info.file_size,
        packed=info.compress_size,
        read=read,
        is_link=stat.S_ISLNK(info.external_attr >> 16),
        is_protected=bool(info.flag_bits & _ENCRYPTED_FLAG),
    )


def _check_overlap(package: zipfile.ZipFile, *, name: str) -> None:
    end = package.start_dir
    for info in sorted(package.infolist(), key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + info.compress_size > end:
            raise DamagedFile(
                what="its members lie over each other, which may be an attack", where=name, remedy=UNPACK
            )
        end = info.header_offset


def open_tar_package(data: bytes, *, name: str, limits: Limits) -> Package:
    """Read the headers of a tar archive; what follows a broken one is left out.

    Raises:
        DamagedFile: if not even the first header is whole.
        TooLarge: if it has too many members, or they are too large together.
    """
    found: dict[str, Entry] = {}
    count = total = 0
    try:
        package = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115  read from later
        for info in package:
            count, total = count + 1, total + max(0, info.size)
            _check(count, total, name=name, limits=limits)
            if not info.isdir():
                found[info.name] = _tar_entry(package, info)
    except _BROKEN_TAR as error:
        if not found:
            raise broken(name) from error
    return Package(entries=tuple(found.values()))


def _tar_entry(package: tarfile.TarFile, info: tarfile.TarInfo) -> Entry:
    def read() -> bytes:
        stream = package.extractfile(info)
        return stream.read(info.size) if stream else b""

    # A sparse file claims holes of any size; links and devices lead out of the archive.
    is_plain = info.isreg() and info.sparse is None
    return Entry(name=info.name, size=info.size, packed=info.size, read=read, is_link=not is_plain)


def _check(count: int, total: int, *, name: str, limits: Limits) -> None:
    total_mb = total / 1e6
    if count > limits.members or total_mb > limits.inflated_mb:
        raise TooLarge(
            what=f"it would inflate to {total_mb:,.0f} MB in {count:,} members, more than the limit of "
            f"{limits.inflated_mb:,.0f} MB or {limits.members:,}",
            where=name,
            remedy=UNPACK,
        )


def inflated(entry: Entry, *, name: str, limits: Limits) -> bytes:
    """Give the bytes of a member.

    Raises:
        ReadError: if it is a link, protected, too large or broken.
    """
    size_mb = entry.size / 1e6
    if entry.is_link:
        raise ReadError(what="it is a link, and links are not followed", where=name, remedy="pack the file")
    if entry.is_protected:
        raise Encrypted(what="it is protected by a password", where=name, remedy="pack it without one")
    is_bomb = size_mb > _SMALL_MB and entry.size > limits.ratio * max(1, entry.packed)
    if is_bomb or size_mb > limits.file_mb:
        raise TooLarge(
            what=f"it would inflate to {size_mb:,.0f} MB from {entry.packed / 1e6:.1f} MB",
            where=name,
            remedy=UNPACK,
        )
    try:
        return entry.read()
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise broken(name) from error
    except (RuntimeError, ValueError) as error:  # what zipfile raises for odd flags and names
        raise DamagedFile(what="it cannot be unpacked", where=name, remedy="pack it again") from error


def broken(name: str) -> DamagedFile:
    """Make the error for an archive that is not whole."""
    return DamagedFile(what="the archive is broken or cut off", where=name, remedy="pack it again")


def safe_name(member: str) -> str:
    """Give the name of a member as a relative path that leads nowhere else; for show, nothing is written."""
    parts = member.replace("\\", "/").split("/")
    kept = (
        "".join(mark for mark in part if mark.isprintable())
        for part in parts
        if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")
    )
    return "/".join(kept) or "member"
