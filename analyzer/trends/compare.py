"""Partnerships side by side: each share drawn towards the common one by as much as it is uncertain.

A partnership with two short meetings tops and tails every ranking by luck alone. Its share is therefore
weighed against what all partnerships have in common (empirical Bayes): where much was said, the own figures
count; where little, the common ones. Comparisons should use `shrunk`; `own` is what was measured.

The model, on the logit scale: a partnership's share varies about the common mean with a variance that
is estimated from all; what is measured varies about it by its effective number of pieces, times how much
more than that meetings of one partnership differ from each other. Scores of partnerships are not grades
of people or parties; they say where to look.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Analysis, Standing
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.trends.choice import compared, main_measures
from analyzer.trends.significance import Z95

FEWEST = 3  # partnerships from which something common can be told
_WIDEST = 4.0  # standard deviation of log odds between partnerships; 2 is from 2 % to 50 %
_STEPS = 401


def compare(
    analyses: Iterable[Analysis], codebook: Codebook | None = None, measures: Sequence[str] | None = None
) -> tuple[Standing, ...]:
    """Compare partnerships by shares.

    Args:
        analyses: one for each partnership, as `analyze(...).values()` has them.
        codebook: names the measures, where none are given; the shipped one by default.
        measures: names of figures that are shares; those of modes and barriers by default.

    Returns:
        A row for each measure and partnership, in the order given; Unknown where nothing was measured,
        and in `shrunk` where there are fewer than three partnerships to learn from.
    """
    names = measures or main_measures(codebook or default_codebook())
    known = [(one.series, {name: _known(one, name) for name in names}) for one in analyses]
    rows: list[Standing] = []
    for name in names:
        rows += _compare_one([(series, figures[name]) for series, figures in known], name)
    return tuple(rows)


def _known(analysis: Analysis, measure: str) -> list[Estimate]:
    meetings = compared(analysis.meetings) or list(analysis.meetings)
    figures = [measured.figures.get(measure) for measured in meetings]
    return [figure for figure in figures if isinstance(figure, Estimate)]


def _compare_one(found: Sequence[tuple[str, Sequence[Estimate]]], measure: str) -> list[Standing]:
    known = [(name, _pooled(figures)) for name, figures in found if figures]
    dispersion = _dispersion([figures for _, figures in found if figures])
    pools = dict(known)
    shrunk = _shrunk(list(pools.values()), dispersion) if len(pools) >= FEWEST else None
    places = {name: place for place, name in enumerate(pools)}
    rows = []
    for name, _ in found:
        if name not in pools:
            nothing = Unknown(reason="not measured in any meeting")
            rows.append(Standing(series=name, measure=measure, own=nothing, shrunk=nothing, weight=0.0))
            continue
        drawn: Figure = Unknown(reason=f"fewer than {FEWEST} partnerships to compare")
        weight = 1.0
        if shrunk is not None:
            drawn, weight = shrunk[places[name]]
        own = _own(pools[name], dispersion)
        rows.append(Standing(series=name, measure=measure, own=own, shrunk=drawn, weight=weight))
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """What the meetings of a partnership tell together: effective hits and pieces, pieces said."""

    hits: float
    trials: float
    pieces: int

    @property
    def logit(self) -> float:
        """Log odds; half a hit and half a miss keep it finite."""
        return math.log((self.hits + 0.5) / (self.trials - self.hits + 0.5))

    @property
    def variance(self) -> float:
        """Variance of the log odds from sampling."""
        return 1 / (self.hits + 0.5) + 1 / (self.trials - self.hits + 0.5)


def _pooled(figures: Sequence[Estimate]) -> _Pool:
    counts = [effective_count(figure) for figure in figures]
    return _Pool(
        hits=sum(figure.value * count for figure, count in zip(figures, counts, strict=True)),
        trials=sum(counts),
        pieces=sum(figure.n for figure in figures),
    )


def effective_count(figure: Estimate) -> float:
    """Say how many independent pieces would give a share the interval that it has, if it were Wilson's.

    Solves the width of Wilson's interval for the count; at most the pieces that were counted.
    """
    half, square, p = (figure.high - figure.low) / 2, Z95**2, figure.value
    if half <= 0:
        return float(max(1, figure.n))
    a = square**2 * (0.25 - half**2)
    b = square * (p * (1 - p) - 2 * half**2)
    x = (-b + math.sqrt(max(0.0, b**2 + 4 * a * half**2))) / (2 * a) if a > 0 else 1.0
    return min(float(max(1, figure.n)), max(1.0, 1 / x)) if x > 0 else 1.0


def _dispersion(series: Sequence[Sequence[Estimate]]) -> float:
    """Say by how much meetings of one partnership differ beyond their pieces: at least 1."""
    square = freedom = 0.0
    for figures in series:
        pool = _pooled(figures)
        p = (pool.hits + 0.5) / (pool.trials + 1)
        square += sum(effective_count(one) * (one.value - p) ** 2 for one in figures) / (p * (1 - p))
        freedom += len(figures) - 1
    return max(1.0, square / freedom) if freedom else 1.0


def _own(pool: _Pool, dispersion: float) -> Estimate:
    value = pool.hits / pool.trials
    reach = Z95 * math.sqrt(pool.variance * dispersion)
    low, high = _share(pool.logit - reach), _share(pool.logit + reach)
    return Estimate(value=value, low=min(low, value), high=max(high, value), n=pool.pieces)


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _shrunk(pools: Sequence[_Pool], dispersion: float) -> list[tuple[Estimate, float]]:
    """Draw each towards the common mean, over all spreads between partnerships that the data allow.

    With a handful of partnerships the spread between them is hardly known, so it is averaged over
    instead of estimated once; the prior is flat on its standard deviation.

    Source:
        Gelman (2006), Bayesian Analysis 1, 515-534; Gelman et al., Bayesian Data Analysis, section 5.4.
    """
    values = np.array([pool.logit for pool in pools])  # (partnerships,)
    errors = np.array([pool.variance for pool in pools]) * dispersion  # variances
    spreads = np.linspace(0.0, _WIDEST, _STEPS)[:, None]  # (steps, 1) standard deviations
    weights = 1 / (errors + spreads**2)  # (steps, partnerships)
    total = weights.sum(axis=1, keepdims=True)
    means = (weights @ values)[:, None] / total
    fit = 0.5 * (np.log(weights) - weights * (values - means) ** 2).sum(axis=1) - 0.5 * np.log(total[:, 0])
    belief = np.exp(fit - fit.max())
    belief = (belief / belief.sum())[:, None]
    kept = spreads**2 * weights  # how much a partnership's own value counts, given the spread
    drawn = kept * values + (1 - kept) * means
    variances = kept * errors + (1 - kept) ** 2 / total
    middle = (belief * drawn).sum(axis=0)
    reach = Z95 * np.sqrt((belief * (variances + (drawn - middle) ** 2)).sum(axis=0))
    share = (belief * kept).sum(axis=0)
    return [
        (Estimate(value=_share(m), low=_share(m - r), high=_share(m + r), n=pool.pieces), float(w))
        for pool, m, r, w in zip(pools, middle.tolist(), reach.tolist(), share.tolist(), strict=True)
    ]
