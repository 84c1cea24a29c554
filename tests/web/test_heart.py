"""The heartbeat goes on while the work does, over failures, until the work is unwanted."""

from __future__ import annotations

import threading

from sqlalchemy.exc import OperationalError

from analyzer.web.heart import beating

LONGEST = 60  # seconds that a slow machine may take; nothing is measured


def test_it_beats_over_a_database_that_is_away_until_the_work_is_unwanted():
    told, unwanted = [], threading.Event()

    def beat():
        told.append(len(told))
        if len(told) == 1:
            raise OperationalError("select 1", {}, Exception("away"))
        if len(told) == 3:
            unwanted.set()
        return len(told) < 3

    with beating(beat, 0.001):
        assert unwanted.wait(LONGEST)

    assert told == [0, 1, 2]


def test_it_ends_with_the_work():
    before = threading.active_count()

    with beating(lambda: True, 3600):
        assert threading.active_count() == before + 1

    assert threading.active_count() == before
