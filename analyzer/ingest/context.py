"""What a reader cannot see in the bytes: series, title, date, roster, parties and language.

The order is always: what the user said, then meeting.yaml beside the file, then the content, then
the names of file and folder. meeting.yaml:

    series: Northshore trial          # also: partnership
    parties: [University, Sponsor]    # further parties, who may not have spoken
    title: Steering group             # title and date: only for the files named under `files`,
    date: 2025-03-06                  # or where the folder holds one meeting
    files: [notes.md]

`series` and `parties` hold for every file of the folder.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from analyzer.errors import ReadError, SettingsError, TooLarge
from analyzer.ingest.beside import Folder, folders_of
from analyzer.ingest.dates import ambiguous_date, date_from_path, find_date, session_title, without_date
from analyzer.ingest.language import language_of
from analyzer.ingest.roster import merge_roster, read_roster, roster_of
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Meeting, Notice, Person

if TYPE_CHECKING:  # formats imports this module when it reads
    from analyzer.ingest.formats import Options

_UNKNOWN_SERIES = "unknown"
_COMPANION_BYTES = 2_000_000
_ROSTER = "people.csv"
_STATED = ("meeting.yaml", "meeting.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Companion:
    """meeting.yaml, as far as it holds for one document."""

    series: str | None = None
    title: str | None = None
    date: datetime.date | None = None
    parties: tuple[str, ...] = ()


def complete(meeting: Meeting, document: Document, options: Options) -> Meeting:
    """Fill in what stands outside the file: series, id, title, date, people, parties, language.

    The id is `series/document.name` with what the reader appended to it (`~2`); a meeting that came with a
    series of its own (canonical JSONL) keeps its id.

    Raises:
        ReadError: if meeting.yaml or people.csv beside the file is broken.
        SettingsError: if the roster of the options is broken.
    """
    folders = folders_of(document)
    companion = _companion(folders, document)
    series = options.series or companion.series or meeting.series or document.folder or _UNKNOWN_SERIES
    date, doubts = _date(meeting, document, options, companion)
    meeting = merge_roster(meeting, _roster(folders, document, options))
    language = meeting.language or language_of(meeting.utterances)
    if language not in (None, "en"):
        doubts = (*doubts, Notice(reason=f"not analysed: language {language}"))
    return replace(
        meeting,
        id=meeting.id if meeting.series else f"{series}/{_local(meeting.id)}",
        series=series,
        title=options.title or companion.title or meeting.title or _title_from(document.name),
        date=date,
        language=language,
        parties=_parties(meeting, companion),
        notices=(*meeting.notices, *doubts),
    )


def with_companions(meeting: Meeting, document: Document, folders: Sequence[Folder]) -> Meeting:
    """Fill in what the companions say that lie beside a file in an archive read in memory.

    Raises:
        ReadError: if one of them is broken.
    """
    companion = _companion(folders, document)
    meeting = merge_roster(meeting, _roster(folders, document, None))
    return replace(
        meeting,
        series=companion.series or meeting.series,
        title=companion.title or meeting.title,
        date=companion.date or meeting.date,
        parties=tuple(dict.fromkeys((*meeting.parties, *companion.parties))),
    )


def _local(name: str) -> str:
    """Give the file's own name of an absolute path: an id should be the same on every machine."""
    path = PurePosixPath(name)
    return path.name if path.is_absolute() else name


def _date(
    meeting: Meeting, document: Document, options: Options, companion: _Companion
) -> tuple[datetime.date | None, tuple[Notice, ...]]:
    if stated := options.date or companion.date:
        return stated, ()
    named = date_from_path(_place(document))
    if meeting.date and named and meeting.date != named:
        return meeting.date, (
            Notice(reason=f"the file name says {named}, the content {meeting.date}: the content counts"),
        )
    found = meeting.date or named
    if found is None and (doubtful := ambiguous_date(document.name) or ambiguous_date(meeting.title or "")):
        return None, (Notice(reason=f"the date {doubtful!r} may be day or month first: give it with --date"),)
    return found, ()


def _place(document: Document) -> str:
    """Give the name with the two folders above it, which may tell the year and the month."""
    if document.path is None:
        return document.name
    return "/".join(document.path.resolve().parts[-3:])


