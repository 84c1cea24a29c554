"""Tokens, by which programs such as a meeting platform use the API in a member's name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.store import members, sharing
from analyzer.store.models import ROLES
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.forms import whole_number
from analyzer.web.pages import page, to

router = APIRouter(prefix="/p/{partnership}/tokens")
Text = Annotated[str, Form()]


def _show(request: Request, tenant: Tenant, spelled: str | None = None) -> Response:
    return page(
        request,
        "tokens.html",
        tenant=tenant,
        user=tenant.user,
        tokens=sharing.tokens(tenant),
        roles=ROLES,
        spelled=spelled,
        longest=sharing.LONGEST_TOKEN_DAYS,
        address=site_of(request).config.url,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """The tokens that work."""
    with opened(request, partnership, "admin") as tenant:
        return _show(request, tenant)


@router.post("")
def create(
    request: Request, partnership: str, name: Text = "", role: Text = "viewer", days: Text = ""
) -> Response:
    """Make a token; it is shown this once."""
    with opened(request, partnership, "admin", write=True) as tenant:
        spelled = sharing.issue_token(tenant, name, members.role_named(role), days=whole_number(days))
        return _show(request, tenant, spelled)


@router.post("/{token}/revoke")
def revoke(request: Request, partnership: str, token: str) -> Response:
    """End a token."""
    with opened(request, partnership, "admin", write=True) as tenant:
        sharing.revoke_token(tenant, token)
        return to(f"/p/{partnership}/tokens")
