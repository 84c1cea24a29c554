"""What changed, against what was planned; and what is said to have changed where nothing did.

    nice -n 5 .venv/bin/python benchmarks/trends.py ../shared/labels/partnerships

Three questions, on the written partnerships (their plans are in arc.json) and on made series:

    arcs      do measured shares of circular and generative talk rank the meetings as planned, and are
              the turning points found? With gold tags and with those of the model, to part errors
    alerts    how many series raise any alert when labels are dealt out at random, meetings are put in
              any order, or both?
    shifts    how often does a made series without a shift or trend show one, with and without serial
              correlation, and how often is one that is there seen?

Partnerships that the model was trained on flatter its figures: `held_out` names those that it was not.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from written import CODEBOOK, Judged, Partnership, load

from analyzer.measures.meeting import measure
from analyzer.records.analysis import Analysis
from analyzer.records.figures import Estimate
from analyzer.tagging.tagger import Tagger
from analyzer.trends.alerts import FALSE_ALARMS
from analyzer.trends.changes import FALSE_SHIFTS, find_shifts
from analyzer.trends.levels import Levels
from analyzer.trends.series import trend
from analyzer.trends.significance import direction

RESULTS = Path(__file__).parent / "results" / "trends.json"
BLOCK = 6  # pieces that are dealt out together, so that neighbours stay alike
NULLS = {"both": (True, True), "labels_at_random": (True, False), "any_order": (False, True)}


def analyse(judged: Sequence[Judged]) -> Analysis:
    """Measure and trend."""
    return trend([measure(tagged, signals, CODEBOOK) for tagged, signals in judged], CODEBOOK)


def arcs(partnerships: Sequence[Partnership], tags: str, held_out: Sequence[str]) -> dict[str, Any]:
    """Compare with the plans: rank correlations, turning points found, false alarms."""
    rows = {one.name: _arc(one, analyse(getattr(one, tags))) for one in partnerships}
    found = {
        "all": list(rows.values()),
        "held_out": [row for name, row in rows.items() if name in held_out],
    }
    return {
        "partnerships": rows,
        **{name: _summed(part) for name, part in found.items() if part},
    }


def _arc(one: Partnership, analysis: Analysis) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for role in ("circular", "generative"):
        figures = [measured.figures[f"share_{CODEBOOK.role(role)}"] for measured in analysis.meetings]
        shares = [figure.value for figure in figures if isinstance(figure, Estimate)]
        planned = [held.get(f"planned_{role}_share", held[f"{role}_share"]) for held in one.plan["meetings"]]
        row[f"rank_{role}"] = round(float(spearmanr(shares, planned).statistic), 3)
    shifted = {change.meeting for found in analysis.trends for change in found.changes}
    row |= {
        "planned": sorted(one.turns),
        "found": sorted(shifted & one.turns),
        "false": sorted(shifted - one.turns),
        "alerts": [alert.kind for alert in analysis.alerts],
    }
    return row


def _summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    planned = sum(len(row["planned"]) for row in rows)
    return {
        "rank_circular": round(float(np.mean([row["rank_circular"] for row in rows])), 3),
        "rank_generative": round(float(np.mean([row["rank_generative"] for row in rows])), 3),
        "turning_points": planned,
        "found": sum(len(row["found"]) for row in rows),
        "share_found": round(sum(len(row["found"]) for row in rows) / planned, 3),
        "false_alarms": sum(len(row["false"]) for row in rows),
        "most_false_alarms_in_one": max(len(row["false"]) for row in rows),
    }


def alerts(partnerships: Sequence[Partnership], tags: str, rounds: int, seed: int) -> dict[str, Any]:
    """Count series with any alert, and shifts a series, where nothing is to be found."""
    rng = np.random.default_rng(seed)
    result: dict[str, Any] = {"stated_false_alarm_rate": FALSE_ALARMS}
    for name, deal, order in (
        ("both", True, True),
        ("labels_at_random", True, False),
        ("any_order", False, True),
    ):
        kinds: Counter[str] = Counter()
        alarmed = shifted = 0
        for one in partnerships:
            for _ in range(rounds):
                judged = list(getattr(one, tags))
                judged = _dealt(judged, rng) if deal else judged
                analysis = analyse(_reordered(judged, rng) if order else judged)
                alarmed += bool(analysis.alerts)
                kinds.update(alert.kind for alert in analysis.alerts)
                shifted += len({change.meeting for found in analysis.trends for change in found.changes})
        series = rounds * len(partnerships)
        result[name] = {
            "series": series,
            "with_any_alert": round(alarmed / series, 4),
            "alerts": dict(sorted(kinds.items())),
            "meetings_with_a_shift_per_series": round(shifted / series, 3),
        }
    return result


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


def shifts(rounds: int, seed: int) -> list[dict[str, Any]]:
    """Measure the tests on made series: first-order processes with unit scatter."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in (6, 8, 12, 24, 60):
        for rho in (0.0, 0.3, 0.5):
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
    parser.add_argument("--held-out", nargs="*", default=["bank_it"], help="partnerships not trained on")
    parser.add_argument("--rounds", type=int, default=60, help="random series per partnership and kind")
    parser.add_argument("--made", type=int, default=300, help="made series per length and correlation")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    tagger = Tagger.load(given.model, threads=1)
    folders = sorted(path.parent for path in given.folder.glob("*/arc.json"))
    partnerships = [load(folder, tagger) for folder in folders]
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": tagger.model,
        "held_out": given.held_out,
        "stated_share_of_false_shifts": FALSE_SHIFTS,
        "arcs": {tags: arcs(partnerships, tags, given.held_out) for tags in ("gold", "predicted")},
        "alerts": {
            tags: alerts(partnerships, tags, given.rounds, given.seed) for tags in ("gold", "predicted")
        },
        "shifts": shifts(given.made, given.seed),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
