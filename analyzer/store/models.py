"""Rows of the database: people, partnerships, what was uploaded, what was changed.

Every row that belongs to a partnership is a `Tenanted`; `workspace.Tenant` is the only way to one. Times
are UTC. Tokens of any kind are kept as hashes only.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from datetime import date as Date
from typing import Any, Literal

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

Role = Literal["viewer", "lead", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "lead", "admin")  # each may do what those before it may
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN_STATES: tuple[JobState, ...] = ("queued", "running")
ChangeKind = Literal["label", "decision", "person", "title", "date", "undo"]
InvitationKind = Literal["sign-in", "set-up", "join", "password"]
ExportKind = Literal["report", "tables"]


class Instant(TypeDecorator[datetime]):
    """A point in time, the same in both databases: aware and UTC outside, naive UTC inside."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Take the zone off."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Put the zone on."""
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that nobody can guess the next of: 16 characters that may stand in an address."""
    return secrets.token_hex(8)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy when the class is made
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        Role: String(8),
        JobState: String(10),
        ChangeKind: String(10),
        InvitationKind: String(10),
        ExportKind: String(10),
        str: Text,
    }


class Tenanted:
    """A row of one partnership: goes when the partnership goes."""

    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"), index=True)


class User(Base):
    """Somebody who may sign in. The laptop's only user has no mail address and no password."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    email: Mapped[str | None] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    password_hash: Mapped[str | None]
    identity: Mapped[str | None] = mapped_column(unique=True)  # "issuer subject" of OpenID Connect
    is_operator: Mapped[bool] = mapped_column(default=False)  # may invite people and make partnerships
    made_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class SignIn(Base):
    """A browser that is signed in; the cookie holds the token."""

    __tablename__ = "sign_ins"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Invitation(Base):
    """A link that works once: to sign in on a laptop, to set a server up, to join, to set a password."""

    __tablename__ = "invitations"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[InvitationKind]
    email: Mapped[str | None]
    partnership_id: Mapped[str | None] = mapped_column(ForeignKey("partnerships.id", ondelete="CASCADE"))
    role: Mapped[Role | None]
    by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Partnership(Base):
    """A tenant. `revision` counts what its figures depend on: meetings and changes."""

    __tablename__ = "partnerships"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    retention_days: Mapped[int | None]  # meetings are deleted so many days after their upload; None: never
    revision: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=now)


class Membership(Base, Tenanted):
    """Who may do what in a partnership."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("partnership_id", "user_id"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    user: Mapped[User] = relationship()


class Upload(Base, Tenanted):
    """A file as it was given. Its bytes lie in `files.Files` under `sha256` until they are deleted."""

    __tablename__ = "uploads"
    __table_args__ = (UniqueConstraint("partnership_id", "sha256"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    has_bytes: Mapped[bool] = mapped_column(default=True)
    kept_sha256: Mapped[str | None] = mapped_column(String(64))  # of the bytes left, if a meeting was cut out
    title: Mapped[str | None]  # what the uploader knew better than the file
    date: Mapped[Date | None]
    by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def stored_as(self) -> str:
        """Hash that its bytes lie under: not of the file as given once a meeting was cut out of it."""
        return self.kept_sha256 or self.sha256


class Job(Base, Tenanted):
    """The work on one upload. A running job whose heartbeat is old is taken up by another worker."""

    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), unique=True)
    state: Mapped[JobState] = mapped_column(default="queued", index=True)
    worker: Mapped[str | None]
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(default="waiting")  # in words, for people
    done: Mapped[int] = mapped_column(default=0)  # pieces
    total: Mapped[int | None]
    failure: Mapped[str | None]  # one sentence
    notes: Mapped[list[str]] = mapped_column(default=list)  # members of an archive that could not be read
    queued_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    upload: Mapped[Upload] = relationship()


class MeetingRow(Base, Tenanted):
    """A prepared meeting: the shelf. `key` names it in refs of pieces and never changes."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("partnership_id", "key"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]  # among the meetings of the upload, from 0
    key: Mapped[str]
    title: Mapped[str | None]  # as read; `shelf.meetings` gives it with changes
    date: Mapped[Date | None]
    kind: Mapped[str]
    pieces: Mapped[int]
    words: Mapped[int]
    model: Mapped[str]
    prepared: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # codec.pack(Encoded)
    made_at: Mapped[datetime] = mapped_column(default=now)
    upload: Mapped[Upload] = relationship()


class Change(Base, Tenanted):
    """A person's word. Appended, never edited; `undo` takes an earlier one back. See `changes`."""

    __tablename__ = "changes"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[ChangeKind]
    subject: Mapped[str]  # piece ref, meeting key, name of a person, or id of the change undone
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class AnalysisRow(Base, Tenanted):
    """The last Analysis of a partnership, and the revision it was made of."""

    __tablename__ = "analyses"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    __table_args__ = (UniqueConstraint("partnership_id"),)
    revision: Mapped[int]
    model: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # codec.pack(Analysis)
    failure: Mapped[str | None]
    digest: Mapped[str | None] = mapped_column(String(64))  # of what is concluded, times left out
    made_at: Mapped[datetime] = mapped_column(default=now)


class Export(Base, Tenanted):
    """A file to take away, made by the worker; made anew only when the analysis differs (`digest`)."""

    __tablename__ = "exports"
    __table_args__ = (UniqueConstraint("partnership_id", "kind", "names"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    kind: Mapped[ExportKind]
    names: Mapped[str] = mapped_column(String(12))  # how people are called: `reports.names.Names`
    state: Mapped[JobState] = mapped_column(default="queued", index=True)
    digest: Mapped[str | None] = mapped_column(String(64))  # of the analysis that the file shows
    size: Mapped[int | None]  # bytes
    worker: Mapped[str | None]
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    made_at: Mapped[datetime | None]


class ApiToken(Base, Tenanted):
    """Lets a program act for a user in one partnership, at most in a role."""

    __tablename__ = "api_tokens"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class ShareLink(Base, Tenanted):
    """A link that shows the report with parties instead of people until it expires."""

    __tablename__ = "share_links"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what and when. Survives the partnership, so it holds ids and counts, never text of files."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    partnership_id: Mapped[str | None] = mapped_column(String(16), index=True)
    user_id: Mapped[str | None] = mapped_column(String(16))
    user_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
