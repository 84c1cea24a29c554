"""A trained reader → a model folder: the graphs of the model it was trained beside, and its own."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from analyzer.codebook import Codebook
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.tagging.models import READER_FORMAT, verify
from analyzer.tagging.tagger import Tagger
from analyzer.tagging.windows import Plan, Window
from analyzer.training.config import Config, Reading
from analyzer.training.data import Labels, Stretch
from analyzer.training.fitting import Believed
from analyzer.training.model_writer import Parts, believed_by, write_model
from analyzer.training.network import base_folder
from analyzer.training.reader import build_reader, read_meetings
from analyzer.training.reader_export import READER, TOKENIZER, export_reader
from analyzer.training.reading import ReaderRun, fit_reader
from analyzer.training.restore import restore
from analyzer.training.speed import suit_cpu
from analyzer.training.trainer import prepare_trainer

_KEPT = ("encoder", "judge")  # sections of the other model's config.json
_MEASURED_WINDOWS = 64  # on which the scales of int8 are measured


def train_reader(
    config: Config,
    home: Path,
    codebook: Codebook,
    labels: Labels,
    checkpoint: Path,
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    """Train a reader in context and write its model folder.

    Args:
        config: with `reader`.
        home: folder that its paths are relative to.
        codebook: the label scheme; that of the model beside which the reader is trained.
        labels: to learn from and to measure on.
        checkpoint: see `fit_reader`.
        folder: where the model shall lie.
        say: called with one line at a time.

    Raises:
        ModelError: if there is no such model, or int8 costs more than the bar.
        DataError: if the checkpoint is of a run with other settings.
    """
    assert config.reader is not None
    beside = verify(home / config.reader.beside, codebook).path
    run = prepare_reader(config, config.reader, home, codebook)
    history = fit_reader(run, labels, checkpoint, say)
    weights: list[str] = []

    def write_graphs(draft: Path) -> None:
        for name in json.loads((beside / "config.json").read_text("utf-8"))["files"]:
            if not name.startswith("reader"):
                shutil.copyfile(beside / name, draft / name)
        run.layout.backend.save(str(draft / TOKENIZER))
        weights[:] = export_reader(run.reader, draft, _some_windows(run, labels.train))

    parts = Parts(
        config=config,
        codebook=codebook,
        device=run.reader.device.type,
        write_graphs=write_graphs,
        describe=lambda: _described(beside, run.reading, weights),
        in_full=lambda tagger, shown: _believed_in_full(run, tagger, shown),
    )
    return write_model(parts, labels, history, folder, say)


def prepare_reader(config: Config, reading: Reading, home: Path, codebook: Codebook) -> ReaderRun:
    """Make the reader of a run, seeded, on the encoder it begins with."""
    torch.manual_seed(config.seed)
    base = str(home / reading.base) if reading.base else base_of(config, home)
    plan = Plan(own=reading.own, left=reading.left, right=reading.right, piece=reading.piece)
    reader, layout = build_reader(base, codebook, plan, reading.layers)
    if reading.base is None:  # begin with what the model beside has learnt of the same labels
        trainer = prepare_trainer(config, codebook, base)
        restore(home / reading.beside, trainer.encoder, trainer.judge)
        learnt = trainer.encoder.bert.state_dict()  # of all layers, though not all may be kept
        reader.bert.load_state_dict({name: learnt[name] for name in reader.bert.state_dict()})
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        suit_cpu(reader.bert, config.dropout)
    return ReaderRun(config, reading, codebook, reader.to(device), layout)


def base_of(config: Config, home: Path) -> str:
    """Folder of the encoder that a configuration begins with."""
    return str(home / config.base) if config.base is not None else base_folder()


def _some_windows(run: ReaderRun, stretches: Sequence[Stretch]) -> list[Window]:
    chosen = random.Random(run.config.seed).sample(stretches, min(len(stretches), _MEASURED_WINDOWS))
    return [next(iter(run.layout.of(one.texts, one.speakers))) for one in chosen if len(one)]


def _described(beside: Path, reading: Reading, weights: Sequence[str]) -> Mapping[str, Any]:
    other = json.loads((beside / "config.json").read_text(encoding="utf-8"))
    kept = [name for name in other["files"] if not name.startswith("reader")]
    return {
        "format": READER_FORMAT,
        **{section: other[section] for section in _KEPT},
        "reader": {
            "file": READER,
            "tokenizer": TOKENIZER,
            "weights": list(weights),
            "plan": {
                "own": reading.own,
                "left": reading.left,
                "right": reading.right,
                "piece": reading.piece,
            },
            "weight": {"mode": reading.mode, "barrier": reading.barrier},
        },
        "files": (*kept, READER, TOKENIZER, *weights),
    }


def _believed_in_full(run: ReaderRun, tagger: Tagger, stretches: Sequence[Stretch]) -> Believed:
    """What is believed with the reader in fp32; the other graphs were compared when they were made."""

    def encode(meeting: Meeting) -> Encoded:
        alone = tagger.read_alone(meeting)
        texts = [alone.text(number) for number in range(len(alone.pieces))]
        speakers = [meeting.utterances[piece.utterance].speaker for piece in alone.pieces]
        (logits,) = read_meetings(run.reader, run.layout, [(texts, speakers)])
        return replace(alone, in_context=logits.astype(np.float16))

    return believed_by(tagger, stretches, encode)
