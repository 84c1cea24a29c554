"""Small made series: what was said, with the labels taken as beliefs, measured by the real measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.meeting import measure
from analyzer.records.analysis import Measured
from analyzer.records.meeting import Locator, Meeting, MeetingKind, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece, Signals, Tagged

CODEBOOK = default_codebook()
SECONDS = 10  # that each utterance takes


@dataclass(frozen=True, kw_only=True)
class Said:
    """One piece as a test writes it; the mode is named by its role."""

    text: str
    speaker: str | None = "Ada"
    party: str | None = "Bank"
    mode: str = "transactional"
    barriers: tuple[str, ...] = ()
    topic: str | None = None


def made(
    said: Sequence[Said],
    *,
    name: str,
    day: date | None,
    series: str = "alpha",
    kind: MeetingKind = "transcript",
    timed: bool = True,
) -> Measured:
    """Measure one meeting in which each piece is what it is said to be."""
    people = sorted({(one.speaker, one.party) for one in said if one.speaker}, key=str)
    meeting = Meeting(
        id=name,
        series=series,
        title=f"Board {name}",
        date=day,
        kind=kind,
        language="en",
        parties=tuple(sorted({party for _, party in people if party})),
        people=tuple(Person(key=str(key), name=str(key), party=party) for key, party in people),
        utterances=tuple(
            Utterance(
                index=index,
                text=one.text,
                speaker=one.speaker,
                start=float(index * SECONDS) if timed else None,
                end=float((index + 1) * SECONDS) if timed else None,
                topic=one.topic,
                at=Locator(unit="row", number=index + 1),
            )
            for index, one in enumerate(said)
        ),
        source=Source(name=f"{name}.jsonl", sha256="0" * 64, format="jsonl", size=1),
    )
    n, modes, barriers = len(said), CODEBOOK.modes, CODEBOOK.barriers
    decided = np.array([modes.index(CODEBOOK.role(one.mode) or "") for one in said], dtype=np.int8)
    flags = np.array([[key in one.barriers for key in barriers] for one in said], dtype=np.bool_)
    flags = flags.reshape(n, len(barriers))
    beliefs = np.full((n, len(modes)), 0.02, dtype=np.float32)
    beliefs[np.arange(n), decided] = 0.94
    encoded = Encoded(
        meeting=meeting,
        pieces=tuple(
            Piece(utterance=index, number=0, start=0, end=len(one.text)) for index, one in enumerate(said)
        ),
        vectors=np.zeros((n, 4), dtype=np.float16),
        local=np.zeros((n, len(modes) + len(barriers)), dtype=np.float16),
        spans=np.zeros((n, len(modes) + len(barriers), 2), dtype=np.int32),
        model="made-0.1.0",
    )
    tagged = Tagged(
        encoded=encoded,
        beliefs={"mode": beliefs, "barrier": np.where(flags, 0.9, 0.02).astype(np.float32)},
        labels={"mode": modes, "barrier": barriers},
    )
    signals = Signals(mode=decided, flags=flags, corrected=np.zeros(n, dtype=np.bool_))
    return measure(tagged, signals, CODEBOOK)


def mixed(
    n: int = 100,
    *,
    circular: float = 0.0,
    generative: float = 0.0,
    barriers: dict[str, float] | None = None,
    parties: dict[str, float] | None = None,
    topics: Sequence[str] = ("one", "two"),
) -> list[Said]:
    """Make n pieces that hold shares of modes, barriers and parties, spread evenly over the meeting."""
    modes = _spread(n, {"circular": circular, "generative": generative}, "transactional")
    voices = _spread(n, parties or {}, "Bank")
    found: list[set[str]] = [set() for _ in range(n)]
    for key, share in (barriers or {}).items():
        for number, hit in enumerate(_spread(n, {key: share}, "")):
            found[number] |= {hit} - {""}
    return [
        Said(
            text=f"Words about {topics[number * len(topics) // n]} number {number}.",
            speaker=f"of {voices[number]}",
            party=voices[number],
            mode=modes[number],
            barriers=tuple(sorted(found[number])),
            topic=topics[number * len(topics) // n],
        )
        for number in range(n)
    ]


def _spread(n: int, shares: dict[str, float], rest: str) -> list[str]:
    counts = {key: round(share * n) for key, share in shares.items()}
    found, free = [rest] * n, list(range(n))
    for key, count in counts.items():
        step = len(free) / count if count else 0
        taken = [free[int(step * number)] for number in range(count)]
        for number in taken:
            found[number] = key
        free = [number for number in free if number not in set(taken)]
    return found


def made_series(meetings: Sequence[Sequence[Said]], *, dated: bool = True) -> list[Measured]:
    """Measure meetings m1, m2, ... held every four weeks."""
    return [
        made(
            said,
            name=f"m{number}",
            day=date(2025, 1, 6) + timedelta(weeks=4 * number) if dated else None,
        )
        for number, said in enumerate(meetings, start=1)
    ]


@pytest.fixture
def series() -> Callable[..., list[Measured]]:
    return made_series


@pytest.fixture
def mix() -> Callable[..., list[Said]]:
    return mixed


@pytest.fixture
def say() -> type[Said]:
    return Said


@pytest.fixture
def one_meeting() -> Callable[..., Measured]:
    return made
