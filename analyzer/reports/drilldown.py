"""What lies behind the figures of a series: the pieces that carry each label, loops and ideas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Fate, Idea, Measured
from analyzer.reports.participation import talkative
from analyzer.reports.pieces import Book, PieceView
from analyzer.reports.selection import CIRCLES, IDEAS, STRONGEST, strongest, unfinished
from analyzer.reports.views import BarrierView, Listing, barrier_refs, mode_refs
from analyzer.reports.words import dated, day, extent, meeting_name

LINES = 60  # lines of a list
LOOPS = 15
_FATES: tuple[tuple[str, tuple[Fate | None, ...]], ...] = (
    ("Alive: adopted, or gone on with", ("adopted", "built on")),
    ("Lost so far: nobody is seen to go on with them", ("dropped",)),
    ("Too early to tell", (None,)),
)
_LATER = 2  # later pieces shown that go on with an idea


class Drilldown:
    """Lists of the pieces behind each figure, and the anchors that figures open."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.analysis: Analysis = book.analysis
        self.codebook: Codebook = book.codebook
        self.anchor = book.prefix
        self.name = self.analysis.series
        self.extent = extent(self.analysis)
        self.first_place = book.first_place
        self.parties = sorted({party for m in self.analysis.meetings for party in m.meeting.parties})
        self.columns = talkative(self.analysis.meetings)  # parties that tables show

    @property
    def shown(self) -> list[tuple[int, Measured]]:
        """The meetings that the page holds, with their place in the series."""
        return list(enumerate(self.analysis.meetings))[self.first_place :]

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
        """Give the fragment that a chart's mark opens: a piece, a barrier or a topic in a meeting."""
        what, mark, meeting = ref.partition("@")
        if mark and what in self.codebook.barriers:
            anchor = self.barrier_anchor(ref)
        elif mark and what in self._lanes:
            anchor = self._lanes[what] or self._opened(meeting)["anchor"]
        else:
            anchor = self.book.anchor(ref)
        return f"#{anchor}" if anchor else None

    @cached_property
    def _lanes(self) -> dict[str, str | None]:
        """Give each topic of the ledger the anchor of its circular pieces, None where there are none."""
        listed = {listing.anchor for listing in self.loop_listings}
        anchors = ((loop.topic, self._loop_anchor(place)) for place, loop in enumerate(self.analysis.loops))
        return {topic: anchor if anchor in listed else None for topic, anchor in anchors}

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
            anchor=f"{self.anchor}-barrier{column}",
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
        return tuple(
            self._listing(f"{anchor}-m{place}", f"{dated(one.meeting)} · {meeting_name(one.meeting)}", refs)
            for place, refs in by_meeting
            if refs and (one := self.analysis.meetings[place])
        )

    def _listing(self, anchor: str, title: str, refs: Sequence[str]) -> Listing:
        held = [ref for ref in refs if self.book.holds(ref)][:LINES]
        return Listing(
            anchor=anchor, title=title, pieces=tuple(self.book.views(held)), left=len(refs) - len(held)
        )

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
        listed = {listing.anchor for listing in self.loop_listings}
        return [
            {
                "loop": loop,
                "hours": None if loop.person_minutes is None else f"{loop.person_minutes / 60:.1f}",
                **self._visits(loop.meetings),
                "since": self._opened(loop.since) if loop.since else None,
                "anchor": anchor if (anchor := self._loop_anchor(place)) in listed else None,
            }
            for place, loop in enumerate(self.analysis.loops[:LOOPS])
        ]

    def _visits(self, meetings: Sequence[str]) -> dict[str, Any]:
        """Say when meetings were; a year that all share is said once."""
        opened = [self._opened(meeting) for meeting in meetings]
        years = {one["date"].year if one["date"] else None for one in opened}
        year = years.pop() if len(years) == 1 else None
        if year is None:
            return {"meetings": opened, "year": None}
        return {"meetings": [{**one, "when": one["when"][:-5]} for one in opened], "year": year}

    def _loop_anchor(self, place: int) -> str:
        return f"{self.anchor}-loop{place}"

    def _opened(self, meeting: str) -> dict[str, Any]:
        """Say when a meeting was, and the anchor that opens it."""
        place = self._by_id.get(meeting)
        date = self.analysis.meetings[place].meeting.date if place is not None else None
        is_shown = place is not None and place >= self.first_place
        return {
            "date": date,
            "anchor": self.book.meeting_anchor(place) if place is not None and is_shown else None,
            "when": day(date) if date else meeting,
        }

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {measured.meeting.id: place for place, measured in enumerate(self.analysis.meetings)}

    @cached_property
    def loop_listings(self) -> list[Listing]:
        """List the circular pieces of each topic of the ledger that has some."""
        key = self.codebook.role("circular")
        topics = {loop.topic for loop in self.analysis.loops[:LOOPS]}
        refs: dict[str, list[str]] = {}  # topic → its circular pieces
        for measured in self.analysis.meetings if key else ():
            circular = measured.signals.mode == self.codebook.modes.index(str(key))
            for number, topic in enumerate(measured.topics):
                if topic in topics and circular[number]:
                    refs.setdefault(topic, []).append(measured.tagged.encoded.ref(number))
        return [
            self._listing(self._loop_anchor(place), loop.label, refs[loop.topic])
            for place, loop in enumerate(self.analysis.loops[:LOOPS])
            if loop.topic in refs
        ]

    @property
    def unfinished(self) -> list[tuple[PieceView, PieceView]]:
        """Pieces that gave out work, latest first, each with the last piece that says it is not done."""
        pairs = [
            self.book.views([action.piece, action.came_back[-1]]) for action in unfinished(self.analysis)
        ]
        return [(given, later) for given, later in pairs]

    @property
    def action_listings(self) -> tuple[Listing, ...]:
        """List the pieces that give out work, by meeting."""
        refs: dict[str, list[str]] = {}  # meeting → its pieces
        for action in self.analysis.actions:
            refs.setdefault(action.piece.rpartition("#")[0], []).append(action.piece)
        by_meeting = [(place, refs.get(measured.meeting.id, [])) for place, measured in self.shown]
        return self._listings(by_meeting, f"{self.anchor}-actions")

    @property
    def ideas(self) -> list[dict[str, Any]]:
        """Ideas under what came of them, most believed first; of many, the most believed."""
        chosen = sorted(self.analysis.ideas, key=lambda idea: (-idea.belief, idea.piece))[:IDEAS]
        groups = []
        for heading, fates in _FATES:
            ideas = [idea for idea in chosen if idea.fate in fates]
            # What the other side goes on with tells more than what its own does.
            ideas.sort(key=lambda idea: (idea.fate != "adopted", idea.uptake != "other party"))
            if ideas:
                groups.append({"heading": heading, "rows": self._idea_rows(ideas)})
        return groups

    def _idea_rows(self, ideas: Sequence[Idea]) -> list[dict[str, Any]]:
        return [
            {
                "idea": idea,
                "piece": view,
                "later": self.book.views([ref for ref in idea.built_on if ref != idea.piece][:_LATER]),
            }
            for idea in ideas
            for view in self.book.views([idea.piece])
        ]
