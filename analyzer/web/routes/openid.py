"""Sign-in at a company's identity provider: there, and back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from analyzer.errors import NotAllowed, NotThere
from analyzer.store import accounts
from analyzer.store.models import User
from analyzer.web.access import address_of, site_of
from analyzer.web.openid import Attempt, Identity, Provider
from analyzer.web.pages import to
from analyzer.web.routes.sign_in import with_cookie

router = APIRouter(prefix="/openid")
_COOKIE, _SECONDS = "analyzer-openid", 600
_KEY = secrets.token_bytes(32)  # of this process: a sign-in that a restart interrupts is begun again


@router.get("")
def begin(request: Request) -> Response:
    """Send the browser to the provider."""
    site = site_of(request)
    if not site.by_address.allows(address_of(request)):
        raise NotAllowed(what="too many tries", where="sign-in", remedy="wait five minutes")
    address, attempt = _provider(request).begin()
    answer = to(address)
    content = base64.urlsafe_b64encode(json.dumps(attempt.as_dict()).encode()).decode()
    answer.set_cookie(
        _COOKIE,
        f"{content}.{_signed(content)}",
        max_age=_SECONDS,
        path="/openid",
        secure=site.config.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/back")
def finish(request: Request, state: str = "", code: str = "") -> Response:
    """Take the provider's answer, and sign the browser in."""
    content, _, signature = request.cookies.get(_COOKIE, "").partition(".")
    if not hmac.compare_digest(signature.encode(), _signed(content).encode()):
        raise NotAllowed(what="this sign-in was not begun here", where="sign-in", remedy="sign in again")
    attempt = Attempt(**json.loads(base64.urlsafe_b64decode(content)))
    identity = _provider(request).finish(attempt, state=state, code=code)
    with site_of(request).database.writing() as session:
        cookie = accounts.sign_in(session, _user(session, identity))
    answer = with_cookie(request, to("/"), cookie)
    answer.delete_cookie(_COOKIE, path="/openid")
    return answer


def _provider(request: Request) -> Provider:
    config = site_of(request).config
    if config.openid is None:
        raise NotThere(what="there is no such sign-in", where="this server", remedy="use your password")
    return Provider(config.openid, f"{config.url}/openid/back", request.app.state.openid_transport)


def _user(session: Session, identity: Identity) -> User:
    """Give the account of an identity; who is new has one without partnerships until somebody invites."""
    known = accounts.by_identity(session, identity.key)
    if known is None and identity.email:
        known = accounts.by_email(session, identity.email)
    if known is None:
        known = accounts.register_identity(session, identity.key, name=identity.name, email=identity.email)
    if known.disabled_at is not None:
        raise NotAllowed(what="this account is disabled", where="sign-in", remedy="ask an operator")
    known.identity = identity.key
    return known


def _signed(content: str) -> str:
    return hmac.new(_KEY, content.encode(), hashlib.sha256).hexdigest()
