"""Pass rates of written cases, put into the metrics and the card of a finished model folder.

After the release, not within it: the cases say what a model does, they decide nothing about it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from analyzer.codebook import Codebook
from analyzer.tagging.tagger import Tagger
from analyzer.training.behaviour import pass_rates, run_suite
from analyzer.training.card import write_card
from analyzer.training.cases import Case
from analyzer.training.config import from_dict


def add_behaviour(folder: Path, cases: Sequence[Case], codebook: Codebook) -> None:
    """Try the cases on a model, and write its metrics.json and README.md again with their pass rates."""
    tagger = Tagger.load(folder, codebook=codebook)
    metrics = {**tagger.metrics, "behaviour": pass_rates(run_suite(tagger, cases))}
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    (folder / "metrics.json").write_text(text, encoding="utf-8")
    card = write_card(from_dict(metrics["config"]), metrics, codebook)
    (folder / "README.md").write_text(card, encoding="utf-8")
