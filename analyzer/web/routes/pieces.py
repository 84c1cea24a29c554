"""Pieces of all meetings that fit: what a figure counted, and the search over everything said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from analyzer.store import analyses
from analyzer.store.models import MeetingRow
from analyzer.web.access import opened
from analyzer.web.pages import is_fragment, page
from analyzer.web.routes.partnerships import overview_of
from analyzer.web.views.listing import Wanted, found

router = APIRouter(prefix="/p/{partnership}/pieces")
MOST = 100  # pieces of a page
Text = Annotated[str, Query(max_length=300)]


def wanted_in(
    text: Text = "",
    mode: Text = "",
    barrier: Text = "",
    party: Text = "",
    speaker: Text = "",
    topic: Text = "",
    kind: Text = "",
    corrected: Text = "",
) -> Wanted:
    """Read what pieces must be out of an address."""
    return Wanted(
        text=text.strip(),
        mode=mode,
        barrier=barrier,
        party=party,
        speaker=speaker,
        topic=topic,
        kind=kind,
        corrected=corrected,
    )


@router.get("")
def show(
    request: Request,
    partnership: str,
    wanted: Annotated[Wanted, Depends(wanted_in)],
    meeting: Text = "",
    start: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The pieces that fit, by meeting."""
    with opened(request, partnership) as tenant:
        key = tenant.get(MeetingRow, meeting).key if meeting else None
        overview = overview_of(request, tenant)
        groups = list(found(overview.analysis, wanted, overview.codebook, key)) if overview else []
        refs = [ref for _, refs in groups for ref in refs]
        return page(
            request,
            "parts/pieces.html" if is_fragment(request) else "pieces.html",
            tenant=tenant,
            user=tenant.user,
            s=overview,
            codebook=overview.codebook if overview else None,
            wanted=wanted,
            meeting=meeting,
            meeting_title=next((group[0].meeting.title or group[0].meeting.id for group in groups), None),
            count=len(refs),
            start=start,
            most=MOST,
            pieces=overview.book.views(refs[start : start + MOST]) if overview else [],
            meetings=len(groups),
            standing=analyses.standing(tenant),
        )
