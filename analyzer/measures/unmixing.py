"""What must have been said, for a model that errs as it was counted to err, to assert what it asserts.

Two samples are taken together: the labelled pieces, which tell how labels are confused, and the pieces of
a meeting, of which only what was asserted is known. Neither alone says what was said; both together do,
as far as labels can be told apart at all.

Source:
    Maximum likelihood: Dempster, Laird and Rubin (1977), JRSS B 39, 1-38. Posterior: Joseph, Gyorkos and
    Coupal (1995), American Journal of Epidemiology 141, 263-272, who estimate how frequent a disease is from
    a test that errs; by Gibbs sampling, or on a grid where there are but two labels, with and without.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, chdtri

from analyzer.measures.intervals import Bools, Floats

CHANCE = 0.01  # that a mix which the confusion does explain is taken for one that it does not
_EM_STEPS = 300
_EM_CLOSE = 1e-6  # shares that change by less have been found
_CHAINS, _STEPS, _WARM = 100, 48, 24  # fewer steps have not yet left where they began
_PRIOR = 0.5  # pieces of each label that count as said before any is heard (Jeffreys)
_LEAST = 1e-12
_GRID, _POINTS = 160, 128  # shares on the grid, and pairs of errors that they are weighed with
_STEP = np.array([0.7548776662466927, 0.5698402909980532])  # spreads points evenly over a square
_QUANTILES = (np.arange(400) + 0.5) / 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmixed:
    """Shares of what was said: the likeliest (b, k), draws of what is believed (d, b, k), and the fit (b,).

    `is_explained` is False where no shares at all would make a model that errs as counted assert this.
    """

    likeliest: Floats
    drawn: Floats
    is_explained: Bools


def unmix(asserted: Floats, tables: Floats, seed: int = 0) -> Unmixed:
    """Undo the confusion of labels, for several sets of labels at once.

    Args:
        asserted: (b, k) how many independent pieces each label was asserted of; may be fractions.
        tables: (b, k, k) independent labelled pieces: rows as labelled, columns as asserted.
        seed: of the draws; equal input gives equal figures.
    """
    told = tables + 0.5 * _shares(tables.sum(axis=1, keepdims=True))  # nothing is impossible
    likeliest, deviance = _likeliest(asserted, told)
    return Unmixed(
        likeliest=likeliest,
        drawn=_draws(asserted, told, likeliest, np.random.default_rng(seed)),
        is_explained=np.asarray(deviance <= chdtri(asserted.shape[1] - 1, CHANCE), dtype=np.bool_),
    )


def unmix_pairs(asserted: Floats, tables: Floats) -> Unmixed:
    """Undo the confusion of labels that a piece has or not: `unmix` for k = 2, exact and much faster.

    Args:
        asserted: (b, 2) how many independent pieces were said to be with, and without.
        tables: (b, 2, 2) independent labelled pieces with and without: asserted with, asserted without.

    Returns:
        As `unmix`, first with, then without; `drawn` holds evenly spaced quantiles.
    """
    told = tables + 0.5 * _shares(tables.sum(axis=1, keepdims=True))
    confusion = _shares(told)
    solved = _inverse(confusion, _shares(asserted))
    shares = np.clip(solved, 0.0, 1.0)
    # Where the inverse gives less than none or more than all, none or all is likeliest, and the one error
    # that then counts bends towards what is asserted.
    counts = np.where(shares[:, :1] >= 0.5, told[:, 0], told[:, 1])
    bent = _shares(counts + asserted)
    deviance = _deviance(asserted, _shares(asserted), bent) + _deviance(counts, _shares(counts), bent)
    is_outside = np.any(solved < -1e-9, axis=1)
    quantiles = np.stack([_quantiles(*pair) for pair in zip(asserted, told, strict=True)], axis=1)
    return Unmixed(
        likeliest=shares,
        drawn=np.stack([quantiles, 1 - quantiles], axis=2),
        is_explained=np.asarray(~is_outside | (deviance.sum(axis=1) <= chdtri(1, CHANCE)), dtype=np.bool_),
    )


def _quantiles(asserted: Floats, told: Floats) -> Floats:
    """Give quantiles of what is believed of the share with, from the asserted counts (2,) and the table."""
    # Even steps of the angle are even steps of the prior (Jeffreys): the share is its squared sine.
    edges = np.sin(np.linspace(0, np.pi / 2, _GRID + 1)) ** 2
    middles = np.sin(np.linspace(0, np.pi / 2, 2 * _GRID + 1)[1::2]) ** 2
    caught, mistaken = _errors(*told.ravel().tolist())
    with_it = mistaken[:, None] + np.outer(caught - mistaken, middles)  # (points, grid)
    likelihood = asserted[0] * np.log(np.maximum(with_it, _LEAST))
    likelihood += asserted[1] * np.log(np.maximum(1 - with_it, _LEAST))
    weights = np.exp(likelihood - likelihood.max()).sum(axis=0)
    below = np.concatenate([[0.0], np.cumsum(weights)])
    quantiles: Floats = np.interp(_QUANTILES, below / below[-1], edges)
    return quantiles


@functools.lru_cache(maxsize=256)  # of one model they are the same in every meeting
def _errors(right: float, missed: float, false: float, passed: float) -> tuple[Floats, Floats]:
    """Give pairs of what may be caught and mistaken: evenly over what labelled pieces make believe."""
    first, second = (np.arange(1, _POINTS + 1)[:, None] * _STEP % 1).T
    return (
        betaincinv(max(right, _LEAST), max(missed, _LEAST), first),
        betaincinv(max(false, _LEAST), max(passed, _LEAST), second),
    )


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / np.maximum(counts.sum(axis=-1, keepdims=True), _LEAST)
    return shares


def _likeliest(asserted: Floats, tables: Floats) -> tuple[Floats, Floats]:
    """Give the shares (b, k) and, twice, by how much less likely they make both samples than is possible.

    Where the inverse of the confusion gives shares, these explain the asserted mix wholly. Where it gives
    less than none of a label, the best that shares can do is searched, and the confusion bends with them
    by as much as the labelled pieces leave open.
    """
    confusion = _shares(tables)
    solved = _inverse(confusion, _shares(asserted))
    outside = np.flatnonzero(np.any(solved < -1e-9, axis=1))
    shares, deviance = np.maximum(solved, 0.0), np.zeros(len(solved))
    if len(outside):
        shares[outside], deviance[outside] = _searched(asserted[outside], tables[outside], solved[outside])
    return shares, deviance


def _searched(asserted: Floats, tables: Floats, start: Floats) -> tuple[Floats, Floats]:
    """Search the likeliest shares (b, k) and confusions, and how far they fall short, by steps of EM."""
    shares, confusion = _shares(np.maximum(start, 1e-3)), _shares(tables)
    for _ in range(_EM_STEPS):
        joint = _allotted(asserted, shares, confusion)
        before, shares, confusion = shares, _shares(joint.sum(axis=2)), _shares(tables + joint)
        if np.abs(shares - before).max() < _EM_CLOSE:
            break
    fitted = np.einsum("bi,bij->bj", shares, confusion)
    deviance = _deviance(asserted, _shares(asserted), fitted).sum(axis=-1)
    deviance += _deviance(tables, _shares(tables), confusion).sum(axis=(-1, -2))
    return shares, deviance


def _inverse(confusion: Floats, asserted: Floats) -> Floats:
    back = np.swapaxes(confusion, -1, -2)
    # A confusion without information has no inverse; the small ridge keeps it from raising.
    gram = confusion @ back + 1e-9 * np.eye(confusion.shape[-1])
    solved = np.linalg.solve(gram, confusion @ asserted[..., None])[..., 0]
    return np.asarray(solved, dtype=np.float64)


def _allotted(asserted: Floats, shares: Floats, confusion: Floats) -> Floats:
    """Divide the asserted pieces among what they may have been: (b, as said, as asserted)."""
    joint = shares[:, :, None] * confusion
    divided: Floats = asserted[:, None, :] * joint / np.maximum(joint.sum(axis=1, keepdims=True), _LEAST)
    return divided


def _deviance(counts: Floats, found: Floats, fitted: Floats) -> Floats:
    ratio = np.log(np.maximum(found, _LEAST) / np.maximum(fitted, _LEAST))
    deviance: Floats = 2 * counts * ratio
    return deviance


def _draws(asserted: Floats, tables: Floats, start: Floats, rng: np.random.Generator) -> Floats:
    """Draw from what is believed of the shares: (chains times steps, b, k), by Gibbs sampling.

    Each step deals the asserted pieces out to what they may have been, then draws shares and confusion
    from what that makes of the two samples.
    """
    b, k = asserted.shape
    # Fractions of a piece are rounded up as often as they say.
    counts = np.floor(asserted + rng.random((_CHAINS, b, k))).astype(np.int64)
    shares = np.broadcast_to(_shares(start + 0.5 / k), (_CHAINS, b, k))
    confusion = _shares(rng.standard_gamma(np.broadcast_to(tables, (_CHAINS, b, k, k))))
    kept = []
    for step in range(_STEPS):
        joint = np.swapaxes(shares[..., None] * confusion, -1, -2) + _LEAST  # (…, as asserted, as said)
        dealt = np.swapaxes(rng.multinomial(counts, _shares(joint)), -1, -2)
        shares = _shares(rng.standard_gamma(dealt.sum(axis=-1) + _PRIOR))
        confusion = _shares(rng.standard_gamma(tables + dealt))
        if step >= _WARM:
            kept.append(shares)
    return np.concatenate(kept)
