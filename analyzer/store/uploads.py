"""Files as they were given: received, recognised if they are here already, queued, listed, cancelled.

A `people.csv` is no meeting: its rows become changes on who is who.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from analyzer.errors import ReadError, Refused, SettingsError
from analyzer.ingest.roster import read_roster
from analyzer.ingest.sources import COMPANIONS
from analyzer.store import changes
from analyzer.store.models import OPEN_STATES, Job, JobState, Upload, now
from analyzer.store.workspace import Tenant, tidy

ROSTER = COMPANIONS[0]
_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a file: a new upload, or the one that was here already; no id for a roster."""

    upload_id: str | None
    is_new: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An upload with how far its work is."""

    id: str
    name: str
    size: int
    at: datetime
    state: JobState
    stage: str
    done: int
    total: int | None
    failure: str | None
    notes: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether there is still work to do."""
        return self.state in OPEN_STATES


def receive(
    tenant: Tenant,
    name: str,
    chunks: Iterable[bytes],
    *,
    limit_bytes: int,
    title: str | None = None,
    date: Date | None = None,
) -> Received:
    """Take a file in and queue the work on it.

    Args:
        tenant: opened with the role lead.
        name: as the browser gives it; only its last part counts.
        chunks: its bytes in order.
        limit_bytes: larger files are refused.
        title: of the meeting, where the uploader knows better than the file.
        date: of the meeting, likewise.

    Raises:
        TooLarge: if it is over the limit.
        ReadError: if it is a people.csv that cannot be read.
        StoreError: if it cannot be kept.
    """
    name = tidy(name.replace("\\", "/").rpartition("/")[2], _NAME_CHARS) or "unnamed"
    stored = tenant.files.put(tenant.id, chunks, name=name, limit_bytes=limit_bytes)
    if name.casefold() == ROSTER:
        return _take_roster(tenant, name, stored.sha256)
    known = tenant.session.scalars(tenant.select(Upload).where(Upload.sha256 == stored.sha256)).first()
    if known is not None:
        return _again(tenant, known)
    upload = tenant.add(
        Upload(
            name=name,
            sha256=stored.sha256,
            size=stored.size,
            by_id=tenant.user.id,
            title=tidy(title or "", 300) or None,
            date=date,
        )
    )
    tenant.add(Job(upload_id=upload.id))
    tenant.note("file uploaded", upload.id)
    return Received(upload_id=upload.id, is_new=True, sentence=f"{name} was taken in.")


def _again(tenant: Tenant, known: Upload) -> Received:
    job = _job(tenant, known.id)
    if known.kept_sha256:  # a meeting of it was deleted for good: its words do not come back this way
        tenant.files.remove(tenant.id, known.sha256)
    known.has_bytes = True
    if job.state in ("failed", "cancelled"):
        retry(tenant, known.id)
        return Received(upload_id=known.id, is_new=False, sentence=f"{known.name} is tried again.")
    return Received(
        upload_id=known.id, is_new=False, sentence=f"The same content is here already, as {known.name}."
    )


def _take_roster(tenant: Tenant, name: str, sha256: str) -> Received:
    path = tenant.files.path(tenant.id, sha256)
    try:
        rows = read_roster(path)
    except SettingsError as error:
        raise ReadError(what=error.what, where=name, remedy=error.remedy) from error
    finally:
        tenant.files.remove(tenant.id, sha256)
    said = [row for row in rows if row.party or row.role or row.aliases]
    for row in said:
        changes.describe_person(tenant, row.name, aliases=row.aliases, party=row.party, role=row.role)
    return Received(upload_id=None, is_new=True, sentence=f"{name} says who {len(said)} people are.")


def listed(tenant: Tenant) -> list[Listed]:
    """List the uploads with their progress, latest first."""
    query = tenant.select(Job).join(Job.upload).order_by(Upload.at.desc(), Upload.name)
    return [_listed(job) for job in tenant.all(query)]


def progress(tenant: Tenant, upload_id: str) -> Listed:
    """Say how far one upload is."""
    return _listed(_job(tenant, upload_id))


def cancel(tenant: Tenant, upload_id: str) -> Listed:
    """Stop the work on an upload; what a worker has of it is dropped.

    Raises:
        Refused: if it has ended already.
    """
    job = _job(tenant, upload_id)
    if job.state not in OPEN_STATES:
        raise Refused(
            what=f"the work on it has ended ({job.state})",
            where=job.upload.name,
            remedy="delete the meeting if you do not want it",
        )
    job.state, job.stage, job.ended_at, job.worker = "cancelled", "cancelled", now(), None
    tenant.note("work cancelled", upload_id)
    return _listed(job)


def retry(tenant: Tenant, upload_id: str) -> Listed:
    """Queue the work on an upload that failed or was cancelled again.

    Raises:
        Refused: if it neither failed nor was cancelled, or its bytes are deleted.
    """
    job = _job(tenant, upload_id)
    if job.state in OPEN_STATES or job.state == "done" or not job.upload.has_bytes:
        raise Refused(
            what="it cannot be tried again", where=job.upload.name, remedy="upload the file once more"
        )
    requeue(job)
    tenant.note("work queued again", upload_id)
    return _listed(job)


def requeue(job: Job) -> None:
    """Put a job back to where it began."""
    job.state, job.stage, job.done, job.total = "queued", "waiting", 0, None
    job.failure, job.notes, job.attempts, job.ended_at, job.worker = None, [], 0, None, None


def _job(tenant: Tenant, upload_id: str) -> Job:
    upload = tenant.get(Upload, upload_id)
    return tenant.session.scalars(tenant.select(Job).where(Job.upload_id == upload.id)).one()


def _listed(job: Job) -> Listed:
    return Listed(
        id=job.upload_id,
        name=job.upload.name,
        size=job.upload.size,
        at=job.upload.at,
        state=job.state,
        stage=job.stage,
        done=job.done,
        total=job.total,
        failure=job.failure,
        notes=tuple(job.notes),
    )
