"""Deletion that is one: rows, bytes on disk, the analysis that quoted them, and what the database held on to.

Backups that somebody made of the workspace folder or the database are out of reach from here; pages say so.
Call `Database.scrub` after the transaction has ended.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analyzer.codec import unpack
from analyzer.errors import NotAllowed
from analyzer.records.jsonl import meeting_rows
from analyzer.records.tagged import Encoded
from analyzer.store import analyses, exports
from analyzer.store.models import Change, Job, MeetingRow, Partnership, Upload, now
from analyzer.store.workspace import Tenant


def remove_meeting(tenant: Tenant, meeting_id: str) -> None:
    """Delete a meeting with its source bytes and all that was said about it.

    Other meetings of the same file stay: their words are written anew in place of the file, without those of
    this one, so that they can be read again by another model.
    """
    row = tenant.get(MeetingRow, meeting_id)
    upload, key = tenant.get(Upload, row.upload_id), row.key
    _drop_meeting(tenant, row)
    before = upload.stored_as
    left = tenant.all(
        tenant.select(MeetingRow).where(MeetingRow.upload_id == upload.id).order_by(MeetingRow.place)
    )
    if left:
        _keep_only(tenant, upload, left)
    else:
        _drop(tenant, upload)
    tenant.files.remove(tenant.id, before)
    _forget_figures(tenant, {key})
    tenant.note("meeting deleted", meeting_id)


def remove_upload(tenant: Tenant, upload_id: str) -> None:
    """Delete an upload with all its meetings."""
    upload = tenant.get(Upload, upload_id)
    rows = tenant.all(tenant.select(MeetingRow).where(MeetingRow.upload_id == upload.id))
    keys = {row.key for row in rows}
    for row in rows:
        _drop_meeting(tenant, row)
    stored = upload.stored_as
    _drop(tenant, upload)
    tenant.files.remove(tenant.id, stored)
    if rows:
        _forget_figures(tenant, keys)
    tenant.note("upload deleted", upload_id)


def check_name(tenant: Tenant, typed: str) -> None:
    """Let nobody delete a partnership by a slip: its name is typed.

    Raises:
        NotAllowed: if it is another.
    """
    if typed.strip() != tenant.partnership.name:
        raise NotAllowed(
            what="the name typed is not the partnership's",
            where=tenant.partnership.name,
            remedy="type it as it stands on the page",
        )


def remove_partnership(tenant: Tenant) -> None:
    """Delete a partnership: everything but the audit log's lines of ids."""
    tenant.note("partnership deleted", tenant.id)
    tenant.session.delete(tenant.partnership)
    tenant.session.flush()
    tenant.files.remove_all(tenant.id)  # exports with them


def expired(tenant: Tenant) -> list[str]:
    """List the uploads older than the partnership keeps them, ids."""
    days = tenant.partnership.retention_days
    if days is None:
        return []
    query = tenant.select(Upload).where(Upload.at < now() - timedelta(days=days))
    return [upload.id for upload in tenant.all(query)]


def partnerships_with_retention(session: Session) -> list[str]:
    """List the partnerships that keep meetings for a time only, ids."""
    return list(session.scalars(select(Partnership.id).where(Partnership.retention_days.is_not(None))))


def _keep_only(tenant: Tenant, upload: Upload, left: Sequence[MeetingRow]) -> None:
    """Put the meetings that are left in place of an upload's bytes, as canonical rows."""
    lines: list[bytes] = []
    for place, row in enumerate(left):
        row.place = place
        meeting = unpack(Encoded, row.prepared).meeting
        lines += (json.dumps(line).encode() + b"\n" for line in meeting_rows(meeting))
    size = sum(map(len, lines))
    upload.kept_sha256 = tenant.files.put(tenant.id, lines, name=upload.name, limit_bytes=size).sha256
    upload.has_bytes = True


def _drop_meeting(tenant: Tenant, row: MeetingRow) -> None:
    said = [
        change.id
        for change in tenant.all(tenant.select(Change))
        if change.subject == row.key or change.subject.rpartition("#")[0] == row.key
    ]
    of_said = (Change.kind == "undo") & Change.subject.in_([str(number) for number in said])
    gone = delete(Change).where(Change.partnership_id == tenant.id, Change.id.in_(said) | of_said)
    tenant.session.execute(gone)
    tenant.remove(row)


def _drop(tenant: Tenant, upload: Upload) -> None:
    tenant.session.execute(delete(Job).where(Job.partnership_id == tenant.id, Job.upload_id == upload.id))
    tenant.remove(upload)


def _forget_figures(tenant: Tenant, keys: Collection[str]) -> None:
    # The analysis quotes the meetings: they go now, not when the worker has made the next one.
    analyses.forget(tenant, keys)
    exports.forget(tenant)
    tenant.changed()
