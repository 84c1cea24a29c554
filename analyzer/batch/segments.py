"""The shelf on disk: prepared meetings and analyses, a file each, so that a killed run goes on where it was.

What is on the shelf is done, and nothing else records progress, so nothing can disagree with it. A file is
named by its key, written under another name and renamed: half a file is never taken for a whole one, and no
lock is needed. A segment holds the meetings of one source; its first line says what they are, so that the
shelf can be looked through without reading it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from analyzer.codec import pack, unpack
from analyzer.errors import StoreError
from analyzer.records.analysis import Analysis, InOrder
from analyzer.records.tagged import Encoded

_SEGMENT, _ANALYSIS, _PART = ".meetings", ".analysis", ".part"
_STALE_SECONDS = 3_600  # a half-written file that is older was left by a kill
_HELD_BYTES = 24_000_000  # packed; what is larger is read from disk again and again
_UNDATED = "9999-99-99"


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """Where a meeting lies; entries sort oldest first, undated ones last, then by id and source."""

    date: str
    meeting: str
    source: str
    place: int  # in its segment
    series: str
    key: str
    start: int  # bytes
    size: int


class KeptAnalyses(InOrder):
    """Analyses in files, read one at a time."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Take files in the order of their series."""
        self._files = tuple(files)

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> Analysis: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Analysis, ...]: ...
    def __getitem__(self, place: int | slice) -> Analysis | tuple[Analysis, ...]:
        """Read one, or some.

        Raises:
            StoreError: if it is gone or damaged.
        """
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        file = self._files[place]
        try:
            return unpack(Analysis, file.read_bytes())
        except OSError as error:
            raise StoreError(
                what=f"what was concluded cannot be read back ({error.strerror or error})",
                where=str(file),
                remedy="run the same command again: it is made anew",
            ) from error


