"""The API's ways in for others: tokens for programs, links to the report; and what people decided."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from analyzer.errors import NotThere
from analyzer.store import exports, sharing
from analyzer.web.access import site_of
from analyzer.web.bearer import Token, acting
from analyzer.web.downloads import corrections_file
from analyzer.web.schemas import SecretOut, ShareIn, ShareOut, TokenIn, TokenOut

router = APIRouter()


@router.get("/tokens")
def list_tokens(request: Request, token: Token) -> list[TokenOut]:
    """The tokens that work, latest first."""
    with acting(request, token, "admin") as tenant:
        return [
            TokenOut(
                id=one.id,
                name=one.name,
                user=one.user.name,
                role=one.role,
                made_at=one.made_at,
                expires_at=one.expires_at,
            )
            for one in sharing.tokens(tenant)
        ]


@router.post("/tokens", status_code=201)
def make_token(request: Request, token: Token, wanted: TokenIn) -> SecretOut:
    """Make a token, shown this once; it ends no later than the one that makes it."""
    with acting(request, token, "admin", write=True) as tenant:
        maker = sharing.bearer(tenant.session, token.credentials if token else "")
        spelled = sharing.issue_token(
            tenant, wanted.name, wanted.role, days=wanted.days, ends_by=maker.expires_at
        )
        return SecretOut(secret=spelled)


@router.delete("/tokens/{other}", status_code=204)
def end_token(request: Request, token: Token, other: str) -> None:
    """End a token; it may be the one that asks."""
    with acting(request, token, "admin", write=True) as tenant:
        sharing.revoke_token(tenant, other)


@router.get("/shares")
def list_shares(request: Request, token: Token) -> list[ShareOut]:
    """The links to the report that are open, first to end first."""
    with acting(request, token) as tenant:
        return [
            ShareOut(id=one.id, made_at=one.made_at, expires_at=one.expires_at)
            for one in sharing.shares(tenant)
        ]


@router.post("/shares", status_code=201)
def make_share(request: Request, token: Token, wanted: ShareIn) -> SecretOut:
    """Make a link to the report with parties in place of people; gives its address, shown this once."""
    with acting(request, token, "lead", write=True) as tenant:
        spelled = sharing.share(tenant, wanted.days)
        if exports.has_figures(tenant):
            exports.ask(tenant, "report", "roles")  # drawn beside, before anybody follows the link
        return SecretOut(secret=f"{site_of(request).config.url}/shared/{spelled}")


@router.delete("/shares/{share}", status_code=204)
def end_share(request: Request, token: Token, share: str) -> None:
    """End a link before its time."""
    with acting(request, token, "lead", write=True) as tenant:
        sharing.revoke_share(tenant, share)


@router.get(
    "/corrections",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {}}, "description": "A JSON row a piece"}},
)
def corrections(request: Request, token: Token) -> Response:
    """What people decided about pieces, as training data."""
    with acting(request, token, "lead") as tenant:
        analysis = site_of(request).cache.get(tenant)
        if analysis is None:
            raise NotThere(
                what="there are no figures yet", where=tenant.partnership.name, remedy="ask again in a while"
            )
        content = corrections_file(tenant, analysis)
    return Response(content.encode("utf-8", "replace"), media_type="application/x-ndjson")
