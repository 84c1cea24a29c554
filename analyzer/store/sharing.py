"""Ways in without a browser session: tokens for programs, links that show the report until they expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from analyzer.errors import NotThere, Refused
from analyzer.store.accounts import hashed, token
from analyzer.store.files import Files
from analyzer.store.models import ApiToken, Role, ShareLink, User, now
from analyzer.store.workspace import Tenant, Workspace, tidy

LONGEST_SHARE_DAYS = 365
LONGEST_TOKEN_DAYS = 3650
_MARK = "gat_"  # begins every token, so that scanners of published code know one


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whom a program acts for, where, and at most in which role."""

    user: User
    partnership_id: str
    role: Role
    expires_at: datetime | None


def issue_token(
    tenant: Tenant, name: str, role: Role, *, days: int | None = None, ends_by: datetime | None = None
) -> str:
    """Make a token for a program; it is shown this once.

    Args:
        tenant: opened with the role admin.
        name: what it is for.
        role: the most it may do; never more than its user may.
        days: how long it works; None is until it is revoked.
        ends_by: when it ends at the latest, whatever the days are: a token that makes another one must not
            outlive itself.

    Raises:
        Refused: if the days are none.
    """
    if days is not None and not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refused(
            what=f"a token cannot last {days} days",
            where=tenant.partnership.name,
            remedy=f"say 1 to {LONGEST_TOKEN_DAYS}, or leave it empty",
        )
    ends = [now() + timedelta(days=days)] if days else []
    ends += [ends_by] if ends_by else []
    spelled = _MARK + token()
    row = tenant.add(
        ApiToken(
            token_hash=hashed(spelled),
            name=tidy(name) or "token",
            role=role,
            user_id=tenant.user.id,
            expires_at=min(ends, default=None),
        )
    )
    tenant.note("token made", row.id)
    return spelled


def tokens(tenant: Tenant) -> list[ApiToken]:
    """List the tokens that still work, latest first."""
    query = tenant.select(ApiToken).where(ApiToken.revoked_at.is_(None))
    query = query.where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now()))
    return tenant.all(query.order_by(ApiToken.made_at.desc(), ApiToken.id))


def bearer(session: Session, spelled: str) -> Bearer:
    """Say whom a token stands for.

    Raises:
        NotThere: if it is none, expired or revoked, or its user is disabled.
    """
    row = session.scalars(select(ApiToken).where(ApiToken.token_hash == hashed(spelled))).first()
    at = now()
    if row is None or row.revoked_at or (row.expires_at and row.expires_at < at) or row.user.disabled_at:
        raise NotThere(what="the token is not valid", where="Authorization", remedy="make a new one")
    return Bearer(user=row.user, partnership_id=row.partnership_id, role=row.role, expires_at=row.expires_at)


def revoke_token(tenant: Tenant, token_id: str) -> None:
    """End a token."""
    tenant.get(ApiToken, token_id).revoked_at = now()
    tenant.note("token revoked", token_id)


def share(tenant: Tenant, days: int) -> str:
    """Make a link that shows the report, with parties instead of people, for some days.

    Raises:
        Refused: if the days are none or too many.
    """
    if not 1 <= days <= LONGEST_SHARE_DAYS:
        raise Refused(
            what=f"a link cannot last {days} days",
            where=tenant.partnership.name,
            remedy=f"say 1 to {LONGEST_SHARE_DAYS}",
        )
    spelled = token()
    row = tenant.add(
        ShareLink(token_hash=hashed(spelled), by_id=tenant.user.id, expires_at=now() + timedelta(days=days))
    )
    tenant.note("report shared", row.id)
    return spelled


def shares(tenant: Tenant) -> list[ShareLink]:
    """List the links that are open, first to end first."""
    query = tenant.select(ShareLink).where(ShareLink.revoked_at.is_(None), ShareLink.expires_at > now())
    return tenant.all(query.order_by(ShareLink.expires_at, ShareLink.id))


def revoke_share(tenant: Tenant, link_id: str) -> None:
    """End a link."""
    tenant.get(ShareLink, link_id).revoked_at = now()
    tenant.note("shared link ended", link_id)


def shared(session: Session, spelled: str, files: Files) -> Tenant:
    """Open the partnership that a link shows, as its maker with the role viewer.

    Raises:
        NotThere: if the link is none, expired or ended, or its maker is a member no longer.
    """
    row = session.scalars(select(ShareLink).where(ShareLink.token_hash == hashed(spelled))).first()
    maker = session.get(User, row.by_id) if row and row.by_id else None
    if row is None or maker is None or row.revoked_at or row.expires_at < now() or maker.disabled_at:
        raise NotThere(
            what="this link has expired or was ended", where="shared report", remedy="ask for a new one"
        )
    return Workspace(session, maker, files).enter(row.partnership_id, at_most="viewer")
