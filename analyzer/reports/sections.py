"""What the report says of one series, section by section, as plain values for the templates.

Nothing is computed here that is not counting or choosing: figures and verdicts come from the
analysis, and whatever is left out is counted.
"""

from __future__ import annotations

from typing import Any

from analyzer.records.analysis import Finding, Measured, Trend
from analyzer.records.figures import Estimate
from analyzer.reports.drilldown import Drilldown
from analyzer.reports.pieces import PieceView
from analyzer.reports.views import FigureView, figure_view
from analyzer.reports.words import day, measure_name, meeting_name, percent, points


class Sections(Drilldown):
    """The sections of one series, read by the template as attributes."""

    @property
    def findings(self) -> list[tuple[Finding, list[PieceView]]]:
        """Sentences of the digest, each with the pieces that show it."""
        return [(finding, self.book.views(finding.pieces[:5])) for finding in self.analysis.findings]

    @property
    def _compared(self) -> list[tuple[int, Measured]]:
        # First and latest should be of a kind: a mail thread of three pieces is no meeting.
        dated = [pair for pair in self.shown if pair[1].meeting.date] or self.shown
        return [pair for pair in dated if pair[1].meeting.kind != "email"] or dated

    @property
    def latest(self) -> str:
        """Name the meeting that the key figures are of."""
        dated = self._compared
        meeting = dated[-1][1].meeting
        return f"{meeting_name(meeting)}, {day(meeting.date)}"

    @property
    def key_figures(self) -> list[dict[str, Any]]:
        """The few figures to see first: the latest dated meeting, with the first one beside it."""
        dated = self._compared
        if not dated:
            return []
        (first_place, first), (last_place, last) = dated[0], dated[-1]
        measures = [
            f"share_{key}" for role in ("circular", "generative") if (key := self.codebook.role(role))
        ]
        tiles = []
        for measure in [*measures, "rate_any_barrier"]:
            if not any(measure in measured.figures for _, measured in dated):
                continue
            trend = self.trend(measure)
            tiles.append(
                {
                    "now": self._meeting_figure(last_place, last, measure),
                    "then": None if first is last else self._meeting_figure(first_place, first, measure),
                    "first": day(first.meeting.date),
                    "verdict": trend.verdict if trend else None,
                }
            )
        return tiles

    def trend(self, measure: str) -> Trend | None:
        """Find the trend of a measure."""
        return next((trend for trend in self.analysis.trends if trend.measure == measure), None)

    def role_trend(self, role: str) -> Trend | None:
        """Find the trend of the share of the mode that plays a role."""
        key = self.codebook.role(role)
        return self.trend(f"share_{key}") if key else None

    def role_figure(self, role: str) -> FigureView:
        """Give the latest meeting's share of the mode that plays a role."""
        key = self.codebook.role(role)
        dated = self._compared
        if key is None or not dated:
            return figure_view(role, None)
        return self._meeting_figure(*dated[-1], f"share_{key}")

    def when(self, measured: Measured) -> str:
        """Date a meeting."""
        return day(measured.meeting.date)

    def _meeting_figure(self, place: int, measured: Measured, measure: str) -> FigureView:
        key = measure.partition("_")[2]
        anchor, style = self.book.meeting_anchor(place), ""
        if key in self.codebook.modes and measure.startswith("share_"):
            style = f"mode-{self.codebook.modes.index(key)}"
            anchor = self.mode_anchor(key, place, measured) or anchor
        elif key in self.codebook.barriers:
            anchor = self.barrier_anchor(f"{key}@{measured.meeting.id}") or anchor
        name = measure_name(measure, self.codebook)
        return figure_view(name, measured.figures.get(measure), anchor, style)

    @property
    def mix(self) -> list[dict[str, Any]]:
        """A row a meeting: the share of each mode with its interval."""
        measures = [f"share_{key}" for key in self.codebook.modes]
        return [
            {
                "anchor": self.book.meeting_anchor(place),
                "when": day(measured.meeting.date),
                "name": meeting_name(measured.meeting),
                "figures": [self._meeting_figure(place, measured, measure) for measure in measures],
            }
            for place, measured in self.shown
        ]

    @property
    def barrier_table(self) -> list[dict[str, Any]]:
        """A row a barrier: count and rate in each meeting."""
        return [
            {
                "name": label.name,
                "cells": [
                    (
                        int(measured.signals.flags[:, column].sum()),
                        self._meeting_figure(place, measured, f"rate_{label.key}"),
                    )
                    for place, measured in self.shown
                ],
            }
            for column, label in enumerate(self.codebook.task("barrier").labels)
        ]

    @property
    def trends(self) -> list[dict[str, Any]]:
        """A row a measure: verdict, slope in points a meeting, level shifts."""
        rows = []
        names = {measured.meeting.id: measured.meeting for measured in self.analysis.meetings}
        for trend in self.analysis.trends:
            slope = trend.slope
            rows.append(
                {
                    "name": measure_name(trend.measure, self.codebook),
                    "verdict": trend.verdict,
                    "slope": points(slope.value) if isinstance(slope, Estimate) else None,
                    "interval": f"{points(slope.low)} to {points(slope.high)}"
                    if isinstance(slope, Estimate)
                    else slope.reason,
                    "changes": [
                        f"from {percent(change.before)} to {percent(change.after)} at "
                        f"{day(names[change.meeting].date) if change.meeting in names else change.meeting}"
                        for change in trend.changes
                    ],
                }
            )
        return rows

    @property
    def talk(self) -> list[dict[str, Any]]:
        """A row a meeting: each party's share of talk."""
        return [
            {
                "anchor": self.book.meeting_anchor(place),
                "when": day(measured.meeting.date),
                "name": meeting_name(measured.meeting),
                "figures": [
                    figure_view(party, measured.figures.get(f"talk_share:{party}")) for party in self.parties
                ],
            }
            for place, measured in self.shown
        ]

    @property
    def meetings(self) -> list[dict[str, Any]]:
        """The meetings with what was read, dropped and said."""
        return [self._meeting(place, measured) for place, measured in self.shown]

    def _meeting(self, place: int, measured: Measured) -> dict[str, Any]:
        tagged = measured.tagged
        refs = [tagged.encoded.ref(number) for number in range(len(tagged))]
        held = [ref for ref in refs if self.book.holds(ref)]
        measures = [f"share_{key}" for key in self.codebook.modes]
        measures += [
            f"rate_{key}"
            for column, key in enumerate(self.codebook.barriers)
            if measured.signals.flags[:, column].any()
        ]
        return {
            "anchor": self.book.meeting_anchor(place),
            "meeting": measured.meeting,
            "name": meeting_name(measured.meeting),
            "when": day(measured.meeting.date),
            "figures": [self._meeting_figure(place, measured, measure) for measure in measures],
            "pieces": self.book.views(held),
            "left": len(refs) - len(held),
            "total": len(refs),
        }

    def unknown_figures(self) -> list[str]:
        """Say why figures are unknown, each reason once."""
        reasons = {
            figure.reason
            for _, measured in self.shown
            for figure in measured.figures.values()
            if not isinstance(figure, Estimate)
        }
        return sorted(reasons)
