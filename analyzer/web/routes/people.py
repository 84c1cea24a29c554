"""The people of a partnership over all its meetings: for whom they speak, and who is the same person."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from analyzer.records.meeting import Person
from analyzer.store import analyses
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page

router = APIRouter(prefix="/p/{partnership}/people")


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """Everybody by name, with party and how many meetings name them; no figure is of a person."""
    with opened(request, partnership) as tenant:
        analysis = site_of(request).cache.get(tenant)
        people: dict[str, Person] = {}
        meetings: dict[str, int] = {}
        for measured in analysis.meetings if analysis else ():
            for person in measured.meeting.people:
                known = people.get(person.key)
                if known is None or (person.party and not known.party):
                    people[person.key] = person
                meetings[person.key] = meetings.get(person.key, 0) + 1
        listed = sorted(people.values(), key=lambda one: (one.party or "\uffff", one.name.casefold()))
        return page(
            request,
            "people.html",
            tenant=tenant,
            user=tenant.user,
            people=listed,
            meetings=meetings,
            parties=sorted({one.party for one in listed if one.party}),
            standing=analyses.standing(tenant),
        )
