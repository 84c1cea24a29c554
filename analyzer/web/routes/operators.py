"""The page of a server's operators: accounts, who may make partnerships, lost passwords."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.store import operators
from analyzer.store.workspace import Workspace
from analyzer.web.access import entered, site_of
from analyzer.web.pages import page, to

router = APIRouter(prefix="/operators")
Text = Annotated[str, Form()]


def _show(request: Request, workspace: Workspace, link: str | None = None) -> Response:
    people = operators.users(workspace)
    return page(request, "operators.html", user=workspace.user, people=people, link=link)


@router.get("")
def show(request: Request) -> Response:
    """All accounts of this server."""
    with entered(request) as workspace:
        return _show(request, workspace)


@router.post("/invite")
def invite(request: Request, email: Text = "") -> Response:
    """Invite an operator; the link is shown this once."""
    with entered(request, write=True) as workspace:
        link = operators.invite_operator(workspace, email)
        return _show(request, workspace, f"{site_of(request).config.url}/link/{link}")


@router.post("/{account}/disable")
def disable(request: Request, account: str) -> Response:
    """Shut an account."""
    with entered(request, write=True) as workspace:
        operators.disable(workspace, account)
        return to("/operators")


@router.post("/{account}/enable")
def enable(request: Request, account: str) -> Response:
    """Open an account again."""
    with entered(request, write=True) as workspace:
        operators.enable(workspace, account)
        return to("/operators")


@router.post("/{account}/operator")
def set_operator(request: Request, account: str, value: Annotated[bool, Form()] = False) -> Response:
    """Say whether somebody is an operator."""
    with entered(request, write=True) as workspace:
        operators.set_operator(workspace, account, value)
        return to("/operators")


@router.post("/{account}/password")
def password(request: Request, account: str) -> Response:
    """Make a link that sets a new password; it is shown this once."""
    with entered(request, write=True) as workspace:
        link = operators.password_link(workspace, account)
        return _show(request, workspace, f"{site_of(request).config.url}/link/{link}")
