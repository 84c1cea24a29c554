"""The line: read → tag → measure → trend. Three doors (shell, web, notebook) call `analyze`.

Two things may differ between a laptop and a cluster, and only those are seams: the executor (how a
task is run over many items) and the shelf (where prepared meetings wait for the rest of their
series). Circular talk is about the past, so tagging is split where that dependence begins:
`prepare` needs one source and nothing else; `conclude` is a fold over the series, oldest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from analyzer.errors import AnalyzerError
from analyzer.ingest.formats import Options, read
from analyzer.ingest.sources import Document
from analyzer.measures.adjusted import confusion_of
from analyzer.measures.meeting import measure
from analyzer.progress import Event, Progress, silent
from analyzer.records.analysis import Analysis, Failure
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Correction, Encoded, Policy, Signals, Tagged
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


def judge_series(
    series: str,
    *,
    shelf: Shelf,
    tagger: Tagger,
    policy: Policy | None = None,
    corrections: Sequence[Correction] = (),
) -> Iterator[tuple[Tagged, Signals]]:
    """Judge and decide the meetings of one series, oldest first: the fold that carries memory.

    Undated meetings are judged with empty memory and leave none.
    """
    policy = policy or tagger.policy
    memory = tagger.no_memory()
    key = ""
    for encoded in _distinct(shelf.take(series)):
        dated = encoded.meeting.date is not None
        tagged = tagger.judge(encoded, memory if dated else tagger.no_memory(), key if dated else "")
        yield tagged, decide(tagged, policy, corrections, tagger.codebook)
        if dated:
            memory, key = remember(memory, encoded), tagged.key


def conclude(
    series: str,
    *,
    shelf: Shelf,
    tagger: Tagger,
    policy: Policy | None = None,
    corrections: Sequence[Correction] = (),
) -> Analysis:
    """Judge, decide, measure and trend one series."""
    judged = judge_series(series, shelf=shelf, tagger=tagger, policy=policy, corrections=corrections)
    codebook = tagger.codebook
    confusion = confusion_of(tagger.metrics, codebook)
    return trend([measure(tagged, signals, codebook, confusion) for tagged, signals in judged], codebook)


def _distinct(prepared: Sequence[Encoded]) -> list[Encoded]:
    # Two files of one name in one series would share an id, and every reference would be ambiguous.
    taken = Counter(encoded.meeting.id for encoded in prepared)
    return [
        encoded if taken[encoded.meeting.id] == 1 else replace(encoded, meeting=_renamed(encoded.meeting))
        for encoded in prepared
    ]


def _renamed(meeting: Meeting) -> Meeting:
    return replace(meeting, id=f"{meeting.id}~{meeting.source.sha256[:6]}")


def prepare_all(
    documents: Sequence[Document],
    tagger: Tagger,
    *,
    shelf: Shelf,
    options: Options | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Iterator[Failure]:
    """Put every source on the shelf; yields a Failure for each that could not be read or tagged."""
    executor = executor or SerialExecutor()
    task = partial(_prepare_and_keep, tagger=tagger, options=options or Options(), shelf=shelf)
    total = len(documents)
    for done, outcome in enumerate(executor.map(task, documents, "read"), start=1):
        if isinstance(outcome, Failure):
            progress(Event(stage="tag", done=done, total=total, source=outcome.where, failed=True))
            yield outcome
        else:
            name, pieces = outcome
            progress(Event(stage="tag", done=done, total=total, source=name, pieces=pieces))


def _prepare_and_keep(
    document: Document, *, tagger: Tagger, options: Options, shelf: Shelf
) -> tuple[str, int]:
    key = f"{document.sha256} {document.name}"
    if key in shelf:
        return document.name, 0
    prepared = prepare(document, tagger=tagger, options=options)
    shelf.put(key, prepared)
    return document.name, sum(len(encoded.pieces) for encoded in prepared)


def analyze_documents(
    documents: Sequence[Document],
    tagger: Tagger,
    *,
    options: Options | None = None,
    executor: Executor | None = None,
    shelf: Shelf | None = None,
    progress: Progress = silent,
) -> Iterator[Analysis | Failure]:
    """Run the whole line over sources: failures as they happen, then one Analysis a series."""
    shelf = shelf if shelf is not None else MemoryShelf()
    executor = executor or SerialExecutor()
    yield from prepare_all(
        documents, tagger, shelf=shelf, options=options, executor=executor, progress=progress
    )
    names = shelf.series()
    concluded = executor.map(partial(conclude, shelf=shelf, tagger=tagger), names, "conclude")
    for number, outcome in enumerate(concluded, start=1):
        progress(Event(stage="conclude", done=number, total=len(names), source=names[number - 1]))
        yield outcome


def analyze(meetings: Iterable[Meeting], tagger: Tagger) -> dict[str, Analysis]:
    """Analyse meetings that were read already: the notebook's door.

    Returns:
        One Analysis for each series, keyed by its name.
    """
    shelf = MemoryShelf()
    for number, meeting in enumerate(meetings):
        shelf.put(str(number), [tagger.encode(meeting)])
    return {name: conclude(name, shelf=shelf, tagger=tagger) for name in shelf.series()}
