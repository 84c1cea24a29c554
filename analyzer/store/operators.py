"""What the operators of a server do: see who has an account, disable one, help with a lost password.

They see accounts, never what partnerships hold: for that they need a membership like everybody else.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from analyzer.errors import NotAllowed, NotThere, Refused
from analyzer.store import accounts
from analyzer.store.models import Audit, SignIn, User, now
from analyzer.store.workspace import Workspace


def users(workspace: Workspace) -> list[User]:
    """List all accounts by name.

    Raises:
        NotAllowed: if the user is no operator.
    """
    _check(workspace)
    return list(workspace.session.scalars(select(User).order_by(User.name, User.id)))


def disable(workspace: Workspace, user_id: str) -> None:
    """Shut an account: its browsers are signed out, its tokens and links stop working.

    Raises:
        NotAllowed: if the user is no operator.
        NotThere: if there is no such account.
        Refused: if it is one's own.
    """
    user = _other(workspace, user_id)
    user.disabled_at = now()
    workspace.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    _note(workspace, "account disabled", user.id)


def enable(workspace: Workspace, user_id: str) -> None:
    """Open an account again; raises as `disable`."""
    user = _other(workspace, user_id)
    user.disabled_at = None
    _note(workspace, "account enabled", user.id)


def set_operator(workspace: Workspace, user_id: str, is_operator: bool) -> None:
    """Say whether somebody may make partnerships and see this page; raises as `disable`."""
    user = _other(workspace, user_id)
    user.is_operator = is_operator
    _note(workspace, "operator made" if is_operator else "operator no longer", user.id)


def password_link(workspace: Workspace, user_id: str) -> str:
    """Make a link that sets a new password, to be sent to whoever lost it; gives its token.

    Raises:
        NotAllowed: if the user is no operator.
        NotThere: if there is no such account.
        Refused: if it has no mail address, or is disabled.
    """
    user = _user(workspace, user_id)
    if user.email is None or user.disabled_at is not None:
        raise Refused(
            what="this account has no password to set",
            where=user.name,
            remedy="it signs in elsewhere, or is disabled",
        )
    _note(workspace, "password link made", user.id)
    return accounts.issue_link(workspace.session, "password", by=workspace.user, email=user.email)


def invite_operator(workspace: Workspace, email: str) -> str:
    """Invite somebody to be an operator of this server; gives the token of the link to send.

    Raises:
        NotAllowed: if the user is no operator.
        Refused: if that is no mail address, or has an account.
    """
    _check(workspace)
    if accounts.by_email(workspace.session, email) is not None:
        raise Refused(
            what="this address has an account already", where="operators", remedy="make that one an operator"
        )
    _note(workspace, "operator invited", "")
    return accounts.issue_link(workspace.session, "join", by=workspace.user, email=email)


def _check(workspace: Workspace) -> None:
    if not workspace.user.is_operator:
        raise NotAllowed(
            what="this is for the operators of this server", where="operators", remedy="ask one of them"
        )


def _user(workspace: Workspace, user_id: str) -> User:
    _check(workspace)
    found = workspace.session.get(User, user_id)
    if found is None:
        raise NotThere(what="there is no such account", where="operators", remedy="load the page again")
    return found


def _other(workspace: Workspace, user_id: str) -> User:
    user = _user(workspace, user_id)
    if user.id == workspace.user.id:
        raise Refused(
            what="this is your own account", where="operators", remedy="ask another operator to do it"
        )
    return user


def _note(workspace: Workspace, action: str, subject: str) -> None:
    user = workspace.user
    workspace.session.add(Audit(user_id=user.id, user_name=user.name, action=action, subject=subject))
