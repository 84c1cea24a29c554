"""Files to take away: asked for here, made by the worker, fetched when they are ready."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.errors import NotThere
from analyzer.store import exports
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.exporting import MEDIA, SUFFIXES
from analyzer.web.pages import is_fragment, page, to

router = APIRouter(prefix="/p/{partnership}/downloads")
Text = Annotated[str, Form()]
# The report holds its style itself. It runs no script and asks for nothing; a sandbox takes even the origin.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups"
)


def listing(request: Request, tenant: Tenant, name: str) -> Response:
    """Render what can be fetched; it asks again while the worker makes something."""
    return page(
        request,
        name,
        tenant=tenant,
        user=tenant.user,
        offered=exports.listed(tenant),
        has_figures=site_of(request).cache.get(tenant) is not None,
        names=exports.NAMES,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """What can be taken away."""
    with opened(request, partnership) as tenant:
        return listing(request, tenant, "downloads.html")


@router.get("/list")
def show_list(request: Request, partnership: str) -> Response:
    """The list alone, for htmx to ask for while the worker makes something."""
    with opened(request, partnership) as tenant:
        return listing(request, tenant, "parts/downloads.html")


@router.post("")
def ask(request: Request, partnership: str, kind: Text = "report", names: Text = "given") -> Response:
    """Ask for a file."""
    with opened(request, partnership, write=True) as tenant:
        exports.ask(tenant, kind, names)
        tenant.note(f"file asked for: {kind}", names)
        if is_fragment(request):
            return listing(request, tenant, "parts/downloads.html")
    return to(f"/p/{partnership}/downloads")


@router.get("/{export}")
def fetch(request: Request, partnership: str, export: str) -> Response:
    """Give a file."""
    with opened(request, partnership) as tenant:
        return file_of(tenant, export)


def file_of(tenant: Tenant, export_id: str) -> Response:
    """Give the bytes of a file that was made, to be kept under a name.

    Raises:
        NotThere: if it is not made yet.
    """
    about, content = exports.offered(tenant, export_id), exports.content(tenant, export_id)
    if content is None:
        raise NotThere(what="this file is not made yet", where="downloads", remedy="wait a moment")
    plain = re.sub(r"[^A-Za-z0-9]+", "-", tenant.partnership.name).strip("-") or "partnership"
    name = f"{plain}-{about.kind}.{SUFFIXES[about.kind]}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": REPORT_POLICY,
    }
    return Response(content, media_type=MEDIA[about.kind], headers=headers)
