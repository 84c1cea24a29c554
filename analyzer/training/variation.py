"""Stretches varied the way real files vary, and packed into steps."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.training.config import Config
from analyzer.training.data import Stretch


def augment(stretch: Stretch, config: Config, rng: random.Random) -> Stretch:
    """Vary a stretch the way real files vary: unpunctuated, nameless, or with a short context."""
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
