"""What a plainer classifier reaches on the same labels: the table that a trained encoder must beat.

    nice -n 15 .venv/bin/python benchmarks/baselines.py data/training/cocreation-0.4.yaml

Word 1- and 2-grams, TF-IDF, logistic regression; it reads a piece alone. The training configuration names the
labels, so that it learns from what the model learnt from. Calibration, mode offsets and threshold are fitted
as the model's are: by the same code, cross-fitted over the same development meetings. A logistic regression
hardly hangs on its seed, so a seed draws the training meetings anew, with replacement; the main figure is of
all of them. The row of the shipped model is taken from its metrics.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from evidence import cpu
from numpy.typing import NDArray

from analyzer.codebook import Codebook, default_codebook
from analyzer.tagging.models import find_model
from analyzer.training.config import load_config
from analyzer.training.data import UNLABELLED, Labels, Stretch
from analyzer.training.evaluate import gold_of
from analyzer.training.fitting import Believed
from analyzer.training.release import cross_fitted
from analyzer.training.scoring import Rows, figures, with_intervals
from analyzer.training.train import _labels

RESULTS = Path(__file__).parent / "results" / "baselines.json"
SEEDS = (1, 2, 3, 4, 5)
COLUMNS = (
    "mode_macro_f1",
    "f1_circular",
    "f1_generative",
    "mode_ece",
    "barrier_map",
    "any_barrier_f1",
    "barrier_precision",
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Labelled pieces without their context."""

    texts: list[str]
    mode: NDArray[np.int64]
    flags: NDArray[np.bool_]
    meetings: list[str]

    def __len__(self) -> int:
        return len(self.texts)


def texts_of(stretches: Sequence[Stretch]) -> Texts:
    """Give the labelled pieces of stretches, in order."""
    mode, flags, meetings = gold_of(stretches)
    texts = [
        text
        for stretch in stretches
        for text, gold in zip(stretch.texts, stretch.mode, strict=True)
        if gold != UNLABELLED
    ]
    return Texts(texts=texts, mode=mode, flags=flags, meetings=meetings)


def times_drawn(meetings: Sequence[str], seed: int) -> NDArray[np.int64]:
    """How often each piece counts: once, or as often as a draw of the meetings with replacement has it."""
    if seed == 0:
        return np.ones(len(meetings), dtype=np.int64)
    names, group = np.unique(np.array(meetings), return_inverse=True)
    drawn = np.random.default_rng(seed).integers(0, len(names), len(names))
    return np.bincount(drawn, minlength=len(names))[group]


def vectors_of(data: Texts, dev: Sequence[str]) -> tuple[Any, Any]:
    """Give TF-IDF of the training rows and of dev, with the vocabulary of the former."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    return vectorizer.fit_transform(data.texts), vectorizer.transform(dev)


def logits(vectors: Any, data: Texts, dev: Any, seed: int) -> tuple[Floats, Floats]:
    """Fit one regression of the modes and one a barrier; give logits (n, modes), (n, barriers) of dev."""
    from sklearn.linear_model import LogisticRegression

    times = times_drawn(data.meetings, seed)
    rows = np.flatnonzero(times)
    own, weights = vectors[rows], times[rows].astype(np.float64)

    def fitted(gold: NDArray[Any], solver: str) -> Any:
        plain = LogisticRegression(class_weight="balanced", max_iter=200, solver=solver, random_state=seed)
        return plain.fit(own, gold[rows], sample_weight=weights)

    mode = np.log(np.maximum(fitted(data.mode, "lbfgs").predict_proba(dev), 1e-12))
    barriers = [fitted(gold, "liblinear").decision_function(dev) for gold in data.flags.T]
    return mode.astype(np.float64), np.stack(barriers, axis=1).astype(np.float64)


def measured(data: Texts, labels: Labels, codebook: Codebook, seeds: Sequence[int]) -> dict[str, Any]:
    """Give the figures of all training meetings, and those of each draw of them."""
    shown = (*labels.dev, *labels.more_dev)
    vectors, points = vectors_of(data, texts_of(shown).texts)
    gold_mode, gold_flags, meetings = gold_of(shown)

    def judged(seed: int) -> Rows:
        mode, barrier = logits(vectors, data, points, seed)
        print("fitted, seed", seed, flush=True)
        return cross_fitted(
            Believed(
                mode=mode, barrier=barrier, gold_mode=gold_mode, gold_flags=gold_flags, meetings=meetings
            )
        )

    names = {"modes": codebook.modes, "barriers": codebook.barriers}
    rows, is_given = judged(0), np.arange(len(meetings)) < len(texts_of(labels.dev))
    parts = {"all": rows, "dev": rows.where(is_given), "dev_by_id": rows.where(~is_given)}
    row = {part: kept(with_intervals(own, **names)) for part, own in parts.items()}
    drawn = [figures(judged(seed), **names) for seed in seeds]
    spread = {key: [round(one[key], 3) for one in drawn] for key in COLUMNS}
    return row | {"all_by_seed": spread}


def kept(found: dict[str, Any]) -> dict[str, Any]:
    """Give the figures of the table with their intervals, rounded."""
    keys = [*COLUMNS, *(f"{key}_ci95" for key in COLUMNS)]
    return {
        key: [round(x, 3) for x in found[key]] if isinstance(found[key], list) else round(found[key], 3)
        for key in keys
        if key in found
    } | {"n": int(found["n"])}


def shipped() -> tuple[str, dict[str, Any]]:
    """Name the shipped model and give its row, as its own run measured it."""
    model = find_model()
    metrics = model.metrics
    parts = {"all": metrics["cross_fitted"], **metrics.get("cross_fitted_parts", {})}
    return model.name, {part: kept(figures) for part, figures in parts.items()}


def table(rows: dict[str, Any], part: str) -> list[str]:
    """Give the table of a part of the development rows in Markdown."""
    lines = ["| classifier | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, row in rows.items():
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
    parser.add_argument("--seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    codebook, config = default_codebook(), load_config(given.config)
    labels = _labels(config, given.config.parent, codebook, print)
    data = texts_of((*labels.train, *labels.stop))
    model, row = shipped()
    rows = {"TF-IDF + LR": measured(data, labels, codebook, given.seeds), model: row}
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "config": given.config.name,
        "hardware": cpu(),
        "training_pieces": len(data),
        "decision": "calibration, offsets, threshold cross-fitted over development meetings, as the model's",
        "seeds": list(given.seeds),
        "rows": rows,
        "table": {part: table(rows, part) for part in ("all", "dev", "dev_by_id")},
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(result["table"]["all"]))


if __name__ == "__main__":
    main()
