"""Shares corrected for the model's own error: what must have been said, for the model to assert this.

A model that mistakes a tenth of plain talk for circles sees circles where there are none, and one that
misses half of them halves every rate. How it confuses labels was counted on labelled pieces; here that
is undone, and the interval holds three doubts: few pieces, few labelled pieces, and likeness of
neighbours among both. It assumes that the model errs on this talk as it did on the labelled one.

Source:
    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76, for one label; its matrix form
    for several; intervals by drawing from the posteriors, as Flor et al. (2020), BMC Public Health 20,
    1135, find to cover well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import ModelDamaged
from analyzer.measures.intervals import NO_PIECES, USUAL_SUM, Bools, Floats, effective_count
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.tagged import Signals, Tagged, leanings

FEWEST = 10  # labelled pieces of a label
_DRAWS = 1000
_LEAST_INFORMATION = 0.05  # sensitivity less rate of false flags; below it a flag says nothing
_USUAL_EFFECT = 1 + 2 * USUAL_SUM  # labelled pieces follow one another too


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How a model confused labels, counted on labelled pieces, columns in codebook order."""

    mode: Floats  # (modes, modes): rows as labelled, columns as asserted
    flagged: Floats  # (barriers, 2): pieces with the barrier that were flagged, and that were not
    false: Floats  # (barriers, 2): pieces without it that were flagged, and that were not


def confusion_of(metrics: Mapping[str, Any], codebook: Codebook) -> Confusion | None:
    """Read the confusion that a model's metrics.json holds of rows that had no part in fitting it.

    Returns:
        None where the metrics hold none.

    Raises:
        ModelDamaged: if it does not fit the codebook.
    """
    found = metrics.get("cross_fitted", {}).get("confusion")
    if found is None:
        return None
    try:
        mode = np.array(found["mode"], dtype=np.float64).reshape(len(codebook.modes), -1)
        rows = [found["barrier"][key] for key in codebook.barriers]
        flagged = [[row["right"], row["missed"]] for row in rows]
        false = [[row["false"], row["n"] - row["right"] - row["missed"] - row["false"]] for row in rows]
        confusion = Confusion(mode=mode, flagged=_counts(flagged), false=_counts(false))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(f"cannot be read ({type(error).__name__}: {error})") from error
    parts = (confusion.mode, confusion.flagged, confusion.false)
    if mode.shape[0] != mode.shape[1] or any((part < 0).any() for part in parts):
        raise _damaged("does not fit the codebook")
    return confusion


def _counts(rows: list[list[float]]) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def _damaged(fault: str) -> ModelDamaged:
    return ModelDamaged(
        what=f"the confusion {fault}",
        where="metrics.json of the model",
        remedy="measure or install the model again",
    )


def adjusted(tagged: Tagged, signals: Signals, codebook: Codebook, confusion: Confusion) -> dict[str, Figure]:
    """Give `adjusted_share_<mode>` and `adjusted_rate_<barrier>`.

    What a person decided is taken as it is. A piece whose mode is unsure counts for the one leant to:
    the model was counted without the choice to be unsure.
    """
    names = [f"adjusted_share_{key}" for key in codebook.modes]
    names += [f"adjusted_rate_{key}" for key in codebook.barriers]
    if not len(tagged):
        return dict.fromkeys(names, Unknown(reason=NO_PIECES))
    hits = leanings(tagged, signals)[:, None] == np.arange(len(codebook.modes))
    shares = _Adjustment(hits, signals.corrected).undo(confusion.mode)
    rates = _Adjustment(signals.flags, signals.corrected).undo_each(confusion)
    return dict(zip(names, [*shares, *rates], strict=True))


