"""Executors: an item that raises, hangs or kills its worker costs itself and no other."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from analyzer.batch.pool import PoolExecutor
from analyzer.pipeline import SerialExecutor
from analyzer.records.analysis import Failure

# A module of its own: workers are started afresh and import what they do.
TASKS = """
import os, signal, time
from analyzer.errors import DamagedFile

def task(item):
    if item == "broken":
        raise DamagedFile(what="it is broken", where="there", remedy="mend it")
    if item == "odd":
        raise ZeroDivisionError("oh")
    if item == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "endless":
        time.sleep(600)
    return item.upper()
"""


@pytest.fixture
def task(tmp_path, monkeypatch):
    (tmp_path / "tasks_of_the_pool.py").write_text(TASKS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tasks_of_the_pool", raising=False)
    return import_module("tasks_of_the_pool").task


@pytest.fixture(params=["serial", "pool"])
def executor(request):
    return SerialExecutor() if request.param == "serial" else PoolExecutor(2)


def test_every_item_has_one_outcome(executor, task):
    items = [f"item {number}" for number in range(9)]

    assert sorted(executor.map(task, items, "read")) == sorted(map(str.upper, items))


def test_nothing_gives_nothing(executor, task):
    assert list(executor.map(task, [], "read")) == []


def test_an_item_that_raises_is_a_failure_and_the_others_go_on(executor, task):
    outcomes = list(executor.map(task, ["a", "broken", "odd", "b"], "read"))

    failures = {one.where: one for one in outcomes if isinstance(one, Failure)}
    assert sorted(one for one in outcomes if isinstance(one, str)) == ["A", "B"]
    assert failures["there"] == Failure(what="it is broken", where="there", remedy="mend it", stage="read")
    assert "unforeseen ZeroDivisionError" in failures["odd"].what


def test_an_item_that_kills_its_worker_costs_no_other(task):
    outcomes = list(PoolExecutor(2).map(task, ["deadly", "a", "b", "deadly", "c"], "read"))

    failures = [one for one in outcomes if isinstance(one, Failure)]
    assert sorted(one for one in outcomes if isinstance(one, str)) == ["A", "B", "C"]
    assert [one.where for one in failures] == ["deadly", "deadly"]
    assert "signal 9" in failures[0].what


def test_an_item_that_hangs_is_given_up(task):
    # The limit is well above what a worker's start takes: it counts from when the item is given.
    outcomes = list(PoolExecutor(1, seconds=10.0).map(task, ["endless", "a"], "read"))

    assert [type(one) for one in outcomes] == [Failure, str]
    assert outcomes[0].where == "endless"
    assert "longer than" in outcomes[0].what


def test_items_are_taken_as_they_are_needed(task):
    taken = []

    def items():
        for number in range(1_000_000):
            taken.append(number)
            yield str(number)

    outcomes = PoolExecutor(2).map(task, items(), "read")
    first = [next(outcomes) for _ in range(3)]
    outcomes.close()

    assert len(first) == 3
    assert len(taken) < 10
