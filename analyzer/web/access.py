"""Who asks, and what of the store they get: used by every page, and the only code here that reads cookies.

    with opened(request, partnership, "lead", write=True) as tenant:
        changes.set_title(tenant, ...)

A page's route names the least role, and whether it changes anything; the transaction ends with the block.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.templating import Jinja2Templates

from analyzer.errors import NotAllowed, StoreError
from analyzer.store import accounts
from analyzer.store.analyses import Cache
from analyzer.store.database import Database
from analyzer.store.files import Files
from analyzer.store.models import Role
from analyzer.store.workspace import Tenant, Workspace
from analyzer.web.config import Config
from analyzer.web.guards import Limiter
from analyzer.web.views.kept import Rooms

SAFE = ("GET", "HEAD", "OPTIONS")
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"


class NotSignedIn(StoreError):
    """Nobody is signed in; a page leads to sign-in, the API answers 401."""


@dataclass
class Site:
    """What all requests of a server share."""

    config: Config
    database: Database
    templates: Jinja2Templates
    files: Files = field(init=False)
    cache: Cache = field(default_factory=Cache)
    rooms: Rooms = field(default_factory=Rooms)
    by_address: Limiter = field(default_factory=lambda: Limiter(30, 300.0))
    by_account: Limiter = field(default_factory=lambda: Limiter(8, 300.0))

    def __post_init__(self) -> None:
        self.files = Files(Path(self.config.files))


def site_of(request: Request) -> Site:
    """Give what all requests share."""
    return cast("Site", request.app.state.site)


@contextmanager
def entered(request: Request, *, write: bool = False) -> Iterator[Workspace]:
    """Open the workspace of whoever is signed in.

    Raises:
        NotSignedIn: if nobody is.
    """
    site = site_of(request)
    with (site.database.writing if write else site.database.reading)() as session:
        user = accounts.signed_in(session, request.cookies.get(site.config.cookie))
        if user is None:
            raise NotSignedIn(what="nobody is signed in", where="this page", remedy="sign in and try again")
        yield Workspace(session, user, site.files)


@contextmanager
def opened(
    request: Request, partnership_id: str, need: Role = "viewer", *, write: bool = False
) -> Iterator[Tenant]:
    """Open a partnership for whoever is signed in.

    Raises:
        NotSignedIn: if nobody is.
        NotThere: if there is no such partnership for this user.
        NotAllowed: if the role is too low.
    """
    with entered(request, write=write) as workspace:
        yield workspace.enter(partnership_id, need)


def csrf_token(request: Request) -> str:
    """Give the token that forms of this browser session carry; empty where nobody is signed in."""
    cookie = request.cookies.get(site_of(request).config.cookie, "")
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest() if cookie else ""


async def guard(request: Request) -> None:
    """Refuse what another site makes a browser send: a foreign origin, or no token of this session.

    Raises:
        NotAllowed: then.
    """
    if request.method in SAFE:
        return
    check_origin(request)
    if request.cookies.get(site_of(request).config.cookie):
        given = request.headers.get(CSRF_HEADER)
        if given is None:
            given = str((await request.form()).get(CSRF_FIELD, ""))
        check_csrf(request, given)


def check_origin(request: Request) -> None:
    """Refuse a request that a page of another site sent.

    Raises:
        NotAllowed: then.
    """
    origin = request.headers.get("origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if is_foreign or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise NotAllowed(
            what="the request came from another site", where="this page", remedy="open the page itself"
        )


def check_csrf(request: Request, given: str) -> None:
    """Refuse a request that does not carry the token of its session.

    Raises:
        NotAllowed: then.
    """
    if not hmac.compare_digest(given.encode("utf-8", "replace"), csrf_token(request).encode()):
        raise NotAllowed(
            what="the page is too old to be sent", where="this page", remedy="load it again and repeat"
        )


def address_of(request: Request) -> str:
    """Give the network address that asks."""
    return request.client.host if request.client else "unknown"
