"""Many processes: an executor whose items may raise, hang or kill their worker, and cost no other item.

The pools of the standard library give up all work when one worker dies. Here each worker has a pipe of its
own: when it dies, or works on one item for longer than it may, that item is a Failure and another worker
takes its place. Workers are started afresh (`spawn`), since threads of ONNX Runtime do not survive a fork;
they end by themselves when the process that started them is gone.

There is no executor for several machines. A series is concluded by one process; an archive whose files one
machine cannot read in a night is split by series, each part with a results folder of its own.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from analyzer.pipeline import SerialExecutor
from analyzer.records.analysis import Failure

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_PATIENCE_SECONDS = 1.0  # between two looks at the clock


@dataclass(kw_only=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    item: Any = None
    is_busy: bool = False
    since: float = 0.0


class PoolExecutor:
    """`pipeline.Executor` with several processes on this machine.

    Args:
        workers: how many.
        seconds: what one item may take by the clock on the wall; None for any time.
    """

    def __init__(self, workers: int, *, seconds: float | None = None) -> None:
        self._workers = workers
        self._seconds = seconds

    def map(
        self, task: Callable[[Item], Outcome], items: Iterable[Item], stage: str
    ) -> Iterator[Outcome | Failure]:
        """Run `task`, which must be picklable, on each item; outcomes come as they are ready.

        No more items are taken than there are workers, so `items` may be endless.
        """
        waiting = iter(items)
        workers: list[_Worker] = []
        try:
            # One worker an item at most: starting one costs seconds.
            while len(workers) < self._workers and (first := next(waiting, None)) is not None:
                workers.append(_started(task, stage))
                _give(workers[-1], first)
            while any(worker.is_busy for worker in workers):
                yield from self._round(workers, waiting, task, stage)
        finally:
            for worker in workers:
                worker.pipe.close()  # an idle worker ends; a busy one is of no use any more
                worker.process.terminate()
            for worker in workers:
                worker.process.join()

    def _round(
        self,
        workers: list[_Worker],
        waiting: Iterator[Item],
        task: Callable[[Item], Outcome],
        stage: str,
    ) -> Iterator[Outcome | Failure]:
        """Hear the workers that have something to say, and give them their next items."""
        busy = [worker for worker in workers if worker.is_busy]
        ready = wait([worker.pipe for worker in busy], timeout=_PATIENCE_SECONDS)
        for worker in busy:
            if worker.pipe in ready:
                outcome, has_ended = self._heard(worker, stage)
            elif self._seconds is not None and time.monotonic() - worker.since > self._seconds:
                outcome, has_ended = _too_slow(worker.item, stage, self._seconds), True
            else:
                continue
            if has_ended:
                worker.process.kill()
                worker.process.join()
                worker.pipe.close()
            worker.item, worker.is_busy = None, False
            following = next(waiting, None)
            if following is None and has_ended:
                workers.remove(worker)
            elif following is not None:
                if has_ended:
                    workers[workers.index(worker)] = worker = _started(task, stage)
                _give(worker, following)
            yield outcome

    def _heard(self, worker: _Worker, stage: str) -> tuple[Any, bool]:
        try:
            return worker.pipe.recv(), False
        except (EOFError, OSError):
            worker.process.join()
            return _died(worker.item, stage, worker.process.exitcode), True


def _started(task: Callable[[Any], Any], stage: str) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, task, stage), daemon=False)
    process.start()
    theirs.close()  # so that the end of the worker is heard
    return _Worker(process=process, pipe=ours)


def _give(worker: _Worker, item: Any) -> None:
    worker.item, worker.is_busy, worker.since = item, True, time.monotonic()
    try:
        worker.pipe.send(item)
    except OSError:
        return  # it died before: its pipe says so in the next round


def _serve(pipe: Connection, task: Callable[[Any], Any], stage: str) -> None:
    """Be a worker: do the task with one item after the other, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the first process ends the others
    executor = SerialExecutor()
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        outcome = next(executor.map(task, [item], stage))
        try:
            pipe.send(outcome)
        except OSError:  # nobody is there to hear it; what was kept is kept
            return


def _name(item: Any) -> str:
    return str(getattr(item, "name", item))


def _died(item: Any, stage: str, code: int | None) -> Failure:
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return Failure(
        what=f"the process that worked on it was ended ({how}), as happens where memory runs out",
        where=_name(item),
        remedy="split the file, or try it alone with --workers 1",
        stage=stage,
    )


def _too_slow(item: Any, stage: str, seconds: float) -> Failure:
    return Failure(
        what=f"it took longer than {seconds / 60:g} minutes",
        where=_name(item),
        remedy="split the file, or allow more with --file-minutes",
        stage=stage,
    )
