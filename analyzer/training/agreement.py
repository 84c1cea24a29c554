"""How far two annotators agree: the yardstick beside every score of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.training.data import UNLABELLED, Stretch
from analyzer.training.scoring import Rows, figures, kappa

_DRAWS = 1000


def cohen_kappa(
    first: NDArray[np.int64], second: NDArray[np.int64], classes: int, *, groups: Sequence[str], seed: int = 0
) -> Figure:
    """Agreement of two annotators beyond chance.

    Args:
        first: (n,) classes from 0, by one annotator.
        second: (n,) classes from 0, by the other.
        classes: how many classes there are.
        groups: meeting of each row; the interval draws whole meetings.
        seed: of the draws.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20, 37-46.
    """
    value = kappa(first, second, classes)
    return _with_interval(value, groups, lambda rows: kappa(first[rows], second[rows], classes), seed)


def krippendorff_alpha(ratings: NDArray[np.int64], *, groups: Sequence[str], seed: int = 0) -> Figure:
    """Agreement of any number of annotators on nominal classes, missing ratings allowed.

    Args:
        ratings: (n, annotators) classes from 0, -1 where an annotator did not rate.
        groups: meeting of each row.
        seed: of the draws.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability. Values by hand in the tests.
    """
    return _with_interval(_alpha(ratings), groups, lambda rows: _alpha(ratings[rows]), seed)


def annotator_figures(stretches: Sequence[Stretch], codebook: Codebook) -> dict[str, Any]:
    """Score the second annotator against the first like a model; empty where there is no second.

    The beliefs of a person are 0 and 1, so calibration and mean average precision are left out.
    """
    rows = second_rows(stretches, codebook)
    if rows is None:
        return {}
    result: dict[str, Any] = second_figures(rows, codebook)
    alpha = krippendorff_alpha(np.stack([rows.gold_mode, rows.mode], axis=1), groups=rows.meetings)
    if isinstance(alpha, Estimate):
        result["mode_alpha"], result["mode_alpha_ci95"] = alpha.value, [alpha.low, alpha.high]
    return result


def second_figures(rows: Rows, codebook: Codebook) -> dict[str, float]:
    """Give those of a model's figures that mean something for a person."""
    kept = figures(rows, modes=codebook.modes, barriers=codebook.barriers)
    without = ("ap_", "ece_", "mode_ece", "barrier_map", "barrier_rate")
    return {key: value for key, value in kept.items() if not key.startswith(without)}


def second_rows(stretches: Sequence[Stretch], codebook: Codebook) -> Rows | None:
    """Put the second annotator in the place of a model; None where no row was labelled twice."""
    pairs = [
        (stretch, number)
        for stretch in stretches
        for number in range(len(stretch))
        if stretch.second[number] is not None and stretch.mode[number] != UNLABELLED
    ]
    if not pairs:
        return None
    others = [stretch.second[number] or {} for stretch, number in pairs]
    other = np.array([codebook.modes.index(row["mode"]) for row in others], dtype=np.int64)
    marked = np.array([[key in row["barriers"] for key in codebook.barriers] for row in others])
    return Rows(
        meetings=[stretch.meeting for stretch, _ in pairs],
        gold_mode=np.array([stretch.mode[number] for stretch, number in pairs], dtype=np.int64),
        gold_flags=np.array([stretch.barriers[number] > 0 for stretch, number in pairs]),
        mode=other,
        mode_beliefs=np.eye(len(codebook.modes))[other],
        barrier_beliefs=marked.astype(np.float64),
        flags=marked,
    )


def _alpha(ratings: NDArray[np.int64]) -> float:
    """Nominal alpha by coincidences: 1 - observed disagreement / expected disagreement."""
    classes = int(ratings.max(initial=0)) + 1
    counts = np.stack([(ratings == c).sum(axis=1) for c in range(classes)], axis=1).astype(np.float64)
    rated = counts.sum(axis=1)
    counts = counts[rated > 1]
    rated = rated[rated > 1]
    total = counts.sum(axis=0)
    n = total.sum()
    expected = n * n - (total**2).sum()
    if n <= 1 or expected == 0:
        return float("nan")
    observed = ((rated**2 - (counts**2).sum(axis=1)) / (rated - 1)).sum()
    return float(1.0 - (n - 1) * observed / expected)


def _with_interval(value: float, groups: Sequence[str], measure: Any, seed: int) -> Figure:
    if not np.isfinite(value):
        return Unknown(reason="there is nothing to agree on")
    names, group = np.unique(np.array(groups), return_inverse=True)
    members = [np.flatnonzero(group == number) for number in range(len(names))]
    rng = np.random.default_rng(seed)
    draws = [
        measure(np.concatenate([members[i] for i in rng.integers(0, len(names), len(names))]))
        for _ in range(_DRAWS)
    ]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Estimate(value=float(value), low=float(low), high=float(high), n=len(groups))
