"""Read strangers' bytes in a process of its own, where time and memory have bounds.

For libraries that no check before the call can bound: a PDF can hide an inflating bomb, an endless
loop or a crash anywhere. What such a file costs is then the process, and one sentence. On Windows a
process cannot be bound from within; there a hostile file costs what the machine has.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.limits import Limits

_TOO_COSTLY = 75  # exit status of a child that ran out of time or memory
_KILLED = (_TOO_COSTLY, -9, -24)  # also by the system: SIGKILL, SIGXCPU
_GIVE_UP_SECONDS = 3_600.0  # by the clock on the wall; the child counts what it spends itself
_GRACE_SECONDS = 2  # between the alarm, which a library may hold up, and the kill, which it cannot


class OutOfTime(BaseException):
    """A step took longer than it may. Not an Exception: libraries swallow those."""


def run_confined(module: str, data: bytes, *, name: str, limits: Limits) -> Any:
    """Run `python -m module` on the bytes and give what it answers.

    Raises:
        TooLarge: if it needs more time or memory than the limits allow.
        DamagedFile: if it ends in any other way than with an answer.
    """
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    ended = subprocess.run(
        # -P: the folder we are called from may be the stranger's; nothing in it is ever imported.
        [sys.executable, "-P", "-m", module, json.dumps(asdict(limits))],
        input=data,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        check=False,
        timeout=_GIVE_UP_SECONDS,
    )
    if ended.returncode in _KILLED or b"MemoryError" in ended.stderr[-2_000:]:
        raise too_costly(name=name, limits=limits)
    if ended.returncode != 0:
        raise DamagedFile(
            what="its content is broken and cannot be read",
            where=name,
            remedy="save it again from its source",
        )
    return json.loads(ended.stdout)


def too_costly(*, name: str, limits: Limits) -> TooLarge:
    """Make the error for a file that needs more time or memory than the limits allow."""
    return TooLarge(
        what=f"it takes more than {limits.seconds:g} seconds or {limits.memory_mb:g} MB to read",
        where=name,
        remedy="save it again from its source, or in parts",
    )


def answer(task: Callable[[bytes, Limits], Any]) -> None:
    """Be the child: bound this process, do the task with the bytes and the limits, print what it gives."""
    limits = Limits(**json.loads(sys.argv[1]))
    _bound("RLIMIT_DATA", int(limits.memory_mb * 1e6))
    _bound("RLIMIT_CORE", 0)
    try:
        found = json.dumps(task(sys.stdin.buffer.read(), limits))
    except (MemoryError, OutOfTime):
        os._exit(_TOO_COSTLY)  # at once: there may be no memory left to end in good order
    sys.stdout.write(found)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Break off what runs inside with OutOfTime once it has spent so many seconds of the processor."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    _bound("RLIMIT_CPU", int(time.process_time() + seconds) + _GRACE_SECONDS)
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _ring(*_: object) -> None:
    raise OutOfTime


def _bound(kind: str, amount: int) -> None:
    try:
        import resource
    except ImportError:
        return
    limit = getattr(resource, kind)
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
