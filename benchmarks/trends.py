"""What changed, against what was planned: on the written partnerships, whose plans are in arc.json.

    nice -n 5 .venv/bin/python benchmarks/trends.py ../shared/labels/partnerships

Do measured shares of circular and generative talk rank the meetings as planned, and are the turning points
found, and no others? With gold tags and with those of the model, to part errors of tags from errors of
trends. Partnerships that the model was trained on flatter its figures: `held_out` names those that it was
not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from cached import header
from scipy.stats import spearmanr
from written import CODEBOOK, Judged, Partnership, files, load_all

from analyzer.measures.meeting import measure
from analyzer.records.analysis import Analysis
from analyzer.records.figures import Estimate
from analyzer.tagging.tagger import Tagger
from analyzer.trends.changes import FALSE_SHIFTS
from analyzer.trends.series import trend

RESULTS = Path(__file__).parent / "results" / "trends.json"


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of written partnerships")
    parser.add_argument("--model", default=None)
    parser.add_argument("--held-out", nargs="*", default=["bank_it"], help="partnerships not trained on")
    parser.add_argument("--tags", choices=("gold", "predicted"), help="of these alone; both otherwise")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    tagger = Tagger.load(given.model, threads=1)
    partnerships = list(load_all(given.folder, tagger).values())
    chosen = (given.tags,) if given.tags else ("gold", "predicted")
    result = {
        **header(tagger, files(given.folder)),
        "held_out": given.held_out,
        "stated_share_of_false_shifts": FALSE_SHIFTS,
        "asked": {"rank": 0.7, "share_found": 0.8, "most_false_alarms_in_one": 1},
        **{tags: arcs(partnerships, tags, given.held_out) for tags in chosen},
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
