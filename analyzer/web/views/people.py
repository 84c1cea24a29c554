"""The people of a partnership over all its meetings: for whom they speak, and how many meetings name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.records.analysis import Measured
from analyzer.records.meeting import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody whom meetings name; no figure is of a person."""

    person: Person
    meetings: int


def known_people(meetings: Sequence[Measured]) -> list[Known]:
    """List everybody, by party and name; those whose party is unknown come last."""
    people: dict[str, Person] = {}
    named: dict[str, int] = {}  # key of a person → meetings
    for measured in meetings:
        for person in measured.meeting.people:
            known = people.get(person.key)
            if known is None or (person.party and not known.party):
                people[person.key] = person
            named[person.key] = named.get(person.key, 0) + 1
    ordered = sorted(people.values(), key=lambda one: (one.party or "\uffff", one.name.casefold()))
    return [Known(person=one, meetings=named[one.key]) for one in ordered]
