"""Prepared meetings of one partnership: the pipeline's shelf, in the database.

A meeting comes off the shelf as people say it was (`changes.applied`); what was encoded stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import undefer

from analyzer.codec import pack, unpack
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.store.changes import applied, history, in_force
from analyzer.store.models import Change, MeetingRow, Upload
from analyzer.store.workspace import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A meeting in a list: as people say it was."""

    id: str
    upload_id: str
    key: str
    title: str | None
    date: Date | None
    kind: str
    pieces: int
    words: int


class TenantShelf:
    """`pipeline.Shelf` of one partnership; its one series has the partnership's name."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def __contains__(self, key: str) -> bool:
        return any(one.key == key for one in meetings(self._tenant))

    def put(self, key: str, prepared: Sequence[Encoded]) -> None:
        """Keep the meetings of one upload, whose id is the key; those of an earlier try go."""
        keep(self._tenant, self._tenant.get(Upload, key), prepared)

    def series(self) -> list[str]:
        """Name the one series; none where there is no meeting."""
        return [self._tenant.partnership.name] if meetings(self._tenant) else []

    def take(self, series: str) -> list[Encoded]:
        """Meetings as people say they were, oldest first; undated ones last."""
        changes = in_force(history(self._tenant))
        query = self._tenant.select(MeetingRow).options(undefer(MeetingRow.prepared))
        found = [
            applied(_named(unpack(Encoded, row.prepared), row.key, series), changes)
            for row in self._tenant.all(query)
        ]
        return sorted(found, key=_age)


def keep(tenant: Tenant, upload: Upload, prepared: Sequence[Encoded]) -> list[MeetingRow]:
    """Put the meetings of an upload on the shelf in place of an earlier try's, keeping their keys."""
    before = {row.place: row for row in tenant.all(tenant.select(MeetingRow).where(_of(upload)))}
    keys = {place: row.key for place, row in before.items()}
    tenant.session.execute(delete(MeetingRow).where(MeetingRow.partnership_id == tenant.id, _of(upload)))
    taken = {one.key for one in meetings(tenant)}
    rows: list[MeetingRow] = []
    for place, encoded in enumerate(prepared):
        key = keys.get(place) or _free_key(encoded.meeting, upload, taken)
        taken.add(key)
        rows.append(tenant.add(_row(upload, place, key, encoded)))
        if place in before:
            rows[-1].id = before[place].id
    tenant.session.flush()
    tenant.changed()
    return rows


def meetings(tenant: Tenant) -> list[Shelved]:
    """List the meetings as people say they were, oldest first, undated ones last."""
    changes = in_force(history(tenant))
    listed = [_shelved(row, changes) for row in tenant.all(tenant.select(MeetingRow))]
    return sorted(listed, key=lambda one: (one.date is None, one.date or Date.max, one.key))


def meeting_as_read(tenant: Tenant, meeting_id: str) -> Meeting:
    """Give a meeting as people say it was, with its notices: what was understood and what was dropped."""
    return encoded(tenant, meeting_id).meeting


def encoded(tenant: Tenant, meeting_id: str) -> Encoded:
    """Give a prepared meeting as people say it was; its pieces may be shown before there are figures."""
    return _taken(tenant, tenant.get(MeetingRow, meeting_id))


def encoded_of(tenant: Tenant, key: str) -> Encoded:
    """Give a prepared meeting by its key.

    Raises:
        NotThere: if there is none.
    """
    row = tenant.session.scalars(tenant.select(MeetingRow).where(MeetingRow.key == key)).first()
    return encoded(tenant, row.id if row else "")


def _taken(tenant: Tenant, row: MeetingRow) -> Encoded:
    named = _named(unpack(Encoded, row.prepared), row.key, tenant.partnership.name)
    return applied(named, in_force(history(tenant)))


def _of(upload: Upload) -> ColumnElement[bool]:
    return MeetingRow.upload_id == upload.id


def _row(upload: Upload, place: int, key: str, encoded: Encoded) -> MeetingRow:
    return MeetingRow(
        upload_id=upload.id,
        place=place,
        key=key,
        title=encoded.meeting.title,
        date=encoded.meeting.date,
        kind=encoded.meeting.kind,
        pieces=len(encoded.pieces),
        words=sum(len(encoded.text(number).split()) for number in range(len(encoded.pieces))),
        model=encoded.model,
        prepared=pack(encoded),
    )


def _free_key(meeting: Meeting, upload: Upload, taken: set[str]) -> str:
    """Name a meeting after its file; two files of one name are told apart by their content."""
    key = meeting.id.removeprefix(f"{meeting.series}/")
    while key in taken:
        key = f"{key}~{upload.sha256[:6]}"
    return key


def _named(encoded: Encoded, key: str, series: str) -> Encoded:
    return replace(encoded, meeting=replace(encoded.meeting, id=key, series=series))


def _shelved(row: MeetingRow, changes: Sequence[Change]) -> Shelved:
    title, date = row.title, row.date
    for change in changes:
        if change.subject == row.key and change.kind == "title":
            title = change.value["title"] or None
        elif change.subject == row.key and change.kind == "date":
            date = Date.fromisoformat(change.value["date"]) if change.value["date"] else None
    return Shelved(
        id=row.id,
        upload_id=row.upload_id,
        key=row.key,
        title=title,
        date=date,
        kind=row.kind,
        pieces=row.pieces,
        words=row.words,
    )


def _age(encoded: Encoded) -> tuple[str, str]:
    date = encoded.meeting.date
    return (date.isoformat() if date else "9999-99-99", encoded.meeting.id)
