"""The line: read → tag → measure → trend. Three doors (shell, web, notebook) call `analyze`.

Two things may differ between a laptop and a cluster, and only those are seams: the executor (how a
task is run over many items) and the shelf (where prepared meetings wait for the rest of their
series). Circular talk is about the past, so tagging is split where that dependence begins:
`prepare` needs one source and nothing else; `conclude` is a fold over the series, oldest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from analyzer.errors import AnalyzerError
from analyzer.ingest.formats import Options, read
from analyzer.ingest.sources import Document
from analyzer.measures.meeting import measure
from analyzer.progress import Event, Progress, silent
from analyzer.records.analysis import Analysis, Failure, Measured
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Correction, Encoded, Policy
from analyzer.tagging.memory import remember
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger
from analyzer.trends.series import trend

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Executor(Protocol):
    """How a task is run over many items; outcomes may come in any order."""

    def map(
        self, task: Callable[[Item], Outcome], items: Iterable[Item], stage: str
    ) -> Iterator[Outcome | Failure]:
        """Run `task` on each item; an item that fails becomes a Failure, the others go on."""
        ...


class Shelf(Protocol):
    """Where prepared meetings wait. What is on the shelf is done: cache, ledger and resume in one."""

    def __contains__(self, key: str) -> bool: ...

    def put(self, key: str, prepared: Sequence[Encoded]) -> None:
        """Keep the meetings of one source under its key."""
        ...

    def series(self) -> list[str]:
        """Names of the series, sorted."""
        ...

    def take(self, series: str) -> list[Encoded]:
        """Meetings of a series, oldest first; undated ones last."""
        ...


class SerialExecutor:
    """One item after the other in this process."""

    def map(
        self, task: Callable[[Item], Outcome], items: Iterable[Item], stage: str
    ) -> Iterator[Outcome | Failure]:
        """Run `task` on each item in order."""
        for item in items:
            try:
                yield task(item)
            except AnalyzerError as error:
                yield Failure(what=error.what, where=error.where, remedy=error.remedy, stage=stage)
            except Exception as error:  # the one broad except: one bad file must not stop the rest
                yield Failure(
                    what=f"an unforeseen {type(error).__name__} ({error})",
                    where=str(getattr(item, "name", item)),
                    remedy="please report it with the file's format; the other files went on",
                    stage=stage,
                )


class MemoryShelf:
    """Prepared meetings of one run, in memory."""

    def __init__(self) -> None:
        self._prepared: dict[str, tuple[Encoded, ...]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._prepared

    def put(self, key: str, prepared: Sequence[Encoded]) -> None:
        """Keep the meetings of one source under its key."""
        self._prepared[key] = tuple(prepared)

    def series(self) -> list[str]:
        """Names of the series, sorted."""
        return sorted({encoded.meeting.series for encoded in self._all()})

    def take(self, series: str) -> list[Encoded]:
        """Meetings of a series, oldest first; undated ones last."""
        return sorted((encoded for encoded in self._all() if encoded.meeting.series == series), key=_age)

    def _all(self) -> Iterator[Encoded]:
        for prepared in self._prepared.values():
            yield from prepared


def _age(encoded: Encoded) -> tuple[str, str]:
    date = encoded.meeting.date
    return (date.isoformat() if date else "9999-99-99", encoded.meeting.id)


def prepare(document: Document, *, tagger: Tagger, options: Options) -> tuple[Encoded, ...]:
    """Read, cut and encode one source: the costly half, which depends on nothing else."""
    return tuple(tagger.encode(meeting) for meeting in read(document, options))


def conclude(
    series: str,
    *,
    shelf: Shelf,
    tagger: Tagger,
    policy: Policy | None = None,
    corrections: Sequence[Correction] = (),
) -> Analysis:
    """Judge, decide, measure and trend one series, oldest meeting first.

    Undated meetings are judged with empty memory and leave none.
    """
    policy = policy or tagger.policy
    memory = tagger.no_memory()
    key = ""
    measured: list[Measured] = []
    for encoded in shelf.take(series):
        dated = encoded.meeting.date is not None
        tagged = tagger.judge(encoded, memory if dated else tagger.no_memory(), key if dated else "")
        signals = decide(tagged, policy, corrections, tagger.codebook)
        measured.append(measure(tagged, signals, tagger.codebook))
        if dated:
            memory, key = remember(memory, encoded), tagged.key
    return trend(measured, tagger.codebook)


def analyze_documents(
    documents: Iterable[Document],
    tagger: Tagger,
    *,
    options: Options | None = None,
    executor: Executor | None = None,
    shelf: Shelf | None = None,
    progress: Progress = silent,
    total: int | None = None,
) -> Iterator[Analysis | Failure]:
    """Run the whole line over sources; yields failures as they happen, then one Analysis a series."""
    executor, shelf = executor or SerialExecutor(), shelf if shelf is not None else MemoryShelf()
    options = options or Options()
    task = partial(_prepare_and_keep, tagger=tagger, options=options, shelf=shelf)
    done = 0
    for outcome in executor.map(task, documents, "read"):
        done += 1
        failed = isinstance(outcome, Failure)
        if isinstance(outcome, Failure):
            yield outcome
            progress(Event(stage="tag", done=done, total=total, source=outcome.where, failed=failed))
        else:
            name, pieces = outcome
            progress(Event(stage="tag", done=done, total=total, source=name, pieces=pieces))
    names = shelf.series()
    concluded = executor.map(partial(conclude, shelf=shelf, tagger=tagger), names, "conclude")
    for number, outcome_ in enumerate(concluded, start=1):
        progress(Event(stage="conclude", done=number, total=len(names), source=""))
        yield outcome_


def _prepare_and_keep(
    document: Document, *, tagger: Tagger, options: Options, shelf: Shelf
) -> tuple[str, int]:
    if document.sha256 in shelf:
        return document.name, 0  # the same content twice is one source
    prepared = prepare(document, tagger=tagger, options=options)
    shelf.put(document.sha256, prepared)
    return document.name, sum(len(encoded.pieces) for encoded in prepared)


def analyze(meetings: Iterable[Meeting], tagger: Tagger) -> dict[str, Analysis]:
    """Analyse meetings that were read already: the notebook's door.

    Returns:
        One Analysis for each series, keyed by its name.
    """
    shelf = MemoryShelf()
    for meeting in meetings:
        shelf.put(meeting.id, [tagger.encode(meeting)])
    return {name: conclude(name, shelf=shelf, tagger=tagger) for name in shelf.series()}
