"""Which topic each piece of a meeting belongs to, once topics are known: the likeliest course.

A meeting stays with a matter unless something speaks for leaving it: the course through the topics that
explains the pieces best, at a cost for every change. Each piece is judged without what it gave itself.

Source:
    Viterbi (1967) over a hidden Markov model of topics, as in van Mulbregt et al. (1998).
"""

from __future__ import annotations

import numpy as np

from analyzer.trends.likeness import Array, Bundles, Weights
from analyzer.trends.material import Material, Usual
from analyzer.trends.pool import Labels, added, voices_of

_LEAST_COST = 0.2  # of leaving a topic, however clear the cue
_USUAL = -2.2  # log odds of a new matter where nothing is known


def decode(material: Material, own: Labels, topics: Bundles, usual: Usual, weights: Weights) -> Labels:
    """Find the likeliest topic of each piece.

    Args:
        material: the meeting.
        own: (n,) row of `topics` that each piece is counted in now.
        topics: in the words and voices of the meeting.
        usual: of the series.
        weights: how much each kind of evidence counts.

    Returns:
        (n,) rows of `topics`.
    """
    evidence = (
        weights.piece_vectors * _by_direction(material, own, topics, weights.vectors_prior)
        + weights.piece_words * _by_words(material, own, topics, usual, weights.piece_words_prior)
        + weights.piece_voices * _by_voice(material, own, topics, usual, weights.voices_prior)
    )
    costs = np.maximum(weights.leave - weights.cue * (material.odds - _USUAL), _LEAST_COST)
    return likeliest_course(evidence, costs)


def _by_direction(material: Material, own: Labels, topics: Bundles, prior: float) -> Array:
    piece_mass = material.weights.astype(np.float64)
    products = (material.points @ topics.vectors.T.astype(np.float32)).astype(np.float64)  # (n, topics)
    evidence = products / (topics.mass + prior)
    lengths = np.einsum("nd,nd->n", material.points, material.points)  # 1, or 0 where nothing is said
    rest = products[np.arange(len(own)), own] - piece_mass * lengths
    mass = np.maximum(topics.mass[own] - piece_mass, 0.0) + prior
    evidence[np.arange(len(own)), own] = rest / mass
    return np.asarray(2 * piece_mass[:, None] * evidence)


def _by_words(material: Material, own: Labels, topics: Bundles, usual: Usual, prior: float) -> Array:
    n, holders, held = len(own), material.holders, material.held
    expected = prior * usual.words[material.words]
    odds = np.log((topics.words + expected) / (topics.totals + prior)[:, None] / usual.words[material.words])
    evidence = added(odds.T[held], holders, n)
    sizes = np.bincount(holders, minlength=n)
    counts = np.maximum(topics.words[own[holders], held] - 1.0, 0.0) + expected[held]
    totals = np.maximum(topics.totals[own] - sizes, 0.0) + prior
    alone = np.log(counts / totals[holders] / usual.words[material.words][held])
    evidence[np.arange(n), own] = np.bincount(holders, alone, n)
    return evidence


def _by_voice(material: Material, own: Labels, topics: Bundles, usual: Usual, prior: float) -> Array:
    evidence = np.zeros((len(own), len(topics)))
    voices = voices_of(material)
    known = np.flatnonzero(material.voices >= 0)
    if not len(known):
        return evidence
    shares = usual.voices[voices]
    odds = np.log((topics.voices + prior * shares) / (topics.heard + prior)[:, None] / shares)
    places, mine = np.searchsorted(voices, material.voices[known]), own[known]
    evidence[known] = odds[:, places].T
    given = material.weights[known].astype(np.float64)
    counts = np.maximum(topics.voices[mine, places] - given, 0.0) + prior * shares[places]
    totals = np.maximum(topics.heard[mine] - given, 0.0) + prior
    evidence[known, mine] = np.log(counts / totals / shares[places])
    return evidence * np.minimum(2 * material.weights, 1.0)[:, None]


def likeliest_course(evidence: Array, costs: Array) -> Labels:
    """Find the course with the most evidence less the costs (n,) of changing before each piece."""
    n, k = evidence.shape
    best = evidence[0].copy()
    before = np.zeros((n, k), dtype=np.intp)
    stay = np.arange(k)
    for piece in range(1, n):
        leader = int(best.argmax())
        changed = best[leader] - costs[piece]
        before[piece] = np.where(best >= changed, stay, leader)
        best = np.maximum(best, changed) + evidence[piece]
    course = np.zeros(n, dtype=np.intp)
    course[-1] = int(best.argmax())
    for piece in range(n - 1, 0, -1):
        course[piece - 1] = before[piece, course[piece]]
    return course
