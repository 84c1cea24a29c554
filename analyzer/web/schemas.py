"""What the API gives and takes, as its OpenAPI document says it."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime
from typing import Literal

from fastapi import Query
from pydantic import BaseModel, Field

from analyzer.store.models import Role
from analyzer.store.sharing import LONGEST_SHARE_DAYS, LONGEST_TOKEN_DAYS
from analyzer.store.workspace import LONGEST_KEPT_DAYS


class Problem(BaseModel):
    """One sentence in three parts."""

    what: str
    where: str
    remedy: str


class ErrorOut(BaseModel):
    """An error."""

    error: Problem


class UploadOut(BaseModel):
    """A file and how far the work on it is."""

    id: str
    name: str
    size: int = Field(description="bytes")
    at: datetime
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    stage: str
    done: int = Field(description="pieces")
    total: int | None
    failure: str | None
    notes: list[str]


class ReceivedOut(BaseModel):
    """What became of one file of a request."""

    name: str
    upload: str | None = Field(description="id; null for a people.csv and for a file that was refused")
    is_new: bool
    sentence: str


class MeetingOut(BaseModel):
    """A meeting as people say it was."""

    id: str
    key: str = Field(description="begins the refs of its pieces: key#index.piece")
    upload: str
    title: str | None
    date: Date | None
    kind: str
    pieces: int
    words: int


class FigureOut(BaseModel):
    """A figure with its 95 % interval; where it is unknown, the reason."""

    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    unknown: str | None


class PartnershipOut(BaseModel):
    """The partnership of the token, and whether its figures follow."""

    id: str
    name: str
    role: str
    meetings: int
    is_current: bool
    figures_made_at: datetime | None
    failure: str | None


class ChangeIn(BaseModel):
    """A correction: which fields count depends on `kind`."""

    kind: Literal["label", "decision", "person", "title", "date"]
    piece: str | None = Field(None, description="ref, for label and decision")
    label: str | None = Field(None, description="mode or barrier key, for label")
    value: bool = True
    name: str | None = Field(None, description="for person")
    aliases: list[str] = Field(default_factory=list, description="names merged into it, for person")
    party: str | None = None
    role: str | None = None
    meeting: str | None = Field(None, description="id, for title and date")
    title: str | None = None
    date: Date | None = None


class ChangeOut(BaseModel):
    """A correction with who and when."""

    id: int
    kind: str
    subject: str
    value: dict[str, object]
    by: str
    at: datetime
    is_in_force: bool


class ExportIn(BaseModel):
    """A file to take away."""

    kind: Literal["report", "tables"] = Field("report", description="one HTML page, or a zip of tables")
    names: Literal["given", "roles", "pseudonyms"] = Field("given", description="how people are called")


class ExportOut(BaseModel):
    """A file to take away, and how far it is."""

    id: str
    kind: str
    names: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    is_current: bool = Field(description="it shows the latest figures")
    has_file: bool
    size: int | None = Field(description="bytes")
    made_at: datetime | None
    failure: str | None


class AuditOut(BaseModel):
    """A line of the log: ids, never words of a file."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str


class SettingsOut(BaseModel):
    """How the partnership is kept."""

    name: str
    retention_days: int | None = Field(description="after upload; null is until somebody deletes")


class SettingsIn(BaseModel):
    """What to change; a field that is left out stays as it is."""

    name: str | None = None
    retention_days: int | None = Field(None, ge=1, le=LONGEST_KEPT_DAYS, description="null is for ever")


class MemberOut(BaseModel):
    """Somebody in the partnership."""

    id: str
    name: str
    email: str | None
    role: Role


class RoleIn(BaseModel):
    """Another role for a member."""

    role: Role


class InvitationIn(BaseModel):
    """Whom to invite."""

    email: str
    role: Role = "viewer"


class InvitationOut(BaseModel):
    """An invitation that nobody has taken up yet."""

    id: str
    email: str | None
    role: Role | None
    expires_at: datetime


class TokenIn(BaseModel):
    """A token to make."""

    name: str = Field(description="what it is for")
    role: Role = Field("viewer", description="the most it may do")
    days: int | None = Field(None, ge=1, le=LONGEST_TOKEN_DAYS, description="null is until it is ended")


class TokenOut(BaseModel):
    """A token that works."""

    id: str
    name: str
    user: str = Field(description="name of whom it acts for")
    role: Role
    made_at: datetime
    expires_at: datetime | None


class ShareIn(BaseModel):
    """A link to the report, to make."""

    days: int = Field(14, ge=1, le=LONGEST_SHARE_DAYS)


class ShareOut(BaseModel):
    """A link to the report, with parties in place of people, that is open."""

    id: str
    made_at: datetime
    expires_at: datetime


class SecretOut(BaseModel):
    """What is shown this once: the address of a link, or a token."""

    secret: str


class PersonOut(BaseModel):
    """Somebody whom meetings name; no figure is of a person."""

    name: str
    party: str | None
    role: str | None
    aliases: list[str]
    meetings: int = Field(description="that name the person")


class NoticeOut(BaseModel):
    """What was left out of a file, and why."""

    reason: str
    count: int
    at: str | None = Field(description="the first place")


class UnderstoodOut(BaseModel):
    """What was made of a file, as people say it was."""

    title: str | None
    date: Date | None
    kind: str
    language: str | None
    parties: list[str]
    people: list[str]
    notices: list[NoticeOut]


class PieceFilter(BaseModel):
    """Which pieces to give."""

    meeting: str | None = Query(None, description="id of a meeting")
    text: str | None = Query(None, description="words that occur in it, whatever the case")
    mode: str | None = Query(None, description="mode key")
    barrier: str | None = Query(None, description="barrier key")
    offset: int = Query(0, ge=0, le=10_000_000)
    limit: int = Query(100, ge=1, le=1000)