class _Adjustment:
    """The pieces of one meeting, those that the model decided apart from those that a person did."""

    def __init__(self, hits: Bools, corrected: Bools) -> None:
        self._n = len(hits)
        self._by_model = 1.0 - float(corrected.mean())  # share of pieces
        self._by_person = hits[corrected].sum(axis=0) / len(hits)  # (k,) shares of all pieces
        asserted = hits[~corrected] if not corrected.all() else hits[:0]
        self._values = asserted.mean(axis=0) if len(asserted) else np.zeros(hits.shape[1])
        ones = np.ones(len(asserted))
        self._counts = effective_count(asserted, self._values, ones) if len(asserted) else ones[:0]
        # The same draws every time: equal input gives equal figures.
        self._draw = np.random.default_rng(0)

    def undo(self, table: Floats) -> list[Figure]:
        """Undo the confusion of labels of which each piece has one."""
        if not self._by_model:
            return self._figures(self._values, np.zeros((1, len(table))), table.sum(axis=1))
        told = table / _USUAL_EFFECT + 0.5 * _rows(table.sum(axis=0, keepdims=True))
        # One effective count for all: that of the labels, by how often they are asserted.
        count = float(self._counts @ self._values)
        tables = _rows(self._draw.standard_gamma(np.broadcast_to(told, (_DRAWS, *told.shape))))
        asserted = np.broadcast_to(self._values * count + 0.5, (_DRAWS, len(table)))
        drawn = _unmixed(tables, _rows(self._draw.standard_gamma(asserted)))
        value = _unmixed(_rows(told)[None], self._values[None])[0]
        return self._figures(value, drawn, table.sum(axis=1))

    def undo_each(self, confusion: Confusion) -> list[Figure]:
        """Undo misses and false flags of labels that a piece may have or not, each by itself."""
        labelled = confusion.flagged.sum(axis=1)
        if not self._by_model:
            return self._figures(self._values, np.zeros((1, len(labelled))), labelled)
        caught, mistaken = self._rates(confusion.flagged), self._rates(confusion.false)
        hits = self._values * self._counts
        flagged = self._draw.beta(hits + 0.5, self._counts - hits + 0.5, (_DRAWS, len(hits)))
        told = np.maximum(caught - mistaken, _LEAST_INFORMATION)
        drawn = np.clip((flagged - mistaken) / told, 0.0, 1.0)
        counted = np.maximum(confusion.flagged.sum(axis=1), 1), np.maximum(confusion.false.sum(axis=1), 1)
        caught_at, mistaken_at = confusion.flagged[:, 0] / counted[0], confusion.false[:, 0] / counted[1]
        value = (self._values - mistaken_at) / np.maximum(caught_at - mistaken_at, _LEAST_INFORMATION)
        figures = self._figures(np.clip(value, 0.0, 1.0), drawn, labelled)
        blind = (caught - mistaken <= _LEAST_INFORMATION).mean(axis=0) > 0.025
        nothing = Unknown(
            reason="the model was measured to flag it hardly oftener where it is than elsewhere"
        )
        return [
            nothing if is_blind and isinstance(figure, Estimate) else figure
            for figure, is_blind in zip(figures, blind, strict=True)
        ]

    def _rates(self, counts: Floats) -> Floats:
        told = counts / _USUAL_EFFECT + 0.5
        drawn: Floats = self._draw.beta(told[:, 0], told[:, 1], (_DRAWS, len(counts)))
        return drawn

    def _figures(self, values: Floats, drawn: Floats, labelled: Floats) -> list[Figure]:
        """Put the model's part and the person's together, label by label."""
        whole = self._by_person + self._by_model * values
        low, high = np.quantile(self._by_person + self._by_model * drawn, (0.025, 0.975), axis=0)
        return [
            Estimate(value=float(v), low=float(min(lo, v)), high=float(min(1.0, max(hi, v))), n=self._n)
            if count >= FEWEST or not self._by_model
            else Unknown(reason=f"the model was measured on fewer than {FEWEST} pieces that carry it")
            for v, lo, hi, count in zip(whole, low, high, labelled, strict=True)
        ]


def _rows(counts: Floats) -> Floats:
    shares: Floats = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1e-12)
    return shares


def _unmixed(tables: Floats, asserted: Floats) -> Floats:
    """Find the shares that each table (d, k, k) turns into what was asserted (d, k); sums are 1.

    The inverse may leave the simplex where a label is rare; the nearest point of it is taken.
    """
    back = np.swapaxes(tables, -1, -2)
    # A table without information has no inverse; the small ridge keeps it from raising.
    gram = tables @ back + 1e-9 * np.eye(tables.shape[-1])
    solved = np.linalg.solve(gram, tables @ asserted[..., None])[..., 0]
    return _onto_simplex(solved.astype(np.float64))


def _onto_simplex(points: Floats) -> Floats:
    """Move points (d, k) to the nearest shares: none negative, sums 1.

    Source:
        Duchi et al. (2008), ICML, figure 1.
    """
    ordered = -np.sort(-points, axis=-1)
    surplus = (np.cumsum(ordered, axis=-1) - 1) / np.arange(1, points.shape[-1] + 1)
    kept = (ordered > surplus).sum(axis=-1, keepdims=True)
    shares: Floats = np.maximum(points - np.take_along_axis(surplus, kept - 1, axis=-1), 0.0)
    return shares
