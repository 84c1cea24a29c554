"""Pages and fragments from templates, with what every page needs; and errors as pages."""

from __future__ import annotations

import functools
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from analyzer.codebook import default_codebook
from analyzer.errors import (
    AnalyzerError,
    CodebookError,
    NotAllowed,
    NotThere,
    ReadError,
    Refused,
    SettingsError,
    TooLarge,
)
from analyzer.reports.words import day
from analyzer.web.access import NotSignedIn, csrf_token, site_of

HERE = Path(__file__).parent
_REPORT = FileSystemLoader(HERE.parent / "reports" / "templates")  # words and tags look the same there
# The nearest class that is listed decides.
STATUS: dict[type[AnalyzerError], int] = {
    NotSignedIn: 401,
    NotThere: 404,
    NotAllowed: 403,
    Refused: 409,
    TooLarge: 413,
    ReadError: 422,
    CodebookError: 422,
    SettingsError: 422,
    AnalyzerError: 503,
}

UNKEPT = Refused(what="a value cannot be kept", where="this request", remedy="write it in plain text")


@functools.cache
def templates() -> Jinja2Templates:
    """All templates; autoescape is on, and a name that is not given is an error."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader({"report": _REPORT})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day,
        "moment": _moment,
        "megabytes": _megabytes,
        "place": _place,
        "mark_style": _mark_style,
        "isodate": _isodate,
    }
    return Jinja2Templates(env=environment)


def page(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page or fragment; it is given `csrf`, `is_team` and `user` (None where not handed in)."""
    common = {
        "csrf": csrf_token(request),
        "is_team": site_of(request).config.is_team,
        "user": None,
        "tenant": None,
    }
    return templates().TemplateResponse(request, name, common | context, status_code=status)


def fragment(name: str, **context: Any) -> Markup:
    """Render a part of a page on its own, to be kept: without whoever looks, and without a token."""
    return Markup(templates().get_template(name).render(**context))


def to(path: str) -> Response:
    """Lead to another page after a form was sent."""
    return RedirectResponse(path, status_code=303)


def is_fragment(request: Request) -> bool:
    """Say whether htmx asks, which wants a part of a page."""
    return request.headers.get("hx-request") == "true"


def status_of(error: AnalyzerError) -> int:
    """Give the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def show_error(request: Request, error: Exception) -> Response:
    """Answer an error with one sentence: a page, a fragment, or the way to sign-in."""
    assert isinstance(error, AnalyzerError)
    if isinstance(error, NotSignedIn):
        if is_fragment(request):
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return to("/sign-in")
    name = "parts/notice.html" if is_fragment(request) else "error.html"
    return page(request, name, status=status_of(error), error=error)


async def show_missing(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer an address that leads nowhere."""
    missing = NotThere(what="there is no such page", where=request.url.path, remedy="go back to the list")
    return await show_error(request, missing)


async def show_unkept(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer what a database refuses to hold or to look for: PostgreSQL takes no text with a NUL in it."""
    return await show_error(request, UNKEPT)


async def show_api_unkept(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer the same by the API."""
    return await show_api_error(request, UNKEPT)


async def show_api_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Answer an error of the API: the three parts of the sentence."""
    assert isinstance(error, AnalyzerError)
    content = {"error": {"what": error.what, "where": error.where, "remedy": error.remedy}}
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else None
    return JSONResponse(content, status_code=status_of(error), headers=headers)


@functools.cache
def _mark_style(label: str) -> str:
    """Give the colour's class of what marked words are evidence of; of several labels, the first's."""
    codebook = default_codebook()
    for task in ("barrier", "mode"):
        for place, one in enumerate(codebook.task(task).labels):
            if one.name == label.partition(", ")[0]:
                return f"{task}-{place}"
    return ""


def _place(ref: str) -> str:
    """Name a piece in an address, of its ref: `12-0`."""
    return ref.rpartition("#")[2].replace(".", "-")


def _moment(at: datetime | None) -> str:
    return f"{day(at.date())}, {at:%H:%M} UTC" if at else "never"


def _isodate(on: date | None) -> str:
    return on.isoformat() if on else ""


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1e3))} kB"
