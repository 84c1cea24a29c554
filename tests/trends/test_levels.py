from __future__ import annotations

import numpy as np
import pytest

from analyzer.trends.levels import likeness


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
