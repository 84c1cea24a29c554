"""The page of a partnership: what is found, over its meetings; and its charts, which come after the page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from analyzer.errors import NotThere
from analyzer.store import analyses, shelf
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.pages import fragment, page
from analyzer.web.views.drawing import CHARTS, WIDTHS
from analyzer.web.views.overview import Overview

router = APIRouter(prefix="/p/{partnership}")


def overview_of(request: Request, tenant: Tenant) -> Overview | None:
    """Give what is found in a partnership, for pages; None where there is nothing yet."""
    site = site_of(request)
    analysis = site.cache.get(tenant)
    return site.rooms.overview(tenant.id, analysis, shelf.meetings(tenant)) if analysis else None


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """What is found in a partnership."""
    with opened(request, partnership) as tenant:
        overview = overview_of(request, tenant)
        return page(
            request,
            "partnership.html",
            tenant=tenant,
            user=tenant.user,
            found=_found(request, tenant, overview) if overview else None,
            meetings=shelf.meetings(tenant),
            standing=analyses.standing(tenant),
        )


def _found(request: Request, tenant: Tenant, overview: Overview) -> Markup:
    def render() -> Markup:
        return fragment(
            "parts/found.html",
            tenant=tenant,
            s=overview,
            codebook=overview.codebook,
            meetings=shelf.meetings(tenant),
            standing=analyses.standing(tenant),
        )

    return site_of(request).rooms.found(overview, render)


@router.get("/charts/{name}/{width}")
def chart(request: Request, partnership: str, name: str, width: str, part: str = "") -> Response:
    """One chart of the page as SVG, to be put into it."""
    with opened(request, partnership) as tenant:
        overview = overview_of(request, tenant)
    is_asked_well = name in CHARTS and width in WIDTHS and part in ("", "earlier")
    if overview is None or not is_asked_well or not overview.has_chart(name):
        raise NotThere(what="there is no such chart", where="this page", remedy="load the page again")
    return Response(site_of(request).rooms.chart(overview, name, width, part), media_type="text/html")


@router.get("/standing")
def standing(request: Request, partnership: str, revision: int = -1) -> Response:
    """Say whether the figures follow; when newer ones than `revision` are there, the page fetches them."""
    with opened(request, partnership) as tenant:
        stands = analyses.standing(tenant)
        answer = page(request, "parts/standing.html", tenant=tenant, standing=stands)
        if stands.is_current and stands.revision != revision:
            answer.headers["HX-Trigger-After-Swap"] = "renewed"
        return answer
