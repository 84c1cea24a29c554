"""What the intervals assume of neighbouring pieces, held against labels of real talk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.intervals import LAGS, USUAL_SUM, difference, share, wilson
from analyzer.records.figures import Estimate

STRETCHES = Path(__file__).parents[3] / "shared" / "labels" / "real" / "stretches.jsonl"
CODEBOOK = default_codebook()

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not STRETCHES.is_file(), reason="needs ../shared/labels/real"),
]


@pytest.fixture(scope="module")
def stretches() -> list[np.ndarray]:
    """Hits (n, modes and any barrier) of the stretches of at least 80 pieces."""
    found: dict[str, list[list[bool]]] = {}
    with STRETCHES.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            hits = [row["mode"] == key for key in CODEBOOK.modes]
            found.setdefault(row["stretch"], []).append([*hits, bool(row["barriers"])])
    return [np.array(rows) for rows in found.values() if len(rows) >= 80]


def likeness(stretches: list[np.ndarray], lags: int) -> np.ndarray:
    """Sum the autocorrelations of each label over lags, pooled over stretches."""
    totals, spread, pieces = np.zeros((lags, 5)), np.zeros(5), 0
    for hits in stretches:
        left = hits - hits.mean(axis=0)
        spread += (left**2).sum(axis=0)
        pieces += len(hits) - 1
        for lag in range(1, lags + 1):
            # The mean of each stretch was taken away, and with it 1 / n of the variance at every lag.
            products = (left[lag:] * left[:-lag]).mean(axis=0) + (left**2).mean(axis=0) / len(hits)
            totals[lag - 1] += products * len(hits)
    summed: np.ndarray = (totals / spread * pieces / sum(map(len, stretches))).sum(axis=0)
    return summed


def test_labels_of_real_talk_are_as_alike_as_assumed(stretches: list[np.ndarray]) -> None:
    summed = likeness(stretches, LAGS)

    assert np.abs(summed - USUAL_SUM).max() < 0.3
    assert abs(summed.mean() - USUAL_SUM) < 0.12


def test_further_apart_they_are_hardly_alike(stretches: list[np.ndarray]) -> None:
    further = likeness(stretches, 20) - likeness(stretches, LAGS)

    assert np.abs(further).max() < 0.25


def test_the_halves_of_a_stretch_differ_no_more_than_their_intervals_say(stretches: list[np.ndarray]) -> None:
    covered, naive = [], []
    for hits in stretches:
        half = len(hits) // 2
        for first, second in zip(hits[:half].T, hits[half:].T, strict=True):
            figure = difference(share(first), share(second))
            assert isinstance(figure, Estimate)
            covered.append(figure.low <= 0.0 <= figure.high)
            naive.append(_blind(first, second))

    assert np.mean(covered) >= 0.93
    assert np.mean(naive) < np.mean(covered)


def _blind(first: np.ndarray, second: np.ndarray) -> bool:
    """Say whether intervals that take the pieces for independent would cover."""
    figures = []
    for hits in (first, second):
        low, high = wilson(np.array([hits.mean()]), np.array([float(len(hits))]))
        figures.append(
            Estimate(value=float(hits.mean()), low=float(low[0]), high=float(high[0]), n=len(hits))
        )
    figure = difference(*figures)
    return isinstance(figure, Estimate) and figure.low <= 0.0 <= figure.high
