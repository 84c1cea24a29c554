"""How a partnership is kept: its name, who is in it, how long files stay, what was done, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.errors import NotAllowed, Refused
from analyzer.store import accounts
from analyzer.store.models import ROLES, Membership, Role
from analyzer.store.removal import remove_partnership
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.pages import page, to

router = APIRouter(prefix="/p/{partnership}/settings")
Text = Annotated[str, Form()]
LONGEST_DAYS = 3650


def _show(request: Request, tenant: Tenant, link: str | None = None) -> Response:
    return page(
        request,
        "settings.html",
        tenant=tenant,
        user=tenant.user,
        members=tenant.all(tenant.select(Membership)),
        roles=ROLES,
        link=link,
        audit=tenant.audit(),
        longest=LONGEST_DAYS,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """The settings and the log."""
    with opened(request, partnership, "lead") as tenant:
        return _show(request, tenant)


@router.post("/name")
def rename(request: Request, partnership: str, name: Text = "") -> Response:
    """Give the partnership another name."""
    with opened(request, partnership, "admin", write=True) as tenant:
        tenant.rename(name)
        return to(f"/p/{partnership}/settings")


@router.post("/retention")
def set_retention(request: Request, partnership: str, days: Text = "") -> Response:
    """Say how many days files and their meetings are kept; empty is until somebody deletes them."""
    with opened(request, partnership, "admin", write=True) as tenant:
        tenant.partnership.retention_days = _days(days, tenant)
        tenant.note("retention set", days.strip() or "none")
        return to(f"/p/{partnership}/settings")


def _days(spelled: str, tenant: Tenant) -> int | None:
    if not spelled.strip():
        return None
    days = int(spelled) if spelled.strip().isdecimal() else 0
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(
            what=f"{spelled[:20]!r} is no number of days",
            where=tenant.partnership.name,
            remedy=f"say 1 to {LONGEST_DAYS}, or leave it empty",
        )
    return days


@router.post("/invite")
def invite(request: Request, partnership: str, email: Text = "", role: Text = "viewer") -> Response:
    """Invite somebody; the link is shown this once."""
    with opened(request, partnership, "admin", write=True) as tenant:
        chosen: Role | None = next((one for one in ROLES if one == role), None)
        if chosen is None:
            raise Refused(
                what=f"there is no role {role!r}", where="invitation", remedy="choose from the list"
            )
        link = accounts.invite(tenant, email, chosen)
        return _show(request, tenant, f"{site_of(request).config.url}/link/{link}")


@router.post("/delete")
def delete(request: Request, partnership: str, name: Text = "") -> Response:
    """Delete the partnership for good; its name is typed, so that nobody does so by a slip."""
    with opened(request, partnership, "admin", write=True) as tenant:
        if name.strip() != tenant.partnership.name:
            raise NotAllowed(
                what="the name typed is not the partnership's",
                where=tenant.partnership.name,
                remedy="type it as it stands on the page",
            )
        remove_partnership(tenant)
    site_of(request).cache.forget(partnership)
    site_of(request).database.scrub()
    return to("/")
