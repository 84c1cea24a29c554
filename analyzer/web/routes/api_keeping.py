"""The API's partnership: its settings, its members and whoever is invited, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from analyzer.store import accounts, members, removal
from analyzer.store.workspace import Tenant
from analyzer.web.access import site_of
from analyzer.web.bearer import Token, acting
from analyzer.web.schemas import (
    InvitationIn,
    InvitationOut,
    MemberOut,
    RoleIn,
    SecretOut,
    SettingsIn,
    SettingsOut,
)

router = APIRouter()


@router.delete("/partnership", status_code=204)
def delete_partnership(
    request: Request, token: Token, name: Annotated[str, Query(description="its name, against slips")]
) -> None:
    """Delete the partnership for good."""
    with acting(request, token, "admin", write=True) as tenant:
        removal.check_name(tenant, name)
        removal.remove_partnership(tenant)
    site_of(request).cache.forget(tenant.id)
    site_of(request).database.scrub()


@router.get("/settings")
def show_settings(request: Request, token: Token) -> SettingsOut:
    """How the partnership is kept."""
    with acting(request, token, "lead") as tenant:
        return _settings(tenant)


@router.patch("/settings")
def change_settings(request: Request, token: Token, wanted: SettingsIn) -> SettingsOut:
    """Rename the partnership, or say how long files stay."""
    with acting(request, token, "admin", write=True) as tenant:
        if wanted.name is not None:
            tenant.rename(wanted.name)
        if "retention_days" in wanted.model_fields_set:
            tenant.keep_for(wanted.retention_days)
        return _settings(tenant)


@router.get("/members")
def list_members(request: Request, token: Token) -> list[MemberOut]:
    """The members, by name."""
    with acting(request, token) as tenant:
        return [
            MemberOut(id=one.id, name=one.user.name, email=one.user.email, role=one.role)
            for one in members.members(tenant)
        ]


@router.patch("/members/{member}", status_code=204)
def set_role(request: Request, token: Token, member: str, wanted: RoleIn) -> None:
    """Give a member another role."""
    with acting(request, token, "admin", write=True) as tenant:
        members.set_role(tenant, member, wanted.role)


@router.delete("/members/{member}", status_code=204)
def remove_member(request: Request, token: Token, member: str) -> None:
    """Take somebody out of the partnership; tokens and links of that person end."""
    with acting(request, token, "admin", write=True) as tenant:
        members.remove_member(tenant, member)


@router.get("/invitations")
def list_invitations(request: Request, token: Token) -> list[InvitationOut]:
    """The invitations that still work, latest first."""
    with acting(request, token, "admin") as tenant:
        return [
            InvitationOut(id=one.id, email=one.email, role=one.role, expires_at=one.expires_at)
            for one in members.invitations(tenant)
        ]


@router.post("/invitations", status_code=201)
def invite(request: Request, token: Token, wanted: InvitationIn) -> SecretOut:
    """Invite somebody; gives the address to send, which works once. No mail is sent."""
    with acting(request, token, "admin", write=True) as tenant:
        link = accounts.invite(tenant, wanted.email, wanted.role)
        return SecretOut(secret=f"{site_of(request).config.url}/link/{link}")


@router.delete("/invitations/{invitation}", status_code=204)
def end_invitation(request: Request, token: Token, invitation: str) -> None:
    """End an invitation before it is taken up."""
    with acting(request, token, "admin", write=True) as tenant:
        members.revoke_invitation(tenant, invitation)


def _settings(tenant: Tenant) -> SettingsOut:
    return SettingsOut(name=tenant.partnership.name, retention_days=tenant.partnership.retention_days)
