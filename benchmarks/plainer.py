"""Plainer classifiers than the shipped one: from labelled pieces to logits of the rows that are measured.

Every function takes the seed last: with 0 it learns from all training meetings, with another from a draw of
them with replacement. None reads the pieces around a piece.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.training.data import UNLABELLED, Stretch
from analyzer.training.evaluate import gold_of
from analyzer.training.network import base_folder
from analyzer.training.trainer import half_precision

Floats = NDArray[np.float64]
Logits = tuple[Floats, Floats]  # (n, modes), (n, barriers)
_MAX_TOKENS = 160
_GROUP = 64  # pieces encoded together


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Labelled pieces without their context."""

    texts: list[str]
    mode: NDArray[np.int64]
    flags: NDArray[np.bool_]
    meetings: list[str]

    def __len__(self) -> int:
        return len(self.texts)


def texts_of(stretches: Sequence[Stretch]) -> Texts:
    """Give the labelled pieces of stretches, in order."""
    mode, flags, meetings = gold_of(stretches)
    texts = [
        text
        for stretch in stretches
        for text, gold in zip(stretch.texts, stretch.mode, strict=True)
        if gold != UNLABELLED
    ]
    return Texts(texts=texts, mode=mode, flags=flags, meetings=meetings)


def tfidf(data: Texts, shown: Sequence[str]) -> Callable[[int], Logits]:
    """Word 1- and 2-grams with the vocabulary of the training rows, and a logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    own, points = vectorizer.fit_transform(data.texts), vectorizer.transform(shown)
    return partial(_regressed, own, points, data)


def frozen(data: Texts, shown: Sequence[str]) -> Callable[[int], Logits]:
    """Vectors of the base encoder as it comes, and a logistic regression."""
    encoder = Sentences()
    return partial(_regressed, encoder.vectors(data.texts), encoder.vectors(shown), data)


def setfit(data: Texts, shown: Sequence[str]) -> Callable[[int], Logits]:
    """Base encoder tuned on pairs of few examples, and a logistic regression on all rows.

    64 examples a mode, each paired with four of its mode and four of others; one epoch.

    Source:
        Tunstall et al. (2022), Efficient few-shot learning without prompts, arXiv:2209.11055.
    """

    def logits(seed: int) -> Logits:
        encoder = Sentences()
        encoder.tune(_pairs(data, random.Random(seed)), seed)
        return _regressed(encoder.vectors(data.texts), encoder.vectors(shown), data, seed)

    return logits


def times_drawn(meetings: Sequence[str], seed: int) -> NDArray[np.int64]:
    """How often each piece counts: once, or as often as a draw of the meetings with replacement has it."""
    if seed == 0:
        return np.ones(len(meetings), dtype=np.int64)
    names, group = np.unique(np.array(meetings), return_inverse=True)
    drawn = np.random.default_rng(seed).integers(0, len(names), len(names))
    return np.bincount(drawn, minlength=len(names))[group]


def _regressed(own: Any, points: Any, data: Texts, seed: int) -> Logits:
    """Fit one regression of the modes and one a barrier."""
    from sklearn.linear_model import LogisticRegression

    times = times_drawn(data.meetings, seed)
    rows = np.flatnonzero(times)
    drawn, weights = own[rows], times[rows].astype(np.float64)

    def fitted(gold: NDArray[Any], solver: str) -> Any:
        plain = LogisticRegression(class_weight="balanced", max_iter=200, solver=solver, random_state=seed)
        return plain.fit(drawn, gold[rows], sample_weight=weights)

    mode = np.log(np.maximum(fitted(data.mode, "lbfgs").predict_proba(points), 1e-12))
    barriers = [fitted(gold, "liblinear").decision_function(points) for gold in data.flags.T]
    return mode.astype(np.float64), np.stack(barriers, axis=1).astype(np.float64)


def _pairs(data: Texts, rng: random.Random) -> list[tuple[str, str, float]]:
    chosen = {mode: rng.sample(list(np.flatnonzero(data.mode == mode)), 64) for mode in np.unique(data.mode)}
    pairs = []
    for mode, rows in chosen.items():
        others = [row for other, some in chosen.items() if other != mode for row in some]
        for row in rows:
            pairs += [(data.texts[row], data.texts[one], 1.0) for one in rng.sample(rows, 4)]
            pairs += [(data.texts[row], data.texts[one], 0.0) for one in rng.sample(others, 4)]
    rng.shuffle(pairs)
    return pairs


class Sentences:
    """The base encoder with mean pooling, as sentence-transformers uses it."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer

        self.bert = AutoModel.from_pretrained(base_folder(), local_files_only=True, add_pooling_layer=False)
        self.tokenizer = AutoTokenizer.from_pretrained(base_folder(), local_files_only=True)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, dim) of texts."""
        import torch

        found = np.zeros((len(texts), self.bert.config.hidden_size), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        self.bert.eval()
        with torch.no_grad():
            for start in range(0, len(order), _GROUP):
                own = order[start : start + _GROUP]
                found[own] = self._encoded([texts[number] for number in own]).numpy()
        return found

    def tune(self, pairs: Sequence[tuple[str, str, float]], seed: int) -> None:
        """Bring the cosine of pairs to 1 or 0."""
        import torch

        torch.manual_seed(seed)
        self.bert.train()
        optimizer = torch.optim.AdamW(self.bert.parameters(), lr=2e-5)
        for group in _groups(pairs, 16):
            both = self._encoded([text for first, second, _ in group for text in (first, second)])
            cosine = (both[0::2] * both[1::2]).sum(1)
            wanted = torch.tensor([like for _, _, like in group])
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(cosine, wanted).backward()
            optimizer.step()

    def _encoded(self, texts: list[str]) -> Any:
        import torch

        tokens = self.tokenizer(
            texts, truncation=True, max_length=_MAX_TOKENS, padding=True, return_tensors="pt"
        )
        with half_precision(self.bert.device):
            hidden = self.bert(**tokens).last_hidden_state.float()
        real = tokens["attention_mask"].unsqueeze(-1)
        return torch.nn.functional.normalize((hidden * real).sum(1) / real.sum(1), dim=-1)


def _groups(pairs: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(pairs), size):
        yield pairs[start : start + size]


CLASSIFIERS: dict[str, Callable[[Texts, Sequence[str]], Callable[[int], Logits]]] = {
    "TF-IDF + LR": tfidf,
    "frozen MiniLM + LR": frozen,
    "SetFit (MiniLM)": setfit,
}
