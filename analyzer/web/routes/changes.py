"""Corrections: labels, decisions, people; the history with undo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.codebook import default_codebook
from analyzer.store import changes
from analyzer.web.access import opened
from analyzer.web.pages import is_fragment, page, to
from analyzer.web.routes.partnerships import overview_of

router = APIRouter(prefix="/p/{partnership}/changes")
Text = Annotated[str, Form()]
Flag = Annotated[bool, Form()]


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """All that people said against the model and the files, latest first."""
    with opened(request, partnership) as tenant:
        said = changes.history(tenant)
        return page(
            request,
            "changes.html",
            tenant=tenant,
            user=tenant.user,
            changes=said[::-1],
            in_force={change.id for change in changes.in_force(said)},
            codebook=default_codebook(),
            s=overview_of(request, tenant),
        )


@router.post("/label")
def label(request: Request, partnership: str, piece: Text, label: Text, value: Flag = True) -> Response:
    """Set or take away a mode or barrier of a piece."""
    with opened(request, partnership, "lead", write=True) as tenant:
        changes.correct_label(tenant, piece, label, value, default_codebook())
        return _after(request, partnership)


@router.post("/decision")
def decision(request: Request, partnership: str, piece: Text, value: Flag = True) -> Response:
    """Mark the utterance of a piece as a decision, or as none."""
    with opened(request, partnership, "lead", write=True) as tenant:
        changes.mark_decision(tenant, piece, value)
        return _after(request, partnership)


@router.post("/person")
def person(
    request: Request, partnership: str, name: Text, alias: Text = "", party: Text = "", role: Text = ""
) -> Response:
    """Say for whom somebody speaks; `alias` is another name that is merged into this one."""
    with opened(request, partnership, "lead", write=True) as tenant:
        aliases = [other for other in alias.split(";") if other.strip()]
        changes.describe_person(tenant, name, aliases=aliases, party=party, role=role)
        return _after(request, partnership)


@router.post("/{change}/undo")
def undo(request: Request, partnership: str, change: int) -> Response:
    """Take a change back."""
    with opened(request, partnership, "lead", write=True) as tenant:
        changes.undo(tenant, change)
        return _after(request, partnership)


def _after(request: Request, partnership: str) -> Response:
    """Go back to the page the form stood on; htmx is told that something changed."""
    if is_fragment(request):
        return Response(status_code=204, headers={"HX-Trigger": "changed"})
    return to(_back(request, partnership))


def _back(request: Request, partnership: str) -> str:
    # Never where the browser says it comes from: only known places of this partnership.
    path = (
        request.headers.get("referer", "").partition(request.headers.get("host", "//"))[2].partition("?")[0]
    )
    known = (f"/p/{partnership}/m/", f"/p/{partnership}/people")
    is_own = path.startswith(known) and "//" not in path and "\\" not in path
    return path if is_own else f"/p/{partnership}/changes"
