from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Measured
from analyzer.trends.levels import balance, from_signals, likeness

CODEBOOK = default_codebook()
CIRCULAR = f"share_{CODEBOOK.role('circular')}"

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


def test_independent_pieces_are_worth_what_they_count() -> None:
    rng = np.random.default_rng(1)

    assert likeness([(rng.random(300) < 0.3).astype(float) for _ in range(20)]) == pytest.approx(1, abs=0.15)


def test_pieces_that_come_in_runs_are_worth_less() -> None:
    rng = np.random.default_rng(1)
    runs = [np.repeat((rng.random(100) < 0.3).astype(float), 3) for _ in range(20)]

    # Runs of three: autocorrelations 2/3 and 1/3, so 1 + 2 * (2/3 + 1/3).
    assert likeness(runs) == pytest.approx(3, abs=0.25)


def test_where_a_label_is_rare_the_usual_likeness_is_taken() -> None:
    rare = np.zeros(100)
    rare[50] = 1

    assert likeness([np.zeros(100)]) == pytest.approx(1.9)
    assert likeness([rare]) == pytest.approx(1.9, abs=0.1)


def test_a_piece_counts_as_much_as_it_is_believed(series: Series, mix: Mix) -> None:
    [measured] = series([mix(100, circular=0.2)])

    # Beliefs of the made meeting are 0.94 where a mode is said, 0.02 elsewhere.
    level = from_signals([measured], CODEBOOK)[CIRCULAR].values[0]

    assert level == pytest.approx(0.2 * 0.94 + 0.8 * 0.02)


def test_what_a_person_decided_is_no_matter_of_belief(series: Series, mix: Mix) -> None:
    [measured] = series([mix(100, circular=0.2)])
    corrected = replace(measured.signals, corrected=np.ones(100, dtype=np.bool_))

    levels = from_signals([replace(measured, signals=corrected)], CODEBOOK)

    assert levels[CIRCULAR].values[0] == pytest.approx(0.2)


def test_talk_without_substance_is_not_tested(series: Series, mix: Mix) -> None:
    levels = from_signals(series([mix()]), CODEBOOK)

    assert f"share_{CODEBOOK.role('procedural')}" not in levels
    assert len(levels) == len(CODEBOOK.modes) - 1 + len(CODEBOOK.barriers)


def test_a_scheme_without_the_two_modes_has_no_balance(series: Series, mix: Mix) -> None:
    task = CODEBOOK.task("mode")
    plain = replace(task, labels=tuple(replace(label, role=None) for label in task.labels))

    assert balance(series([mix()]), replace(CODEBOOK, tasks=(plain, CODEBOOK.task("barrier")))) is None


def test_a_meeting_without_pieces_has_no_level(series: Series, mix: Mix) -> None:
    levels = from_signals(series([mix(), [], mix()]), CODEBOOK)

    assert levels[CIRCULAR].meetings == ("m1", "m3")
