"""The only way to a row of a partnership: every query is of one tenant, seen by one user.

`Workspace` is what a signed-in user sees; `Workspace.enter` opens one partnership as a `Tenant` if the
user's role there is high enough. All other modules of `store` take a Tenant and ask it for rows, so these two
classes are what has to be reviewed for isolation. A partnership that is not the user's is answered exactly
like one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from analyzer.errors import NotAllowed, NotThere, Refused
from analyzer.store.files import Files
from analyzer.store.models import ROLES, Audit, Membership, Partnership, Role, Tenanted, User

Row = TypeVar("Row", bound=Tenanted)
LONGEST_KEPT_DAYS = 36_500
_NAME_CHARS = 120
_MOST_ROWS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A partnership in the list of a user's."""

    id: str
    name: str
    role: Role
    is_sample: bool


class Workspace:
    """What one user may reach.

    Args:
        session: of `Database.reading` or `Database.writing`.
        user: who is signed in.
        files: where bytes of uploads lie.
    """

    def __init__(self, session: Session, user: User, files: Files) -> None:
        self.session = session
        self.user = user
        self.files = files

    def places(self) -> list[Place]:
        """List the user's partnerships by name."""
        rows = self.session.execute(
            select(Partnership, Membership.role)
            .join(Membership, Membership.partnership_id == Partnership.id)
            .where(Membership.user_id == self.user.id)
            .order_by(Partnership.name, Partnership.id)
        )
        return [
            Place(id=row.id, name=row.name, role=role, is_sample=row.is_sample) for row, role in rows.tuples()
        ]

    def enter(self, partnership_id: str, need: Role = "viewer", *, at_most: Role = "admin") -> Tenant:
        """Open a partnership.

        Args:
            partnership_id: its id, from anywhere: it is checked here.
            need: the least role for what is going to be done.
            at_most: the highest role that a token grants, whatever the user's own is.

        Raises:
            NotThere: if there is none of this id, or the user is not a member.
            NotAllowed: if the user's role is lower than needed.
        """
        found = self.session.execute(
            select(Partnership, Membership.role)
            .join(Membership, Membership.partnership_id == Partnership.id)
            .where(Partnership.id == partnership_id, Membership.user_id == self.user.id)
        ).first()
        if found is None:
            raise NotThere(
                what="there is no such partnership",
                where="this address",
                remedy="open one from the list, or ask its lead to invite you",
            )
        partnership, own = found.tuple()
        role = min(own, at_most, key=ROLES.index)
        if ROLES.index(role) < ROLES.index(need):
            raise NotAllowed(
                what=f"this takes the role {need}, and yours is {role}",
                where=partnership.name,
                remedy="ask an admin of the partnership for it",
            )
        return Tenant(self, partnership, role)

    def create(self, name: str, *, is_sample: bool = False) -> Tenant:
        """Make a partnership with the user as its admin.

        Raises:
            NotAllowed: if the user is no operator of this server.
        """
        if not self.user.is_operator:
            raise NotAllowed(
                what="new partnerships are made by the operators of this server",
                where="partnerships",
                remedy="ask one of them",
            )
        partnership = Partnership(name=tidy(name) or "Unnamed partnership", is_sample=is_sample)
        self.session.add(partnership)
        self.session.flush()
        tenant = Tenant(self, partnership, "admin")
        tenant.add(Membership(user_id=self.user.id, role="admin"))
        tenant.note("partnership made", partnership.id)
        return tenant


class Tenant:
    """One partnership, as one user may see and change it; every query of it is of its rows alone."""

    def __init__(self, workspace: Workspace, partnership: Partnership, role: Role) -> None:
        self.workspace = workspace
        self.partnership = partnership
        self.role = role
        self.session = workspace.session
        self.user = workspace.user
        self.files = workspace.files

    @property
    def id(self) -> str:
        """Id of the partnership."""
        return self.partnership.id

    def may(self, role: Role) -> bool:
        """Say whether the user's role is at least this one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def select(self, kind: type[Row]) -> Select[Row]:
        """Begin a query for rows of this partnership."""
        return select(kind).where(kind.partnership_id == self.id)

    def all(self, query: Select[Row]) -> list[Row]:
        """Give what a query that `select` began finds."""
        return list(self.session.scalars(query))

    def get(self, kind: type[Row], row_id: object) -> Row:
        """Give a row by its id.

        Raises:
            NotThere: if this partnership has none of that id.
        """
        table: Any = kind
        query = self.select(kind).where(table.id == row_id)
        row = self.session.scalars(query).first() if _may_be_kept(row_id) else None
        if row is None:
            raise NotThere(
                what="there is no such thing here",
                where=self.partnership.name,
                remedy="it may have been deleted; go back and load the page again",
            )
        return row

    def add(self, row: Row) -> Row:
        """Keep a new row of this partnership."""
        row.partnership_id = self.id
        self.session.add(row)
        self.session.flush()
        return row

    def remove(self, row: Row) -> None:
        """Delete a row of this partnership."""
        if row.partnership_id != self.id:
            raise ValueError("the row is of another partnership")
        self.session.delete(row)
        self.session.flush()

    def changed(self) -> None:
        """Count a change that figures depend on: the worker concludes the partnership anew."""
        self.session.execute(
            update(Partnership)
            .where(Partnership.id == self.id)
            .values(revision=Partnership.revision + 1)
            .execution_options(synchronize_session=False)
        )
        self.session.refresh(self.partnership, ["revision"])

    def note(self, action: str, subject: str = "") -> None:
        """Write a line of the audit log: ids and counts, never text of files."""
        self.session.add(
            Audit(
                partnership_id=self.id,
                user_id=self.user.id,
                user_name=self.user.name,
                action=action,
                subject=subject,
            )
        )

    def audit(self, limit: int = 200, *, before: int | None = None) -> list[Audit]:
        """Give the latest lines of the audit log, latest first; `before` is the id of a line."""
        query = select(Audit).where(Audit.partnership_id == self.id).order_by(Audit.id.desc()).limit(limit)
        if before is not None:
            query = query.where(Audit.id < before)
        return list(self.session.scalars(query))

    def rename(self, name: str) -> None:
        """Give the partnership another name."""
        self.partnership.name = tidy(name) or self.partnership.name
        self.changed()
        self.note("partnership renamed", self.id)

    def keep_for(self, days: int | None) -> None:
        """Say how many days after their upload files and their meetings are deleted; None is never.

        Raises:
            Refused: if that is no number of days that can be kept to.
        """
        if days is not None and not 1 <= days <= LONGEST_KEPT_DAYS:
            raise Refused(
                what=f"meetings cannot be kept for {days} days",
                where=self.partnership.name,
                remedy=f"say 1 to {LONGEST_KEPT_DAYS} days, or leave it empty",
            )
        self.partnership.retention_days = days
        self.note("retention set", str(days or "none"))


def _may_be_kept(row_id: object) -> bool:
    """Say whether a database may hold an id from anywhere, such as an address; one that may not raises."""
    if isinstance(row_id, int):
        return 0 <= row_id < _MOST_ROWS
    return "\0" not in str(row_id)


def tidy(name: str, limit: int = _NAME_CHARS) -> str:
    """Make a name of what somebody typed or a file is called: printable, one line, not too long."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in name).split())[:limit].strip()
