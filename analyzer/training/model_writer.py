"""What every release has in common: a folder written whole or not at all, fitted, measured and described.

The folder is written beside its place and renamed at the end, so a model is whole or not there. Calibration
and policy are fitted on development rows as the shipped int8 graphs see them; the figures of the card
are of rows that had no part in that (cross-fitting over meetings).
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import ModelError
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.tagging.tagger import Tagger
from analyzer.training.card import write_card
from analyzer.training.config import Config, as_dict
from analyzer.training.data import UNLABELLED, Labels, Stretch
from analyzer.training.evaluate import described, evaluate_sets, gold_of, logits_of
from analyzer.training.fitting import Believed, Fitted, cross_fitted, fit_parameters, rows_of
from analyzer.training.scoring import Rows, mode_f1

EVIDENCE_FLOOR = 0.1  # below all sensible thresholds, so that another policy never needs the model again


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What kinds of models differ in.

    `write_graphs` fills a folder; `describe` then gives what its config.json holds beside name, codebook,
    calibration and hashes, which are of `files`; `in_full` gives what the networks believe in fp32.
    """

    config: Config
    codebook: Codebook
    device: str
    write_graphs: Callable[[Path], None]
    describe: Callable[[], Mapping[str, Any]]
    in_full: Callable[[Tagger, Sequence[Stretch]], Believed]


