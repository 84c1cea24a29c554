"""Giving results away: the report as a file or behind a link that expires, tables, corrections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from analyzer.errors import NotAllowed, NotThere
from analyzer.records.analysis import Analysis
from analyzer.store import analyses, exports, sharing
from analyzer.store.workspace import Tenant
from analyzer.web.access import address_of, opened, site_of
from analyzer.web.downloads import (
    CORRECTIONS,
    FILES,
    corrections_file,
    result_file,
)
from analyzer.web.pages import page, to
from analyzer.web.routes.downloads import REPORT_POLICY

router = APIRouter(prefix="/p/{partnership}/share")
open_router = APIRouter()
_AGAIN_SECONDS = 3


def _analysis(request: Request, tenant: Tenant) -> Analysis:
    analysis = site_of(request).cache.get(tenant)
    if analysis is None:
        raise NotThere(
            what="there are no figures yet", where=tenant.partnership.name, remedy="upload a file first"
        )
    return analysis


def _show(request: Request, tenant: Tenant, link: str | None = None) -> Response:
    return page(
        request,
        "share.html",
        tenant=tenant,
        user=tenant.user,
        has_figures=site_of(request).cache.get(tenant) is not None,
        links=sharing.shares(tenant),
        link=link,
        files=FILES,
        offered=exports.listed(tenant),
        corrections=CORRECTIONS,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """What can be given away, and which links are open."""
    with opened(request, partnership) as tenant:
        return _show(request, tenant)


@router.post("/link")
def make_link(request: Request, partnership: str, days: Annotated[int, Form()] = 14) -> Response:
    """Make a link to the report; it is shown this once."""
    with opened(request, partnership, "lead", write=True) as tenant:
        spelled = sharing.share(tenant, days)
        if exports.has_figures(tenant):
            exports.ask(tenant, "report", "roles")  # drawn beside, before anybody follows the link
        return _show(request, tenant, f"{site_of(request).config.url}/shared/{spelled}")


@router.post("/{link}/end")
def end_link(request: Request, partnership: str, link: str) -> Response:
    """End a link before its time."""
    with opened(request, partnership, "lead", write=True) as tenant:
        sharing.revoke_share(tenant, link)
        return to(f"/p/{partnership}/share")


@router.get("/" + CORRECTIONS)
def corrections(request: Request, partnership: str) -> Response:
    """What people decided, as training data."""
    with opened(request, partnership, "lead") as tenant:
        content = corrections_file(tenant, _analysis(request, tenant))
    return _file(content.encode("utf-8", "replace"), "pieces.jsonl", "application/x-ndjson")


@router.get("/files/{name}")
def result(request: Request, partnership: str, name: str) -> Response:
    """A table, or the trends."""
    with opened(request, partnership) as tenant:
        analyses.check_whole(tenant)
        analysis = _analysis(request, tenant)
    return _file(result_file(analysis, name), name, "application/octet-stream")


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": REPORT_POLICY,
    }
    return Response(content, media_type=media_type, headers=headers)


@open_router.get("/shared/{spelled}")
def shared(request: Request, spelled: str) -> Response:
    """The report behind a link, with parties in place of people; needs no account.

    The worker draws it: until it has, whoever follows the link is told so, and the page asks again by itself.
    """
    with site_of(request).database.reading() as session:
        tenant = _shared(request, session, spelled)
        drawn = exports.latest(tenant, "report", "roles")
    if drawn is None:
        with site_of(request).database.writing() as session:
            _ask(_shared(request, session, spelled))
        answer = page(request, "drawing.html", status=202)
        answer.headers["refresh"] = str(_AGAIN_SECONDS)
        return answer
    headers = {"content-security-policy": REPORT_POLICY, "referrer-policy": "no-referrer"}
    return Response(drawn, media_type="text/html", headers=headers)


def _shared(request: Request, session: Session, spelled: str) -> Tenant:
    site = site_of(request)
    try:
        return sharing.shared(session, spelled, site.files)
    except NotThere as error:  # only tries that fail are counted: a good link is followed by many
        if site.by_address.allows(address_of(request)):
            raise
        remedy = "wait five minutes"
        raise NotAllowed(what="too many tries", where="shared report", remedy=remedy) from error


def _ask(tenant: Tenant) -> None:
    if analyses.standing(tenant).is_partial:
        return  # a meeting was deleted; the next figures come in a moment
    if not exports.has_figures(tenant):
        raise NotThere(
            what="there are no figures yet", where="shared report", remedy="follow the link again later"
        )
    known = (one for one in exports.listed(tenant) if (one.kind, one.names) == ("report", "roles"))
    failure = next((one.failure for one in known if one.state == "failed"), None)
    if failure:  # asking again would go on for ever
        raise NotThere(what=f"the report cannot be drawn ({failure})", where="shared report", remedy="say so")
    exports.ask(tenant, "report", "roles")
