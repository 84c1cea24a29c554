"""The API, version 1: what the pages do, for programs with a token. Its document is /api/v1/openapi.json.

A token is of one partnership, so no address names one: a program cannot ask for another's by mistake.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request

from analyzer.errors import AnalyzerError
from analyzer.store import analyses, shelf
from analyzer.web.access import Site
from analyzer.web.bearer import Token, acting
from analyzer.web.pages import show_api_error
from analyzer.web.routes import api_meetings, api_uploads
from analyzer.web.schemas import ErrorOut, PartnershipOut

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorOut} for status in (401, 403, 404, 409, 413, 503)
}
router = APIRouter()


def create_api(site: Site) -> FastAPI:
    """Make the API as an application of its own, to be mounted."""
    api = FastAPI(title="analyzer", version="1", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    api.state.site = site
    for one in (router, api_uploads.router, api_meetings.router):
        api.include_router(one, responses=_ERRORS)
    api.add_exception_handler(AnalyzerError, show_api_error)
    return api


@router.get("/partnership")
def partnership(request: Request, token: Token) -> PartnershipOut:
    """The partnership of the token."""
    with acting(request, token) as tenant:
        stands = analyses.standing(tenant)
        return PartnershipOut(
            id=tenant.id,
            name=tenant.partnership.name,
            role=tenant.role,
            meetings=len(shelf.meetings(tenant)),
            is_current=stands.is_current,
            figures_made_at=stands.made_at,
            failure=stands.failure,
        )
