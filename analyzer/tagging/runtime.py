"""The graphs of a model, run by onnxruntime; the only importer of onnxruntime and tokenizers.

Results may not depend on the company a piece is judged in. So a piece is always padded to the same
length, a fixed bucket of its own token count, and batches hold one bucket only; how many pieces a
batch holds changes no byte (tests/tagging/test_runtime.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.errors import ModelDamaged
from analyzer.tagging.evidence import best_spans
from analyzer.tagging.models import ModelFolder
from analyzer.tagging.windows import LETTERS, Marks, Plan, Window, windows

BUCKET = 8  # tokens; padding costs less than the batches that exact lengths would need
BATCH_TOKENS = 1024  # of a batch, padding included; the states of more do not fit the cache
CHUNK = 1024  # pieces judged in one pass, before overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the encoder says of texts read alone."""

    vectors: NDArray[np.float16]  # (texts, dim), unit length
    local: NDArray[np.float16]  # (texts, labels) logits
    spans: NDArray[np.int32]  # (texts, labels, 2) characters


@dataclass(frozen=True, slots=True)
class _Tokens:
    text: int  # place among the texts
    ids: Sequence[int]
    offsets: Sequence[tuple[int, int]]

    @property
    def bucket(self) -> int:
        return -(-len(self.ids) // BUCKET) * BUCKET


class Runtime:
    """Open sessions of one model on the CPU.

    Args:
        folder: a verified model.
        threads: threads of one operation; None takes one a core. Changes speed, never bytes.

    Raises:
        ModelDamaged: if a graph or the tokenizer cannot be loaded although its hash is right.
    """

    def __init__(self, folder: ModelFolder, *, threads: int | None = None) -> None:
        self._config: Mapping[str, Any] = folder.config
        self._threads = threads or os.cpu_count() or 1
        self._tokenizer = _open_tokenizer(folder.tokenizer, int(self._config["encoder"]["max_tokens"]))
        self._padding = self._tokenizer.token_to_id("[PAD]") or 0
        self._encoder = _open_session(folder.encoder, self._threads)
        self._judge = _open_session(folder.judge, self._threads)
        self._neighbours = _Neighbours(folder, self._threads) if folder.reader else None
        self._labels = len(folder.codebook.labels)
        self._modes = len(folder.codebook.modes)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._config["encoder"]["dim"])

    def read(self, texts: Sequence[str], tell: Callable[[int, int], None] | None = None) -> Read:
        """Read each text alone; equal texts are read once.

        Args:
            texts: pieces, in any order; tokens after the model's maximum are not seen.
            tell: called before each batch with how many distinct texts are read, and of how many; what it
                raises ends the reading.
        """
        place: dict[str, int] = {}  # text -> row of the distinct texts
        rows = [place.setdefault(text, len(place)) for text in texts]
        distinct = list(place)
        vectors = np.zeros((len(distinct), self.dim), dtype=np.float16)
        local = np.zeros((len(distinct), self._labels), dtype=np.float16)
        spans = np.zeros((len(distinct), self._labels, 2), dtype=np.int32)
        done = 0
        for batch in _batches(self._tokenized(distinct)):
            if tell is not None:
                tell(done, len(distinct))
            done += len(batch)
            ids, mask = self._padded(batch)
            vector, token_scores, logits = self._encoder.run(
                ["vector", "token_scores", "local"], {"input_ids": ids, "attention_mask": mask}
            )  # (batch, dim), (batch, tokens, labels), (batch, labels)
            numbers = [tokens.text for tokens in batch]
            vectors[numbers], local[numbers] = vector, logits
            for tokens, scores in zip(batch, token_scores, strict=True):
                offsets = np.asarray(tokens.offsets, dtype=np.int32)
                spans[tokens.text] = best_spans(distinct[tokens.text], offsets, scores[: len(offsets)])
        return Read(vectors=vectors[rows], local=local[rows], spans=spans[rows])

    def judge(
        self,
        vectors: NDArray[np.floating],
        local: NDArray[np.floating],
        features: NDArray[np.float32],
        *,
        chunk: int = CHUNK,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Judge the pieces of one meeting, in order.

        Args:
            vectors: (pieces, dim).
            local: (pieces, labels).
            features: (pieces, features).
            chunk: pieces a pass; each pass sees so many pieces before its own as the judge looks back,
                so the result is that of one pass.

        Returns:
            Logits: (pieces, modes) and (pieces, barriers).
        """
        count = len(vectors)
        mode = np.zeros((count, self._modes), dtype=np.float32)
        barrier = np.zeros((count, self._labels - self._modes), dtype=np.float32)
        look_back = int(self._config["judge"]["band"]) * int(self._config["judge"]["layers"])
        inputs = {"vectors": vectors, "local": local, "features": features}
        for start in range(0, count, chunk):
            first = max(0, start - look_back)
            seen = {name: array[first : start + chunk].astype(np.float32) for name, array in inputs.items()}
            modes, barriers = self._judge.run(["mode", "barrier"], seen)
            mode[start : start + chunk] = modes[start - first :]
            barrier[start : start + chunk] = barriers[start - first :]
        return mode, barrier

    def read_in_context(
        self,
        texts: Sequence[str],
        speakers: Sequence[str | None],
        tell: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float16]:
        """Read the pieces of one meeting among their neighbours, where the model has a reader that does.

        Args:
            texts: pieces, in order.
            speakers: key of each piece's speaker, None where unknown.
            tell: called before each window with how many pieces are read, and of how many; what it raises
                ends the reading.

        Returns:
            Logits (pieces, labels); without columns where the model reads pieces alone only.
        """
        if self._neighbours is None:
            return np.zeros((len(texts), 0), dtype=np.float16)
        found = np.zeros((len(texts), self._labels), dtype=np.float16)
        for numbers, logits in self._neighbours.read(texts, speakers):
            if tell is not None:
                tell(numbers[0], len(texts))
            found[numbers] = logits
        return found

    def _tokenized(self, texts: Sequence[str]) -> list[_Tokens]:
        encodings = self._tokenizer.encode_batch(_clean(texts))
        return [_Tokens(number, encoding.ids, encoding.offsets) for number, encoding in enumerate(encodings)]

    def _padded(self, batch: Sequence[_Tokens]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        shape = (len(batch), batch[0].bucket)
        ids = np.full(shape, self._padding, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens.ids)] = tokens.ids
            mask[row, : len(tokens.ids)] = 1
        return ids, mask


class _Neighbours:
    """The graph that reads windows, one at a time: so the bytes of a window are its own."""

    def __init__(self, folder: ModelFolder, threads: int) -> None:
        reader = folder.config["reader"]
        self._plan = Plan(**reader["plan"])
        self._tokenizer = _open_tokenizer(folder.path / reader["tokenizer"], self._plan.piece)
        self._marks = marks_of(self._tokenizer)
        self._session = _open_session(folder.path / reader["file"], threads)

    def read(
        self, texts: Sequence[str], speakers: Sequence[str | None]
    ) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Give the numbers and logits (pieces, labels) of the pieces that each window judges."""
        encodings = self._tokenizer.encode_batch(_clean(texts), add_special_tokens=False)
        for window in windows([encoding.ids for encoding in encodings], speakers, self._plan, self._marks):
            pool, last = pooled(window)
            (logits,) = self._session.run(
                ["logits"], {"input_ids": np.array([window.ids], dtype=np.int64), "pool": pool, "last": last}
            )
            yield [number for number, _, _ in window.judged], logits


def marks_of(tokenizer: Any) -> Marks:
    """Give the tokens that lay a window out, in the vocabulary of a tokenizer."""

    def ids(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    start, close = tokenizer.encode("").ids  # what it puts around a text
    return Marks(
        start=start, close=close, speakers=[ids(f"{letter}:") for letter in LETTERS], nobody=ids("?:")
    )


def pooled(window: Window) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Give what takes the mean of each judged piece, (pieces, tokens), and the place of its closing mark."""
    pool = np.zeros((len(window.judged), len(window.ids)), dtype=np.float32)
    for row, (_, begin, close) in enumerate(window.judged):
        pool[row, begin:close] = 1.0 / max(1, close - begin)
    return pool, np.array([close for _, _, close in window.judged], dtype=np.int64)


def _clean(texts: Sequence[str]) -> list[str]:
    # Half a character (a lone surrogate) has no UTF-8; "?" in its place keeps all offsets.
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _batches(tokenized: Sequence[_Tokens]) -> Iterator[list[_Tokens]]:
    """Group by bucket, shortest first, then in order of appearance: a rule without chance in it."""
    for bucket, group in groupby(sorted(tokenized, key=lambda tokens: tokens.bucket), lambda t: t.bucket):
        members = list(group)
        size = max(1, BATCH_TOKENS // bucket)
        for start in range(0, len(members), size):
            yield members[start : start + size]


def _open_session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no base of their own
        raise _damaged(path, error) from error


def _open_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise _damaged(path, error) from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _damaged(path: Path, error: Exception) -> ModelDamaged:
    return ModelDamaged(
        what=f"the file cannot be loaded ({type(error).__name__}: {error})",
        where=str(path),
        remedy="export or install the model again",
    )
