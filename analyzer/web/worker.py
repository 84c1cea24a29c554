"""The worker: prepares what was uploaded and concludes what has changed, in a process of its own.

Two threads share one tagger. One encodes files, which takes long; the other concludes partnerships, which
is short, so that a correction is followed at once even while two hundred files wait. A third makes the files
that people take away. All state is in the database: a worker that is killed loses nothing but the file it was
at, which the next one takes up.

    python -m analyzer.web.worker      started by `analyzer serve`; ends when its standard input does
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from analyzer.errors import AnalyzerError, NotThere
from analyzer.records.analysis import Failure
from analyzer.settings import Settings, load_settings
from analyzer.store import analyses, changes, exports, jobs, removal, shelf
from analyzer.store.database import Database
from analyzer.store.files import Files
from analyzer.web.exporting import Exporting
from analyzer.web.preparation import Preparation, enter

if TYPE_CHECKING:
    from analyzer.tagging.tagger import Tagger

IDLE_SECONDS = 0.4
SETTLE_SECONDS = 30.0  # while files of a partnership wait, its figures are renewed no more often
SWEEP_SECONDS = 3600.0  # between looks for what has been kept long enough


@dataclass
class Worker:
    """One worker over a database and the files beside it.

    `run_once` does what there is to do and returns; `run` goes on until `stop` is set.
    """

    database: Database
    files: Files
    tagger: Tagger
    settings: Settings
    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(3)}")
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until `stop` is set."""
        with self.database.writing() as session:
            jobs.requeue_outdated(session, self.tagger.model)
        lanes = (self.prepare_next, self.conclude_next, self.export_next, self.sweep)
        waits = (IDLE_SECONDS, IDLE_SECONDS, IDLE_SECONDS, SWEEP_SECONDS)
        threads = [
            threading.Thread(target=self._lane, args=lane, daemon=True)
            for lane in zip(lanes, waits, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def run_once(self) -> None:
        """Prepare all that waits, then conclude all that has changed, then make what was asked for."""
        for step in (self.prepare_next, self.conclude_next, self.export_next):
            while step():
                pass

    def _lane(self, step: Callable[[], bool], wait: float) -> None:
        while not self.stop.is_set():
            try:
                has_worked = step()
            except SQLAlchemyError as error:  # the database is away for a moment
                _say(f"the database does not answer ({type(error).__name__}); trying again")
                has_worked = False
            if not has_worked:
                self.stop.wait(wait)

    def prepare_next(self) -> bool:
        """Prepare the upload that waits longest; says whether there was one."""
        with self.database.writing() as session:
            claim = jobs.claim(session, self.name)
        if claim is None:
            return False
        Preparation(self.database, self.files, self.tagger, self.settings, self.name, claim).run()
        return True

    def conclude_next(self) -> bool:
        """Conclude one partnership whose figures do not follow; says whether there was one."""
        with self.database.reading() as session:
            waiting = analyses.outdated(session, self.tagger.model)
            chosen = next((one for one in waiting if self._is_due(session, one)), None)
        if chosen is None:
            return False
        try:
            self._conclude(chosen)
        except NotThere:  # deleted meanwhile
            return False
        return True

    def _is_due(self, session: Session, partnership_id: str) -> bool:
        if not jobs.is_preparing(session, partnership_id):
            return True
        tenant = enter(session, partnership_id, self.files)
        stands = analyses.standing(tenant)
        latest = max((change.at for change in changes.history(tenant)), default=None)
        if stands.made_at is None or (latest and latest > stands.made_at):
            return True  # somebody waits for it
        return (datetime.now(UTC) - stands.made_at).total_seconds() > SETTLE_SECONDS

    def _conclude(self, partnership_id: str) -> None:
        from analyzer.batch.results import describe_run
        from analyzer.pipeline import MemoryShelf, SerialExecutor, conclude

        started = datetime.now(UTC)
        with self.database.reading() as session:
            tenant = enter(session, partnership_id, self.files)
            revision, series = tenant.partnership.revision, tenant.partnership.name
            prepared = shelf.TenantShelf(tenant).take(series)
            said = changes.corrections(changes.in_force(changes.history(tenant)))
        held = MemoryShelf()
        held.put(partnership_id, prepared)
        task = partial(conclude, shelf=held, tagger=self.tagger, corrections=said)
        outcome = next(SerialExecutor().map(task, [series], "conclude"))
        analysis = None if isinstance(outcome, Failure) else outcome
        failure = str(outcome) if isinstance(outcome, Failure) else None
        if analysis is not None:
            run = describe_run([analysis], self.tagger, self.settings, started=started)
            analysis = analyses.with_run(analysis, run)
        with self.database.writing() as session:
            tenant = enter(session, partnership_id, self.files)
            analyses.save(tenant, analysis, revision=revision, model=self.tagger.model, failure=failure)

    def export_next(self) -> bool:
        """Make the file that waits longest; says whether there was one."""
        with self.database.writing() as session:
            task = exports.claim(session, self.name)
        if task is None:
            return False
        try:
            Exporting(self.database, self.files, self.name, task).run()
        except NotThere:  # deleted meanwhile
            return False
        return True

    def sweep(self) -> bool:
        """Delete what was kept as long as its partnership keeps things."""
        with self.database.reading() as session:
            kept = removal.partnerships_with_retention(session)
        has_removed = False
        for partnership_id in kept:
            with self.database.writing() as session:
                tenant = enter(session, partnership_id, self.files)
                for upload_id in removal.expired(tenant):
                    removal.remove_upload(tenant, upload_id)
                    has_removed = True
        if has_removed:
            self.database.scrub()
        return False


def _say(line: str) -> None:
    sys.stderr.write(f"worker: {line}\n")
    sys.stderr.flush()


def main() -> None:
    """Work on what the one line on standard input names; end when standard input is closed."""
    from analyzer.tagging.tagger import Tagger

    asked = json.loads(sys.stdin.readline())
    settings = load_settings(**asked["settings"])
    database, files = Database(asked["database"]), Files(Path(asked["files"]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        tagger = Tagger.load(settings.model, threads=settings.threads)
        Worker(database, files, tagger, settings).run()
    except AnalyzerError as error:
        _say(str(error))
        sys.exit(2)


def _end_with_parent() -> None:
    while sys.stdin.readline():
        pass
    os._exit(0)  # at once: what was begun is taken up again by its heartbeat


if __name__ == "__main__":
    main()
