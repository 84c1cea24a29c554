"""Who is who, as people say it: single statements put together to rows of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.ingest.people import distinct, slug
from analyzer.records.meeting import Person
from analyzer.store.models import Change


def compiled(changes: Sequence[Change]) -> tuple[Person, ...]:
    """Put all `person` changes together, oldest first; later words on party and role win.

    Merging A into B and then B into C leaves one row, C, with A and B as other names.
    """
    rows: list[Person] = []
    for change in changes:
        if change.kind == "person":
            rows = _told(rows, change)
    return tuple(rows)


def _told(rows: list[Person], change: Change) -> list[Person]:
    """Add one statement: rows of the same person become one."""
    name, aliases = change.subject, list(change.value.get("aliases", ()))
    names = {known.casefold() for known in (name, *aliases)}
    same = [row for row in rows if names & {known.casefold() for known in (row.name, *row.aliases)}]
    others = [row for row in rows if row not in same]
    owner = next((row for row in same if name.casefold() in _folded(row)), None)
    # "Ann" may be another name of "Ann Lee" already: what is said of the one is said of the other.
    name = owner.name if owner and name.casefold() != owner.name.casefold() else name
    spelled = [*aliases, *(known for row in same for known in (row.name, *row.aliases))]
    person = Person(key=slug(name), name=name, aliases=distinct(spelled, but=name))
    for row in (*(row for row in same if row is not owner), *([owner] if owner else [])):
        person = replace(person, party=row.party or person.party, role=row.role or person.role)
    said = change.value
    return [
        *others,
        replace(person, party=said.get("party") or person.party, role=said.get("role") or person.role),
    ]


def _folded(person: Person) -> set[str]:
    return {known.casefold() for known in (person.name, *person.aliases)}
