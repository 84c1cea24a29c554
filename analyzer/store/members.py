"""Who is in a partnership: roles, removal, and invitations that nobody has taken up yet."""

from __future__ import annotations

from sqlalchemy import select

from analyzer.errors import NotThere, Refused
from analyzer.store.models import ROLES, Invitation, Membership, Role, User, now
from analyzer.store.workspace import Tenant


def role_named(spelled: str) -> Role:
    """Give a role by its name.

    Raises:
        Refused: if there is none of that name.
    """
    found = next((role for role in ROLES if role == spelled), None)
    if found is None:
        raise Refused(
            what=f"there is no role {spelled[:20]!r}", where="members", remedy=f"choose {', '.join(ROLES)}"
        )
    return found


def members(tenant: Tenant) -> list[Membership]:
    """List the members by name."""
    query = tenant.select(Membership).join(User, User.id == Membership.user_id).order_by(User.name, User.id)
    return tenant.all(query)


def set_role(tenant: Tenant, member_id: str, role: Role) -> None:
    """Give a member another role.

    Raises:
        NotThere: if there is no such member.
        Refused: if nobody would be left who may give roles.
    """
    member = tenant.get(Membership, member_id)
    if role != "admin":
        _check_an_admin_is_left(tenant, member)
    member.role = role
    tenant.note(f"role set: {role}", member.user_id)


def remove_member(tenant: Tenant, member_id: str) -> None:
    """Take somebody out of the partnership; tokens and links that the person made stop working.

    Raises:
        NotThere: if there is no such member.
        Refused: if nobody would be left who may give roles.
    """
    member = tenant.get(Membership, member_id)
    _check_an_admin_is_left(tenant, member)
    tenant.note("member removed", member.user_id)
    tenant.remove(member)


def invitations(tenant: Tenant) -> list[Invitation]:
    """List the invitations that still work, latest first."""
    query = (
        select(Invitation)
        .where(
            Invitation.partnership_id == tenant.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.made_at.desc(), Invitation.id)
    )
    return list(tenant.session.scalars(query))


def revoke_invitation(tenant: Tenant, invitation_id: str) -> None:
    """End an invitation before it is taken up.

    Raises:
        NotThere: if there is none that works.
    """
    found = next((one for one in invitations(tenant) if one.id == invitation_id), None)
    if found is None:
        raise NotThere(
            what="there is no such invitation",
            where=tenant.partnership.name,
            remedy="it may have been taken up; load the page again",
        )
    tenant.session.delete(found)
    tenant.note("invitation ended", invitation_id)


def _check_an_admin_is_left(tenant: Tenant, member: Membership) -> None:
    admins = tenant.all(tenant.select(Membership).where(Membership.role == "admin"))
    if [one.id for one in admins] == [member.id]:
        raise Refused(
            what="nobody would be left who may give roles",
            where=tenant.partnership.name,
            remedy="make somebody else an admin first",
        )
