"""Labels to a reader in context: one seeded run over windows, resumable after each epoch.

Windows begin at another piece in each epoch, and most of those in which no rare label occurs are left out:
nine of ten hold only everyday talk.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.tagging.windows import Window
from analyzer.training.config import Config, Reading
from analyzer.training.data import UNLABELLED, Labels, Stretch
from analyzer.training.loss import Loss, mode_weights
from analyzer.training.reader import Layout, WindowReader, read_meetings
from analyzer.training.trainer import half_precision, quick_figures
from analyzer.training.variation import augment

_RARE = 0.1  # a mode with a smaller share of the rows is rare, and so is every barrier
_WARM_UP = 0.08  # share of the steps
_LAST_RATE = 0.02
_SORTED = 48  # windows sorted by length, so that little is padding, before they are packed into steps

Job = tuple[Stretch, Window]


@dataclass(slots=True)
class ReaderRun:
    """The moving parts of a run."""

    config: Config
    reading: Reading
    codebook: Codebook
    reader: WindowReader
    layout: Layout

    @property
    def modes(self) -> int:
        """How many modes there are; their logits come first."""
        return len(self.codebook.modes)


def fit_reader(
    run: ReaderRun, labels: Labels, checkpoint: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """Train all epochs; goes on after the last whole one if there is a checkpoint.

    Args:
        run: holds the reader, which is trained in place.
        labels: `train` is learnt from; figures of `stop` are told after each epoch.
        checkpoint: file that is written after each epoch.
        say: called with one line at a time.

    Returns:
        The history of epochs and the minutes spent.

    Raises:
        DataError: if the checkpoint is of a run with other settings.
    """
    modes = run.modes
    loss = Loss(run.config, mode_weights(labels.train, modes, run.config.mode_power).to(run.reader.device))
    rare = _rare_modes(labels.train, modes)
    optimizer = _optimizer(run)
    state: dict[str, Any] = {"epoch": 0, "history": [], "minutes": 0.0}
    if checkpoint.exists():
        state = _resume(run, optimizer, checkpoint)
        say(f"resumed after epoch {state['epoch']}")
    for epoch in range(state["epoch"], run.reading.epochs):
        began = time.monotonic()
        trained = _epoch(run, labels.train, rare, loss, optimizer, epoch, say)
        figures = _figures(run, labels.stop or labels.train)
        state["epoch"], state["minutes"] = epoch + 1, state["minutes"] + (time.monotonic() - began) / 60
        state["history"].append({"epoch": epoch + 1, "loss": trained} | figures)
        say(f"epoch {epoch + 1}: loss {trained:.3f}, {figures}, {state['minutes']:.1f} min")
        _save(run, optimizer, state, checkpoint)
    return state


def _figures(run: ReaderRun, stretches: Sequence[Stretch]) -> dict[str, float]:
    modes = run.modes
    read = read_meetings(run.reader, run.layout, [(one.texts, one.speakers) for one in stretches])
    return quick_figures([(logits[:, :modes], logits[:, modes:]) for logits in read], stretches)


def _epoch(
    run: ReaderRun,
    stretches: Sequence[Stretch],
    rare: Sequence[int],
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    epoch: int,
    say: Callable[[str], None],
) -> float:
    rng = random.Random(run.config.seed * 1000 + epoch)
    torch.manual_seed(run.config.seed * 1000 + epoch)
    jobs = list(_jobs(run, stretches, rare, rng))
    steps = list(_steps(jobs, run.reading.step_tokens, rng))
    run.reader.train()
    total = 0.0
    for number, step in enumerate(steps):
        _set_rate(optimizer, (epoch + number / len(steps)) / run.reading.epochs)
        with half_precision(run.reader.device):
            ids, mask, places = run.layout.padded([window for _, window in step])
            logits = run.reader(
                ids.to(run.reader.device), mask.to(run.reader.device), places.to(run.reader.device)
            )
        value = _loss_of(logits.float(), step, loss, run.modes)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(run.reader.parameters(), 1.0)
        optimizer.step()
        total += value.item()
        if number % 20 == 19:
            say(f"  step {number + 1} of {len(steps)}: loss {total / (number + 1):.3f}")
    return total / max(1, len(steps))


def _jobs(
    run: ReaderRun, stretches: Sequence[Stretch], rare: Sequence[int], rng: random.Random
) -> Iterator[Job]:
    """Lay out the windows of an epoch that have labels."""
    for stretch in stretches:
        varied = augment(stretch, run.config, rng)
        for window in run.layout.of(varied.texts, varied.speakers, rng.randint(40, run.reading.own)):
            own = [piece for piece, _, _ in window.judged if varied.mode[piece] != UNLABELLED]
            if not own:
                continue
            is_rare = np.isin(varied.mode[own], rare).any() or varied.barriers[own].any()
            if is_rare or rng.random() < run.reading.common_share:
                yield varied, window


def _steps(jobs: list[Job], tokens: int, rng: random.Random) -> Iterator[list[Job]]:
    """Pack windows of like length into steps of about so many tokens."""
    rng.shuffle(jobs)
    step: list[Job] = []
    for start in range(0, len(jobs), _SORTED):
        for job in sorted(jobs[start : start + _SORTED], key=lambda job: len(job[1].ids)):
            if step and (len(step) + 1) * len(job[1].ids) > tokens:
                yield step
                step = []
            step.append(job)
    if step:
        yield step


def _loss_of(logits: Tensor, step: Sequence[Job], loss: Loss, modes: int) -> Tensor:
    gold = np.array([s.mode[piece] for s, window in step for piece, _, _ in window.judged])
    flags = np.array([s.barriers[piece] for s, window in step for piece, _, _ in window.judged])
    weight = [loss.weight_of(s) for s, window in step for _ in window.judged]
    known = torch.from_numpy(gold != UNLABELLED).to(logits.device)
    columns = [torch.from_numpy(gold), torch.from_numpy(flags).float(), torch.tensor(weight)]
    truth, flagged, weighed = (column.to(logits.device)[known] for column in columns)
    return loss.of(logits[known, :modes], logits[known, modes:], truth, flagged, weighed)


def _rare_modes(stretches: Sequence[Stretch], modes: int) -> list[int]:
    gold = np.concatenate([stretch.mode for stretch in stretches])
    counts = np.bincount(gold[gold != UNLABELLED], minlength=modes)
    return [int(mode) for mode in np.flatnonzero(counts < _RARE * counts.sum())]


def _optimizer(run: ReaderRun) -> torch.optim.Optimizer:
    bert: Any = run.reader.bert
    for module in (bert.embeddings, *bert.encoder.layer[: run.reading.frozen_layers]):
        for parameter in module.parameters():
            parameter.requires_grad_(False)
    slow = [parameter for parameter in bert.parameters() if parameter.requires_grad]
    fast = [*run.reader.mid.parameters(), *run.reader.out.parameters()]
    groups = [{"params": slow, "rate": run.reading.rate}, {"params": fast, "rate": run.reading.head_rate}]
    return torch.optim.AdamW(groups, lr=run.reading.rate, weight_decay=run.config.weight_decay)


def _set_rate(optimizer: torch.optim.Optimizer, done: float) -> None:
    """Rise over the first steps, then fall in a line; `done` from 0 to 1 over all epochs."""
    share = done / _WARM_UP if done < _WARM_UP else max(_LAST_RATE, (1 - done) / (1 - _WARM_UP))
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * max(_LAST_RATE, share)


def _save(run: ReaderRun, optimizer: torch.optim.Optimizer, state: dict[str, Any], file: Path) -> None:
    draft = file.with_suffix(".part")
    content = {"reader": run.reader.state_dict(), "optimizer": optimizer.state_dict(), "state": state}
    torch.save(content | {"settings": _settings(run)}, draft)
    draft.replace(file)


def _resume(run: ReaderRun, optimizer: torch.optim.Optimizer, file: Path) -> dict[str, Any]:
    content = torch.load(file, weights_only=True, map_location=run.reader.device)
    if content.get("settings") != _settings(run):
        raise DataError(
            what="the checkpoint is of a run with other settings",
            where=str(file),
            remedy="remove it to begin anew, or give the configuration another version",
        )
    run.reader.load_state_dict(content["reader"])
    optimizer.load_state_dict(content["optimizer"])
    state: dict[str, Any] = content["state"]
    return state


def _settings(run: ReaderRun) -> str:
    """What a run may not change half-way; the shares of the mixture come after it."""
    settings = asdict(run.config) | {"reader": asdict(run.reading) | {"mode": None, "barrier": None}}
    return repr(sorted(settings.items()))
