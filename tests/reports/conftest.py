"""Small made analyses: what was said, with the labels taken as beliefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import (
    Alert,
    Analysis,
    Change,
    Finding,
    Idea,
    Loop,
    Measured,
    TopicMeeting,
    Trend,
)
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.meeting import Locator, Meeting, Notice, Person, Source, Utterance
from analyzer.records.tagged import UNSURE, Encoded, Piece, Signals, Span, Tagged


@dataclass(frozen=True, kw_only=True)
class Said:
    """One piece as a test writes it."""

    text: str
    speaker: str | None = None
    party: str | None = None
    mode: str = ""
    barriers: tuple[str, ...] = ()
    unsure: bool = False
    topic: str | None = None
    returns_to: str | None = None


def made_meeting(
    name: str, said: Sequence[Said], *, series: str, day: date | None, title: str | None = None
) -> Meeting:
    people = sorted({(row.speaker, row.party) for row in said if row.speaker})
    utterances = tuple(
        Utterance(
            index=index,
            text=row.text,
            speaker=row.speaker,
            topic=row.topic,
            start=index * 10.0,
            end=index * 10.0 + 8,
            at=Locator(unit="cue", number=index + 1),
        )
        for index, row in enumerate(said)
    )
    return Meeting(
        id=name,
        series=series,
        title=title,
        date=day,
        language="en",
        parties=tuple(sorted({party for _, party in people if party})),
        people=tuple(Person(key=str(key), name=str(key), party=party) for key, party in people),
        utterances=utterances,
        notices=(Notice(reason="cue without text", at=Locator(unit="cue", number=7), count=2),),
        source=Source(name=f"{series}/{name}.vtt", sha256="0" * 64, format="webvtt", size=1000),
    )


def share(count: int, total: int) -> Figure:
    """Give Wilson's interval, so that the picture looks like a real one."""
    if total == 0:
        return Unknown(reason="no pieces were judged")
    p, z = count / total, 1.96
    middle, scale = p + z * z / (2 * total), 1 + z * z / total
    half = z * sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return Estimate(value=p, low=max(0.0, (middle - half) / scale), high=(middle + half) / scale, n=total)


