"""Who did what and when, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from analyzer.web.access import opened
from analyzer.web.pages import page

router = APIRouter(prefix="/p/{partnership}/audit")
LINES = 200  # a page


@router.get("")
def show(
    request: Request, partnership: str, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """The log, latest first; `before` is the number of a line."""
    with opened(request, partnership, "lead") as tenant:
        lines = tenant.audit(LINES + 1, before=before)
        return page(
            request,
            "audit.html",
            tenant=tenant,
            user=tenant.user,
            lines=lines[:LINES],
            older=lines[LINES - 1].id if len(lines) > LINES else None,
        )
