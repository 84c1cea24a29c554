"""What is concluded: one meeting measured, a series of meetings analysed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from analyzer.records.figures import Figure
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Signals, Tagged

Verdict = Literal["rising", "falling", "steady", "too few to tell"]
TopicStatus = Literal["opened", "revisited", "deferred", "decided"]
FindingKind = Literal["change", "loop", "barrier", "idea", "next", "practice"]
Uptake = Literal["same party", "other party", "nobody"]
Fate = Literal["built on", "adopted", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A source that could not be analysed: one sentence in three parts, and the stage it failed in."""

    what: str
    where: str
    remedy: str
    stage: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One meeting with its signals and figures.

    `figures` is keyed by measure name: `share_<mode>`, `rate_<barrier>`, `talk_share:<party>`, ...
    `topics` names, for each piece, the key of the topic it belongs to, None where unknown.
    """

    tagged: Tagged
    signals: Signals
    figures: Mapping[str, Figure]
    topics: tuple[str | None, ...] = ()

    @property
    def meeting(self) -> Meeting:
        """The meeting that was measured."""
        return self.tagged.meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A level shift: the mean of a measure before the meeting, and from it on."""

    meeting: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One measure over the dated meetings of a series, oldest first. Slope is per meeting."""

    measure: str
    points: tuple[tuple[str, Figure], ...]  # (meeting id, figure)
    slope: Figure
    changes: tuple[Change, ...] = ()
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMeeting:
    """A topic in one meeting: a row of topics.parquet."""

    topic: str
    label: str
    meeting: str
    words: int
    person_minutes: float | None  # None where the meeting has no times
    pieces: int
    circular: int
    status: TopicStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A topic that came back: where, at what cost, and whether it was ever decided.

    `since` is the first meeting after its last decision, or at all; None where it stands decided.
    """

    topic: str
    label: str
    meetings: tuple[str, ...]
    words: int
    person_minutes: float | None
    circular: int
    status: TopicStatus
    reopened_by: tuple[str, ...] = ()  # parties
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """How many topics a party was the first to bring up, and the share of them that stand decided."""

    party: str
    topics: int
    decided: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A piece that gives somebody something to do, and the pieces of later meetings that say it is not done.

    `party` is the party that says it. `came_back` is empty where nothing more is heard of it.
    """

    piece: str
    party: str | None
    topic: str | None
    came_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A generative piece, with the mode's belief, and what came of it.

    `built_on` holds the later pieces that go on with it, near first. An idea is adopted where such a
    piece, in its own meeting or a later one, decides or gives out work; dropped where nobody goes on with
    it; None where it is too early to tell.
    """

    piece: str
    party: str | None
    belief: float
    taken_up_by: str | None = None  # a party; None where nobody is seen to take it up
    uptake: Uptake = "nobody"
    fate: Fate | None = None
    built_on: tuple[str, ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that asks for attention now."""

    kind: str
    meeting: str
    measure: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence of the digest, the figures it uses and the pieces that show it.

    `kind` says under which heading of the digest it belongs, None where under none. `reworded_from` is the
    sentence as it was written from the figures, where a language model reworded it.
    """

    sentence: str
    figures: tuple[str, ...]  # `meeting:measure` or `measure`
    pieces: tuple[str, ...]
    kind: FindingKind | None = None
    reworded_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One series and measure beside other series: as measured, and drawn towards what all have in common.

    `weight` is how much its own meetings count in `shrunk`, from 0 to 1; 1 where nothing was drawn.
    """

    series: str
    measure: str
    own: Figure
    shrunk: Figure
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All that is concluded about one series, meetings oldest first, undated ones last."""

    series: str
    meetings: tuple[Measured, ...]
    trends: tuple[Trend, ...] = ()
    topic_trends: tuple[Trend, ...] = ()  # their measures are `topic:measure`
    topics: tuple[TopicMeeting, ...] = ()
    loops: tuple[Loop, ...] = ()
    raised: tuple[Raised, ...] = ()
    actions: tuple[Action, ...] = ()
    ideas: tuple[Idea, ...] = ()
    alerts: tuple[Alert, ...] = ()
    findings: tuple[Finding, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)

    def to_frame(self, table: Literal["utterances", "meetings", "topics"] = "utterances") -> Any:
        """Give one of the three result tables as a pandas DataFrame (columns: `analyzer.tables`)."""
        from analyzer.records.frames import analysis_frame

        return analysis_frame(self, table)


class InOrder(Sequence[Analysis]):
    """Analyses by series that need not be in memory: each walk may read them anew."""


def by_series(analyses: Iterable[Analysis]) -> Sequence[Analysis]:
    """Give analyses in the order of their series' names."""
    if isinstance(analyses, InOrder):
        return analyses
    return sorted(analyses, key=lambda analysis: analysis.series)