def made_measured(meeting: Meeting, said: Sequence[Said]) -> Measured:
    codebook = default_codebook()
    modes, barriers = codebook.modes, codebook.barriers
    n = len(said)
    mode_beliefs = np.full((n, len(modes)), 0.1 / max(1, len(modes) - 1), dtype=np.float32)
    barrier_beliefs = np.full((n, len(barriers)), 0.02, dtype=np.float32)
    decided, flags = np.zeros(n, dtype=np.int8), np.zeros((n, len(barriers)), dtype=np.bool_)
    spans: dict[int, tuple[Span, ...]] = {}
    for number, row in enumerate(said):
        column = modes.index(row.mode) if row.mode else 0
        mode_beliefs[number, column] = 0.9
        decided[number] = UNSURE if row.unsure else column
        for key in row.barriers:
            flags[number, barriers.index(key)] = True
            barrier_beliefs[number, barriers.index(key)] = 0.55 + 0.4 * ((number * 7) % 10) / 10
        words = min(len(row.text), 40)
        spans[number] = tuple(Span(label=key, start=words // 4, end=words) for key in row.barriers)
    pieces = tuple(
        Piece(utterance=index, number=0, start=0, end=len(row.text)) for index, row in enumerate(said)
    )
    encoded = Encoded(
        meeting=meeting,
        pieces=pieces,
        vectors=np.zeros((n, 4), dtype=np.float16),
        local=np.zeros((n, len(modes) + len(barriers)), dtype=np.float16),
        spans=np.zeros((n, len(modes) + len(barriers), 2), dtype=np.int32),
        model="made-0.1.0",
    )
    figures: dict[str, Figure] = {
        f"share_{key}": share(sum(row.mode == key and not row.unsure for row in said), n) for key in modes
    }
    figures["share_unsure"] = share(sum(row.unsure for row in said), n)
    figures |= {f"rate_{key}": share(sum(key in row.barriers for row in said), n) for key in barriers}
    figures["rate_any_barrier"] = share(sum(bool(row.barriers) for row in said), n)
    figures |= {
        f"talk_share:{party}": share(sum(row.party == party for row in said), n) for party in meeting.parties
    }
    tagged = Tagged(
        encoded=encoded,
        beliefs={"mode": mode_beliefs, "barrier": barrier_beliefs},
        labels={"mode": modes, "barrier": barriers},
        spans=spans,
        returns={number: row.returns_to for number, row in enumerate(said) if row.returns_to},
    )
    signals = Signals(mode=decided, flags=flags, corrected=np.zeros(n, dtype=np.bool_))
    return Measured(tagged=tagged, signals=signals, figures=figures, topics=tuple(row.topic for row in said))


def made_trend(measure: str, meetings: Sequence[Measured]) -> Trend:
    points = tuple((measured.meeting.id, measured.figures[measure]) for measured in meetings)
    if len(points) < 6:
        slope: Figure = Unknown(reason="fewer than 6 dated meetings")
        return Trend(measure=measure, points=points, slope=slope, verdict="too few to tell")
    slope = Estimate(value=0.021, low=-0.004, high=0.05, n=len(points))
    change = Change(meeting=points[3][0], before=0.2, after=0.1)
    return Trend(measure=measure, points=points, slope=slope, changes=(change,), verdict="steady")


def made_analysis(series: str, meetings: Sequence[Measured], **more: Any) -> Analysis:
    codebook = default_codebook()
    measures = [f"share_{key}" for key in codebook.modes] + [f"rate_{key}" for key in codebook.barriers]
    trends = tuple(made_trend(measure, meetings) for measure in measures) if meetings else ()
    return Analysis(series=series, meetings=tuple(meetings), trends=trends, **more)


@pytest.fixture
def build() -> Callable[..., Analysis]:
    """Build an analysis from what is said in each meeting: `build([[Said, ...], ...])`."""

    def builder(
        meetings: Sequence[Sequence[Said]], *, series: str = "Alpha", dated: bool = True, **more: Any
    ) -> Analysis:
        days = [date(2025, 1 + number % 12, 6) if dated else None for number in range(len(meetings))]
        return made_analysis(
            series,
            [
                made_measured(
                    made_meeting(f"m{number}", said, series=series, day=day, title=f"Board {number}"), said
                )
                for number, (said, day) in enumerate(zip(meetings, days, strict=True), start=1)
            ],
            **more,
        )

    return builder


@pytest.fixture
def said() -> type[Said]:
    return Said


@pytest.fixture
def small(build: Callable[..., Analysis]) -> Analysis:
    """Two meetings in which everything occurs once."""
    transactional, circular, generative, procedural = default_codebook().modes
    trust, power = default_codebook().barriers[:2]
    first = [
        Said(text="Good morning.", speaker="Ada", party="Bank", mode=procedural),
        Said(text="The report was late again.", speaker="Bo", party="Vendor", mode=transactional,
             topic="report"),
        Said(text="We do not believe your numbers any more.", speaker="Ada", party="Bank",
             mode=transactional, barriers=(trust,), topic="report"),
        Said(text="Hm.", speaker=None, mode=procedural, unsure=True),
    ]  # fmt: skip
    second = [
        Said(text="As I said, the report was late.", speaker="Bo", party="Vendor", mode=circular,
             returns_to="m1#1.0", topic="report"),
        Said(text="What if both of us wrote it together?", speaker="Ada", party="Bank", mode=generative),
        Said(text="You decide that without us.", speaker="Bo", party="Vendor", mode=transactional,
             barriers=(trust, power), topic="report"),
    ]  # fmt: skip
    return build(
        [first, second],
        topics=(
            TopicMeeting(topic="report", label="the report", meeting="m1", words=13, person_minutes=1.5,
                         pieces=2, circular=0, status="opened"),
            TopicMeeting(topic="report", label="the report", meeting="m2", words=12, person_minutes=None,
                         pieces=2, circular=1, status="revisited"),
        ),
        loops=(
            Loop(topic="report", label="the report", meetings=("m1", "m2"), words=25, person_minutes=None,
                 circular=1, status="revisited", reopened_by=("Vendor",)),
        ),
        ideas=(Idea(piece="m2#1.0", party="Bank", belief=0.9, taken_up_by=None),),
        alerts=(Alert(kind="barrier", meeting="m2", measure=f"rate_{trust}",
                      sentence="Trust is asked for."),),
        findings=(
            Finding(sentence="The report came back.", figures=(f"m2:share_{circular}",), pieces=("m2#0.0",)),
        ),
        run={"model": "made-0.1.0"},
    )  # fmt: skip
