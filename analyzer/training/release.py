"""Trained networks → a model folder that `Tagger.load` takes: graphs, calibration, policy, figures, card."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.tagging.features import FEATURES
from analyzer.tagging.models import FORMAT
from analyzer.training.data import UNLABELLED, Labels, Stretch
from analyzer.training.evaluate import gold_of
from analyzer.training.export import ENCODER, JUDGE, PlainEncoder, export_encoder, export_judge, quantise
from analyzer.training.fitting import Believed
from analyzer.training.model_writer import Parts, write_model
from analyzer.training.trainer import Trainer, predict

TOKENIZER = "tokenizer.json"
_CALIBRATION_PIECES = 512
_CALIBRATION_BATCH = 16


def release(
    trainer: Trainer,
    labels: Labels,
    history: Mapping[str, Any],
    folder: Path,
    say: Callable[[str], None] = print,
) -> Path:
    """Write the model folder of a finished run; `trainer` holds the weights to ship, see `write_model`."""
    parts = Parts(
        config=trainer.config,
        codebook=trainer.codebook,
        device=trainer.device.type,
        write_graphs=lambda draft: _write_graphs(trainer, labels.train, draft),
        describe=lambda: _described(trainer),
        in_full=lambda _, shown: _believed_in_full(trainer, shown),
    )
    return write_model(parts, labels, history, folder, say)


def _believed_in_full(trainer: Trainer, stretches: Sequence[Stretch]) -> Believed:
    logits = predict(trainer, stretches)
    known = np.concatenate([stretch.mode for stretch in stretches]) != UNLABELLED
    gold_mode, gold_flags, meetings = gold_of(stretches)
    return Believed(
        mode=np.concatenate([mode for mode, _ in logits])[known].astype(np.float64),
        barrier=np.concatenate([barrier for _, barrier in logits])[known].astype(np.float64),
        gold_mode=gold_mode,
        gold_flags=gold_flags,
        meetings=meetings,
    )


def _write_graphs(trainer: Trainer, stretches: Sequence[Stretch], folder: Path) -> None:
    trainer.encoder.cpu().eval()
    trainer.judge.cpu().eval()
    config, codebook = trainer.config, trainer.codebook
    whole = folder / "whole.onnx"
    batches = _calibration_batches(trainer, stretches)
    plain = PlainEncoder(trainer.encoder, packed=True)
    plain.even_out(batches)
    export_encoder(plain, whole)
    quantise(whole, folder / ENCODER, batches)
    whole.unlink()
    dim = int(trainer.encoder.attention.in_features)
    export_judge(trainer.judge, folder / JUDGE, dim=dim, labels=len(codebook.labels))
    backend = trainer.tokenizer.backend_tokenizer
    backend.enable_truncation(config.max_tokens)
    backend.no_padding()
    backend.save(str(folder / TOKENIZER))


def _calibration_batches(
    trainer: Trainer, stretches: Sequence[Stretch]
) -> list[dict[str, NDArray[np.int64]]]:
    texts = sorted({text for stretch in stretches for text in stretch.texts})
    random.Random(trainer.config.seed).shuffle(texts)
    ids = sorted(trainer.tokenize(texts[:_CALIBRATION_PIECES]), key=len)
    batches = []
    for start in range(0, len(ids), _CALIBRATION_BATCH):
        rows = ids[start : start + _CALIBRATION_BATCH]
        padded = np.zeros((len(rows), len(rows[-1])), dtype=np.int64)
        mask = np.zeros_like(padded)
        for number, row in enumerate(rows):
            padded[number, : len(row)], mask[number, : len(row)] = row, 1
        batches.append({"input_ids": padded, "attention_mask": mask})
    return batches


def _described(trainer: Trainer) -> dict[str, Any]:
    config = trainer.config
    return {
        "format": FORMAT,
        "encoder": {
            "file": ENCODER,
            "max_tokens": config.max_tokens,
            "dim": int(trainer.encoder.attention.in_features),
        },
        "judge": {
            "file": JUDGE,
            "band": config.band,
            "layers": config.layers,
            "features": list(FEATURES),
        },
        "files": (ENCODER, JUDGE, TOKENIZER),
    }