class FolderShelf:
    """`pipeline.Shelf` in a folder. Pickled with its index, so only names travel to workers."""

    def __init__(self, folder: Path) -> None:
        """Open the shelf; the folder is made where it does not exist.

        Raises:
            StoreError: if it cannot be made or looked through.
        """
        self._folder = folder
        self._entries: dict[str, list[_Entry]] = {}  # series -> its meetings
        self._sources: dict[str, str] = {}  # key -> name of the source
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for file in sorted(folder.iterdir()):
                if file.suffix == _PART and time.time() - file.stat().st_mtime > _STALE_SECONDS:
                    file.unlink(missing_ok=True)
                elif file.suffix == _SEGMENT and (source := _source_of(file)) is not None:
                    self._sources[file.stem] = source

    def __contains__(self, key: str) -> bool:
        return key in self._sources

    @property
    def sources(self) -> dict[str, str]:
        """Key and source of every segment there is."""
        return dict(self._sources)

    def put(self, key: str, prepared: Sequence[Encoded], source: str = "") -> None:
        """Keep the meetings of one source under its key.

        Raises:
            StoreError: if the disk is full or may not be written.
        """
        packed = [pack(encoded) for encoded in prepared]
        head = {
            "source": source,
            "meetings": [
                [_date(encoded), encoded.meeting.id, encoded.meeting.series, len(data)]
                for encoded, data in zip(prepared, packed, strict=True)
            ],
        }
        self._write(key + _SEGMENT, [json.dumps(head).encode() + b"\n", *packed])
        self._sources[key] = source

    def index(self, keys: Collection[str]) -> None:
        """Take the meetings of these sources for those of the run, and no others.

        A segment that cannot be read is taken off the shelf, so that it is made again.

        Raises:
            StoreError: if that happened to any.
        """
        self._entries = {}
        damaged = []
        for key in sorted(keys):
            file = self._folder / (key + _SEGMENT)
            try:
                for entry in _entries(file, key):
                    self._entries.setdefault(entry.series, []).append(entry)
            except (OSError, ValueError, TypeError, KeyError):
                damaged.append(self._sources.get(key, key))
                self._drop(file)
        if damaged:
            raise StoreError(
                what=f"what was kept of {', '.join(damaged)} is damaged and was thrown away",
                where=str(self._folder),
                remedy="run the same command again: it is made anew from its source",
            )
        for entries in self._entries.values():
            entries.sort()

    def series(self) -> list[str]:
        """Names of the series of the run, sorted."""
        return sorted(self._entries)

    def keys_of(self, series: str) -> list[str]:
        """Keys of the sources that the meetings of a series came from."""
        return sorted({entry.key for entry in self._entries[series]})

    def take(self, series: str) -> list[Encoded]:
        """Meetings of a series, oldest first; undated ones last.

        Raises:
            StoreError: if a segment is damaged; it is made again by the next run.
        """
        return [self._take(entry) for entry in self._entries[series]]

    def _take(self, entry: _Entry) -> Encoded:
        file = self._folder / (entry.key + _SEGMENT)
        try:
            with file.open("rb") as handle:
                handle.seek(entry.start)
                return unpack(Encoded, handle.read(entry.size))
        except (OSError, StoreError) as error:
            self._drop(file)
            raise StoreError(
                what=f"what was kept of it is damaged and was thrown away ({error})",
                where=entry.source,
                remedy="run the same command again: it is made anew from its source",
            ) from error

    def has_analysis(self, key: str) -> bool:
        """Say whether there is an analysis that can be read."""
        try:
            return bool(KeptAnalyses([self._folder / (key + _ANALYSIS)])[0].series)
        except StoreError:
            return False

    def analyses(self, keys: Sequence[str]) -> Sequence[Analysis]:
        """Give kept analyses, whose series are in order; many are not in memory at once."""
        files = [self._folder / (key + _ANALYSIS) for key in keys]
        kept = KeptAnalyses(files)
        with _told(self._folder):
            return tuple(kept) if sum(file.stat().st_size for file in files) <= _HELD_BYTES else kept

    def keep_analysis(self, key: str, analysis: Analysis) -> None:
        """Keep an analysis under its key.

        Raises:
            StoreError: if the disk is full or may not be written.
        """
        self._write(key + _ANALYSIS, [pack(analysis)])

    def keep_only(self, keys: Iterable[str], analyses: Iterable[str]) -> None:
        """Throw away all but these: files that were changed or removed leave no trace."""
        wanted = {*(key + _SEGMENT for key in keys), *(key + _ANALYSIS for key in analyses)}
        for file in list(self._folder.iterdir()):
            if file.suffix in (_SEGMENT, _ANALYSIS) and file.name not in wanted:
                self._drop(file)

    def clear(self) -> None:
        """Throw away everything, and the folder where nothing else lies in it."""
        for file in list(self._folder.iterdir()):
            if file.suffix in (_SEGMENT, _ANALYSIS, _PART):
                self._drop(file)
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _drop(self, file: Path) -> None:
        self._sources.pop(file.stem, None)
        with contextlib.suppress(OSError):
            file.unlink()

    def _write(self, name: str, parts: Iterable[bytes]) -> None:
        with _told(self._folder):
            number, draft = tempfile.mkstemp(suffix=_PART, dir=self._folder)
            try:
                with os.fdopen(number, "wb") as file:
                    file.writelines(parts)
                Path(draft).replace(self._folder / name)
            except BaseException:
                Path(draft).unlink(missing_ok=True)
                raise


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            what=f"finished work cannot be kept ({error.strerror or error})",
            where=str(folder),
            remedy="make room, or name a folder you may write to with --keep",
        ) from error


def _date(encoded: Encoded) -> str:
    return encoded.meeting.date.isoformat() if encoded.meeting.date else _UNDATED


def _head(file: Path) -> tuple[dict[str, Any], int]:
    with file.open("rb") as handle:
        line = handle.readline()
    head: dict[str, Any] = json.loads(line)
    if file.stat().st_size != len(line) + sum(size for *_, size in head["meetings"]):
        raise ValueError("cut off")
    return head, len(line)


def _source_of(file: Path) -> str | None:
    """Give the name of a segment's source; None where the segment is damaged, and so not done."""
    try:
        return str(_head(file)[0]["source"])
    except (ValueError, TypeError, KeyError):
        return None


def _entries(file: Path, key: str) -> Iterator[_Entry]:
    head, start = _head(file)
    for place, (date, meeting, series, size) in enumerate(head["meetings"]):
        yield _Entry(date, meeting, head["source"], place, series, key, start, size)
        start += size
