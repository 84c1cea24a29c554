"""The list of partnerships, a new one, and the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.reports.words import day
from analyzer.resources import data_folder
from analyzer.store import shelf, uploads
from analyzer.store.workspace import Place, Tenant
from analyzer.web.access import entered, site_of
from analyzer.web.pages import page, to

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Card:
    """A partnership in the list, and how much of it there is."""

    place: Place
    extent: str


def _extent(tenant: Tenant) -> str:
    meetings = shelf.meetings(tenant)
    dates = [one.date for one in meetings if one.date]
    count = f"{len(meetings)} {'meeting' if len(meetings) == 1 else 'meetings'}"
    return f"{count}, the latest of {day(max(dates))}" if dates else count if meetings else "no meetings yet"


SAMPLE, _SAMPLE_NAME = "bank_it", "Sample: a bank and its IT provider"


@router.get("/")
def show(request: Request) -> Response:
    """The partnerships of whoever is signed in."""
    with entered(request) as workspace:
        cards = [Card(place, _extent(workspace.enter(place.id))) for place in workspace.places()]
        return page(request, "home.html", user=workspace.user, places=cards)


@router.post("/partnerships")
def create(request: Request, name: Annotated[str, Form()] = "") -> Response:
    """Make a partnership, and go where its files are given."""
    with entered(request, write=True) as workspace:
        tenant = workspace.create(name)
        return to(f"/p/{tenant.id}/uploads")


@router.post("/sample")
def open_sample(request: Request) -> Response:
    """Open the sample partnership; made on first use, from files that travel with the program."""
    with entered(request, write=True) as workspace:
        known = next((place for place in workspace.places() if place.is_sample), None)
        if known is not None:
            return to(f"/p/{known.id}")
        tenant = workspace.create(_SAMPLE_NAME, is_sample=True)
        for file in sorted((data_folder() / "samples" / SAMPLE).iterdir()):
            limit = site_of(request).config.max_upload_bytes
            uploads.receive(tenant, file.name, [file.read_bytes()], limit_bytes=limit)
        return to(f"/p/{tenant.id}/uploads")
