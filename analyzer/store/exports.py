"""Files to take away: asked for by a page, made by the worker, kept until the analysis differs.

The bytes lie beside the uploads of their partnership. They quote meetings, so they go when one is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from analyzer.errors import Refused
from analyzer.reports.names import Names
from analyzer.store import analyses
from analyzer.store.jobs import MOST_ATTEMPTS, STALE_SECONDS
from analyzer.store.models import AnalysisRow, Export, ExportKind, JobState, now
from analyzer.store.workspace import Tenant

KINDS: tuple[ExportKind, ...] = get_args(ExportKind)
NAMES: tuple[Names, ...] = get_args(Names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file to take away, or how far it is; `is_current` says whether it shows the latest analysis."""

    id: str
    kind: ExportKind
    names: str
    state: JobState
    failure: str | None
    size: int | None
    made_at: datetime | None
    has_file: bool
    is_current: bool

    @property
    def is_open(self) -> bool:
        """Whether the worker has still to make it."""
        return self.state in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An export that this worker makes."""

    export_id: str
    partnership_id: str


def ask(tenant: Tenant, kind: str, names: str) -> Offered:
    """Ask for a file; one that shows the latest analysis is given as it is.

    Raises:
        Refused: if there is no such kind or way to name people, or there are no figures yet.
    """
    chosen = next((one for one in KINDS if one == kind), None)
    called = next((one for one in NAMES if one == names), None)
    if chosen is None or called is None:
        raise Refused(
            what=f"there is no file {kind[:20]!r} with names {names[:20]!r}",
            where="downloads",
            remedy=f"ask for {', '.join(KINDS)} with names {', '.join(NAMES)}",
        )
    digest = _digest(tenant)
    analyses.check_whole(tenant)
    if digest is None:
        raise Refused(
            what="there are no figures yet", where=tenant.partnership.name, remedy="give a file first"
        )
    query = tenant.select(Export).where(Export.kind == chosen, Export.names == called)
    row = tenant.session.scalars(query).first() or tenant.add(Export(kind=chosen, names=called))
    if row.state in ("failed", "cancelled") or (row.state == "done" and row.digest != digest):
        row.state, row.failure, row.attempts, row.asked_at = "queued", None, 0, now()
    return _offered(row, digest)


def has_figures(tenant: Tenant) -> bool:
    """Say whether there are figures to make a file of."""
    return _digest(tenant) is not None


def listed(tenant: Tenant) -> list[Offered]:
    """List what was asked for."""
    digest = _digest(tenant)
    query = tenant.select(Export).order_by(Export.kind, Export.names)
    return [_offered(row, digest) for row in tenant.all(query)]


def offered(tenant: Tenant, export_id: str) -> Offered:
    """Give one by its id.

    Raises:
        NotThere: if there is none.
    """
    return _offered(tenant.get(Export, export_id), _digest(tenant))


def content(tenant: Tenant, export_id: str) -> bytes | None:
    """Give the bytes of the last file made; None where there is none."""
    row = tenant.get(Export, export_id)
    try:
        return tenant.files.made(tenant.id, row.id).read_bytes()
    except FileNotFoundError:
        return None


def latest(tenant: Tenant, kind: ExportKind, names: Names) -> bytes | None:
    """Give the bytes of a file that shows the latest analysis; None where it is not made yet."""
    query = tenant.select(Export).where(Export.kind == kind, Export.names == names)
    row = tenant.session.scalars(query).first()
    return content(tenant, row.id) if row and _offered(row, _digest(tenant)).is_current else None


def claim(session: Session, worker: str) -> Task | None:
    """Take the export that waits longest, or one whose worker is gone; None where there is nothing to do."""
    stale = now() - timedelta(seconds=STALE_SECONDS)
    free = or_(Export.state == "queued", (Export.state == "running") & (Export.heartbeat_at < stale))
    while True:
        row = session.scalars(
            select(Export).where(free).order_by(Export.asked_at, Export.id).limit(1)
        ).first()
        if row is None:
            return None
        taken = session.execute(
            update(Export)
            .where(Export.id == row.id, Export.attempts == row.attempts, free)
            .values(state="running", worker=worker, heartbeat_at=now(), attempts=Export.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        session.refresh(row)
        if not taken.rowcount:  # type: ignore[attr-defined]
            continue
        if row.attempts > MOST_ATTEMPTS:
            row.state, row.failure = "failed", "making this file stopped the program three times"
            continue
        return Task(export_id=row.id, partnership_id=row.partnership_id)


def beat(session: Session, task: Task, worker: str) -> bool:
    """Say that the worker lives; False if the export is no longer its own."""
    found = session.execute(
        update(Export)
        .where(Export.id == task.export_id, Export.state == "running", Export.worker == worker)
        .values(heartbeat_at=now())
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]


def keep(tenant: Tenant, task: Task, worker: str, made: bytes, digest: str | None) -> None:
    """Keep what was made, if it is still wanted."""
    row = _owned(tenant, task, worker)
    if row is not None:
        tenant.files.put_made(tenant.id, row.id, made)
        row.state, row.size, row.digest, row.made_at, row.worker = "done", len(made), digest, now(), None


def fail(tenant: Tenant, task: Task, worker: str, sentence: str) -> None:
    """Say in one sentence why there is no file."""
    row = _owned(tenant, task, worker)
    if row is not None:
        row.state, row.failure, row.worker = "failed", sentence, None


def forget(tenant: Tenant) -> None:
    """Delete all files made of a partnership: they quote what is deleted now."""
    tenant.session.execute(delete(Export).where(Export.partnership_id == tenant.id))
    tenant.files.remove_made(tenant.id)


def _owned(tenant: Tenant, task: Task, worker: str) -> Export | None:
    query = tenant.select(Export).where(Export.id == task.export_id, Export.worker == worker)
    return tenant.session.scalars(query.with_for_update()).first()


def _digest(tenant: Tenant) -> str | None:
    row = tenant.session.scalars(tenant.select(AnalysisRow)).first()
    return row.digest if row and row.failure is None else None


def _offered(row: Export, digest: str | None) -> Offered:
    return Offered(
        id=row.id,
        kind=row.kind,
        names=row.names,
        state=row.state,
        failure=row.failure,
        size=row.size,
        made_at=row.made_at,
        has_file=row.made_at is not None,
        is_current=row.state == "done" and row.digest == digest,
    )
