"""The page of a meeting: the transcript, one piece to correct, what was understood of the file."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from analyzer.errors import NotThere
from analyzer.store import analyses, changes, shelf
from analyzer.store.models import MeetingRow
from analyzer.store.removal import remove_meeting
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.forms import date_in
from analyzer.web.pages import is_fragment, page, to
from analyzer.web.routes.partnerships import overview_of
from analyzer.web.routes.pieces import wanted_in
from analyzer.web.views.correcting import correcting
from analyzer.web.views.listing import Wanted
from analyzer.web.views.transcript import Transcript

router = APIRouter(prefix="/p/{partnership}/m/{meeting}")
Text = Annotated[str, Form()]
_PLACE = re.compile(r"(\d{1,7})-(\d{1,7})")


@router.get("")
def show(
    request: Request,
    partnership: str,
    meeting: str,
    wanted: Annotated[Wanted, Depends(wanted_in)],
    number: Annotated[int, Query(alias="page", ge=1)] = 1,
) -> Response:
    """The transcript of a meeting."""
    with opened(request, partnership) as tenant:
        row = tenant.get(MeetingRow, meeting)
        overview = overview_of(request, tenant)
        place = overview.place_of(row.key) if overview else None
        measured = overview.analysis.meetings[place] if overview and place is not None else None
        return page(
            request,
            "meeting.html",
            tenant=tenant,
            user=tenant.user,
            row=row,
            meeting=measured.meeting if measured else shelf.meeting_as_read(tenant, meeting),
            s=overview if measured else None,
            place=place,
            t=Transcript(overview, measured, wanted, number) if overview and measured else None,
            wanted=wanted,
            standing=analyses.standing(tenant),
        )


@router.get("/understood")
def understood(request: Request, partnership: str, meeting: str) -> Response:
    """What was made of the file: title, date, people and parties, what was left out; to be put right."""
    with opened(request, partnership) as tenant:
        return _understood(request, tenant, meeting)


def _understood(request: Request, tenant: Tenant, meeting: str) -> Response:
    return page(
        request,
        "parts/understood.html" if is_fragment(request) else "understood.html",
        tenant=tenant,
        user=tenant.user,
        row=tenant.get(MeetingRow, meeting),
        meeting=shelf.meeting_as_read(tenant, meeting),
    )


@router.get("/piece/{place}")
def show_piece(request: Request, partnership: str, meeting: str, place: str) -> Response:
    """One piece with what may be said against it."""
    with opened(request, partnership) as tenant:
        row = tenant.get(MeetingRow, meeting)
        overview = overview_of(request, tenant)
        at = overview.place_of(row.key) if overview else None
        found = _PLACE.fullmatch(place)
        if overview is None or at is None or found is None:
            raise NotThere(what="there is no such piece yet", where=row.key, remedy="load the page again")
        measured = overview.analysis.meetings[at]
        pieces = enumerate(measured.tagged.pieces)
        number = next(
            (n for n, one in pieces if (one.utterance, one.number) == (int(found[1]), int(found[2]))), None
        )
        if number is None:
            raise NotThere(what="there is no such piece", where=row.key, remedy="load the page again")
        return page(
            request,
            "parts/piece.html" if is_fragment(request) else "piece.html",
            tenant=tenant,
            user=tenant.user,
            row=row,
            s=overview,
            place=place,
            c=correcting(overview, measured, number, changes.in_force(changes.history(tenant))),
            standing=analyses.standing(tenant),
        )


@router.post("/facts")
def set_facts(
    request: Request, partnership: str, meeting: str, title: Text = "", date: Text = ""
) -> Response:
    """Give a meeting another title or date; what is as it was is not said again."""
    on = date_in(date)
    with opened(request, partnership, "lead", write=True) as tenant:
        before = next(one for one in shelf.meetings(tenant) if one.id == tenant.get(MeetingRow, meeting).id)
        if title.strip() != (before.title or ""):
            changes.set_title(tenant, meeting, title)
        if on != before.date:
            changes.set_date(tenant, meeting, on)
        if is_fragment(request):
            answer = _understood(request, tenant, meeting)
            answer.headers["HX-Trigger"] = "changed"
            return answer
        return to(f"/p/{partnership}/m/{meeting}")


@router.post("/delete")
def delete(request: Request, partnership: str, meeting: str) -> Response:
    """Delete a meeting for good."""
    with opened(request, partnership, "lead", write=True) as tenant:
        remove_meeting(tenant, meeting)
    site_of(request).cache.forget(partnership)
    site_of(request).database.scrub()
    return to(f"/p/{partnership}")
