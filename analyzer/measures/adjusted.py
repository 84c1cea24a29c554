"""Shares corrected for the model's own error: what must have been said, for the model to assert this.

A model that mistakes a tenth of plain talk for circles sees circles where there are none, and one that
misses half of them halves every rate. How it confuses labels was counted on labelled pieces; here that
is undone, and the interval holds three doubts: few pieces, few labelled pieces, and likeness of
neighbours among both. It assumes that the model errs on this talk as it did on the labelled one.

That may be seen to be wrong: where no mix of labels at all would make such a model assert what it does, the
share is unknown. So it is where labels are confused so often that nearly anything would fit.

Source:
    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76; how it is done: `unmixing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import ModelDamaged
from analyzer.measures.intervals import NO_PIECES, USUAL_SUM, Bools, Floats, effective_count
from analyzer.measures.unmixing import unmix, unmix_pairs
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.tagged import Signals, Tagged, leanings

FEWEST = 10  # labelled pieces of a label
WIDEST = 0.5  # of an interval that still tells something
UNEXPLAINED = Unknown(reason="the model asserts what it could not if it erred here as it was measured to err")
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
        asserted = hits[~corrected]
        self._values = asserted.mean(axis=0) if len(asserted) else np.zeros(hits.shape[1])
        ones = np.ones(len(asserted))
        self._counts = effective_count(asserted, self._values, ones) if len(asserted) else self._values

    def undo(self, table: Floats) -> list[Figure]:
        """Undo the confusion of labels of which each piece has one."""
        labelled = table.sum(axis=1)
        if not self._by_model:
            return self._figures(self._values, self._values[None], labelled)
        # One effective count for all: that of the labels, by how often they are asserted.
        count = float(self._counts @ self._values)
        found = unmix(self._values[None] * count, table[None] / _USUAL_EFFECT)
        if not found.is_explained[0]:
            return [UNEXPLAINED] * len(table)
        return self._figures(found.likeliest[0], found.drawn[:, 0], labelled)

    def undo_each(self, confusion: Confusion) -> list[Figure]:
        """Undo misses and false flags of labels that a piece may have or not, each by itself."""
        labelled = confusion.flagged.sum(axis=1)
        if not self._by_model:
            return self._figures(self._values, self._values[None], labelled)
        asserted = np.stack([self._values, 1 - self._values], axis=1) * self._counts[:, None]
        tables = np.stack([confusion.flagged, confusion.false], axis=1) / _USUAL_EFFECT
        found = unmix_pairs(asserted, tables)
        figures = self._figures(found.likeliest[:, 0], found.drawn[:, :, 0], labelled)
        return [
            figure if is_explained or isinstance(figure, Unknown) else UNEXPLAINED
            for figure, is_explained in zip(figures, found.is_explained, strict=True)
        ]

    def _figures(self, values: Floats, drawn: Floats, labelled: Floats) -> list[Figure]:
        """Put the model's part and the person's together, label by label."""
        whole = self._by_person + self._by_model * values
        low, high = np.quantile(self._by_person + self._by_model * drawn, (0.025, 0.975), axis=0)
        bounds = zip(whole, np.minimum(low, whole), np.maximum(high, whole), labelled, strict=True)
        return [self._figure(float(v), float(lo), float(hi), int(count)) for v, lo, hi, count in bounds]

    def _figure(self, value: float, low: float, high: float, labelled: int) -> Figure:
        if self._by_model and labelled < FEWEST:
            return Unknown(reason=f"the model was measured on fewer than {FEWEST} pieces that carry it")
        if high - low > WIDEST:
            return Unknown(
                reason=f"the model confuses it too often to tell: {low:.0%} to {high:.0%} would fit"
            )
        return Estimate(value=min(1.0, value), low=low, high=min(1.0, high), n=self._n)
