"""Labels to weights: one seeded, resumable run from a configuration."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analyzer.codebook import Codebook, default_codebook, load_codebook
from analyzer.tagging.features import piece_features
from analyzer.training.config import Config, as_dict, load_config
from analyzer.training.data import UNLABELLED, Labels, Stretch, load_labels
from analyzer.training.network import Judge, PieceEncoder, base_folder, build

Say = Callable[[str], None]


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
        """vectors (n, dim) and local logits (n, labels), in groups of like length."""
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


def augment(stretch: Stretch, config: Config, rng: random.Random) -> Stretch:
    """Vary a stretch the way real files vary: unpunctuated, nameless, or with a short context."""
    from dataclasses import replace

    texts = [plain(text) if rng.random() < config.plain_share else text for text in stretch.texts]
    stretch = replace(stretch, texts=tuple(texts))
    if rng.random() < config.nameless_share:
        nobody = (None,) * len(stretch)
        stretch = replace(stretch, speakers=nobody, parties=nobody)
    if rng.random() < config.short_share and len(stretch) > 12:
        size = rng.randint(1, 12)
        start = rng.randint(0, len(stretch) - size)
        stretch = cut(stretch, start, start + size)
    return stretch


def plain(text: str) -> str:
    """Text as a speech recogniser without punctuation writes it."""
    return re.sub(r"[^\w\s']", "", text.lower())


def cut(stretch: Stretch, start: int, stop: int) -> Stretch:
    """Pieces `start` to `stop` of a stretch, as a stretch of its own."""
    from dataclasses import replace

    part = slice(start, stop)
    return replace(
        stretch,
        keys=stretch.keys[part],
        texts=stretch.texts[part],
        speakers=stretch.speakers[part],
        parties=stretch.parties[part],
        mode=stretch.mode[part],
        barriers=stretch.barriers[part],
        second=stretch.second[part],
    )


def batches(stretches: Sequence[Stretch], size: int, rng: random.Random) -> Iterator[list[Stretch]]:
    """Shuffle stretches and pack them into steps of about `size` pieces."""
    shuffled = list(stretches)
    rng.shuffle(shuffled)
    step: list[Stretch] = []
    for stretch in shuffled:
        step.append(stretch)
        if sum(map(len, step)) >= size:
            yield step
            step = []
    if step:
        yield step


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross-entropy of modes and barriers, of the judge and of the evidence head."""

    config: Config
    mode_weight: Tensor  # (modes,)

    def __call__(self, mode: Tensor, barrier: Tensor, local: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        """Weighted mean over labelled pieces; all arguments are concatenated over the stretches."""
        device = mode.device
        gold = torch.from_numpy(np.concatenate([s.mode for s in stretches])).to(device)
        flags = torch.from_numpy(np.concatenate([s.barriers for s in stretches])).to(device)
        weight = torch.cat([torch.full((len(s),), self._weight(s)) for s in stretches]).to(device)
        known = gold != UNLABELLED
        mode, barrier, local = mode[known], barrier[known], local[known]
        gold, flags, weight = gold[known], flags[known], weight[known]
        modes = mode.shape[1]
        judged = self._both(mode, barrier, gold, flags, weight)
        evidence = self._both(local[:, :modes], local[:, modes:], gold, flags, weight)
        return judged + self.config.local_weight * evidence

    def _weight(self, stretch: Stretch) -> float:
        return self.config.partnership_weight if stretch.origin == "written" else 1.0

    def _both(self, mode: Tensor, barrier: Tensor, gold: Tensor, flags: Tensor, weight: Tensor) -> Tensor:
        one = nn.functional.cross_entropy(
            mode, gold, weight=self.mode_weight, reduction="none", label_smoothing=0.03
        )
        many = nn.functional.binary_cross_entropy_with_logits(barrier, flags, reduction="none")
        many = (many * (1 + (self.config.positive_weight - 1) * flags)).sum(1)
        return ((one + self.config.barrier_weight * many) * weight).sum() / weight.sum().clamp(min=1.0)


def mode_weights(stretches: Sequence[Stretch], modes: int, power: float) -> Tensor:
    """Class weights (1 / frequency) ** power, scaled so that the mean over pieces is 1."""
    gold = np.concatenate([stretch.mode for stretch in stretches])
    counts = np.bincount(gold[gold != UNLABELLED], minlength=modes).clip(min=1)
    weights = (counts.sum() / counts) ** power
    return torch.tensor(weights / (weights * counts).sum() * counts.sum(), dtype=torch.float32)


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


def quick_figures(trainer: Trainer, stretches: Sequence[Stretch]) -> dict[str, float]:
    """Mode macro-F1 and barrier mean average precision, for choosing the epoch."""
    from sklearn.metrics import average_precision_score, f1_score

    logits = predict(trainer, stretches)
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


def fit(trainer: Trainer, labels: Labels, checkpoint: Path, say: Say) -> dict[str, Any]:
    """Train to the best epoch on `labels.stop`; resumes from the checkpoint if there is one.

    Returns:
        The history of epochs and the minutes spent; the trainer holds the best weights.
    """
    config = trainer.config
    steps = max(1, math.ceil(sum(map(len, labels.train)) / config.pieces_per_step)) * config.epochs
    optimizer = _optimizer(trainer)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, config.warm_up))
    loss = Loss(
        config, mode_weights(labels.train, len(trainer.codebook.modes), config.mode_power).to(trainer.device)
    )
    state: dict[str, Any] = {"epoch": 0, "history": [], "best": -1.0, "minutes": 0.0}
    if checkpoint.exists():
        state = _resume(trainer, optimizer, schedule, checkpoint)
        say(f"resumed after epoch {state['epoch']}")
    for epoch in range(state["epoch"], config.epochs):
        began = time.monotonic()
        rng = random.Random(config.seed * 1000 + epoch)
        torch.manual_seed(config.seed * 1000 + epoch)
        trained = _epoch(trainer, labels.train, optimizer, schedule, loss, rng, say)
        figures = quick_figures(trainer, labels.stop or labels.train)
        state["epoch"] = epoch + 1
        state["minutes"] += (time.monotonic() - began) / 60
        state["history"].append({"epoch": epoch + 1, "loss": trained} | figures)
        say(f"epoch {epoch + 1}: loss {trained:.3f}, {figures}, {state['minutes']:.1f} min")
        merit = figures["mode_macro_f1"] + figures["barrier_map"]
        if merit > state["best"]:
            state["best"] = merit
            torch.save(_weights(trainer), checkpoint.with_suffix(".best.pt"))
        _save(trainer, optimizer, schedule, state, checkpoint)
    best = torch.load(checkpoint.with_suffix(".best.pt"), weights_only=True, map_location=trainer.device)
    trainer.encoder.load_state_dict(best["encoder"])
    trainer.judge.load_state_dict(best["judge"])
    return state


