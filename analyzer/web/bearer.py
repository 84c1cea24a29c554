"""Programs with a token: whom they act for, and what of the store they get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from analyzer.errors import NotThere
from analyzer.store import sharing
from analyzer.store.models import Role
from analyzer.store.workspace import Tenant, Workspace
from analyzer.web.access import NotSignedIn, site_of

_scheme = HTTPBearer(auto_error=False, description="a token of the partnership's settings")
Token = Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)]


@contextmanager
def acting(request: Request, token: Token, need: Role = "viewer", *, write: bool = False) -> Iterator[Tenant]:
    """Open the partnership of a token.

    Raises:
        NotSignedIn: if there is no valid token.
        NotAllowed: if it grants less than is needed.
    """
    site = site_of(request)
    with (site.database.writing if write else site.database.reading)() as session:
        try:
            bearer = sharing.bearer(session, token.credentials if token else "")
        except NotThere as error:
            raise NotSignedIn(what=error.what, where=error.where, remedy=error.remedy) from error
        workspace = Workspace(session, bearer.user, site.files)
        yield workspace.enter(bearer.partnership_id, need, at_most=bearer.role)
