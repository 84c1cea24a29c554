"""What is known of the written partnerships, and cues fitted on it: how topics open, and how they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from written import CODEBOOK, Judged, Partnership

from analyzer import boundaries
from analyzer.matter import matter_of
from analyzer.measures.topics import segments
from analyzer.records.analysis import Measured
from analyzer.trends import outcome
from analyzer.trends.outcome import Visit

OUTCOME_C = 0.03  # strength of regularisation: 200 topics in meetings bear no more
Cues = tuple[Mapping[str, Any], Any]  # weights and bias
Both = tuple[Partnership, "Known"]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of one partnership: the topic of each piece, and the status of each topic planned."""

    name: str
    topics: tuple[tuple[str, ...], ...]  # of each piece of each meeting
    statuses: tuple[Mapping[str, str], ...]  # of each meeting: topic -> status
    told: tuple[NDArray[np.bool_], ...]  # pieces of substance on a planned topic


def known(folder: Path, one: Partnership) -> Known:
    """Read the topics; they were withheld from the meetings."""
    topics, told = [], []
    planned = {topic["key"] for held in one.plan["meetings"] for topic in held["topics"]}
    procedural = CODEBOOK.modes.index(CODEBOOK.role("procedural") or "")
    for held, (tagged, signals) in zip(one.plan["meetings"], one.gold, strict=True):
        text = (folder / f"{held['id']}.jsonl").read_text(encoding="utf-8")
        rows = [json.loads(line) for line in text.splitlines()]
        keys = tuple(rows[piece.utterance]["topic"] for piece in tagged.pieces)
        topics.append(keys)
        told.append(np.array([key in planned for key in keys]) & (signals.mode != procedural))
    return Known(
        name=one.name,
        topics=tuple(topics),
        statuses=tuple({t["key"]: t["status"] for t in held["topics"]} for held in one.plan["meetings"]),
        told=tuple(told),
    )


def measured_of(judged: Sequence[Judged]) -> list[Measured]:
    """Find the segments of each meeting; no figures are needed for topics."""
    return [
        Measured(tagged=tagged, signals=signals, figures={}, topics=segments(tagged, signals, CODEBOOK))
        for tagged, signals in judged
    ]


def true_visits(one: Partnership, truth: Known) -> dict[tuple[int, str], Visit]:
    """Give the planned topics as they really lay in the meetings."""
    held = [
        {key: [n for n, other in enumerate(keys) if other == key] for key in dict.fromkeys(keys)}
        for keys in truth.topics
    ]
    measured = measured_of(one.gold)
    return {
        (place, topic): Visit(
            measured=measured[place],
            pieces=tuple(pieces),
            before=sum(topic in before for before in held[:place]),
            is_gone=place + 1 < len(held) and not any(topic in later for later in held[place + 1 :]),
            is_last=place + 1 == len(held),
        )
        for place, found in enumerate(held)
        for topic, pieces in found.items()
        if topic in truth.statuses[place]
    }


def fit_boundaries(pairs: Sequence[Both]) -> Cues:
    """Fit the odds of a new matter on places where the topic of neighbouring pieces is known."""
    rows, marks, names = [], [], []
    for one, truth in pairs:
        for (tagged, _), keys in zip(one.gold, truth.topics, strict=True):
            found = boundaries.features(tagged.encoded, matter_of(tagged.encoded))
            names = list(found)
            rows.append(np.stack(list(found.values()), axis=1))
            marks += [here != before for before, here in pairwise(keys)]
    scaler = StandardScaler().fit(np.concatenate(rows))
    model = LogisticRegression(C=0.3, max_iter=1000).fit(scaler.transform(np.concatenate(rows)), marks)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return {name: round(float(w), 2) for name, w in zip(names, weights, strict=True)}, round(bias, 2)


def fit_outcomes(pairs: Sequence[Both]) -> Cues:
    """Fit how topics leave meetings on the planned topics with their true pieces."""
    rows, marks = [], []
    for one, truth in pairs:
        for (place, topic), visit in true_visits(one, truth).items():
            rows.append(dict(outcome.features(visit, CODEBOOK)))
            status = truth.statuses[place][topic]
            marks.append(status if status in ("decided", "deferred") else "open")
    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    scaler = StandardScaler().fit(table)
    # Decisions and deferrals are few, and missing one costs more than seeing one too many.
    classes = {"open": 1, "decided": 3, "deferred": 3}
    model = LogisticRegression(C=OUTCOME_C, max_iter=3000, class_weight=classes)
    model.fit(scaler.transform(table), marks)
    weights = model.coef_ / scaler.scale_
    bias = model.intercept_ - (weights * scaler.mean_).sum(axis=1)
    decided, deferred, still_open = (
        list(model.classes_).index(name) for name in ("decided", "deferred", "open")
    )
    less = {
        name: tuple(
            round(float(weights[row, at] - weights[still_open, at]), 2) for row in (decided, deferred)
        )
        for at, name in enumerate(names)
    }
    return less, tuple(round(float(bias[row] - bias[still_open]), 2) for row in (decided, deferred))


@contextmanager
def cues(opening: Cues | None, leaving: Cues | None) -> Iterator[None]:
    """Use other cues for a while."""
    before = (dict(boundaries.WEIGHTS), boundaries.BIAS, dict(outcome.WEIGHTS), outcome.BIAS)
    try:
        if opening:
            boundaries.WEIGHTS.update(opening[0])
            boundaries.BIAS = opening[1]
        if leaving:
            outcome.WEIGHTS.update(leaving[0])
            outcome.BIAS = leaving[1]
        yield
    finally:
        boundaries.WEIGHTS.update(before[0])
        boundaries.BIAS = before[1]
        outcome.WEIGHTS.update(before[2])
        outcome.BIAS = before[3]
