"""The page of a partnership: what is found, over its meetings."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from analyzer.store import analyses, shelf
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page
from analyzer.web.present import Shown

router = APIRouter(prefix="/p/{partnership}")


def shown(request: Request, tenant: Tenant) -> Shown | None:
    """Give a partnership's analysis for pages; None where there is none yet."""
    analysis = site_of(request).cache.get(tenant)
    return Shown(analysis, shelf.meetings(tenant)) if analysis else None


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """What is found in a partnership."""
    with opened(request, partnership) as tenant:
        return page(
            request,
            "partnership.html",
            tenant=tenant,
            user=tenant.user,
            shown=shown(request, tenant),
            meetings=shelf.meetings(tenant),
            standing=analyses.standing(tenant),
        )


@router.get("/standing")
def standing(request: Request, partnership: str, revision: int = -1) -> Response:
    """Say whether the figures follow; when newer ones than `revision` are there, the page is loaded again."""
    with opened(request, partnership) as tenant:
        stands = analyses.standing(tenant)
        answer = page(request, "parts/standing.html", tenant=tenant, standing=stands)
        if stands.is_current and stands.revision != revision:
            answer.headers["HX-Refresh"] = "true"
        return answer
