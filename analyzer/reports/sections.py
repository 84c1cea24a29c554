"""What the report says of one series, section by section, as plain values for the templates.

Nothing is computed here that is not counting or choosing: figures and verdicts come from the
analysis, and whatever is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Finding, Measured, Trend
from analyzer.records.figures import Estimate, Figure
from analyzer.reports.pieces import Book, PieceView
from analyzer.reports.selection import CIRCLES, IDEAS, STRONGEST, strongest
from analyzer.reports.words import (
    day,
    extent,
    interval,
    measure_name,
    meeting_name,
    percent,
    points,
    share,
)

LINES = 60  # lines of a list
LOOPS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure in words: value, interval or reason, and the anchor of what is behind it."""

    name: str
    value: str
    interval: str
    is_known: bool
    percent: float | None = None  # the value of a share, times 100
    anchor: str | None = None
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Pieces of one meeting that show one thing; `left` says how many are not listed."""

    anchor: str
    title: str
    pieces: tuple[PieceView, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierView:
    """A barrier of the series: how often, its strongest pieces, and all of them by meeting."""

    name: str
    definition: str
    style: str
    count: int
    meetings: int
    parties: str
    strongest: tuple[PieceView, ...]
    listings: tuple[Listing, ...]


def figure_view(name: str, figure: Figure | None, anchor: str | None = None, style: str = "") -> FigureView:
    """Put a figure into words."""
    return FigureView(
        name=name,
        value=share(figure),
        interval=interval(figure),
        is_known=isinstance(figure, Estimate),
        percent=round(figure.value * 100, 2) if isinstance(figure, Estimate) else None,
        anchor=anchor,
        style=style,
    )


def mode_refs(measured: Measured, column: int) -> list[str]:
    """List the pieces of a meeting that are decided to be of a mode, in order."""
    numbers = np.flatnonzero(measured.signals.mode == column).tolist()
    return [measured.tagged.encoded.ref(number) for number in numbers]


def barrier_refs(measured: Measured, column: int) -> list[str]:
    """List the pieces of a meeting that voice a barrier, in order."""
    numbers = np.flatnonzero(measured.signals.flags[:, column]).tolist()
    return [measured.tagged.encoded.ref(number) for number in numbers]


class Sections:
    """The sections of one series, read by the template as attributes."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.analysis: Analysis = book.analysis
        self.codebook: Codebook = book.codebook
        self.anchor = book.prefix
        self.name = self.analysis.series
        self.extent = extent(self.analysis)
        self.first_place = book.first_place
        self.parties = sorted({party for m in self.analysis.meetings for party in m.meeting.parties})

    @property
    def shown(self) -> list[tuple[int, Measured]]:
        """The meetings that the page holds, with their place in the series."""
        return list(enumerate(self.analysis.meetings))[self.first_place :]

    @property
    def findings(self) -> list[tuple[Finding, list[PieceView]]]:
        """Sentences of the digest, each with the pieces that show it."""
        return [(finding, self.book.views(finding.pieces[:5])) for finding in self.analysis.findings]

    @property
    def latest(self) -> str:
        """Name the meeting that the key figures are of."""
        dated = [pair for pair in self.shown if pair[1].meeting.date] or self.shown
        meeting = dated[-1][1].meeting
        return f"{meeting_name(meeting)}, {day(meeting.date)}"

    @property
    def key_figures(self) -> list[dict[str, Any]]:
        """The few figures to see first: the latest dated meeting, with the first one beside it."""
        dated = [pair for pair in self.shown if pair[1].meeting.date] or self.shown
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
        dated = [pair for pair in self.shown if pair[1].meeting.date] or self.shown
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

    def mode_anchor(self, key: str, place: int, measured: Measured) -> str | None:
        """Give the anchor of a meeting's list of circular or generative pieces, where there is one."""
        column = self.codebook.modes.index(key)
        has_list = key in (self.codebook.role("circular"), self.codebook.role("generative"))
        if not has_list or place < self.first_place or not mode_refs(measured, column):
            return None
        return f"{self.anchor}-mode{column}-m{place}"

    def barrier_anchor(self, at: str) -> str | None:
        """Give the anchor of `barrier@meeting`, where pieces of it are listed."""
        key, _, meeting = at.partition("@")
        if key not in self.codebook.barriers:
            return None
        column = self.codebook.barriers.index(key)
        for place, measured in self.shown:
            if measured.meeting.id == meeting and measured.signals.flags[:, column].any():
                return f"{self.anchor}-barrier{column}-m{place}"
        return None

    def link(self, ref: str) -> str | None:
        """Give the fragment that a chart's mark opens: a piece, or a barrier in a meeting."""
        if "@" in ref and ref.partition("@")[0] in self.codebook.barriers:
            anchor = self.barrier_anchor(ref)
        else:
            anchor = self.book.anchor(ref)
        return f"#{anchor}" if anchor else None

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
    def barriers(self) -> list[BarrierView]:
        """Barriers that were voiced, most frequent first."""
        views = [self._barrier(column) for column in range(len(self.codebook.barriers))]
        return sorted((view for view in views if view.count), key=lambda view: -view.count)

    def _barrier(self, column: int) -> BarrierView:
        label = self.codebook.task("barrier").labels[column]
        by_meeting = [(place, barrier_refs(measured, column)) for place, measured in self.shown]
        counts = [int(measured.signals.flags[:, column].sum()) for measured in self.analysis.meetings]
        return BarrierView(
            name=label.name,
            definition=label.definition,
            style=f"barrier-{column}",
            count=sum(counts),
            meetings=sum(count > 0 for count in counts),
            parties=self._voices(column),
            strongest=tuple(self.book.views(strongest(self.analysis, "barrier", column, STRONGEST))),
            listings=self._listings(by_meeting, f"{self.anchor}-barrier{column}"),
        )

    def _voices(self, column: int) -> str:
        counts: dict[str, int] = {}  # party → flagged pieces
        for measured in self.analysis.meetings:
            for number in np.flatnonzero(measured.signals.flags[:, column]).tolist():
                party = measured.meeting.party_of(measured.tagged.utterance(number)) or "party unknown"
                counts[party] = counts.get(party, 0) + 1
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{party} {count}" for party, count in ordered[:5])

    def _listings(self, by_meeting: Iterable[tuple[int, Sequence[str]]], anchor: str) -> tuple[Listing, ...]:
        listings = []
        for place, refs in by_meeting:
            if not refs:
                continue
            meeting = self.analysis.meetings[place].meeting
            held = [ref for ref in refs if self.book.holds(ref)][:LINES]
            listings.append(
                Listing(
                    anchor=f"{anchor}-m{place}",
                    title=f"{day(meeting.date)} · {meeting_name(meeting)}",
                    pieces=tuple(self.book.views(held)),
                    left=len(refs) - len(held),
                )
            )
        return tuple(listings)

    def mode_listings(self, role: str) -> tuple[Listing, ...]:
        """List the pieces of the mode that plays `role`, by meeting."""
        key = self.codebook.role(role)
        if key is None:
            return ()
        column = self.codebook.modes.index(key)
        by_meeting = [(place, mode_refs(measured, column)) for place, measured in self.shown]
        return self._listings(by_meeting, f"{self.anchor}-mode{column}")

    @property
    def circles(self) -> list[tuple[PieceView, PieceView]]:
        """Circular pieces, most believed first, each with the earlier piece it goes back to."""
        key = self.codebook.role("circular")
        if key is None:
            return []
        refs = strongest(self.analysis, "mode", self.codebook.modes.index(key), 10 * CIRCLES)
        pairs = []
        for view in self.book.views(refs):
            earlier = self.book.views([view.returns_to] if view.returns_to else [])
            if earlier:
                pairs.append((view, earlier[0]))
        return pairs[:CIRCLES]

    @property
    def loops(self) -> list[dict[str, Any]]:
        """The loop ledger: what came back, where, at what cost."""
        places = {measured.meeting.id: place for place, measured in enumerate(self.analysis.meetings)}
        return [
            {
                "loop": loop,
                "hours": None if loop.person_minutes is None else f"{loop.person_minutes / 60:.1f}",
                "meetings": [
                    {
                        "anchor": self.book.meeting_anchor(places[name])
                        if self._is_shown(places, name)
                        else None,
                        "when": self._when(places, name),
                    }
                    for name in loop.meetings
                ],
            }
            for loop in self.analysis.loops[:LOOPS]
        ]

    def _is_shown(self, places: dict[str, int], meeting: str) -> bool:
        return places.get(meeting, -1) >= self.first_place

    def _when(self, places: dict[str, int], meeting: str) -> str:
        place = places.get(meeting)
        found = self.analysis.meetings[place].meeting if place is not None else None
        return day(found.date) if found and found.date else meeting

    @property
    def ideas(self) -> list[dict[str, Any]]:
        """Ideas in order of time; of many, the most believed."""
        chosen = sorted(self.analysis.ideas, key=lambda idea: (-idea.belief, idea.piece))[:IDEAS]
        kept = {idea.piece for idea in chosen}
        return [
            {"idea": idea, "piece": view}
            for idea in self.analysis.ideas
            if idea.piece in kept
            for view in self.book.views([idea.piece])
        ]

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
