"""The API's meetings: lists, figures, pieces, trends, corrections."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from analyzer.codebook import default_codebook
from analyzer.errors import NotThere, Refused
from analyzer.records.figures import Estimate
from analyzer.records.frames import table_rows
from analyzer.reports.exports import trend_document
from analyzer.store import analyses, changes, removal, shelf
from analyzer.store.models import Change, MeetingRow
from analyzer.store.workspace import Tenant
from analyzer.web.access import site_of
from analyzer.web.bearer import Token, acting
from analyzer.web.schemas import (
    ChangeIn,
    ChangeOut,
    FigureOut,
    MeetingOut,
    NoticeOut,
    PersonOut,
    PieceFilter,
    UnderstoodOut,
)
from analyzer.web.views.people import known_people

router = APIRouter()


@router.get("/meetings")
def list_meetings(request: Request, token: Token) -> list[MeetingOut]:
    """All meetings, oldest first, undated ones last."""
    with acting(request, token) as tenant:
        return [_meeting(one) for one in shelf.meetings(tenant)]


@router.get("/meetings/{meeting}/figures")
def meeting_figures(request: Request, token: Token, meeting: str) -> list[FigureOut]:
    """The figures of a meeting, each with its interval."""
    with acting(request, token) as tenant:
        key = tenant.get(MeetingRow, meeting).key
        analysis = site_of(request).cache.get(tenant)
        found = next((one for one in analysis.meetings if one.meeting.id == key), None) if analysis else None
        if found is None:
            raise NotThere(
                what="there are no figures yet", where=tenant.partnership.name, remedy="ask again in a while"
            )
        return [
            FigureOut(measure=name, value=f.value, low=f.low, high=f.high, n=f.n, unknown=None)
            if isinstance(f, Estimate)
            else FigureOut(measure=name, value=None, low=None, high=None, n=None, unknown=f.reason)
            for name, f in sorted(found.figures.items())
        ]


@router.get("/meetings/{meeting}/understood")
def understood(request: Request, token: Token, meeting: str) -> UnderstoodOut:
    """What was made of the file: title, date, people and parties, and what was left out."""
    with acting(request, token) as tenant:
        found = shelf.meeting_as_read(tenant, meeting)
        return UnderstoodOut(
            title=found.title,
            date=found.date,
            kind=found.kind,
            language=found.language,
            parties=list(found.parties),
            people=[person.name for person in found.people],
            notices=[
                NoticeOut(reason=one.reason, count=one.count, at=str(one.at) if one.at else None)
                for one in found.notices
            ],
        )


@router.get("/people")
def people(request: Request, token: Token) -> list[PersonOut]:
    """Everybody whom meetings name, with the party; changes of kind `person` put it right."""
    with acting(request, token) as tenant:
        analysis = site_of(request).cache.get(tenant)
    return [
        PersonOut(
            name=one.person.name,
            party=one.person.party,
            role=one.person.role,
            aliases=list(one.person.aliases),
            meetings=one.meetings,
        )
        for one in known_people(analysis.meetings if analysis else ())
    ]


@router.delete("/meetings/{meeting}", status_code=204)
def delete_meeting(request: Request, token: Token, meeting: str) -> None:
    """Delete a meeting for good."""
    with acting(request, token, "lead", write=True) as tenant:
        removal.remove_meeting(tenant, meeting)
    site_of(request).database.scrub()


@router.get("/pieces")
def pieces(request: Request, token: Token, wanted: Annotated[PieceFilter, Query()]) -> list[dict[str, Any]]:
    """Pieces with beliefs, tags and evidence: rows of utterances.parquet."""
    with acting(request, token) as tenant:
        key = tenant.get(MeetingRow, wanted.meeting).key if wanted.meeting else None
        analysis = site_of(request).cache.get(tenant)
    rows = (row for row in table_rows(analysis, "utterances") if _fits(row, wanted, key)) if analysis else ()
    return [row for n, row in enumerate(rows) if wanted.offset <= n < wanted.offset + wanted.limit]


@router.get("/trends")
def trends(request: Request, token: Token) -> dict[str, Any]:
    """Trends, loops, ideas, alerts and findings: trend.json of a results folder."""
    with acting(request, token) as tenant:
        analyses.check_whole(tenant)
        analysis = site_of(request).cache.get(tenant)
    return trend_document([analysis] if analysis else [])


@router.get("/changes")
def list_changes(request: Request, token: Token) -> list[ChangeOut]:
    """All corrections, oldest first."""
    with acting(request, token) as tenant:
        said = changes.history(tenant)
        in_force = {change.id for change in changes.in_force(said)}
        return [_change(change, in_force) for change in said]


@router.post("/changes", status_code=201)
def correct(request: Request, token: Token, said: ChangeIn) -> ChangeOut:
    """Correct a label, a decision, a person, a title or a date; figures follow."""
    with acting(request, token, "lead", write=True) as tenant:
        change = _said(tenant, said)
        return _change(change, {change.id})


@router.post("/changes/{change}/undo", status_code=201)
def undo(request: Request, token: Token, change: int) -> ChangeOut:
    """Take a change back."""
    with acting(request, token, "lead", write=True) as tenant:
        undone = changes.undo(tenant, change)
        return _change(undone, {undone.id})


def _said(tenant: Tenant, said: ChangeIn) -> Change:
    if said.kind == "label" and said.piece and said.label:
        return changes.correct_label(tenant, said.piece, said.label, said.value, default_codebook())
    if said.kind == "decision" and said.piece:
        return changes.mark_decision(tenant, said.piece, said.value)
    if said.kind == "person" and said.name:
        return changes.describe_person(
            tenant, said.name, aliases=said.aliases, party=said.party, role=said.role
        )
    if said.kind == "title" and said.meeting and said.title is not None:
        return changes.set_title(tenant, said.meeting, said.title)
    if said.kind == "date" and said.meeting:
        return changes.set_date(tenant, said.meeting, said.date)
    raise Refused(
        what=f"a change of kind {said.kind} lacks a field", where="changes", remedy="see the API's document"
    )


def _change(change: Change, in_force: set[int]) -> ChangeOut:
    return ChangeOut(
        id=change.id,
        kind=change.kind,
        subject=change.subject,
        value=change.value,
        by=change.by_name,
        at=change.at,
        is_in_force=change.id in in_force,
    )


def _meeting(one: shelf.Shelved) -> MeetingOut:
    return MeetingOut(
        id=one.id,
        key=one.key,
        upload=one.upload_id,
        title=one.title,
        date=one.date,
        kind=one.kind,
        pieces=one.pieces,
        words=one.words,
    )


def _fits(row: dict[str, Any], wanted: PieceFilter, key: str | None) -> bool:
    return (
        (key is None or row["meeting"] == key)
        and (wanted.mode is None or row["mode"] == wanted.mode)
        and (wanted.barrier is None or wanted.barrier in (row["flags"] or "").split(","))
        and (wanted.text is None or wanted.text.casefold() in row["text"].casefold())
    )
