"""What is said to have changed where nothing did: false alarms, shifts and trends.

    nice -n 5 .venv/bin/python benchmarks/nulls.py ../shared/labels/partnerships

alerts    how many series of the written partnerships raise any alert when labels are dealt out at random,
          meetings are put in any order, or both? No more than the stated rate may
shifts    how often does a made series without a shift or trend show one, with and without serial
          correlation, and how often is one that is there seen?
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from cached import header
from known import measured_of
from written import CODEBOOK, Judged, Partnership, files, load_all

from analyzer.measures.meeting import MEASURES
from analyzer.records.analysis import Alert, Measured
from analyzer.tagging.tagger import Tagger
from analyzer.trends.alerts import ALERTS, FALSE_ALARMS, Situation, find_alerts
from analyzer.trends.changes import find_shifts
from analyzer.trends.levels import Levels
from analyzer.trends.loops import ledger
from analyzer.trends.series import trends
from analyzer.trends.significance import direction
from analyzer.trends.topics import Linked, link

RESULTS = Path(__file__).parent / "results" / "nulls.json"
# What is left to chance: whether labels are dealt out at random, and whether meetings are put in any order.
NULLS = {"both": (True, True), "labels_at_random": (True, False), "any_order": (False, True)}
LENGTHS, CORRELATIONS = (6, 8, 12, 24, 60), (0.0, 0.3, 0.5)  # of made series
BLOCK = 6  # pieces that are dealt out together, so that neighbours stay alike


def alerts(partnerships: Sequence[Partnership], tags: str, rounds: int, seed: int) -> dict[str, Any]:
    """Count series with any alert, and shifts a series, where nothing is to be found."""
    found: dict[str, Counter[str]] = {name: Counter() for name in NULLS}
    for place, one in enumerate(partnerships):
        for name, counts in of_one(getattr(one, tags), rounds, (seed, place)).items():
            found[name] += counts
    return {name: summed(counts) for name, counts in found.items()}


def of_one(judged: Sequence[Judged], rounds: int, seed: tuple[int, int]) -> dict[str, Counter[str]]:
    """Count for one partnership; topics are linked once: no label and no date says what a piece is about."""
    linked = link(measured_of(judged), CODEBOOK)
    topics = {measured.meeting.id: measured.topics for measured in linked.meetings}
    found = {}
    for number, (name, (is_dealt, is_reordered)) in enumerate(NULLS.items()):
        rng = np.random.default_rng((*seed, number))
        counts: Counter[str] = Counter(series=rounds)
        for _ in range(rounds):
            here = _dealt(judged, rng) if is_dealt else list(judged)
            here = _reordered(here, rng) if is_reordered else here
            raised, shifted = _raised(here, topics, linked)
            counts.update(alert.kind for alert in raised)
            counts.update(alarmed=bool(raised), shifted=shifted)
        found[name] = counts
    return found


def summed(counts: Counter[str]) -> dict[str, Any]:
    """Give shares of series with alerts, and alerts by kind."""
    series = counts["series"]
    return {
        "series": series,
        "with_any_alert": round(counts["alarmed"] / series, 4),
        "alerts": {one.kind: counts[one.kind] for one in ALERTS if counts[one.kind]},
        "meetings_with_a_shift_per_series": round(counts["shifted"] / series, 3),
    }


def _raised(
    judged: Sequence[Judged], topics: Mapping[str, tuple[str | None, ...]], linked: Linked
) -> tuple[tuple[Alert, ...], int]:
    """Raise the alerts of a series whose topics are known, and count the meetings with a shift."""
    measured = []
    for tagged, signals in judged:
        figures = {
            name: figure for give in MEASURES for name, figure in give(tagged, signals, CODEBOOK).items()
        }
        keys = topics[tagged.meeting.id]
        measured.append(Measured(tagged=tagged, signals=signals, figures=figures, topics=keys))
    measured.sort(key=lambda one: str(one.meeting.date))
    followed = trends(measured, CODEBOOK)
    account = ledger(Linked(meetings=tuple(measured), labels=linked.labels), CODEBOOK)
    situation = Situation(
        meetings=measured,
        trends={one.measure: one for one in followed},
        topics=account.topics,
        loops=account.loops,
        codebook=CODEBOOK,
    )
    return find_alerts(situation), len({change.meeting for one in followed for change in one.changes})


def _dealt(judged: Sequence[Judged], rng: np.random.Generator) -> list[Judged]:
    """Deal the labels of all pieces out anew, in blocks, over all meetings."""
    total = sum(len(signals.mode) for _, signals in judged)
    starts = rng.permutation(np.arange(0, total, BLOCK))
    order = np.concatenate([np.arange(start, min(total, start + BLOCK)) for start in starts])
    order = (order + rng.integers(total)) % total
    mode = np.concatenate([signals.mode for _, signals in judged])[order]
    flags = np.concatenate([signals.flags for _, signals in judged])[order]
    beliefs = {
        task: np.concatenate([tagged.beliefs[task] for tagged, _ in judged])[order]
        for task in ("mode", "barrier")
    }
    found, start = [], 0
    for tagged, signals in judged:
        part = slice(start, start + len(signals.mode))
        start = part.stop
        dealt = replace(signals, mode=mode[part], flags=flags[part])
        found.append((replace(tagged, beliefs={task: rows[part] for task, rows in beliefs.items()}), dealt))
    return found


def _reordered(judged: Sequence[Judged], rng: np.random.Generator) -> list[Judged]:
    dates = [judged[place][0].meeting.date for place in rng.permutation(len(judged))]
    return [
        (
            replace(tagged, encoded=replace(tagged.encoded, meeting=replace(tagged.meeting, date=day))),
            signals,
        )
        for (tagged, signals), day in zip(judged, dates, strict=True)
    ]


def shifts(n: int, rounds: int, seed: int) -> list[dict[str, Any]]:
    """Measure the tests on made series of n meetings: first-order processes with unit scatter."""
    rows = []
    for number, rho in enumerate(CORRELATIONS):
        rng = np.random.default_rng((seed, n, number))
        still = [_process(n, rho, rng) for _ in range(rounds)]
        ramp, step = np.linspace(0, 3, n), np.repeat([0.0, 3.0], [n // 2, n - n // 2])
        rows.append(
            {
                "meetings": n,
                "correlation": rho,
                "trend_where_none": _part(direction(values).p <= 0.05 for values in still),
                "trend_of_3_seen": _part(direction(values + ramp).p <= 0.05 for values in still),
                "shift_where_none": _part(_shifts(values) for values in still),
                "shift_of_3_seen": _part(_shifts(values + step) for values in still),
            }
        )
    return rows


def _process(n: int, rho: float, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    values = rng.normal(size=n)
    for place in range(1, n):
        values[place] = rho * values[place - 1] + np.sqrt(1 - rho**2) * values[place]
    return values


def _shifts(values: np.ndarray[Any, Any]) -> bool:
    # Below eight meetings the scatter between them is taken to be that of the pieces: here all of it.
    error = 1.0 if len(values) < 8 else 0.5
    levels = Levels(
        meetings=tuple(map(str, range(len(values)))),
        values=values,
        errors=np.full(len(values), error),
        counts=np.ones(len(values)),
    )
    return bool(find_shifts({"made": levels})["made"])


def _part(hits: Iterator[bool]) -> float:
    return round(float(np.mean([bool(hit) for hit in hits])), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of written partnerships")
    parser.add_argument("--model", default=None)
    parser.add_argument("--tags", choices=("gold", "predicted"), help="of these alone; both otherwise")
    parser.add_argument("--rounds", type=int, default=10, help="random series per partnership and kind")
    parser.add_argument("--made", type=int, default=300, help="made series per length and correlation")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    tagger = Tagger.load(given.model, threads=1)
    partnerships = list(load_all(given.folder, tagger).values())
    chosen = (given.tags,) if given.tags else ("gold", "predicted")
    result = {
        **header(tagger, files(given.folder), given.seed),
        "stated_false_alarm_rate": FALSE_ALARMS,
        "alerts": {tags: alerts(partnerships, tags, given.rounds, given.seed) for tags in chosen},
        "shifts": [row for n in LENGTHS for row in shifts(n, given.made, given.seed)],
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
