"""What the report says of one series, section by section, as plain values for the templates.

Nothing is computed here that is not counting or choosing: figures and verdicts come from the
analysis, and whatever is left out is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer.records.analysis import Finding, Measured, Trend
from analyzer.records.figures import Estimate
from analyzer.reports.digest import Group, grouped
from analyzer.reports.drilldown import Drilldown
from analyzer.reports.participation import PARTIES, VoiceTable, party_table, voice_table
from analyzer.reports.pieces import PieceView
from analyzer.reports.selection import MEETINGS, PARTY_TABLES, STRIPS, ribbon_meetings
from analyzer.reports.views import FigureView, Notes, figure_view
from analyzer.reports.words import dated, day, kind_word, measure_name, meeting_name, percent, points

_PIECES = 5  # behind a sentence of the digest
_BARRIERS = "voices something that gets in the way of working together"


class Sections(Drilldown):
    """The sections of one series, read by the template as attributes."""

    @property
    def digest(self) -> list[tuple[Group, list[tuple[Finding, list[PieceView]]]]]:
        """The digest under its headings, each sentence with the pieces that show it."""
        return [
            (group, [(finding, self.book.views(finding.pieces[:_PIECES])) for finding in group.findings])
            for group in grouped(self.analysis.findings)
        ]

    @property
    def ribbons(self) -> tuple[list[Measured], list[Measured]]:
        """The latest meetings, whose strips stand first, and those before them, folded."""
        meetings = ribbon_meetings(self.analysis)
        return meetings[-STRIPS:], meetings[:-STRIPS]

    @property
    def kinds(self) -> dict[str, int]:
        """How many of the meetings on the page are minutes or mail: word → count."""
        words = [kind_word(measured.meeting) for _, measured in self.shown]
        return {word: words.count(word) for word in dict.fromkeys(words) if word}

    @property
    def compared_ids(self) -> list[str]:
        """The meetings that trends are over."""
        return [name for name, _ in self.analysis.trends[0].points] if self.analysis.trends else []

    @property
    def trend_scope(self) -> dict[str, Any]:
        """Which meetings trends are over, which they leave out, and whether kinds of record are mixed."""
        ids = set(self.compared_ids)
        left_out = [m.meeting for m in self.analysis.meetings if m.meeting.id not in ids]
        kinds = {m.meeting.kind for m in self.analysis.meetings if m.meeting.id in ids}
        return {
            "count": len(ids),
            "shown": min(len(ids), MEETINGS),
            "mail": sum(meeting.kind == "email" for meeting in left_out),
            "undated": sum(meeting.date is None and meeting.kind != "email" for meeting in left_out),
            "has_minutes": "minutes" in kinds and len(kinds) > 1,
        }

    @property
    def _compared(self) -> list[tuple[int, Measured]]:
        # First and latest should be of a kind: a mail thread of three pieces is no meeting.
        dated = [pair for pair in self.shown if pair[1].meeting.date] or self.shown
        return [pair for pair in dated if pair[1].meeting.kind != "email"] or dated

    @property
    def latest(self) -> str:
        """Name the meeting that the key figures are of."""
        pairs = self._compared
        meeting = pairs[-1][1].meeting
        return f"{meeting_name(meeting)}, {dated(meeting)}"

    @property
    def key_figures(self) -> list[dict[str, Any]]:
        """The few figures to see first: the latest dated meeting, with the first one beside it."""
        pairs = self._compared
        if not pairs:
            return []
        (first_place, first), (last_place, last) = pairs[0], pairs[-1]
        keys = [key for role in ("circular", "generative") if (key := self.codebook.role(role))]
        measures = [f"share_{key}" for key in keys]
        abouts = [self.codebook.label(key).definition for key in keys]
        tiles = []
        for measure, about in [*zip(measures, abouts, strict=True), ("rate_any_barrier", _BARRIERS)]:
            if not any(measure in measured.figures for _, measured in pairs):
                continue
            trend = self.trend(measure)
            tiles.append(
                {
                    "about": about,
                    "now": self._meeting_figure(last_place, last, measure),
                    "then": None if first is last else self._meeting_figure(first_place, first, measure),
                    "first": day(first.meeting.date),
                    "verdict": trend.verdict if trend else None,
                    "over": len(trend.points) if trend else 0,
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
        pairs = self._compared
        if key is None or not pairs:
            return figure_view(role, None)
        return self._meeting_figure(*pairs[-1], f"share_{key}")

    def when(self, measured: Measured) -> str:
        """Date a meeting, and say what it is where it is none."""
        return dated(measured.meeting)

    def notes(self) -> Notes:
        """Give room for the reasons below a table."""
        return Notes()

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

    def _rows(self, measures: Sequence[str]) -> list[dict[str, Any]]:
        """A row a meeting: some of its figures."""
        return [
            {
                "anchor": self.book.meeting_anchor(place),
                "when": dated(measured.meeting),
                "name": meeting_name(measured.meeting),
                "figures": [self._meeting_figure(place, measured, measure) for measure in measures],
            }
            for place, measured in self.shown
        ]

    @property
    def mix(self) -> list[dict[str, Any]]:
        """The share of each mode in each meeting, and of what is of none."""
        return self._rows([*(f"share_{key}" for key in self.codebook.modes), "share_unsure"])

    @property
    def adjusted(self) -> list[dict[str, Any]]:
        """The shares adjusted for the model's error, where its error was measured."""
        measures = [f"adjusted_share_{key}" for key in self.codebook.modes]
        has_some = any(name in measured.figures for _, measured in self.shown for name in measures)
        return self._rows(measures) if has_some else []

    @property
    def talk(self) -> list[dict[str, Any]]:
        """Each party's share of talk in each meeting."""
        return self._rows([f"talk_share:{party}" for party in self.columns])

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
        """A row a measure that matters first or that moves: verdict, slope in points a meeting, shifts."""
        return [self._trend_row(trend) for trend in self.analysis.trends if self._is_telling(trend)]

    def _is_telling(self, trend: Trend) -> bool:
        main = {f"share_{key}" for key in self.codebook.modes} | {"rate_any_barrier"}
        main |= {f"rate_{key}" for key in self.codebook.barriers}
        return trend.measure in main or trend.verdict in ("rising", "falling") or bool(trend.changes)

    def _trend_row(self, trend: Trend) -> dict[str, Any]:
        slope = trend.slope
        is_known = isinstance(slope, Estimate)
        names = {measured.meeting.id: measured.meeting for measured in self.analysis.meetings}
        return {
            "name": measure_name(trend.measure, self.codebook),
            "verdict": trend.verdict,
            "slope": FigureView(
                name="",
                value=points(slope.value) if isinstance(slope, Estimate) else "unknown",
                interval=f"{points(slope.low)} to {points(slope.high)}"
                if isinstance(slope, Estimate)
                else slope.reason,
                is_known=is_known,
            ),
            "changes": [
                f"from {percent(change.before)} to {percent(change.after)} at "
                f"{day(names[change.meeting].date) if change.meeting in names else change.meeting}"
                for change in trend.changes
            ],
        }

    @property
    def participation(self) -> list[dict[str, Any]]:
        """The parties of the latest meeting side by side, then of those before it, latest first."""
        pairs = [pair for pair in reversed(self._compared) if pair[1].meeting.parties]
        return [
            {
                "anchor": self.book.meeting_anchor(place),
                "title": f"{meeting_name(measured.meeting)}, {dated(measured.meeting)}",
                "table": party_table(measured, self.columns, self.codebook),
            }
            for place, measured in pairs[:PARTY_TABLES]
        ]

    @property
    def raised(self) -> list[dict[str, Any]]:
        """The topics that each party was the first to bring up, and how many stand decided; most first."""
        ordered = sorted(self.analysis.raised, key=lambda row: (-row.topics, row.party))
        return [
            {"party": row.party, "topics": row.topics, "decided": figure_view(row.party, row.decided)}
            for row in ordered[:PARTIES]
        ]

    @property
    def voices(self) -> VoiceTable:
        """Barriers by party, over all meetings."""
        listed = {barrier.anchor for barrier in self.barriers}
        anchors = [f"{self.anchor}-barrier{column}" for column in range(len(self.codebook.barriers))]
        return voice_table(
            self.analysis, self.columns, self.codebook, [one if one in listed else None for one in anchors]
        )

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
            "kind": kind_word(measured.meeting),
            "figures": [self._meeting_figure(place, measured, measure) for measure in measures],
            "pieces": self.book.views(held),
            "left": len(refs) - len(held),
            "total": len(refs),
        }
