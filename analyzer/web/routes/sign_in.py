"""Signing in and out: the one-time link of a laptop, passwords and invitations of a company's server."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from analyzer.errors import NotAllowed, NotThere, Refused
from analyzer.store import accounts
from analyzer.store.models import Invitation, User
from analyzer.web.access import address_of, entered, site_of
from analyzer.web.pages import page, to

router = APIRouter()
_DAY = 86_400
Text = Annotated[str, Form()]


@router.get("/sign-in")
def show(request: Request) -> Response:
    """The form; on a laptop, where the link is."""
    return page(request, "sign_in.html", openid=site_of(request).config.openid is not None, problem=None)


@router.post("/sign-in")
def sign_in(request: Request, email: Text = "", password: Text = "") -> Response:
    """Sign in by password."""
    site = site_of(request)
    has_room = site.by_address.allows(address_of(request)) & site.by_account.allows(email.strip().casefold())
    if not has_room:
        return _again(request, "too many tries; wait five minutes", 429)
    try:
        with site.database.writing() as session:
            cookie = accounts.sign_in(session, accounts.with_password(session, email, password))
    except NotAllowed as error:
        return _again(request, error.what, 403)
    return with_cookie(request, to("/"), cookie)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    site = site_of(request)
    with site.database.writing() as session:
        accounts.sign_out(session, request.cookies.get(site.config.cookie))
    answer = to("/sign-in")
    answer.delete_cookie(site.config.cookie, path="/", secure=site.config.is_secure)
    return answer


@router.get("/link/{spelled}")
def follow(request: Request, spelled: str) -> Response:
    """Follow a one-time link: sign in at once on a laptop, else show the form that it opens."""
    site = site_of(request)
    if not site.by_address.allows(address_of(request)):
        return _again(request, "too many tries; wait five minutes", 429)
    try:
        with site.database.writing() as session:
            invitation = accounts.open_link(session, spelled)
            if invitation.kind != "sign-in":
                return page(request, "join.html", invitation=invitation, spelled=spelled, problem=None)
            accounts.use_link(session, spelled)
            cookie = accounts.sign_in(session, accounts.local_user(session))
    except NotThere:
        with entered(request):  # whoever is signed in has no need of it; others are told
            return to("/")
    return with_cookie(request, to("/"), cookie)


@router.post("/link/{spelled}")
def join(request: Request, spelled: str, email: Text = "", name: Text = "", password: Text = "") -> Response:
    """Take an invitation up: make an account, or set a password."""
    site = site_of(request)
    if not site.by_address.allows(address_of(request)):
        return _again(request, "too many tries; wait five minutes", 429)
    try:
        with site.database.writing() as session:
            invitation = accounts.use_link(session, spelled)
            user = _account(session, invitation, email=email, name=name, password=password)
            accounts.join(session, invitation, user)
            cookie = accounts.sign_in(session, user)
    except Refused as error:
        with site.database.reading() as session:
            invitation = accounts.open_link(session, spelled)
            return page(
                request, "join.html", status=409, invitation=invitation, spelled=spelled, problem=error.what
            )
    return with_cookie(request, to("/"), cookie)


def _account(session: Session, invitation: Invitation, *, email: str, name: str, password: str) -> User:
    """Give the account that takes an invitation up; one that exists proves itself by its password."""
    address = invitation.email or email
    known = accounts.by_email(session, address)
    if invitation.kind == "password" and known is not None:
        known.password_hash = accounts.hash_password(password)
        return known
    if known is not None and invitation.kind == "join":
        return accounts.with_password(session, address, password)
    is_operator = invitation.kind == "set-up" or (invitation.kind == "join" and not invitation.partnership_id)
    return accounts.register(session, email=address, name=name, password=password, is_operator=is_operator)


def with_cookie(request: Request, answer: Response, cookie: str) -> Response:
    """Give the browser its session."""
    config = site_of(request).config
    answer.set_cookie(
        config.cookie,
        cookie,
        max_age=accounts.SIGNED_IN_DAYS * _DAY,
        path="/",
        secure=config.is_secure,
        httponly=True,
        samesite="lax",  # strict would sign people out who follow a link from their mail
    )
    return answer


def _again(request: Request, problem: str, status: int) -> Response:
    has_openid = site_of(request).config.openid is not None
    return page(request, "sign_in.html", status=status, openid=has_openid, problem=problem)
