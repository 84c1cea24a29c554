"""What the sentences of the digest are written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Measured, Trend
from analyzer.trends.practices import Practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """An analysis without its findings, and what is needed to speak of it."""

    analysis: Analysis
    compared: Sequence[Measured]  # that may be compared, oldest first; all of them where none is dated
    codebook: Codebook
    practices: Mapping[str, Practice]
    by_id: Mapping[str, Measured]

    @property
    def latest(self) -> Measured:
        """The meeting that the digest speaks of."""
        return self.compared[-1]

    @property
    def previous(self) -> Measured | None:
        """The meeting that it is compared with, None where dates or meetings are wanting."""
        return self.compared[-2] if self.latest.meeting.date and len(self.compared) > 1 else None

    def trend(self, measure: str) -> Trend | None:
        """Find the trend of a measure."""
        return next((trend for trend in self.analysis.trends if trend.measure == measure), None)

    def measured(self, meeting: str) -> Measured:
        """Find a meeting by its id."""
        return self.by_id[meeting]


def figure_names(measure: str, *meetings: Measured) -> tuple[str, ...]:
    """Name a figure of some meetings, as findings do."""
    return tuple(f"{measured.meeting.id}:{measure}" for measured in meetings)