def _title_from(name: str) -> str | None:
    """Make a title of the file's name: no date, no machine's marks; None where no words are left.

    The files of a Zoom session have names of the machine only: its folder has the title.
    """
    if session := session_title(PurePosixPath(name).parent.name):
        return session
    stem = PurePosixPath(name).stem
    stem = re.sub(r"^GMT(?=\d{8})|(?<=\d)-\d{6}|\b[0-9a-f]{12,}\b|\(\d+\)$", " ", stem)
    words = re.sub(r"[\s_\-–—.]+", " ", without_date(stem.replace("_", " "))).strip()
    return words[:1].upper() + words[1:] if re.search(r"[^\W\d_]{3}", words) else None


def _parties(meeting: Meeting, companion: _Companion) -> tuple[str, ...]:
    spoken_for = (person.party for person in meeting.people if person.party)
    return tuple(dict.fromkeys((*meeting.parties, *companion.parties, *spoken_for)))


def _roster(folders: Sequence[Folder], document: Document, options: Options | None) -> tuple[Person, ...]:
    if options and options.roster:
        return read_roster(options.roster)
    found = next((data for folder in folders if (data := _content(folder, _ROSTER, document))), None)
    if found is None:
        return ()
    try:
        return roster_of(found, name=_ROSTER)
    except SettingsError as error:
        raise ReadError(
            what=f"{error.what}, in the people.csv beside it", where=document.name, remedy=error.remedy
        ) from error


def _content(folder: Folder, name: str, document: Document) -> bytes | None:
    try:
        data = folder.read(name)
        if data is not None and len(data) > _COMPANION_BYTES:
            raise TooLarge(
                what=f"the {name} beside it has {len(data) / 1e6:.0f} MB",
                where=document.name,
                remedy="correct it or take it away",
            )
        return data
    except OSError as error:
        raise ReadError(
            what=f"the {name} beside it cannot be read ({error.strerror or error})",
            where=document.name,
            remedy="correct it or take it away",
        ) from error


def _companion(folders: Sequence[Folder], document: Document) -> _Companion:
    for name in _STATED:
        data = _content(folders[0], name, document) if folders else None
        if data is not None:
            stated = _load(data, name, document)
            break
    else:
        return _Companion()
    about_this = _is_about(stated, folders[0], document)
    return _Companion(
        series=_text(stated.get("series") or stated.get("partnership")),
        title=_text(stated.get("title")) if about_this else None,
        date=_as_date(stated.get("date"), document) if about_this else None,
        parties=_names(stated.get("parties")),
    )


def _load(data: bytes, name: str, document: Document) -> Mapping[str, Any]:
    import yaml

    try:
        stated = yaml.safe_load(data) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReadError(
            what=f"the {name} beside it is broken ({str(error).splitlines()[0]})",
            where=document.name,
            remedy="correct it or take it away",
        ) from error
    if not isinstance(stated, dict):
        raise ReadError(
            what=f"the {name} beside it is no list of `key: value` lines",
            where=document.name,
            remedy="write keys such as title, date, series and parties",
        )
    return stated


def _is_about(stated: Mapping[str, Any], folder: Folder, document: Document) -> bool:
    files = _names(stated.get("files"))
    if files:
        return PurePosixPath(document.member or document.path or document.name).name in files
    return len(folder.files()) == 1


def _as_date(value: object, document: Document) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    found = find_date(str(value))
    if found is None:
        raise ReadError(
            what=f"the date {value!r} in meeting.yaml cannot be read",
            where=document.name,
            remedy="write it as YYYY-MM-DD",
        )
    return found


def _text(value: object) -> str | None:
    if value is None or isinstance(value, dict | list):  # written out, a list of lists of ... has no end
        return None
    return str(value).strip() or None


def _names(value: object) -> tuple[str, ...]:
    """Read names from a list, from "A; B", or from a list of mappings with a name each."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else re.split(r"[;,]", str(value))
    named = (item.get("name") if isinstance(item, dict) else item for item in items)
    return tuple(text for item in named if (text := _text(item)))
