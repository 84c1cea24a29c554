"""Labels to weights: one seeded, resumable run from a configuration."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from analyzer.codebook import Codebook, default_codebook, load_codebook
from analyzer.errors import DataError
from analyzer.training.cases import load_suite
from analyzer.training.config import Config, as_dict, load_config
from analyzer.training.data import Labels, Stretch, file_hashes, load_labels
from analyzer.training.joined import join_labels
from analyzer.training.loss import Loss, mode_weights
from analyzer.training.restore import restore
from analyzer.training.trainer import Trainer, half_precision, predict, prepare_trainer, quick_figures
from analyzer.training.variation import augment, batches

Say = Callable[[str], None]


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
    for epoch in range(state["epoch"], config.stop_after or config.epochs):
        began = time.monotonic()
        rng = random.Random(config.seed * 1000 + epoch)
        torch.manual_seed(config.seed * 1000 + epoch)
        trained = _epoch(trainer, labels.train, optimizer, schedule, loss, rng, say)
        shown = labels.stop or labels.train
        figures = quick_figures(predict(trainer, shown), shown)
        state["epoch"] = epoch + 1
        state["minutes"] += (time.monotonic() - began) / 60
        state["history"].append({"epoch": epoch + 1, "loss": trained} | figures)
        say(f"epoch {epoch + 1}: loss {trained:.3f}, {figures}, {state['minutes']:.1f} min")
        merit = figures["mode_macro_f1"] + figures["barrier_map"]
        if merit > state["best"]:
            state["best"] = merit
            torch.save(_weights(trainer), checkpoint.with_suffix(".best.pt"))
        if config.average_last:
            torch.save(_weights(trainer), _epoch_file(checkpoint, epoch + 1))
        _save(trainer, optimizer, schedule, state, checkpoint)
    _keep(trainer, checkpoint, state["epoch"])
    return state


def _keep(trainer: Trainer, checkpoint: Path, epochs: int) -> None:
    """Load the weights to keep: the best epoch's, or the mean of the last ones.

    Source: Izmailov et al. (2018), Averaging weights leads to wider optima and better generalization, UAI.
    """
    last = range(max(0, epochs - trainer.config.average_last) + 1, epochs + 1)
    files = [_epoch_file(checkpoint, epoch) for epoch in last if trainer.config.average_last]
    files = files or [checkpoint.with_suffix(".best.pt")]
    kept = [torch.load(file, weights_only=True, map_location=trainer.device) for file in files]
    for part, network in (("encoder", trainer.encoder), ("judge", trainer.judge)):
        means = {
            name: (torch.stack([one[part][name].float() for one in kept]).mean(0)).to(value.dtype)
            for name, value in kept[0][part].items()
        }
        network.load_state_dict(means)


def _epoch_file(checkpoint: Path, epoch: int) -> Path:
    return checkpoint.with_suffix(f".epoch{epoch}.pt")


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
            for stretch, one, two in zip(
                varied, torch.split(vectors, sizes), torch.split(local, sizes), strict=True
            )
        ]
        value = loss(torch.cat([m for m, _ in judged]), torch.cat([b for _, b in judged]), local, varied)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(_parameters(trainer), 1.0)
        optimizer.step()
        schedule.step()
        total, count = total + value.item(), count + 1
        if count % 20 == 0:
            say(f"  step {count}: loss {total / count:.3f}")
    return total / max(1, count)


def _optimizer(trainer: Trainer) -> torch.optim.Optimizer:
    bert: Any = trainer.encoder.bert
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
    if _planned(content["config"]) != _planned(as_dict(trainer.config)):
        raise DataError(
            what="the checkpoint is of a run with other settings",
            where=str(checkpoint),
            remedy="remove it to begin anew, or give the configuration another version",
        )
    trainer.encoder.load_state_dict(content["encoder"])
    trainer.judge.load_state_dict(content["judge"])
    optimizer.load_state_dict(content["optimizer"])
    schedule.load_state_dict(content["schedule"])
    state: dict[str, Any] = content["state"]
    return state


def _planned(config: dict[str, Any]) -> dict[str, Any]:
    """Settings that a run may not change half-way; as a list where a checkpoint holds one for a tuple."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in config.items()
        if key != "stop_after"
    }


