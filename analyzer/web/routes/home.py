"""The list of partnerships, a new one, and the sample."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from analyzer.resources import data_folder
from analyzer.store import uploads
from analyzer.web.access import entered, site_of
from analyzer.web.pages import page, to

router = APIRouter()
SAMPLE, _SAMPLE_NAME = "bank_it", "Sample: a bank and its IT provider"


@router.get("/")
def show(request: Request) -> Response:
    """The partnerships of whoever is signed in."""
    with entered(request) as workspace:
        return page(request, "home.html", user=workspace.user, places=workspace.places())


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
