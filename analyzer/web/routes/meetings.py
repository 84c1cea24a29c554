"""The page of a meeting: the transcript with its tags, and what was understood of the file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.store import analyses, changes, shelf
from analyzer.store.models import MeetingRow
from analyzer.store.removal import remove_meeting
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page, to
from analyzer.web.receiving import date_in
from analyzer.web.routes.partnerships import shown

router = APIRouter(prefix="/p/{partnership}/m/{meeting}")
Text = Annotated[str, Form()]


@router.get("")
def show(request: Request, partnership: str, meeting: str) -> Response:
    """The transcript of a meeting."""
    with opened(request, partnership) as tenant:
        row = tenant.get(MeetingRow, meeting)
        seen = shown(request, tenant)
        has_figures = seen is not None and seen.measured(row.key) is not None
        return page(
            request,
            "meeting.html",
            tenant=tenant,
            user=tenant.user,
            row=row,
            meeting=shelf.meeting_as_read(tenant, meeting),
            shown=seen if has_figures else None,
            turns=seen.turns(row.key) if seen and has_figures else [],
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
        return to(f"/p/{partnership}/m/{meeting}")


@router.post("/delete")
def delete(request: Request, partnership: str, meeting: str) -> Response:
    """Delete a meeting for good."""
    with opened(request, partnership, "lead", write=True) as tenant:
        remove_meeting(tenant, meeting)
    site_of(request).cache.forget(partnership)
    site_of(request).database.scrub()
    return to(f"/p/{partnership}")
