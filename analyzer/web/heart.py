"""The heartbeat beside a long piece of work: tells the database that the worker lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError


@contextmanager
def beating(beat: Callable[[], bool], seconds: float) -> Iterator[None]:
    """Beat while the block runs, in a thread of its own.

    Args:
        beat: writes that the worker lives; False ends the beating, since the work is no longer wanted.
        seconds: between two beats.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(beat, seconds, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(beat: Callable[[], bool], seconds: float, ended: threading.Event) -> None:
    while not ended.wait(seconds):
        try:
            if not beat():
                return
        except SQLAlchemyError:  # away for a moment: the next beat tells the same
            continue