def train(
    config_path: Path, out: Path | None = None, progress: Say = print, *, runs: Path = Path("runs")
) -> Path:
    """Train as a configuration says, and write the model folder.

    Args:
        config_path: YAML; its paths are relative to it.
        out: model folder; by default models/NAME-VERSION of the working directory.
        progress: called with one line at a time.
        runs: folder of the checkpoint, from which a run that was stopped goes on.

    Returns:
        The model folder.

    Raises:
        SettingsError, DataError, CodebookError: one sentence on what is missing.
    """
    from analyzer.training.release import release
    from analyzer.training.tried import add_behaviour

    config = load_config(config_path)
    codebook = load_codebook(config_path.parent / config.codebook) if config.codebook else default_codebook()
    labels = labels_of(config, config_path.parent, codebook, progress)
    # Read before the run, so that a broken case does not wait for its end to be noticed.
    cases = load_suite(config_path.parent / config.behaviour, codebook) if config.behaviour else []
    runs.mkdir(parents=True, exist_ok=True)
    name = f"{config.name}-{config.version}"
    checkpoint, folder = runs / f"{name}.pt", out or Path("models") / name
    if config.reader is not None:
        from analyzer.training.reader_release import train_reader

        train_reader(config, config_path.parent, codebook, labels, checkpoint, folder, progress)
    else:
        base = str(config_path.parent / config.base) if config.base is not None else None
        trainer = prepare_trainer(config, codebook, base)
        if config.start is not None:
            _begin_with(trainer, config_path.parent / config.start)
        history = fit(trainer, labels, checkpoint, progress)
        release(trainer, labels, history, folder, progress)
    if cases:
        add_behaviour(folder, cases, codebook)
    return folder


def labels_of(config: Config, home: Path, codebook: Codebook, say: Say) -> Labels:
    """Read all labels that a configuration in the folder `home` names.

    Raises:
        DataError: if labels are missing or broken.
    """
    labels = load_labels(
        home / config.labels, codebook, held_out=config.held_out, stop_share=config.stop_share
    )
    if config.archives is None:
        return labels
    archives = home / config.archives
    for_training, for_measuring = (
        _join([home / file for file in files], archives, codebook, say)
        for files in (config.by_id, config.dev_by_id)
    )
    return replace(
        labels,
        train=labels.train + for_training,
        more_dev=for_measuring,
        hashes={**labels.hashes, **_by_id_hashes(home, config)},
    )


def _join(files: Sequence[Path], archives: Path, codebook: Codebook, say: Say) -> tuple[Stretch, ...]:
    if not files:
        return ()
    joined = join_labels(files, archives, codebook)
    say(
        f"labels by id: {joined.labelled} rows joined; {joined.without_archive} without their archive, "
        f"{joined.changed} whose text has changed"
    )
    return joined.stretches


def _by_id_hashes(home: Path, config: Config) -> dict[str, str]:
    files = [home / file for file in (*config.by_id, *config.dev_by_id)]
    return dict(pair for file in files for pair in file_hashes(file.parent, file.name).items())


def _begin_with(trainer: Trainer, checkpoint: Path) -> None:
    """Load the weights of an earlier run or of a model folder; heads and judge too: same codebook."""
    if checkpoint.is_dir():
        restore(checkpoint, trainer.encoder, trainer.judge)
        return
    try:
        content = torch.load(checkpoint, weights_only=True, map_location=trainer.device)
        trainer.encoder.load_state_dict(content["encoder"])
        trainer.judge.load_state_dict(content["judge"])
    except (OSError, KeyError, RuntimeError, EOFError, UnpicklingError) as error:
        raise DataError(
            what=f"the weights to begin with cannot be used ({type(error).__name__})",
            where=str(checkpoint),
            remedy="name the .best.pt of a run with the same codebook and settings, or leave `start` out",
        ) from error
