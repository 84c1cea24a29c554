"""Canonical transcript JSONL, read back: what `read --format jsonl` prints, or what anybody writes.

The least that is needed is one `{"text": …}` a line. Fields that are not known are ignored; a line
that is broken becomes a notice, and the rest is read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.bytes import decode
from analyzer.ingest.canonicalvalues import choice_of, date_of, place_of, seconds_of, text_of, texts_of
from analyzer.ingest.people import build_people, distinct, slug
from analyzer.ingest.several import check_meetings
from analyzer.ingest.sources import Document
from analyzer.ingest.speechtree import weigh_json
from analyzer.ingest.speechvalues import FOREIGN_KEYS, in_seconds
from analyzer.records.meeting import (
    Locator,
    Meeting,
    MeetingKind,
    Notice,
    Person,
    Source,
    Utterance,
    UtteranceKind,
)

_ROW_START = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"')
_FIELDS = re.compile(rb'"(?:text|meeting|speaker)"\s*:')
_KEPT = ("text", "speaker", "party", "start", "end", "topic", "kind", "units", "at")
_ROW_BYTES = 600  # of memory, for a row beside its values


def sniff_jsonl(head: bytes) -> float:
    """Say how much it looks like JSON rows with texts: first line an object, more rows below."""
    if b"\x00" in head[:200]:
        head = head.replace(b"\x00", b"")
    if not _ROW_START.match(head) or not _FIELDS.search(head):
        return 0.0
    lines = [line for line in head.splitlines() if line.strip()]
    first = lines[0].lstrip(b"\xef\xbb\xbf \t")
    if len(lines) > 1 and not lines[1].lstrip().startswith(b"{"):
        # One document over many lines, or a first row followed by a broken one.
        return 0.3 if first.rstrip().endswith(b"}") else 0.0
    try:
        row = json.loads(first)
    except (ValueError, RecursionError):
        return 0.6 if len(lines) > 1 or len(head) > 60_000 else 0.3
    if isinstance(row, dict) and _is_foreign(row):
        return 0.0
    is_ours = isinstance(row, dict) and (isinstance(row.get("meeting"), dict) or _has_text(row))
    return 0.95 if is_ours else 0.0


def _is_foreign(row: Mapping[str, Any]) -> bool:
    """Say whether a row is a recogniser's or another tool's, who name times and speakers differently."""
    return not row.keys().isdisjoint(FOREIGN_KEYS) or isinstance(row.get("speaker"), dict)


def _has_text(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("text"), str)


def read_jsonl(document: Document) -> Iterator[Meeting]:
    """Read the meetings of a canonical file, in its order.

    Raises:
        DamagedFile: if no line of it is a row.
        TooLarge: if its rows would take too much memory, or it lists more people than any meeting has.
    """
    weigh_json(document, line_bytes=_ROW_BYTES)
    text = decode(document.data, name=document.name, limits=document.limits)
    gathered = _Gathered()
    number_of_meetings = read_rows = 0
    # Not splitlines: texts may hold U+2028 and its like, which end no row.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        at = Locator(unit="line", number=number)
        row = _row(line)
        if row is None:
            gathered.drop("the line is no JSON object", at)
            continue
        read_rows += 1
        if isinstance(row.get("meeting"), dict) and not _has_text(row):
            if not gathered.is_empty:
                number_of_meetings += 1
                check_meetings(number_of_meetings, document)
                yield gathered.meeting(document, number_of_meetings)
                gathered = _Gathered()
            _check_people(row["meeting"], document)
            gathered.about = row["meeting"]
            gathered.is_started = True
        else:
            gathered.add(row, at)
    if not read_rows:
        raise DamagedFile(
            what="no line of it is a JSON object", where=document.name, remedy="export it again"
        )
    if not gathered.is_empty:
        yield gathered.meeting(document, number_of_meetings + 1)


def _check_people(about: Mapping[str, Any], document: Document) -> None:
    people = about.get("people")
    if isinstance(people, list) and len(people) > document.limits.people:
        raise TooLarge(
            what=f"a meeting of it lists {len(people):,} people, more than the limit of "
            f"{document.limits.people:,}",
            where=document.name,
            remedy="list those who were there",
        )


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


@dataclass
class _Gathered:
    """The rows of one meeting so far."""

    about: Mapping[str, Any] = field(default_factory=dict)
    is_started: bool = False
    utterances: list[tuple[dict[str, Any], Locator]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    first: dict[str, Locator] = field(default_factory=dict)  # reason -> first place

    @property
    def is_empty(self) -> bool:
        return not (self.is_started or self.utterances or self.notices)

    def drop(self, reason: str, at: Locator) -> None:
        self.dropped[reason] += 1
        self.first.setdefault(reason, at)

    def add(self, row: dict[str, Any], at: Locator) -> None:
        notice = row.get("notice")
        if isinstance(notice, dict):
            self.notices.append(_notice(notice))
        elif not _has_text(row):
            self.drop("the row has no text", at)
        elif not row["text"].strip():
            self.drop("the text is empty", at)
        else:
            # What else a row has may be large, and nobody asks for it.
            self.utterances.append(({key: row[key] for key in _KEPT if key in row}, at))

    def meeting(self, document: Document, number: int) -> Meeting:
        rows = [row for row, _ in self.utterances]
        people, keys = _people(self.about, rows)
        scale = 1.0 if self.is_started else _scale(rows)
        return Meeting(
            id=text_of(self.about.get("id")) or document.name + (f"~{number}" if number > 1 else ""),
            series=text_of(self.about.get("series")) or "",
            title=text_of(self.about.get("title")),
            date=date_of(self.about.get("date")),
            kind=choice_of(self.about.get("kind"), get_args(MeetingKind)),
            language=text_of(self.about.get("language")),
            parties=texts_of(self.about.get("parties")),
            people=people,
            utterances=tuple(
                _utterance(index, row, at, keys, scale) for index, (row, at) in enumerate(self.utterances)
            ),
            notices=(
                *self.notices,
                *(
                    Notice(reason=reason, at=self.first[reason], count=count)
                    for reason, count in self.dropped.items()
                ),
            ),
            source=Source(
                name=document.name, sha256=document.sha256, format="jsonl", size=len(document.data)
            ),
        )


Spoken = tuple[str, str | None]  # speaker and party as a row spells them


def _people(
    about: Mapping[str, Any], rows: list[dict[str, Any]]
) -> tuple[tuple[Person, ...], dict[Spoken, str]]:
    """Make people of the meeting row, taken at its word, then of rows whose speaker it does not list."""
    people: dict[str, Person] = {}
    keys: dict[Spoken, str] = {}
    stated = about.get("people")
    for listed in stated if isinstance(stated, list) else ():
        if not isinstance(listed, dict) or not (name := text_of(listed.get("name"))):
            continue
        party = text_of(listed.get("party"))
        aliases = texts_of(listed.get("aliases"))
        key = _free_key(name, party, people)
        people.setdefault(
            key,
            Person(
                key=key,
                name=name,
                party=party,
                role=text_of(listed.get("role")),
                aliases=distinct(aliases, but=name),
            ),
        )
        for spelled in (name, *aliases):
            keys.setdefault((spelled, party), key)
            keys.setdefault((spelled, None), key)
    for spoken in dict.fromkeys(map(_spoken, rows)):
        if spoken[0] and spoken not in keys:
            keys[spoken] = _add_unlisted(spoken, people)
    return tuple(people.values()), keys


def _add_unlisted(spoken: Spoken, people: dict[str, Person]) -> str:
    name, party = spoken
    found, _ = build_people([name])
    if not found:
        found = (Person(key=slug(name), name=name),)
    person = found[0]
    party = party or person.party
    key = _free_key(person.name, party, people)
    known = people.get(key)
    people[key] = Person(
        key=key,
        name=known.name if known else person.name,
        party=(known.party if known else None) or party,
        role=(known.role if known else None) or person.role,
        aliases=distinct(
            (*(known.aliases if known else ()), *person.aliases, person.name),
            but=known.name if known else person.name,
        ),
    )
    return key


def _free_key(name: str, party: str | None, people: Mapping[str, Person]) -> str:
    """Give the key of a name; the same name with another party is another person."""
    key = slug(name)
    known = people.get(key)
    if known and known.party and party and known.party != party:
        return f"{key}-{slug(party)}"
    return key


def _spoken(row: Mapping[str, Any]) -> Spoken:
    return text_of(row.get("speaker")) or "", text_of(row.get("party"))


def _scale(rows: list[dict[str, Any]]) -> float:
    """Tell seconds from milliseconds in rows that somebody else wrote: ours have a row for their meeting."""
    words = sum(len(row["text"].split()) for row in rows)
    return in_seconds([seconds_of(row.get("start")) for row in rows], words=words)


def _utterance(
    index: int, row: Mapping[str, Any], at: Locator, keys: Mapping[Spoken, str], scale: float
) -> Utterance:
    units = row.get("units")
    start, end = (seconds_of(row.get(key)) for key in ("start", "end"))
    return Utterance(
        index=index,
        text=row["text"],
        speaker=keys.get(_spoken(row)),
        start=start * scale if start is not None else None,
        end=end * scale if end is not None else None,
        topic=text_of(row.get("topic")),
        kind=choice_of(row.get("kind"), get_args(UtteranceKind)),
        units=units if isinstance(units, int) and units >= 0 and not isinstance(units, bool) else 1,
        at=place_of(row.get("at")) or at,
    )


def _notice(row: Mapping[str, Any]) -> Notice:
    count = row.get("count")
    return Notice(
        reason=text_of(row.get("reason")) or "not said",
        at=place_of(row.get("at")),
        count=count if isinstance(count, int) and count > 0 else 1,
    )