def write_model(
    parts: Parts,
    labels: Labels,
    history: Mapping[str, Any],
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    """Write the model folder of a finished run.

    Args:
        parts: of the model.
        labels: calibration and policy come from `labels.dev` and `labels.more_dev` (from `labels.stop`
            where there are none).
        history: what the run gave.
        folder: where the model shall lie; replaced if it exists.
        say: called with one line at a time.

    Raises:
        ModelError: if int8 is more than the bar of the configuration worse than fp32; nothing is written
            then.
    """
    shown = (*labels.dev, *labels.more_dev) or labels.stop or labels.train
    codebook = parts.codebook
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    try:
        say("exporting the graphs")
        parts.write_graphs(draft)
        _write_config(draft, parts, _unfitted(codebook))
        unfitted = Tagger.load(draft, codebook=codebook)
        believed = believed_by(unfitted, shown)
        say("comparing int8 with fp32")
        precision = _compare(believed, parts.in_full(unfitted, shown), parts.config.int8_bar)
        fitted = fit_parameters(believed)
        _write_config(draft, parts, fitted)
        say("measuring")
        tagger = Tagger.load(draft, codebook=codebook)
        metrics = _metrics(parts, labels, history, tagger, believed, shown) | {"int8": precision}
        _write_json(draft / "metrics.json", metrics)
        (draft / "README.md").write_text(write_card(parts.config, metrics, codebook), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
        folder.chmod(0o755)  # mkdtemp's folders are for their maker alone
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def believed_by(
    tagger: Tagger, stretches: Sequence[Stretch], encode: Callable[[Meeting], Encoded] | None = None
) -> Believed:
    """Logits and gold labels of the labelled rows of stretches, as the tagger's graphs see them.

    Args:
        tagger: calibrates nothing yet.
        stretches: labelled.
        encode: in place of the tagger's own.
    """
    mode, barrier = logits_of(tagger, stretches, encode)
    gold_mode, gold_flags, meetings = gold_of(stretches)
    return Believed(mode=mode, barrier=barrier, gold_mode=gold_mode, gold_flags=gold_flags, meetings=meetings)


def _unfitted(codebook: Codebook) -> Fitted:
    modes, barriers = len(codebook.modes), len(codebook.barriers)
    return Fitted(
        calibration={
            "mode": {"temperature": 1.0, "bias": [0.0] * modes},
            "barrier": {"scale": [1.0] * barriers, "bias": [0.0] * barriers},
        },
        offsets=np.zeros(modes),
        threshold=0.5,
        unsure_below=0.0,
    )


def _write_config(folder: Path, parts: Parts, fitted: Fitted) -> None:
    codebook = parts.codebook
    described_so = dict(parts.describe())
    files = described_so.pop("files")
    content = {
        "format": described_so.pop("format"),
        "name": parts.config.name,
        "version": parts.config.version,
        "codebook": {
            "version": codebook.version,
            "hash": codebook.hash,
            "modes": list(codebook.modes),
            "barriers": list(codebook.barriers),
        },
        **described_so,
        "calibration": fitted.calibration,
        "evidence_floor": EVIDENCE_FLOOR,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
    }
    policy = {
        "thresholds": dict.fromkeys(codebook.barriers, round(fitted.threshold, 4)),
        "unsure_below": round(fitted.unsure_below, 4),
        "mode_offsets": {
            key: round(float(offset), 4)
            for key, offset in zip(codebook.modes, fitted.offsets, strict=True)
            if offset
        },
    }
    _write_json(folder / "config.json", content)
    _write_json(folder / "policy.json", policy)


def _compare(packed: Believed, full: Believed, bar: float) -> dict[str, float]:
    """Macro-F1 of the modes of int8 and of fp32 under one calibration and policy, those of fp32.

    Parameters of their own would differ by more than the arithmetic does: they hang on a few rare rows.
    """
    fitted = fit_parameters(full)
    found = {}
    for name, believed in (("macro_f1_int8", packed), ("macro_f1_fp32", full)):
        rows = rows_of(believed, fitted)
        found[name] = float(mode_f1(rows, np.ones(len(rows))).mean())
    if found["macro_f1_int8"] < found["macro_f1_fp32"] - bar:
        raise ModelError(
            what=f"int8 costs {found['macro_f1_fp32'] - found['macro_f1_int8']:.3f} macro-F1, "
            f"more than {bar:g}",
            where="release",
            remedy="train longer or with other settings; the checkpoint in runs/ is kept",
        )
    return found


def _metrics(
    parts: Parts,
    labels: Labels,
    history: Mapping[str, Any],
    tagger: Tagger,
    believed: Believed,
    shown: Sequence[Stretch],
) -> dict[str, Any]:
    rows = cross_fitted(believed)
    return {
        "name": tagger.model,
        "date": datetime.now(UTC).date().isoformat(),
        "annotators": "language models that followed the codebook; no person labelled",
        "cross_fitted": described(rows, shown, parts.codebook),
        "cross_fitted_parts": _parts(rows, labels, parts.codebook),
        "sets": evaluate_sets(tagger, labels),
        "held_out_partnerships": list(parts.config.held_out),
        "rows": {
            "train": _count(labels.train),
            "stop": _count(labels.stop),
            "dev": _count(labels.dev),
            "dev_by_id": _count(labels.more_dev),
            "held_out": _count(labels.held_out),
        },
        "config": as_dict(parts.config),
        "history": history["history"],
        "minutes": round(float(history["minutes"]), 1),
        "hardware": f"{platform.machine()}, {parts.device}, {_threads()} threads",
        "versions": {name: version(name) for name in ("torch", "transformers", "onnxruntime")},
        "data": dict(labels.hashes),
    }


def _parts(rows: Rows, labels: Labels, codebook: Codebook) -> dict[str, Any]:
    """Figures of the given development rows and of those by id, apart, where there are both."""
    if not labels.dev or not labels.more_dev:
        return {}
    given = np.arange(len(rows)) < _count(labels.dev)
    return {
        "dev": described(rows.where(given), labels.dev, codebook),
        "dev_by_id": described(rows.where(~given), labels.more_dev, codebook),
    }


def _threads() -> int:
    import torch

    return int(torch.get_num_threads())


def _count(stretches: Sequence[Stretch]) -> int:
    return sum(int((stretch.mode != UNLABELLED).sum()) for stretch in stretches)


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
