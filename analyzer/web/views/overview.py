"""What a partnership's page says: the report's sections, each figure leading to the pieces behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from markupsafe import Markup, escape

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Alert, Analysis, Measured
from analyzer.reports.pieces import Book, PieceView
from analyzer.reports.sections import Sections
from analyzer.reports.views import FigureView
from analyzer.store.shelf import Shelved
from analyzer.web.views.addresses import PREFIX, Addresses


class Overview(Sections):
    """The sections of one partnership, read by the templates as attributes.

    Args:
        partnership: its id.
        analysis: of `analyses.Cache.get`.
        shelved: of `shelf.meetings`.
    """

    def __init__(
        self,
        partnership: str,
        analysis: Analysis,
        shelved: Sequence[Shelved],
        codebook: Codebook | None = None,
    ) -> None:
        codebook = codebook or default_codebook()
        super().__init__(Book(analysis, codebook, PREFIX, limit=len(analysis.meetings)))
        self.addresses = Addresses(partnership, analysis, shelved, codebook, self.columns)

    def opens(self, anchor: str | None) -> Markup:
        """Give the attribute that makes an element a link to what stands behind a figure; empty without."""
        address = self.addresses.opened(anchor)
        return Markup(f' href="{escape(address)}"') if address else Markup("")

    def read(self, piece: PieceView) -> str | None:
        """Say where a piece is to be read."""
        return self.addresses.piece(piece.ref)

    def mode_anchor(self, key: str, place: int, measured: object) -> str | None:  # noqa: ARG002
        """Give the anchor of a meeting's pieces of a mode: any mode has its list here."""
        return f"{self.anchor}-mode{self.codebook.modes.index(key)}-m{place}"

    def _meeting_figure(self, place: int, measured: Measured, measure: str) -> FigureView:
        view = super()._meeting_figure(place, measured, measure)
        what, _, party = measure.partition(":")
        if measure == "share_unsure":
            return replace(view, anchor=f"{self.anchor}-mode{len(self.codebook.modes)}-m{place}")
        if what == "talk_share" and party in self.columns:
            return replace(view, anchor=f"{self.anchor}-party{self.columns.index(party)}-m{place}")
        return view

    def link(self, ref: str) -> str | None:
        """Give the fragment that a chart's mark opens; a topic's disc opens what was said of it there."""
        what, mark, meeting = ref.partition("@")
        if mark and what in self._topics and meeting in self._by_id:
            return f"#{self.anchor}-loop{self._topics[what]}-m{self._by_id[meeting]}"
        return super().link(ref)

    def alert_opens(self, alert: Alert) -> str | None:
        """Say where the meeting that an alert is about is to be read."""
        return self.addresses.meeting(alert.meeting)

    def has_chart(self, name: str) -> bool:
        """Say whether there is anything to draw."""
        needed = {
            "trend_lines": any(self.role_trend(role) for role in ("circular", "generative")),
            "barrier_map": bool(self.barriers),
            "loop_lanes": bool(self.analysis.loops),
            "talk_shares": bool(self.columns),
        }
        return needed.get(name, bool(self.analysis.meetings))

    def place_of(self, meeting: str) -> int | None:
        """Say which meeting of the series it is, from 0."""
        return self._by_id.get(meeting)

    @cached_property
    def _topics(self) -> dict[str, int]:
        return {loop.topic: place for place, loop in enumerate(self.analysis.loops)}

    def topic_name(self, topic: str) -> str:
        """Name a topic of the ledger."""
        place = self._topics.get(topic)
        return topic if place is None else self.analysis.loops[place].label

    def preview(self, ref: str) -> str:
        """Give the words of a piece, in short."""
        views = self.book.views([ref])
        return views[0].preview if views else ref
