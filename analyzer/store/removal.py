"""Deletion that is one: rows, bytes on disk, the analysis that quoted them, and what the database held on to.

Backups that somebody made of the workspace folder or the database are out of reach from here; pages say so.
Call `Database.scrub` after the transaction has ended.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from analyzer.store.models import AnalysisRow, Change, Job, MeetingRow, Partnership, Upload, now
from analyzer.store.workspace import Tenant


def remove_meeting(tenant: Tenant, meeting_id: str) -> None:
    """Delete a meeting with its source bytes and all that was said about it.

    Other meetings of the same file stay, but the file goes, since it holds the words of this one too.
    """
    row = tenant.get(MeetingRow, meeting_id)
    upload = tenant.get(Upload, row.upload_id)
    said = [
        change.id
        for change in tenant.all(tenant.select(Change))
        if change.subject == row.key or change.subject.rpartition("#")[0] == row.key
    ]
    tenant.session.execute(delete(Change).where(Change.partnership_id == tenant.id, Change.id.in_(said)))
    tenant.remove(row)
    if not tenant.all(tenant.select(MeetingRow).where(MeetingRow.upload_id == upload.id)):
        _drop(tenant, upload)
    else:
        upload.has_bytes = False
    tenant.files.remove(tenant.id, upload.sha256)
    _forget_figures(tenant)
    tenant.note("meeting deleted", meeting_id)


def remove_upload(tenant: Tenant, upload_id: str) -> None:
    """Delete an upload with all its meetings."""
    upload = tenant.get(Upload, upload_id)
    rows = tenant.all(tenant.select(MeetingRow).where(MeetingRow.upload_id == upload.id))
    for row in rows:
        remove_meeting(tenant, row.id)
    if not rows:
        _drop(tenant, upload)
        tenant.files.remove(tenant.id, upload.sha256)
    tenant.note("upload deleted", upload_id)


def remove_partnership(tenant: Tenant) -> None:
    """Delete a partnership: everything but the audit log's lines of ids."""
    tenant.note("partnership deleted", tenant.id)
    tenant.session.delete(tenant.partnership)
    tenant.session.flush()
    tenant.files.remove_all(tenant.id)


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


def _drop(tenant: Tenant, upload: Upload) -> None:
    tenant.session.execute(delete(Job).where(Job.partnership_id == tenant.id, Job.upload_id == upload.id))
    tenant.remove(upload)


def _forget_figures(tenant: Tenant) -> None:
    # The analysis quotes the meeting: it goes now, not when the worker has made the next one.
    tenant.session.execute(
        update(AnalysisRow).where(AnalysisRow.partnership_id == tenant.id).values(content=None, revision=-1)
    )
    tenant.changed()
