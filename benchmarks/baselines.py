"""What plainer classifiers reach on the same labels: the table that a trained encoder must beat.

    nice -n 15 .venv/bin/python benchmarks/baselines.py data/training/cocreation-0.4.yaml

The training configuration names the labels, so that all learn from what the model learnt from; each reads
a piece alone (see `plainer`). Calibration, mode offsets and threshold are fitted by the same code as the
model's, cross-fitted over the same development meetings; for the held-out partnership, on all of them. The
main figure is of all training meetings; a seed draws them anew, with replacement. The row of the shipped
model is taken from its metrics.json. Rows that are not asked for are kept from the file of results.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from evidence import cpu
from plainer import CLASSIFIERS, Logits, Texts, texts_of

from analyzer.codebook import Codebook, default_codebook
from analyzer.tagging.models import find_model
from analyzer.training.config import load_config
from analyzer.training.data import Labels
from analyzer.training.evaluate import described, gold_of
from analyzer.training.fitting import Believed, cross_fitted, fit_parameters, rows_of
from analyzer.training.scoring import figures
from analyzer.training.train import labels_of

RESULTS = Path(__file__).parent / "results" / "baselines.json"
SEEDS = (1, 2, 3, 4, 5)
COLUMNS = (
    "mode_macro_f1",
    "f1_circular",
    "f1_generative",
    "mode_ece",
    "barrier_map",
    "barrier_macro_f1",
    "any_barrier_f1",
    "barrier_precision",
)


def measured(
    classifier: Callable[[Texts, Sequence[str]], Callable[[int], Logits]],
    data: Texts,
    labels: Labels,
    codebook: Codebook,
    seeds: Sequence[int],
) -> dict[str, Any]:
    """Give the figures of all training meetings by part, and those of each draw of them."""
    dev = (*labels.dev, *labels.more_dev)
    shown = (*dev, *labels.held_out)
    gold_mode, gold_flags, meetings = gold_of(shown)
    own, given = len(texts_of(dev)), len(texts_of(labels.dev))
    place = np.arange(len(meetings))
    logits = classifier(data, texts_of(shown).texts)

    def believed(seed: int) -> Believed:
        began = time.monotonic()
        mode, barrier = logits(seed)
        print(f"fitted, seed {seed}, {time.monotonic() - began:.0f} s", flush=True)
        return Believed(
            mode=mode, barrier=barrier, gold_mode=gold_mode, gold_flags=gold_flags, meetings=meetings
        )

    whole = believed(0)
    rows = cross_fitted(whole.where(place < own))
    fitted = fit_parameters(whole.where(place < own))
    apart = rows_of(whole.where(place >= own), fitted)
    row = {
        "all": kept(described(rows, dev, codebook)),
        "dev": kept(described(rows.where(place[:own] < given), labels.dev, codebook)),
        "dev_by_id": kept(described(rows.where(place[:own] >= given), labels.more_dev, codebook)),
        "held_out": kept(described(apart, labels.held_out, codebook)),
    }
    names = {"modes": codebook.modes, "barriers": codebook.barriers}
    drawn = [figures(cross_fitted(believed(seed).where(place < own)), **names) for seed in seeds]
    spread = {key: [round(one[key], 3) for one in drawn] for key in COLUMNS}
    return row | {"all_by_seed": spread}


def kept(found: dict[str, Any]) -> dict[str, Any]:
    """Give the figures of the table with their intervals, rounded."""
    keys = [*COLUMNS, *(f"{key}_ci95" for key in COLUMNS)]
    return {
        key: [round(x, 3) for x in found[key]] if isinstance(found[key], list) else round(found[key], 3)
        for key in keys
        if key in found
    } | {
        "n": int(found["n"]),
        **{
            key: {name: round(group["mode_macro_f1"], 3) for name, group in found[key].items()}
            for key in ("by_source", "by_style")
            if key in found
        },
    }


def shipped() -> tuple[str, dict[str, Any]]:
    """Name the shipped model and give its row, as its own run measured it."""
    model = find_model()
    metrics = model.metrics
    parts = {"all": metrics["cross_fitted"], **metrics.get("cross_fitted_parts", {})}
    parts |= {"held_out": metrics["sets"]["held_out"]}
    return model.name, {part: kept(figures) for part, figures in parts.items()}


def table(rows: dict[str, Any], part: str) -> list[str]:
    """Give the table of a part of the development rows in Markdown."""
    lines = ["| classifier | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, row in rows.items():
        if part not in row:  # kept from a run that did not measure it
            continue
        cells = []
        for key in COLUMNS:
            bounds = row[part].get(f"{key}_ci95")
            middle = f" ({bounds[0]:.2f} to {bounds[1]:.2f})" if bounds else ""
            cells.append(f"{row[part][key]:.2f}{middle}" if key in row[part] else "–")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("config", type=Path, help="training configuration that names the labels")
    parser.add_argument("--only", nargs="*", default=list(CLASSIFIERS), choices=list(CLASSIFIERS))
    parser.add_argument("--seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    codebook, config = default_codebook(), load_config(given.config)
    labels = labels_of(config, given.config.parent, codebook, print)
    data = texts_of((*labels.train, *labels.stop))
    before = json.loads(given.out.read_text("utf-8"))["rows"] if given.out.exists() else {}
    rows = {name: before[name] for name in CLASSIFIERS if name in before}
    for name in given.only:
        rows[name] = measured(CLASSIFIERS[name], data, labels, codebook, given.seeds)
    rows = {name: rows[name] for name in CLASSIFIERS if name in rows}
    model, row = shipped()
    rows[model] = row
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "config": given.config.name,
        "hardware": cpu(),
        "training_pieces": len(data),
        "decision": "calibration, offsets, threshold cross-fitted over development meetings, as the model's",
        "seeds": list(given.seeds),
        "rows": rows,
        "table": {part: table(rows, part) for part in ("all", "dev", "dev_by_id", "held_out")},
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(result["table"]["all"]))


if __name__ == "__main__":
    main()
