"""The queue of uploads to prepare: claimed with a heartbeat, taken up again when its worker is gone.

Called by the worker, which serves all partnerships: nothing here is shown to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from analyzer.store.models import Job, MeetingRow, Membership, Partnership, Upload, User, now
from analyzer.store.uploads import requeue

STALE_SECONDS = 20.0  # a worker that was not heard of for so long is gone
BEAT_SECONDS = 3.0
MOST_ATTEMPTS = 3  # a file that took three workers with it is not tried a fourth time


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job that this worker has, with the ids it needs."""

    job_id: str
    upload_id: str
    partnership_id: str


def claim(session: Session, worker: str) -> Claim | None:
    """Take the job that waits longest, or one whose worker is gone; None where there is nothing to do.

    Two workers never get the same one: the second finds it changed and looks again.
    """
    while True:
        stale = now() - timedelta(seconds=STALE_SECONDS)
        free = or_(Job.state == "queued", (Job.state == "running") & (Job.heartbeat_at < stale))
        job = session.scalars(select(Job).where(free).order_by(Job.queued_at, Job.id).limit(1)).first()
        if job is None:
            return None
        claimed = session.execute(
            update(Job)
            .where(Job.id == job.id, Job.attempts == job.attempts, free)
            .values(
                state="running",
                worker=worker,
                heartbeat_at=now(),
                attempts=Job.attempts + 1,
                stage="reading",
            )
            .execution_options(synchronize_session=False)
        )
        session.refresh(job)
        if claimed.rowcount:  # type: ignore[attr-defined]
            if job.attempts > MOST_ATTEMPTS:
                _end(job, "failed", "the analysis of this file stopped the program three times")
                continue
            return Claim(job_id=job.id, upload_id=job.upload_id, partnership_id=job.partnership_id)


def beat(session: Session, claim: Claim, worker: str, *, stage: str, done: int, total: int | None) -> bool:
    """Say that the worker lives and how far it is.

    Returns:
        False if the job is no longer this worker's: cancelled, deleted, or taken over.
    """
    found = session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.state == "running", Job.worker == worker)
        .values(heartbeat_at=now(), stage=stage, done=done, total=total)
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]


def owned(session: Session, claim: Claim, worker: str) -> Job | None:
    """Give the job if it is still this worker's, locked until the transaction ends."""
    query = select(Job).where(Job.id == claim.job_id, Job.state == "running", Job.worker == worker)
    return session.scalars(query.with_for_update()).first()


def finish(job: Job, *, pieces: int, notes: list[str]) -> None:
    """Write that a job is done."""
    job.state, job.stage, job.done, job.total, job.notes = "done", "done", pieces, pieces, notes
    job.ended_at, job.worker, job.failure = now(), None, None


def fail(job: Job, sentence: str, notes: list[str] | None = None) -> None:
    """Write why a job failed, in one sentence."""
    _end(job, "failed", sentence)
    job.notes = notes or []


def requeue_outdated(session: Session, model: str) -> int:
    """Queue every upload again that was prepared by another model.

    Returns:
        How many.
    """
    old = select(MeetingRow.upload_id).where(MeetingRow.model != model)
    query = (
        select(Job)
        .join(Upload, Upload.id == Job.upload_id)
        .where(Job.state == "done", Upload.has_bytes, Job.upload_id.in_(old))
    )
    found = list(session.scalars(query))
    for job in found:
        requeue(job)
    return len(found)


def is_preparing(session: Session, partnership_id: str) -> bool:
    """Say whether files of a partnership wait or are being prepared."""
    query = select(Job.id).where(Job.partnership_id == partnership_id, Job.state.in_(("queued", "running")))
    return session.scalars(query.limit(1)).first() is not None


def caretaker(session: Session, partnership_id: str) -> tuple[Partnership, User] | None:
    """Give a partnership and a member of it in whose name the worker enters; None where it is gone."""
    query = (
        select(Partnership, User)
        .join(Membership, Membership.partnership_id == Partnership.id)
        .join(User, User.id == Membership.user_id)
        .where(Partnership.id == partnership_id)
        .limit(1)
    )
    found = session.execute(query).first()
    return found.tuple() if found else None


def _end(job: Job, state: str, sentence: str) -> None:
    job.state = "failed" if state == "failed" else "cancelled"
    job.stage, job.failure, job.ended_at, job.worker = job.state, sentence, now(), None
