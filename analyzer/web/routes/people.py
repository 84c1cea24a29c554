"""The people of a partnership over all its meetings: for whom they speak, and who is the same person."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from analyzer.store import analyses
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page
from analyzer.web.views.people import known_people

router = APIRouter(prefix="/p/{partnership}/people")


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """Everybody by name, with party and how many meetings name them."""
    with opened(request, partnership) as tenant:
        analysis = site_of(request).cache.get(tenant)
        known = known_people(analysis.meetings if analysis else ())
        return page(
            request,
            "people.html",
            tenant=tenant,
            user=tenant.user,
            people=[one.person for one in known],
            meetings={one.person.key: one.meetings for one in known},
            parties=sorted({one.person.party for one in known if one.person.party}),
            standing=analyses.standing(tenant),
        )
