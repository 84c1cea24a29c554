"""Sources: the bytes a reader gets and where they came from. Finds files, reads no format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from analyzer.errors import EmptyFile, ReadError, TooLarge
from analyzer.ingest.dates import is_date_name
from analyzer.ingest.limits import DEFAULT_LIMITS, Limits

# Files that describe or accompany meetings and are no meetings themselves.
COMPANIONS = ("people.csv", "meeting.yaml", "meeting.yml")
_ARCHIVE = re.compile(r"(?i)\.(?:zip|tar|tgz|tar\.gz)$")
_PACKED = re.compile(r"(?i)\.(?:zip|tar|tgz|(?:tar\.)?gz)$")
# Results of `analyze` and sheets of `label` are no meetings: each folder is known by two files.
_OURS = (("run.json", "trend.json"), ("windows.jsonl", "codebook.md"))
_RESULT = re.compile(
    r"(?:utterances|meetings|topics)\.(?:parquet|csv)|(?:trend|run)\.json|failures\.jsonl"
    r"|report(?:-.+)?\.(?:html|md)|.+-\w+\.(?:svg|png)"
)
_IGNORED_NAMES = {"Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One source. `name` is the path for people: as given, or relative to the folder given.

    Nothing is read before `data` is touched, so a file that is too large costs nothing.
    """

    name: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)
    limits: Limits = DEFAULT_LIMITS
    depth: int = 0  # containers it lies in: archives, mails it is attached to
    archive: Path | None = None  # the zip or tar on disk that it is a member of
    member: str | None = None  # its name there
    letters: tuple[Document, ...] = ()  # files of one mail each that are one thread

    @cached_property
    def data(self) -> bytes:
        """The bytes.

        Raises:
            TooLarge: if the file is over the limit; it is not read then.
            EmptyFile: if there is nothing in it.
            ReadError: if it cannot be opened.
        """
        data = self.content if self.content is not None else self._fetch()
        if not data.strip():
            raise EmptyFile(
                what="the file is empty", where=self.name, remedy="export it again from its source"
            )
        return data

    def _fetch(self) -> bytes:
        if self.archive:
            from analyzer.ingest.archives import member_data  # it makes Documents

            return member_data(self)
        if self.letters:
            from analyzer.ingest.letters import as_mbox

            return as_mbox([letter.data for letter in self.letters])
        return self._read()

    def _read(self) -> bytes:
        path = self.path or Path(self.name)
        try:
            size_mb = path.stat().st_size / 1e6
            if size_mb > self.limits.file_mb:
                raise TooLarge(
                    what=f"the file has {size_mb:.0f} MB, more than the limit of {self.limits.file_mb:g} MB",
                    where=self.name,
                    remedy="split it, or raise the limit with --max-file-mb",
                )
            return path.read_bytes()
        except OSError as error:
            raise ReadError(
                what=f"the file cannot be opened ({error.strerror or error})",
                where=self.name,
                remedy="check that it exists and that you may read it",
            ) from error

    def head(self, size: int) -> bytes:
        """Give the first bytes, where it can be done without reading the rest.

        Raises:
            ReadError: if it cannot be opened, or may not be read.
        """
        if self.content is not None or self.archive:
            return (self.content if self.content is not None else self._fetch())[:size]
        try:
            if (self.path or Path(self.name)).stat().st_size > self.limits.file_mb * 1e6:
                return self.data  # which says that it is too large
            with (self.path or Path(self.name)).open("rb") as file:
                return file.read(size)
        except OSError:
            return self.data  # which says why it cannot be opened

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def forget(self) -> None:
        """Let go of the bytes; they are fetched again when they are asked for."""
        self.__dict__.pop("data", None)

    def within(self, name: str, content: bytes) -> Document:
        """Give a file that lies in this one.

        Raises:
            TooLarge: if it lies deeper than the limits allow.
        """
        if self.depth >= self.limits.depth:
            raise TooLarge(
                what=f"it lies {self.depth + 1} containers deep, more than the limit of {self.limits.depth}",
                where=name,
                remedy="unpack the outer ones",
            )
        return Document(name=name, content=content, limits=self.limits, depth=self.depth + 1)

    @property
    def suffix(self) -> str:
        """The last suffix in lower case with its dot; a hint, never trusted."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def folder(self) -> str | None:
        """Name of the folder it lies in: the default series.

        Folders named for a time ("2018", "2018-01", that of a Zoom session) are passed over: they
        sort the meetings of one series. An archive counts as a folder.
        """
        place = self.path.resolve() if self.path is not None else PurePosixPath(self.name)
        names = (_PACKED.sub("", parent.name) for parent in place.parents)
        return next((name for name in names if name and not is_date_name(name)), None)


def find_documents(paths: Iterable[str | Path], *, limits: Limits = DEFAULT_LIMITS) -> list[Document]:
    """List the sources under files and folders, sorted by name, each file once.

    The members of a zip or tar are sources of their own; single mails of one thread in one folder are one.
    Companion files (people.csv, meeting.yaml), hidden files and what this program wrote (results, sheets for
    labelling) are left out. A path that does not
    exist becomes a Document too: it fails when it is read, with a sentence, and the others go on.
    """
    from analyzer.ingest.archives import members
    from analyzer.ingest.letters import gather

    found: dict[Path, Document] = {}
    for path in map(Path, paths):
        for name, file in sorted(_files(path)):
            found.setdefault(file.resolve(), Document(name=name, path=file, limits=limits))
    listed: list[Document] = []
    for document in found.values():
        listed += members(document) if is_archive(document.name) else [document]
    return sorted(gather(listed), key=lambda document: document.name)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield path.as_posix(), path
        return
    found = list(path.rglob("*"))
    ours = {folder for folder in {file.parent for file in found} if _is_ours(folder)}
    for file in found:
        name = file.relative_to(path)
        is_broken_link = file.is_symlink() and not file.exists()  # it fails with a sentence when it is read
        if not (file.is_file() or is_broken_link) or is_ignored(PurePosixPath(name.as_posix())):
            continue
        if path in ours and file.parent == path and _RESULT.fullmatch(file.name):
            continue  # results that were written among the sources
        if not ours.isdisjoint(set(file.parents) - {path, *path.parents}):
            continue
        yield name.as_posix(), file


def _is_ours(folder: Path) -> bool:
    return any(all((folder / name).is_file() for name in names) for names in _OURS)


def is_archive(name: str) -> bool:
    """Say whether a name is that of an archive of several files."""
    return bool(_ARCHIVE.search(name))


def is_ignored(name: PurePosixPath) -> bool:
    """Say whether a file of a folder or archive is hidden, a system's own, or a companion."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
    return hidden or name.name in (*COMPANIONS, *_IGNORED_NAMES)