def _epoch(
    trainer: Trainer,
    stretches: Sequence[Stretch],
    optimizer: Any,
    schedule: Any,
    loss: Loss,
    rng: random.Random,
    say: Say,
) -> float:
    trainer.encoder.train()
    trainer.judge.train()
    total, count = 0.0, 0
    for step in batches(stretches, trainer.config.pieces_per_step, rng):
        varied = [augment(stretch, trainer.config, rng) for stretch in step]
        with half_precision(trainer.device):
            vectors, local = trainer.encode([text for stretch in varied for text in stretch.texts])
        vectors, local = vectors.float(), local.float()
        sizes = [len(stretch) for stretch in varied]
        judged = [
            trainer.judge_stretch(stretch, one, two)
            for stretch, one, two in zip(varied, vectors.split(sizes), local.split(sizes), strict=True)
        ]
        value = loss(torch.cat([m for m, _ in judged]), torch.cat([b for _, b in judged]), local, varied)
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(_parameters(trainer), 1.0)
        optimizer.step()
        schedule.step()
        total, count = total + value.item(), count + 1
        if count % 20 == 0:
            say(f"  step {count}: loss {total / count:.3f}")
    return total / max(1, count)


def _optimizer(trainer: Trainer) -> torch.optim.Optimizer:
    bert = trainer.encoder.bert
    frozen = [bert.embeddings, *bert.encoder.layer[: trainer.config.frozen_layers]]
    for module in frozen:
        for parameter in module.parameters():
            parameter.requires_grad_(False)
    base = {id(parameter) for parameter in bert.parameters()}
    slow = [p for p in bert.parameters() if p.requires_grad]
    fast = [p for p in _parameters(trainer) if id(p) not in base and p.requires_grad]
    groups = [
        {"params": slow, "lr": trainer.config.encoder_rate},
        {"params": fast, "lr": trainer.config.head_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=trainer.config.weight_decay)


def _parameters(trainer: Trainer) -> list[nn.Parameter]:
    return [*trainer.encoder.parameters(), *trainer.judge.parameters()]


def _rate(step: int, steps: int, warm_up: float) -> float:
    warm = max(1, int(steps * warm_up))
    return (step + 1) / warm if step < warm else max(0.02, (steps - step) / max(1, steps - warm))


def _weights(trainer: Trainer) -> dict[str, Any]:
    return {"encoder": trainer.encoder.state_dict(), "judge": trainer.judge.state_dict()}


def _save(trainer: Trainer, optimizer: Any, schedule: Any, state: dict[str, Any], checkpoint: Path) -> None:
    content = _weights(trainer) | {
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "state": state,
        "config": as_dict(trainer.config),
    }
    draft = checkpoint.with_suffix(".part")
    torch.save(content, draft)
    draft.replace(checkpoint)


def _resume(trainer: Trainer, optimizer: Any, schedule: Any, checkpoint: Path) -> dict[str, Any]:
    content = torch.load(checkpoint, weights_only=True, map_location=trainer.device)
    trainer.encoder.load_state_dict(content["encoder"])
    trainer.judge.load_state_dict(content["judge"])
    optimizer.load_state_dict(content["optimizer"])
    schedule.load_state_dict(content["schedule"])
    state: dict[str, Any] = content["state"]
    return state


def prepare_trainer(config: Config, codebook: Codebook) -> Trainer:
    """Networks, tokenizer and device of a run, seeded."""
    from transformers import AutoTokenizer

    torch.manual_seed(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    encoder, judge = build(config, codebook)
    tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True)
    return Trainer(config, codebook, encoder.to(device), judge.to(device), tokenizer, device)


def train(config_path: Path, out: Path | None = None, progress: Say = print) -> Path:
    """Train as a configuration says, and write the model folder.

    Args:
        config_path: YAML; its paths are relative to it.
        out: model folder; by default models/NAME-VERSION of the working directory.
        progress: called with one line at a time.

    Returns:
        The model folder.

    Raises:
        SettingsError, DataError, CodebookError: one sentence on what is missing.
    """
    from analyzer.training.export import export

    config = load_config(config_path)
    codebook = load_codebook(config_path.parent / config.codebook) if config.codebook else default_codebook()
    labels = load_labels(
        config_path.parent / config.labels, codebook, held_out=config.held_out, stop_share=config.stop_share
    )
    runs = Path("runs")
    runs.mkdir(exist_ok=True)
    trainer = prepare_trainer(config, codebook)
    history = fit(trainer, labels, runs / f"{config.name}-{config.version}.pt", progress)
    return export(
        trainer, labels, history, out or Path("models") / f"{config.name}-{config.version}", progress
    )
