"""A run over an archive that may be cut short at any time: what is finished is kept, and taken up again.

Source by source is read and encoded, series by series concluded; each result goes to the shelf on disk as
soon as there is one. Which process did what, in which order and in how many runs changes no byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from analyzer.batch.keys import concluding, preparing, series_key, source_key
from analyzer.batch.segments import FolderShelf
from analyzer.errors import AnalyzerError, SettingsError, StoreError
from analyzer.ingest.formats import Options
from analyzer.ingest.sources import Document
from analyzer.pipeline import Executor, conclude, prepare
from analyzer.progress import Event, Progress, silent
from analyzer.records.analysis import Analysis, Failure
from analyzer.records.slimming import slim

if TYPE_CHECKING:
    from analyzer.tagging.tagger import Tagger

Outcome = TypeVar("Outcome")
Work = TypeVar("Work", bound="Job")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A series to be concluded, with the key of what comes of it."""

    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceJob(Job):
    """A source to be prepared, with the key of its meetings."""

    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What there is to do, and what was done before."""

    to_do: tuple[SourceJob, ...]
    taken_up: tuple[SourceJob, ...]  # finished by an earlier run
    failures: tuple[Failure, ...]  # cannot even be opened
    changed: tuple[str, ...]  # sources that were finished as they were before, or by another model or program
    gone: tuple[str, ...]  # sources of an earlier run that are not there any more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    name: str
    key: str
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class _Unkept:
    """The shelf cannot be written: no matter of one source, so the run ends."""

    error: StoreError


@dataclass(kw_only=True)
class Batch:
    """A run: plan it, prepare the sources, conclude the series.

    Args:
        documents: the sources.
        tagger: the model.
        shelf: where finished work is, and goes.
        executor: runs the sources and series.
        options: what the user knows better than the files.
        progress: is told of each step.
    """

    documents: Sequence[Document]
    tagger: Tagger
    shelf: FolderShelf
    executor: Executor
    options: Options = field(default_factory=Options)
    progress: Progress = silent
    _keys: list[str] = field(default_factory=list)  # of the sources that are prepared
    _analyses: list[str] = field(default_factory=list)  # keys of theirs

    def plan(self) -> Plan:
        """Look through the sources and the shelf.

        Raises:
            SettingsError: if the roster of the options cannot be read.
        """
        try:
            prepared_by = preparing(self.tagger, self.options)
        except OSError as error:
            raise SettingsError(
                what=f"the roster cannot be read ({error.strerror or error})",
                where=str(self.options.roster),
                remedy="name a CSV with the columns name, aliases, party, role",
            ) from error
        jobs: list[SourceJob] = []
        failures: list[Failure] = []
        for number, document in enumerate(self.documents, start=1):
            try:
                key = source_key(document, prepared_by)
                jobs.append(SourceJob(name=document.name, key=key, document=document))
            except (AnalyzerError, OSError) as error:
                failures.append(_failure(error, document.name))
            finally:
                document.forget()
            self.progress(Event(stage="read", done=number, total=len(self.documents), source=document.name))
        kept = self.shelf.sources
        keys = {job.key for job in jobs}
        stale = {name for key, name in kept.items() if key not in keys}
        to_do = tuple(job for job in jobs if job.key not in kept)
        return Plan(
            to_do=to_do,
            taken_up=tuple(job for job in jobs if job.key in kept),
            failures=tuple(failures),
            changed=tuple(sorted({job.name for job in to_do} & stale)),
            gone=tuple(sorted(stale - {document.name for document in self.documents})),
        )

    def prepare(self, plan: Plan) -> Iterator[Failure]:
        """Read, cut and encode what is not done yet; yields a Failure for each source that cannot be.

        Raises:
            StoreError: if finished work cannot be kept.
        """
        self._keys = [job.key for job in plan.taken_up]
        total = len(plan.to_do)
        task = partial(_prepare, tagger=self.tagger, options=self.options, shelf=self.shelf)
        for done, outcome in enumerate(self._run(task, plan.to_do, "read"), start=1):
            if isinstance(outcome, Failure):
                self.progress(Event(stage="tag", done=done, total=total, source=outcome.where, failed=True))
                yield outcome
            else:
                self._keys.append(outcome.key)
                name, pieces = outcome.name, outcome.pieces
                self.progress(Event(stage="tag", done=done, total=total, source=name, pieces=pieces))

    def conclude(self) -> Iterator[Failure]:
        """Conclude each series of what is prepared; yields a Failure for each that cannot be.

        Raises:
            StoreError: if what is kept is damaged, or an analysis cannot be kept.
        """
        self.shelf.index(self._keys)
        concluded_by = concluding(self.tagger)
        jobs = [
            Job(name=name, key=series_key(self.shelf.keys_of(name), name, concluded_by))
            for name in self.shelf.series()
        ]
        task = partial(_conclude, tagger=self.tagger, shelf=self.shelf)
        concluded: set[str] = set()
        for done, outcome in enumerate(self._run(task, jobs, "conclude"), start=1):
            failed = isinstance(outcome, Failure)
            name = outcome.where if isinstance(outcome, Failure) else outcome.name
            self.progress(Event(stage="conclude", done=done, total=len(jobs), source=name, failed=failed))
            if isinstance(outcome, Failure):
                yield outcome
            else:
                concluded.add(outcome.key)
        self._analyses = [job.key for job in jobs if job.key in concluded]

    @property
    def analyses(self) -> Sequence[Analysis]:
        """What was concluded, by series."""
        return self.shelf.analyses(self._analyses)

    def tidy(self) -> None:
        """Throw away what was kept of sources that are changed or gone."""
        self.shelf.keep_only(self._keys, self._analyses)

    def _run(
        self, task: Callable[[Work], Outcome | _Unkept], jobs: Sequence[Work], stage: str
    ) -> Iterator[Outcome | Failure]:
        for outcome in self.executor.map(task, jobs, stage):
            if isinstance(outcome, _Unkept):
                raise outcome.error
            yield outcome


def _failure(error: AnalyzerError | OSError, name: str) -> Failure:
    if isinstance(error, AnalyzerError):
        return Failure(what=error.what, where=error.where, remedy=error.remedy, stage="read")
    return Failure(
        what=f"what lies beside it cannot be read ({error.strerror or error})",
        where=name,
        remedy="check that you may read the people.csv and meeting.yaml of its folder",
        stage="read",
    )


def _prepare(job: SourceJob, *, tagger: Tagger, options: Options, shelf: FolderShelf) -> _Done | _Unkept:
    prepared = prepare(job.document, tagger=tagger, options=options)
    try:
        shelf.put(job.key, prepared, job.name)
    except StoreError as error:
        return _Unkept(error)
    return _Done(name=job.name, key=job.key, pieces=sum(len(encoded.pieces) for encoded in prepared))


def _conclude(job: Job, *, tagger: Tagger, shelf: FolderShelf) -> _Done | _Unkept:
    if not shelf.has_analysis(job.key):
        analysis = slim(conclude(job.name, shelf=shelf, tagger=tagger))
        try:
            shelf.keep_analysis(job.key, analysis)
        except StoreError as error:
            return _Unkept(error)
    return _Done(name=job.name, key=job.key)
