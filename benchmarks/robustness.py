"""What is left of the figures when the same talk is written down in another way.

    nice -n 15 .venv/bin/python benchmarks/robustness.py data/training/cocreation-0.4.yaml

Each condition changes all development stretches mechanically; labels, calibration and policy stay. A drop
says what the way of writing costs, apart from whose talk it is (the card's table by style cannot part these).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from evidence import cpu

from analyzer.records.meeting import MeetingKind
from analyzer.tagging.tagger import Tagger
from analyzer.training.config import load_config
from analyzer.training.data import UNLABELLED, Stretch
from analyzer.training.evaluate import beliefs_of, decided
from analyzer.training.perturbations import PERTURBATIONS, reported
from analyzer.training.scoring import Rows, figures
from analyzer.training.train import labels_of
from analyzer.training.variation import cut

RESULTS = Path(__file__).parent / "results" / "robustness.json"
COLUMNS = ("mode_macro_f1", "f1_circular", "f1_generative", "mode_ece", "barrier_map", "any_barrier_f1")


def rewritten(change: Callable[[str], str], stretch: Stretch) -> list[Stretch]:
    """Change every text."""
    return [replace(stretch, texts=tuple(map(change, stretch.texts)))]


def as_kind(kind: MeetingKind, stretch: Stretch) -> list[Stretch]:
    """Say that it is of another kind."""
    return [replace(stretch, kind=kind)]


def as_minutes(stretch: Stretch) -> list[Stretch]:
    """Tell in the third person who said what."""
    told = tuple(map(reported, stretch.texts, stretch.speakers))
    return [replace(stretch, texts=told, kind="minutes")]


def nameless(stretch: Stretch) -> list[Stretch]:
    """Hide who spoke."""
    nobody = (None,) * len(stretch)
    return [replace(stretch, speakers=nobody, parties=nobody)]


def alone(stretch: Stretch) -> list[Stretch]:
    """Take every piece for a meeting of its own."""
    return [cut(stretch, place, place + 1) for place, gold in enumerate(stretch.mode) if gold != UNLABELLED]


CONDITIONS: dict[str, Callable[[Stretch], list[Stretch]]] = {
    "as it is": lambda stretch: [stretch],
    **{name: partial(rewritten, change) for name, change in PERTURBATIONS.items()},
    "third person, as minutes": as_minutes,
    "said to be mail": partial(as_kind, "email"),
    "speakers unknown": nameless,
    "one piece without context": alone,
}


def measured(tagger: Tagger, stretches: Sequence[Stretch]) -> Rows:
    """Judge stretches under the shipped policy."""
    mode, barrier = beliefs_of(tagger, stretches)
    return decided(mode, barrier, stretches, tagger.policy, tagger.codebook)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("config", type=Path, help="training configuration that names the labels")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    tagger = Tagger.load()
    labels = labels_of(load_config(given.config), given.config.parent, tagger.codebook, print)
    dev = (*labels.dev, *labels.more_dev)
    codebook, rows, before = tagger.codebook, {}, None
    for name, condition in CONDITIONS.items():
        own = measured(tagger, [one for stretch in dev for one in condition(stretch)])
        found = figures(own, modes=codebook.modes, barriers=codebook.barriers)
        before = own if before is None else before
        rows[name] = {key: round(found[key], 3) for key in COLUMNS} | {
            "n": len(own),
            "same_mode": round(float(np.mean(own.mode == before.mode)), 3),
        }
        print(name, rows[name], flush=True)
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": tagger.model,
        "hardware": cpu(),
        "policy": "as shipped; it was fitted on these rows as they are",
        "conditions": rows,
    }
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
