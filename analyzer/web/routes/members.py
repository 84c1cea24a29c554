"""Who is in a partnership: roles, invitations, removal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.store import accounts, members
from analyzer.store.models import ROLES
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page, to

router = APIRouter(prefix="/p/{partnership}/members")
Text = Annotated[str, Form()]


def _show(request: Request, tenant: Tenant, link: str | None = None) -> Response:
    return page(
        request,
        "members.html",
        tenant=tenant,
        user=tenant.user,
        members=members.members(tenant),
        invitations=members.invitations(tenant) if tenant.may("admin") else [],
        roles=ROLES,
        link=link,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """The members, and whoever is invited."""
    with opened(request, partnership) as tenant:
        return _show(request, tenant)


@router.post("/invite")
def invite(request: Request, partnership: str, email: Text = "", role: Text = "viewer") -> Response:
    """Invite somebody; the link is shown this once."""
    with opened(request, partnership, "admin", write=True) as tenant:
        link = accounts.invite(tenant, email, members.role_named(role))
        return _show(request, tenant, f"{site_of(request).config.url}/link/{link}")


@router.post("/invitations/{invitation}/end")
def end_invitation(request: Request, partnership: str, invitation: str) -> Response:
    """End an invitation before it is taken up."""
    with opened(request, partnership, "admin", write=True) as tenant:
        members.revoke_invitation(tenant, invitation)
        return to(f"/p/{partnership}/members")


@router.post("/{member}/role")
def set_role(request: Request, partnership: str, member: str, role: Text = "") -> Response:
    """Give a member another role."""
    with opened(request, partnership, "admin", write=True) as tenant:
        members.set_role(tenant, member, members.role_named(role))
        return to(f"/p/{partnership}/members")


@router.post("/{member}/remove")
def remove(request: Request, partnership: str, member: str) -> Response:
    """Take somebody out of the partnership."""
    with opened(request, partnership, "admin", write=True) as tenant:
        members.remove_member(tenant, member)
        return to(f"/p/{partnership}/members")
