"""The moving parts of a run: networks, tokenizer, device; and what they say of stretches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analyzer.codebook import Codebook
from analyzer.tagging.features import piece_features
from analyzer.training.config import Config
from analyzer.training.data import UNLABELLED, Stretch
from analyzer.training.network import Judge, PieceEncoder, base_folder, build
from analyzer.training.speed import suit_cpu


@dataclass(slots=True)
class Trainer:
    """The moving parts of one run."""

    config: Config
    codebook: Codebook
    encoder: PieceEncoder
    judge: Judge
    tokenizer: Any
    device: torch.device

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, cut at the configured length."""
        ids: list[list[int]] = self.tokenizer(
            list(texts), truncation=True, max_length=self.config.max_tokens
        )["input_ids"]
        return ids

    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Vectors (n, dim) and local logits (n, labels), in groups of like length."""
        ids = self.tokenize(texts)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors, local = [], []
        for group in np.array_split(np.array(order), max(1, math.ceil(len(order) / 24))):
            vector, _, logits = self.encoder(*self._pad([ids[i] for i in group]))
            vectors.append(vector)
            local.append(logits)
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(vectors)[back], torch.cat(local)[back]

    def _pad(self, ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        longest = max(len(row) for row in ids)
        padded = torch.zeros(len(ids), longest, dtype=torch.long)
        mask = torch.zeros(len(ids), longest, dtype=torch.long)
        for number, row in enumerate(ids):
            padded[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = 1
        return padded.to(self.device), mask.to(self.device)

    def judge_stretch(self, stretch: Stretch, vectors: Tensor, local: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of one stretch; its features are computed from the vectors as they are now."""
        features = piece_features(
            vectors.detach().cpu().numpy(),
            speakers=stretch.speakers,
            parties=stretch.parties,
            words=[len(text.split()) for text in stretch.texts],
            kind=stretch.kind,
            memory=np.zeros((0, vectors.shape[1]), dtype=np.float32),
        )
        mode, barrier = self.judge(vectors, local, torch.from_numpy(features).to(self.device))
        return mode, barrier


def prepare_trainer(config: Config, codebook: Codebook, base: str | None = None) -> Trainer:
    """Networks, tokenizer and device of a run, seeded; `base` is the folder of another BERT encoder."""
    from transformers import AutoTokenizer

    torch.manual_seed(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    base = base or base_folder()
    encoder, judge = build(config, codebook, base)
    if device.type == "cpu":
        suit_cpu(encoder.bert, config.dropout)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    return Trainer(config, codebook, encoder.to(device), judge.to(device), tokenizer, device)


def half_precision(device: torch.device) -> Any:
    """bfloat16 where the hardware has it; a null context elsewhere."""
    return (
        torch.autocast(device.type, torch.bfloat16)
        if device.type == "cuda" or _cpu_has_bf16()
        else nullcontext()
    )


def _cpu_has_bf16() -> bool:
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):
        return False


@torch.no_grad()
def predict(trainer: Trainer, stretches: Sequence[Stretch]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Logits (n, modes) and (n, barriers) of each stretch, in fp32."""
    trainer.encoder.eval()
    trainer.judge.eval()
    found = []
    for stretch in stretches:
        vectors, local = trainer.encode(stretch.texts)
        mode, barrier = trainer.judge_stretch(stretch, vectors, local)
        found.append((mode.cpu().numpy(), barrier.cpu().numpy()))
    return found


def quick_figures(
    logits: Sequence[tuple[NDArray[Any], NDArray[Any]]], stretches: Sequence[Stretch]
) -> dict[str, float]:
    """Mode macro-F1 and barrier mean average precision of what `predict` gave, for choosing the epoch."""
    from sklearn.metrics import average_precision_score, f1_score

    gold = np.concatenate([stretch.mode for stretch in stretches])
    known = gold != UNLABELLED
    mode = np.concatenate([one for one, _ in logits])[known].argmax(1)
    flags = np.concatenate([stretch.barriers for stretch in stretches])[known]
    beliefs = np.concatenate([many for _, many in logits])[known]
    each = [
        average_precision_score(flags[:, i], beliefs[:, i])
        for i in range(flags.shape[1])
        if flags[:, i].any()
    ]
    return {
        "mode_macro_f1": float(f1_score(gold[known], mode, average="macro", zero_division=0)),
        "barrier_map": float(np.mean(each)) if each else 0.0,
    }
