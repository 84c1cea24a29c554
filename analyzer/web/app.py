"""The application: pages, static files and the API, put together."""

from __future__ import annotations

from functools import cache

from fastapi import Depends, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError

from analyzer.codebook import default_codebook
from analyzer.errors import AnalyzerError
from analyzer.store.database import Database
from analyzer.web.access import Site, guard
from analyzer.web.config import Config
from analyzer.web.guards import Guard
from analyzer.web.pages import HERE, show_error, show_missing, show_unkept, templates
from analyzer.web.routes import (
    api,
    audit,
    changes,
    downloads,
    home,
    keeping,
    meetings,
    members,
    openid,
    operators,
    partnerships,
    people,
    pieces,
    runs,
    sharing,
    sign_in,
    tokens,
    uploads,
)

PAGES = (  # each has a `router`
    sign_in,
    openid,
    home,
    uploads,
    partnerships,
    pieces,
    meetings,
    people,
    changes,
    sharing,
    keeping,
    downloads,
    members,
    tokens,
    audit,
    operators,
)
API = "/api/v1"


def create_app(config: Config, database: Database) -> FastAPI:
    """Make the application of a server; the worker is a process of its own.

    Args:
        config: how the server is set up.
        database: migrated already.
    """
    app = FastAPI(title="analyzer", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.site = Site(config=config, database=database, templates=templates())
    app.state.openid_transport = None  # of httpx; tests hand in a provider of their own
    for module in PAGES:
        app.include_router(module.router, dependencies=[Depends(guard)])
    for module in (uploads, runs):
        app.include_router(module.giving)  # guards itself
    app.include_router(sharing.open_router)  # for whoever has the link
    app.add_api_route("/static/codebook.css", _codebook_css, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.mount(API, api.create_api(app.state.site))
    app.add_exception_handler(AnalyzerError, show_error)
    app.add_exception_handler(404, show_missing)
    app.add_exception_handler(DataError, show_unkept)
    app.add_middleware(Guard, config=config)
    return app


def _codebook_css(request: Request) -> Response:  # noqa: ARG001
    return Response(codebook_css(), media_type="text/css", headers={"cache-control": "max-age=3600"})


@cache
def codebook_css() -> str:
    """Give the colours of modes and barriers as a style sheet: the policy forbids them in the page.

    Classes are those of `reports.pieces.PieceView`: `mode-0`, `barrier-0`, in codebook order.
    """
    codebook = default_codebook()
    lines = [
        f".{task}-{column}{{--c:{label.colour}}}"
        for task in ("mode", "barrier")
        for column, label in enumerate(codebook.task(task).labels)
    ]
    # The pale colour of talk without substance would be the brightest on dark.
    pale = codebook.role("procedural")
    if pale is not None:
        lines.append(
            "@media screen and (prefers-color-scheme:dark){"
            f".mode-{codebook.modes.index(pale)}{{--c:#59616e}}"
            f'.chart [fill="{codebook.label(pale).colour}"]{{fill:#59616e}}}}'
        )
    return "\n".join(lines) + "\n"
