"""The API's files to take away and its log: ask, follow, fetch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from analyzer.store import exports
from analyzer.web.bearer import Token, acting
from analyzer.web.routes.downloads import file_of
from analyzer.web.schemas import AuditOut, ExportIn, ExportOut

router = APIRouter()


@router.post("/exports", status_code=202)
def ask(request: Request, token: Token, wanted: ExportIn) -> ExportOut:
    """Ask for the report or the tables; one that shows the latest figures is given as it is."""
    with acting(request, token, write=True) as tenant:
        return _export(exports.ask(tenant, wanted.kind, wanted.names))


@router.get("/exports")
def list_exports(request: Request, token: Token) -> list[ExportOut]:
    """What was asked for."""
    with acting(request, token) as tenant:
        return [_export(one) for one in exports.listed(tenant)]


@router.get("/exports/{export}")
def show_export(request: Request, token: Token, export: str) -> ExportOut:
    """How far a file is."""
    with acting(request, token) as tenant:
        return _export(exports.offered(tenant, export))


@router.get(
    "/exports/{export}/file",
    response_class=Response,
    responses={200: {"content": {"text/html": {}, "application/zip": {}}, "description": "The file"}},
)
def fetch_export(request: Request, token: Token, export: str) -> Response:
    """The file itself; 404 until it is made."""
    with acting(request, token) as tenant:
        return file_of(tenant, export)


@router.get("/audit")
def audit(
    request: Request,
    token: Token,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="number of a line")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[AuditOut]:
    """Who did what and when, latest first."""
    with acting(request, token, "lead") as tenant:
        return [
            AuditOut(id=line.id, at=line.at, by=line.user_name, action=line.action, subject=line.subject)
            for line in tenant.audit(limit, before=before)
        ]


def _export(one: exports.Offered) -> ExportOut:
    return ExportOut(
        id=one.id,
        kind=one.kind,
        names=one.names,
        state=one.state,
        is_current=one.is_current,
        has_file=one.has_file,
        size=one.size,
        made_at=one.made_at,
        failure=one.failure,
    )
