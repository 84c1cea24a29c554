"""How a partnership is kept: its name, how long files stay, what was done last, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.store import removal
from analyzer.store.workspace import LONGEST_KEPT_DAYS
from analyzer.web.access import opened, site_of
from analyzer.web.forms import whole_number
from analyzer.web.pages import page, to

router = APIRouter(prefix="/p/{partnership}/settings")
Text = Annotated[str, Form()]
_LATEST = 10  # lines of the log; the others are on a page of their own


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """The settings, and the latest lines of the log."""
    with opened(request, partnership, "lead") as tenant:
        return page(
            request,
            "settings.html",
            tenant=tenant,
            user=tenant.user,
            audit=tenant.audit(_LATEST),
            longest=LONGEST_KEPT_DAYS,
        )


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
        tenant.keep_for(whole_number(days))
        return to(f"/p/{partnership}/settings")


@router.post("/delete")
def delete(request: Request, partnership: str, name: Text = "") -> Response:
    """Delete the partnership for good; its name is typed, so that nobody does so by a slip."""
    with opened(request, partnership, "admin", write=True) as tenant:
        removal.check_name(tenant, name)
        removal.remove_partnership(tenant)
    site_of(request).cache.forget(partnership)
    site_of(request).database.scrub()
    return to("/")
