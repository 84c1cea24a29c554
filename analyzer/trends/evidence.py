"""Which pieces show a thing best: the strongest beliefs first, where people have spoken before all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.trends.phrases import quoted

SHOWN = 5  # pieces behind a sentence
_TELLING = 6  # words that a piece needs to be quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A piece that shows something, with all that a sentence may say of it."""

    ref: str
    text: str
    party: str | None
    measured: Measured
    strength: float

    def quote(self, label: str | None) -> str:
        """Quote the piece; where it is long, from the sentence on that carries the label."""
        number = [piece.ref for piece in self.measured.tagged.pieces].index(self.ref.rpartition("#")[2])
        spans = self.measured.tagged.spans.get(number, ())
        start = next((span.start for span in spans if span.label == label), 0)
        return quoted(self.text, start)

    @property
    def is_telling(self) -> bool:
        """Say whether the piece is long enough to be quoted by itself."""
        return len(self.text.split()) >= _TELLING


def of_mode(measured: Measured, key: str, codebook: Codebook) -> list[Shown]:
    """Give the pieces of a meeting that are decided to be of a mode, strongest first."""
    column = codebook.modes.index(key)
    numbers = np.flatnonzero(measured.signals.mode == column)
    return ranked(shown(measured, int(n), measured.tagged.beliefs["mode"][n, column]) for n in numbers)


def of_barrier(measured: Measured, key: str, codebook: Codebook) -> list[Shown]:
    """Give the pieces of a meeting that voice a barrier, strongest first."""
    column = codebook.barriers.index(key)
    numbers = np.flatnonzero(measured.signals.flags[:, column])
    return ranked(shown(measured, int(n), measured.tagged.beliefs["barrier"][n, column]) for n in numbers)


def of_topic(meetings: Sequence[Measured], topic: str, codebook: Codebook) -> list[Shown]:
    """Give the circular pieces on a topic, strongest first; where there are none, what it began with."""
    key = codebook.role("circular")
    found: list[Shown] = []
    openings: list[Shown] = []
    for measured in meetings:
        numbers = [number for number, found_key in enumerate(measured.topics) if found_key == topic]
        openings += [shown(measured, number, 0.0) for number in numbers[:1]]
        if key is not None:
            column, beliefs = codebook.modes.index(key), measured.tagged.beliefs["mode"]
            found += [
                shown(measured, number, beliefs[number, column])
                for number in numbers
                if measured.signals.mode[number] == column
            ]
    return ranked(found) or openings


def shown(measured: Measured, number: int, belief: float) -> Shown:
    """Lay out one piece; what a person decided is stronger than any belief."""
    return Shown(
        ref=measured.tagged.encoded.ref(number),
        text=measured.tagged.encoded.text(number),
        party=measured.meeting.party_of(measured.tagged.utterance(number)),
        measured=measured,
        strength=1.0 if measured.signals.corrected[number] else float(belief),
    )


def ranked(pieces: Iterable[Shown]) -> list[Shown]:
    """Order pieces by strength, in steps of a hundredth, those that can be quoted first among equals."""
    return sorted(pieces, key=lambda piece: (not piece.is_telling, -round(piece.strength, 2)))


def refs(pieces: Sequence[Shown], limit: int = SHOWN) -> tuple[str, ...]:
    """Name the first pieces."""
    return tuple(piece.ref for piece in pieces[:limit])
