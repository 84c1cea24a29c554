"""The roster, people.csv: who is who, by whom for whom, as the user knows it; it overrides the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer.errors import SettingsError
from analyzer.ingest.people import clean_name, distinct, slug
from analyzer.records.meeting import Meeting, Person

_COLUMNS = ("name", "aliases", "party", "role")


def read_roster(path: Path) -> tuple[Person, ...]:
    """Read people.csv: columns name, aliases (separated by ";"), party, role; only name is required.

    Raises:
        SettingsError: if it cannot be opened, is not a table, or names somebody twice.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SettingsError(
            what="there is no such roster", where=path.as_posix(), remedy="check the path of the CSV file"
        ) from error
    except OSError as error:
        raise _unreadable(error.strerror or "it cannot be opened", path.name) from error
    return roster_of(data, name=path.name)


def roster_of(data: bytes, *, name: str) -> tuple[Person, ...]:
    """Read the bytes of a people.csv; like `read_roster`.

    Raises:
        SettingsError: if it is not a table, or names somebody twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("its letters are not those of UTF-8", name) from error
    return tuple(_roster_rows(text, name))


def _unreadable(why: str, name: str) -> SettingsError:
    return SettingsError(
        what=f"the roster cannot be read ({why})", where=name, remedy="save it as a CSV file in UTF-8"
    )


def _roster_rows(text: str, where: str) -> Iterator[Person]:
    first_line = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if "," not in first_line else ",")
    columns = {(column or "").strip().casefold(): column for column in table.fieldnames or ()}
    if "name" not in columns:
        raise SettingsError(
            what=f"the roster has no column 'name' (it has {', '.join(columns) or 'none'})",
            where=where,
            remedy=f"give it the columns {', '.join(_COLUMNS)}",
        )
    seen: dict[str, int] = {}  # key -> row
    try:
        rows = [{known: row.get(columns.get(known, "")) or "" for known in _COLUMNS} for row in table]
    except csv.Error as error:
        raise SettingsError(
            what=f"the roster is broken ({error})", where=where, remedy="export it again"
        ) from error
    for number, row in enumerate(rows, start=2):
        name = clean_name(row["name"])
        if not name:
            continue
        if slug(name) in seen:
            raise SettingsError(
                what=f"the roster names {name!r} twice, in rows {seen[slug(name)]} and {number}",
                where=where,
                remedy="join the rows, or tell the two apart in their names",
            )
        seen[slug(name)] = number
        aliases = distinct((clean_name(alias) for alias in row["aliases"].split(";")), but=name)
        yield Person(
            key=slug(name),
            name=name,
            party=clean_name(row["party"]) or None,
            role=clean_name(row["role"]) or None,
            aliases=aliases,
        )


def merge_roster(meeting: Meeting, roster_rows: Sequence[Person]) -> Meeting:
    """Let the roster override who is who: name, party and role; filled cells win, empty ones do not.

    A person of the meeting is matched by name or alias, whatever the case; two people of the
    meeting that match one row become one, and their utterances are hers.
    """
    by_name: dict[str, Person] = {}  # folded name or alias -> row; names win over aliases
    for row in roster_rows:
        by_name.setdefault(row.name.casefold(), row)
    for row in roster_rows:
        for alias in row.aliases:
            by_name.setdefault(alias.casefold(), row)
    if not by_name:
        return meeting
    people: dict[str, Person] = {}  # new key -> person
    renamed: dict[str, str] = {}  # old key -> new key
    for person in meeting.people:
        matched = _listed(person, by_name)
        renamed[person.key] = matched.key
        people[matched.key] = _union(people[matched.key], matched) if matched.key in people else matched
    return replace(
        meeting,
        people=tuple(people.values()),
        utterances=tuple(
            replace(utterance, speaker=renamed.get(utterance.speaker, utterance.speaker))
            if utterance.speaker
            else utterance
            for utterance in meeting.utterances
        ),
    )


def _listed(person: Person, by_name: dict[str, Person]) -> Person:
    """Give the person as the roster has it; unchanged where the roster does not know the name."""
    names = (person.name, *person.aliases)
    row = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)
    if row is None:
        return person
    return Person(
        key=row.key,
        name=row.name,
        party=row.party or person.party,
        role=row.role or person.role,
        aliases=distinct((*row.aliases, *names), but=row.name),
    )


def _union(first: Person, second: Person) -> Person:
    return replace(
        first,
        party=first.party or second.party,
        role=first.role or second.role,
        aliases=distinct((*first.aliases, second.name, *second.aliases), but=first.name),
    )
