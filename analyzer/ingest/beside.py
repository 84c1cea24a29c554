"""The folders a source lies in, on disk or in an archive: where its people.csv and meeting.yaml may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analyzer.ingest.sources import Document, is_ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder: its files that may be meetings, and a way to read a companion."""

    files: Callable[[], Sequence[str]]  # names
    read: Callable[[str], bytes | None]  # name -> bytes; None where there is no such file


def folders_of(document: Document) -> list[Folder]:
    """List the folders a companion may lie in: the source's own first, then those up to the one given.

    Raises:
        ReadError: if the archive it lies in cannot be read.
        OSError: if a companion cannot be read.
    """
    if document.archive and document.member:
        from analyzer.ingest.archives import archive_folders  # it makes Documents

        inside = archive_folders(document)
        place = document.archive.as_posix()
        if document.name.startswith(f"{place}/"):  # the archive was given, no folder
            return [*inside, *_on_disk(document.archive, name_parts=1)]
        depth = len(PurePosixPath(document.name).parts) - len(inside)
        return [*inside, *_on_disk(document.archive, name_parts=max(1, depth))]
    if document.path is None:
        return []
    own_only = document.path.as_posix() == document.name  # a file was given, no folder
    return _on_disk(document.path, name_parts=1 if own_only else len(PurePosixPath(document.name).parts))


def _on_disk(path: Path, *, name_parts: int) -> list[Folder]:
    return [_disk_folder(folder) for folder in list(path.parents)[:name_parts]]


def _disk_folder(folder: Path) -> Folder:
    def read(name: str) -> bytes | None:
        return (folder / name).read_bytes() if (folder / name).is_file() else None

    def files() -> list[str]:
        found = (other.name for other in folder.iterdir() if other.is_file())
        return [name for name in found if not is_ignored(PurePosixPath(name))]

    return Folder(files=files, read=read)


def packed_folders(
    member: str, places: Mapping[PurePosixPath, Mapping[str, str]], read: Callable[[str], bytes]
) -> list[Folder]:
    """List the folders above a member of an archive, its own first.

    Args:
        member: its name in the archive.
        places: the folders of the archive: to a file's name there, its name in the archive.
        read: gives the bytes of a file by its name in the archive.
    """
    parents = PurePosixPath(member.replace("\\", "/")).parents
    return [_packed_folder(places.get(parent, {}), read) for parent in parents]


def _packed_folder(there: Mapping[str, str], read: Callable[[str], bytes]) -> Folder:
    return Folder(
        files=lambda: [name for name in there if not is_ignored(PurePosixPath(name))],
        read=lambda name: read(there[name]) if name in there else None,
    )
