"""Small tagged meetings, written as what is said: one row a piece, with its label taken as decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance, UtteranceKind
from analyzer.records.tagged import UNSURE, Encoded, Piece, Signals, Tagged

CODEBOOK = default_codebook()


@dataclass(frozen=True, kw_only=True)
class Said:
    """One utterance of one piece; `speaker` is unknown where it is empty, `party` likewise."""

    text: str = "we keep to the plan of last week"
    speaker: str = ""
    party: str = ""
    mode: str = CODEBOOK.modes[0]
    barriers: tuple[str, ...] = ()
    is_unsure: bool = False
    is_corrected: bool = False
    kind: UtteranceKind = "speech"
    start: float | None = None
    end: float | None = None
    returns_to: int | None = None  # row
    vector: tuple[float, float] = (1.0, 0.0)


Made = tuple[Tagged, Signals]


@pytest.fixture
def said() -> type[Said]:
    return Said


@pytest.fixture
def made() -> Callable[..., Made]:
    """Build a meeting from rows: `made([said(...), ...], kind="minutes")` gives (tagged, signals)."""
    return make


def make(rows: Sequence[Said], *, parties: tuple[str, ...] = (), **more: Any) -> Made:
    people = {row.speaker: row.party or None for row in rows if row.speaker}
    named = {party for party in people.values() if party}
    meeting = Meeting(
        id="alpha-1",
        series="alpha",
        language="en",
        parties=tuple(sorted(named | set(parties))),
        people=tuple(Person(key=key, name=key, party=party) for key, party in people.items()),
        utterances=tuple(
            Utterance(
                index=index,
                text=row.text,
                speaker=row.speaker or None,
                kind=row.kind,
                start=row.start,
                end=row.end,
                at=Locator(unit="line", number=index + 1),
            )
            for index, row in enumerate(rows)
        ),
        source=Source(name="alpha-1.txt", sha256="0" * 64, format="text", size=1),
        **more,
    )
    n, modes, barriers = len(rows), CODEBOOK.modes, CODEBOOK.barriers
    columns = np.array([modes.index(row.mode) for row in rows], dtype=np.int8)
    labels = len(modes) + len(barriers)
    flags = np.array([[key in row.barriers for key in barriers] for row in rows], dtype=np.bool_)
    beliefs = np.full((n, len(modes)), 0.1, dtype=np.float32)
    beliefs[np.arange(n), columns] = 0.7
    tagged = Tagged(
        encoded=Encoded(
            meeting=meeting,
            pieces=tuple(Piece(utterance=i, number=0, start=0, end=len(r.text)) for i, r in enumerate(rows)),
            vectors=np.array([row.vector for row in rows], dtype=np.float16).reshape(n, 2),
            local=np.zeros((n, labels), dtype=np.float16),
            spans=np.zeros((n, labels, 2), dtype=np.int32),
            model="made-1.0.0",
        ),
        beliefs={"mode": beliefs, "barrier": flags.reshape(n, len(barriers)).astype(np.float32)},
        labels={"mode": modes, "barrier": barriers},
        returns={i: f"alpha-1#{r.returns_to}.0" for i, r in enumerate(rows) if r.returns_to is not None},
    )
    unsure = np.array([row.is_unsure for row in rows], dtype=np.bool_)
    signals = Signals(
        mode=np.where(unsure, UNSURE, columns).astype(np.int8),
        flags=flags.reshape(n, len(barriers)),
        corrected=np.array([row.is_corrected for row in rows], dtype=np.bool_),
    )
    return tagged, signals
