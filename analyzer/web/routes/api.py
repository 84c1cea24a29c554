"""The API, version 1: what the pages do, for programs with a token. Its document is /api/v1/openapi.json.

A token is of one partnership, so no address names one: a program cannot ask for another's by mistake.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError

from analyzer.errors import AnalyzerError, ReadError
from analyzer.store import analyses, shelf
from analyzer.web.access import Site
from analyzer.web.bearer import Token, acting
from analyzer.web.pages import show_api_error, show_api_unkept
from analyzer.web.routes import api_exports, api_keeping, api_meetings, api_sharing, api_uploads
from analyzer.web.schemas import ErrorOut, PartnershipOut

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorOut} for status in (401, 403, 404, 409, 413, 422, 503)
}
_PARTS = (api_uploads, api_meetings, api_exports, api_sharing, api_keeping)
router = APIRouter()


def create_api(site: Site) -> FastAPI:
    """Make the API as an application of its own, to be mounted."""
    api = FastAPI(title="analyzer", version="1", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    api.state.site = site
    for one in (router, *(module.router for module in _PARTS)):
        api.include_router(one, responses=_ERRORS)
    api.add_exception_handler(AnalyzerError, show_api_error)
    api.add_exception_handler(RequestValidationError, _show_invalid)
    api.add_exception_handler(DataError, show_api_unkept)
    return api


async def _show_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit the document like any other error: one sentence in three parts."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "request"
    refused = ReadError(what=str(first["msg"]), where=where, remedy="see the API's document")
    return await show_api_error(request, refused)


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
