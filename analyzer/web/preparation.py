"""The work on one upload: read, cut, encode, keep; told of as it goes on, and dropped when unwanted."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from analyzer.errors import NotThere, ReadError
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.records.analysis import Failure
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.settings import Settings
from analyzer.store import jobs, shelf
from analyzer.store.database import Database
from analyzer.store.files import Files
from analyzer.store.models import Upload
from analyzer.store.workspace import Tenant, Workspace
from analyzer.web.heart import beating

if TYPE_CHECKING:
    from analyzer.tagging.tagger import Tagger


class Dropped(BaseException):
    """The job is no longer this worker's: cancelled, deleted or taken over. Not an Exception."""


def enter(session: Session, partnership_id: str, files: Files) -> Tenant:
    """Open a partnership in the name of one of its members: the worker has no user of its own.

    Raises:
        NotThere: if it is gone.
    """
    found = jobs.caretaker(session, partnership_id)
    if found is None:
        raise NotThere(what="the partnership is gone", where=partnership_id, remedy="nothing is to be done")
    return Workspace(session, found[1], files).enter(partnership_id)


class Preparation:
    """The work on one upload: read, cut, encode, keep."""

    def __init__(
        self,
        database: Database,
        files: Files,
        tagger: Tagger,
        settings: Settings,
        worker: str,
        claim: jobs.Claim,
    ) -> None:
        self._database = database
        self._files = files
        self._tagger = tagger
        self._settings = settings
        self._worker = worker
        self._claim = claim
        self._stage = "reading"
        self._done = 0
        self._total: int | None = None
        self._notes: list[str] = []
        self._is_lost = threading.Event()

    def run(self) -> None:
        """Prepare the upload; a failure becomes one sentence on the job."""
        from analyzer.pipeline import SerialExecutor

        try:
            with beating(self._beat, jobs.BEAT_SECONDS / 3):
                upload = self._upload()
                outcome = next(SerialExecutor().map(self._prepare, [upload], "read"))
            if isinstance(outcome, Failure):
                self._fail(str(outcome))
            else:
                self._keep(outcome)
        except Dropped:
            return

    def _prepare(self, upload: Upload) -> list[Encoded]:
        from analyzer.ingest.formats import Options, read

        path = self._files.path(upload.partnership_id, upload.stored_as)
        options = Options(title=upload.title, date=upload.date)
        found: list[Meeting] = []
        last: ReadError | None = None
        for source in _sources(upload.name, path, self._settings):
            self._check()
            try:
                found += read(source, options)
            except ReadError as error:
                last = error
                self._notes.append(str(error))
        if last is not None and not found:
            raise last
        return [self._encoded(meeting, number, len(found)) for number, meeting in enumerate(found, start=1)]

    def _encoded(self, meeting: Meeting, number: int, count: int) -> Encoded:
        def tell(done: int, total: int) -> None:
            self._check()
            self._stage = "tagging" if count == 1 else f"tagging meeting {number} of {count}"
            self._done, self._total = done, total

        return self._tagger.encode(meeting, tell)

    def _upload(self) -> Upload:
        with self._database.reading() as session:
            try:
                tenant = enter(session, self._claim.partnership_id, self._files)
                upload = tenant.get(Upload, self._claim.upload_id)
            except NotThere as error:
                raise Dropped from error
            session.expunge(upload)
            return upload

    def _keep(self, prepared: list[Encoded]) -> None:
        with self._database.writing() as session:
            job = jobs.owned(session, self._claim, self._worker)
            if job is None:
                raise Dropped
            tenant = enter(session, self._claim.partnership_id, self._files)
            shelf.keep(tenant, tenant.get(Upload, self._claim.upload_id), prepared)
            jobs.finish(job, pieces=sum(len(one.pieces) for one in prepared), notes=self._notes)

    def _fail(self, sentence: str) -> None:
        with self._database.writing() as session:
            job = jobs.owned(session, self._claim, self._worker)
            if job is not None:
                jobs.fail(job, sentence, [note for note in self._notes if note != sentence])

    def _check(self) -> None:
        if self._is_lost.is_set():
            raise Dropped

    def _beat(self) -> bool:
        with self._database.writing() as session:
            is_ours = jobs.beat(
                session, self._claim, self._worker, stage=self._stage, done=self._done, total=self._total
            )
        if not is_ours:
            self._is_lost.set()
        return is_ours


def _sources(name: str, path: Path, settings: Settings) -> list[Document]:
    """Give the sources in an upload: the members of a zip, else the file under the name it came with."""
    from analyzer.ingest.archives import members

    limits = Limits(file_mb=settings.max_file_mb)
    whole = Document(name=name, path=path, limits=limits)
    if whole.suffix == ".zip":
        found = members(whole)
        if found != [whole]:
            return found
    # Without its path: that is a hash, in which digits could be taken for a date.
    return [Document(name=name, content=path.read_bytes(), limits=limits)]
