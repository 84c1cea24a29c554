"""Canonical transcript JSONL, read back: what `read --format jsonl` prints, or what anybody writes.

The least that is needed is one `{"text": …}` a line. Fields that are not known are ignored; a line
that is broken becomes a notice, and the rest is read.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from analyzer.errors import DamagedFile
from analyzer.ingest.bytes import decode
from analyzer.ingest.people import build_people, distinct, slug
from analyzer.ingest.sources import Document
from analyzer.records.meeting import (
    Locator,
    LocatorUnit,
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
_PLACE = re.compile(rf"({'|'.join(get_args(LocatorUnit))}) ([1-9]\d{{0,8}})")


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
    is_ours = isinstance(row, dict) and (isinstance(row.get("meeting"), dict) or _has_text(row))
    return 0.95 if is_ours else 0.0


def _has_text(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("text"), str)


def read_jsonl(document: Document) -> Iterator[Meeting]:
    """Read the meetings of a canonical file, in its order.

    Raises:
        DamagedFile: if no line of it is a row.
    """
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
                yield gathered.meeting(document, number_of_meetings)
                gathered = _Gathered()
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
            self.utterances.append((row, at))

    def meeting(self, document: Document, number: int) -> Meeting:
        rows = [row for row, _ in self.utterances]
        people, keys = _people(self.about, rows)
        return Meeting(
            id=_text(self.about.get("id")) or document.name + (f"~{number}" if number > 1 else ""),
            series=_text(self.about.get("series")) or "",
            title=_text(self.about.get("title")),
            date=_date(self.about.get("date")),
            kind=_choice(self.about.get("kind"), get_args(MeetingKind)),
            language=_text(self.about.get("language")),
            parties=_texts(self.about.get("parties")),
            people=people,
            utterances=tuple(
                _utterance(index, row, at, keys) for index, (row, at) in enumerate(self.utterances)
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
        if not isinstance(listed, dict) or not (name := _text(listed.get("name"))):
            continue
        party = _text(listed.get("party"))
        aliases = _texts(listed.get("aliases"))
        key = _free_key(name, party, people)
        people.setdefault(
            key,
            Person(
                key=key,
                name=name,
                party=party,
                role=_text(listed.get("role")),
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
    return _text(row.get("speaker")) or "", _text(row.get("party"))


def _utterance(index: int, row: Mapping[str, Any], at: Locator, keys: Mapping[Spoken, str]) -> Utterance:
    units = row.get("units")
    return Utterance(
        index=index,
        text=row["text"],
        speaker=keys.get(_spoken(row)),
        start=_seconds(row.get("start")),
        end=_seconds(row.get("end")),
        topic=_text(row.get("topic")),
        kind=_choice(row.get("kind"), get_args(UtteranceKind)),
        units=units if isinstance(units, int) and units >= 0 and not isinstance(units, bool) else 1,
        at=_place(row.get("at")) or at,
    )


def _notice(row: Mapping[str, Any]) -> Notice:
    count = row.get("count")
    return Notice(
        reason=_text(row.get("reason")) or "not said",
        at=_place(row.get("at")),
        count=count if isinstance(count, int) and count > 0 else 1,
    )


def _place(value: object) -> Locator | None:
    found = _PLACE.fullmatch(value) if isinstance(value, str) else None
    return Locator(unit=found[1], number=int(found[2])) if found else None  # type: ignore[arg-type]


def _choice(value: object, choices: tuple[Any, ...]) -> Any:
    return value if value in choices else choices[0]


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _texts(values: object) -> tuple[str, ...]:
    listed = values if isinstance(values, list) else ()
    return tuple(dict.fromkeys(text for value in listed if (text := _text(value))))


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return float(value) if math.isfinite(value) else None


def _date(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
