"""People and how they sign in: passwords, one-time links, browser sessions, invitations.

Tokens are 32 random bytes; the database holds their hashes, so whoever reads it cannot sign in with it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analyzer.errors import NotAllowed, NotThere, Refused
from analyzer.store.models import Invitation, InvitationKind, Membership, Role, SignIn, User, now
from analyzer.store.workspace import Tenant, tidy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SIGNED_IN_DAYS = 14
INVITED_DAYS = 7
LINK_HOURS = 12
SHORTEST_PASSWORD = 10
LOCAL_USER = "You"


def token() -> str:
    """Make a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def hashed(spelled: str) -> str:
    """Give what the database keeps of a token."""
    return hashlib.sha256(spelled.encode("utf-8", "replace")).hexdigest()


def local_user(session: Session) -> User:
    """Give the user of a laptop; made on first use."""
    found = session.scalars(select(User).where(User.email.is_(None), User.identity.is_(None))).first()
    if found is None:
        found = User(name=LOCAL_USER, is_operator=True)
        session.add(found)
        session.flush()
    return found


def has_users(session: Session) -> bool:
    """Say whether anybody can sign in yet."""
    return bool(session.scalar(select(func.count()).select_from(User)))


def issue_link(
    session: Session,
    kind: InvitationKind,
    *,
    by: User | None = None,
    email: str | None = None,
    tenant: Tenant | None = None,
    role: Role | None = None,
) -> str:
    """Make a link that works once; gives its token."""
    spelled = token()
    days = INVITED_DAYS if kind == "join" else LINK_HOURS / 24
    session.add(
        Invitation(
            token_hash=hashed(spelled),
            kind=kind,
            email=_address(email) if email else None,
            partnership_id=tenant.id if tenant else None,
            role=role,
            by_id=by.id if by else None,
            expires_at=now() + timedelta(days=days),
        )
    )
    return spelled


def invite(tenant: Tenant, email: str, role: Role) -> str:
    """Invite somebody to a partnership; gives the token of the link to send.

    Raises:
        Refused: if that is no mail address, or the person is a member already.
    """
    address = _address(email)
    member = tenant.select(Membership).join(User, User.id == Membership.user_id).where(User.email == address)
    if tenant.all(member):
        raise Refused(
            what=f"{address} is a member already",
            where=tenant.partnership.name,
            remedy="change the role instead",
        )
    tenant.note("invited", role)
    return issue_link(tenant.session, "join", by=tenant.user, email=address, tenant=tenant, role=role)


def open_link(session: Session, spelled: str) -> Invitation:
    """Give the invitation of a link that still works, without using it up.

    Raises:
        NotThere: if there is none, it was used, or it is too old.
    """
    query = select(Invitation).where(Invitation.token_hash == hashed(spelled))
    found = session.scalars(query).first()
    if found is None or found.used_at is not None or found.expires_at < now():
        raise NotThere(
            what="this link was used already or is too old",
            where="sign-in",
            remedy="start the server again for a new one, or ask for another invitation",
        )
    return found


def use_link(session: Session, spelled: str) -> Invitation:
    """Use a link up: of two who open it at once, one gets in.

    Raises:
        NotThere: as `open_link`.
    """
    found = open_link(session, spelled)
    session.refresh(found, with_for_update=True)
    if found.used_at is not None:
        return open_link(session, spelled)  # which says so
    found.used_at = now()
    return found


def register(
    session: Session, *, email: str, name: str, password: str | None, is_operator: bool = False
) -> User:
    """Make an account.

    Raises:
        Refused: if the address is taken or none, or the password too short.
    """
    address = _address(email)
    if session.scalars(select(User).where(User.email == address)).first():
        raise Refused(
            what=f"{address} has an account already", where="sign-in", remedy="sign in with its password"
        )
    user = User(email=address, name=tidy(name) or address, is_operator=is_operator)
    if password is not None:
        user.password_hash = hash_password(password)
    session.add(user)
    session.flush()
    return user


def by_email(session: Session, email: str) -> User | None:
    """Give the user of a mail address."""
    return session.scalars(select(User).where(User.email == email.strip().casefold())).first()


def by_identity(session: Session, key: str) -> User | None:
    """Give the user of an identity of OpenID Connect."""
    return session.scalars(select(User).where(User.identity == key)).first()


def register_identity(session: Session, key: str, *, name: str, email: str | None) -> User:
    """Make an account that signs in at an identity provider; it is no operator until one says so."""
    user = User(identity=key, email=email, name=tidy(name) or key)
    session.add(user)
    session.flush()
    return user


def join(session: Session, invitation: Invitation, user: User) -> None:
    """Make a user a member as an invitation says."""
    if invitation.partnership_id is None or invitation.role is None:
        return
    query = select(Membership).where(
        Membership.partnership_id == invitation.partnership_id, Membership.user_id == user.id
    )
    if session.scalars(query).first() is None:
        session.add(
            Membership(partnership_id=invitation.partnership_id, user_id=user.id, role=invitation.role)
        )


def with_password(session: Session, email: str, password: str) -> User:
    """Give the user of a mail address and password.

    Takes as long for an address that has no account, so that nobody can find out which have one.

    Raises:
        NotAllowed: if they do not fit.
    """
    user = by_email(session, email)
    known = user.password_hash if user and user.disabled_at is None else None
    if not _fits(known or _nobodys(), password) or user is None or known is None:
        raise NotAllowed(
            what="the address and the password do not fit",
            where="sign-in",
            remedy="try again, or ask an admin",
        )
    if _hasher().check_needs_rehash(known):
        user.password_hash = hash_password(password)
    return user


def hash_password(password: str) -> str:
    """Hash a password with argon2id.

    Raises:
        Refused: if it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            what=f"the password has fewer than {SHORTEST_PASSWORD} characters",
            where="sign-in",
            remedy="take a longer one; several words are best",
        )
    return _hasher().hash(password)


def sign_in(session: Session, user: User) -> str:
    """Sign a browser in; gives the token for its cookie."""
    spelled = token()
    session.add(
        SignIn(token_hash=hashed(spelled), user_id=user.id, expires_at=now() + timedelta(days=SIGNED_IN_DAYS))
    )
    return spelled


def signed_in(session: Session, spelled: str | None) -> User | None:
    """Give the user of a browser's cookie; None where it is of nobody or too old."""
    if not spelled:
        return None
    found = session.get(SignIn, hashed(spelled))
    if found is None or found.expires_at < now() or found.user.disabled_at is not None:
        return None
    return found.user


def sign_out(session: Session, spelled: str | None) -> None:
    """Sign a browser out."""
    found = session.get(SignIn, hashed(spelled)) if spelled else None
    if found is not None:
        session.delete(found)


def _address(email: str) -> str:
    address = email.strip().casefold()
    name, _, domain = address.rpartition("@")
    if (
        not name
        or "." not in domain.strip(".")
        or not address.isprintable()
        or len(address) > 254
        or " " in address
    ):
        raise Refused(what=f"{email!r} is no mail address", where="sign-in", remedy="write name@example.org")
    return address


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id with the parameters of RFC 9106 for servers with little memory


@cache
def _nobodys() -> str:
    return _hasher().hash(token())


def _fits(known: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
