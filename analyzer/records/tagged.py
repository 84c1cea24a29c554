"""What is believed about each piece (`Tagged`), and what is asserted of it (`Signals`).

Belief is a probability from a model; a signal is a decision made from it by a policy or a person.
They are kept apart so that a corrected label or a new policy re-measures and never re-tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import Meeting, Utterance

UNSURE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """At most 80 words of one utterance: `text[start:end]` of utterance `utterance`."""

    utterance: int  # index of the utterance in its meeting
    number: int  # counts from 0 within the utterance
    start: int
    end: int

    @property
    def ref(self) -> str:
        """Name the piece within its meeting, as in `meeting#index.piece`."""
        return f"{self.utterance}.{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The words that carry a belief: character offsets into the piece's text."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A meeting after the costly half of tagging; depends on nothing but its own text."""

    meeting: Meeting
    pieces: tuple[Piece, ...]
    vectors: NDArray[np.float16]  # (pieces, dim), unit length
    local: NDArray[np.float16]  # (pieces, labels) logits of the piece read alone
    spans: NDArray[np.int32]  # (pieces, labels, 2) best evidence of each label, characters
    model: str
    # (pieces, labels) logits of the piece read among its neighbours; no columns where the model cannot
    in_context: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float16))

    def text(self, number: int) -> str:
        """Give the text of piece `number` (0-based within the meeting)."""
        piece = self.pieces[number]
        return self.meeting.utterances[piece.utterance].text[piece.start : piece.end]

    def ref(self, number: int) -> str:
        """Name a piece across meetings: `meeting#index.piece`."""
        return f"{self.meeting.id}#{self.pieces[number].ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was said in earlier meetings of the series: vectors, never decisions. Bounded."""

    vectors: NDArray[np.float16]  # (remembered, dim), oldest first
    refs: tuple[str, ...] = ()  # `meeting#index.piece` of each
    limit: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Calibrated beliefs about each piece of a meeting.

    `beliefs["mode"]` is (pieces, modes), rows sum to 1; `beliefs["barrier"]` is (pieces, barriers),
    each column a probability of its own. Columns are in codebook order, and `labels` names them:
    `labels["mode"]`, `labels["barrier"]`, so that records can be read without the codebook.
    """

    encoded: Encoded
    beliefs: Mapping[str, NDArray[np.float32]]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # task -> keys, column order
    spans: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)  # piece number -> evidence
    returns: Mapping[int, str] = field(default_factory=dict)  # piece number -> earlier piece's ref
    key: str = ""  # chain hash: content, model, codebook, key of the meeting before

    @property
    def meeting(self) -> Meeting:
        """The meeting that was tagged."""
        return self.encoded.meeting

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces judged, in order."""
        return self.encoded.pieces

    def utterance(self, number: int) -> Utterance:
        """The utterance that piece `number` belongs to."""
        return self.meeting.utterances[self.pieces[number].utterance]

    def __len__(self) -> int:
        return len(self.encoded.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """From belief to signal: data, not code; ships beside the weights as policy.json."""

    thresholds: Mapping[str, float]  # label -> belief from which it is flagged (barriers)
    unsure_below: float  # a mode whose share after the offsets is less than this is unsure
    mode_offsets: Mapping[str, float] = field(default_factory=dict)  # added to log belief


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's word against the model's. Appended, never edited."""

    piece: str  # `meeting#index.piece`
    label: str  # a mode or barrier key
    value: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is asserted of each piece."""

    mode: NDArray[np.int8]  # (pieces,) column in the codebook's modes, UNSURE where not decided
    flags: NDArray[np.bool_]  # (pieces, barriers)
    corrected: NDArray[np.bool_]  # (pieces,) a person decided
    leaning: NDArray[np.int8] | None = None  # (pieces,) the mode that would be asserted if none were unsure


def leanings(tagged: Tagged, signals: Signals) -> NDArray[np.intp]:
    """Give each piece's asserted mode; where it is unsure, the one the policy leans to.

    Signals that do not say what they lean to are taken to lean to the likeliest mode.
    """
    if not len(tagged):
        return np.zeros(0, dtype=np.intp)
    leaning = tagged.beliefs["mode"].argmax(axis=1) if signals.leaning is None else signals.leaning
    modes: NDArray[np.intp] = np.where(signals.mode == UNSURE, leaning, signals.mode).astype(np.intp)
    return modes


Row = dict[str, Any]
