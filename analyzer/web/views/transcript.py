"""The transcript of a meeting, a page at a time, with what it can be filtered by and a line to jump along.

However long the meeting, a page holds a bounded number of pieces and the line a bounded number of links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer.records.analysis import Measured
from analyzer.records.meeting import Utterance
from analyzer.records.tagged import UNSURE
from analyzer.reports.pieces import PieceView
from analyzer.web.views.addresses import PAGE, piece_id
from analyzer.web.views.listing import NOBODY, UNSURE_KEY, Wanted, fitting
from analyzer.web.views.overview import Overview

COLUMNS = 240  # of the timeline
_HEADINGS = 60  # listed to jump to


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to filter by, and how many pieces it would leave."""

    key: str
    name: str
    count: int
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An utterance, or what is shown of it, with the pieces it was cut into."""

    first: PieceView
    kind: str
    heading: str | None  # where it begins
    skipped: int  # pieces before it that do not fit
    pieces: tuple[tuple[str, PieceView], ...]  # id in the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Some neighbouring pieces in the timeline: where they are read, and the modes among them."""

    address: str
    about: str
    parts: tuple[tuple[str, float, float], ...]  # CSS class, from, height: shares of the line's height
    has_barrier: bool
    fits: bool


class Transcript:
    """One page of a meeting's transcript.

    Args:
        overview: of the partnership.
        measured: the meeting.
        wanted: what pieces must be; all where it asks for nothing.
        page: from 1; too high a number gives the last.
    """

    def __init__(self, overview: Overview, measured: Measured, wanted: Wanted, page: int = 1) -> None:
        self.measured = measured
        self.wanted = wanted
        self._overview = overview
        self._codebook = overview.codebook
        self._encoded = measured.tagged.encoded
        self._fitting = fitting(measured, wanted, self._codebook)
        self.count = len(self._fitting)
        self.total = len(measured.tagged)
        self.pages = max(1, -(-self.count // PAGE))
        self.page = min(max(1, page), self.pages)

    @cached_property
    def turns(self) -> list[Turn]:
        """The turns of this page."""
        start = (self.page - 1) * PAGE
        numbers = self._fitting[start : start + PAGE].tolist()
        before = int(self._fitting[start - 1]) if start else -1
        views = self._overview.book.views(self._encoded.ref(number) for number in numbers)
        turns: list[Turn] = []
        held: list[tuple[str, PieceView]] = []
        heading: str | None = self._utterance(before).topic if before >= 0 else None
        for at, (number, view) in enumerate(zip(numbers, views, strict=True)):
            held.append((self._id(number), view))
            last = at + 1 == len(numbers)
            if not last and numbers[at + 1] == number + 1 and self._is_of_turn(number + 1, number):
                continue
            first = number - len(held) + 1
            topic = self._utterance(number).topic
            turns.append(self._turn(held, number, first - before - 1, topic if topic != heading else None))
            held, before, heading = [], number, topic
        return turns

    def _turn(
        self, held: Sequence[tuple[str, PieceView]], number: int, skipped: int, heading: str | None
    ) -> Turn:
        return Turn(
            first=held[0][1],
            kind=self._utterance(number).kind,
            heading=heading,
            skipped=skipped,
            pieces=tuple(held),
        )

    def _is_of_turn(self, number: int, other: int) -> bool:
        pieces = self._encoded.pieces
        return pieces[number].utterance == pieces[other].utterance

    def _utterance(self, number: int) -> Utterance:
        return self.measured.tagged.utterance(number)

    def _id(self, number: int) -> str:
        return piece_id(self._encoded.ref(number).rpartition("#")[2])

    @property
    def timeline(self) -> list[Bar]:
        """The meeting from left to right, in columns of as many pieces as it takes."""
        if not self.total:
            return []
        fits = np.zeros(self.total, dtype=bool)
        fits[self._fitting] = True
        parts = np.array_split(np.arange(self.total), min(COLUMNS, self.total))
        return [self._bar(numbers.tolist(), bool(fits[numbers].any())) for numbers in parts]

    def _bar(self, numbers: list[int], fits: bool) -> Bar:
        signals = self.measured.signals
        counts = sorted(Counter(int(signals.mode[number]) for number in numbers).items(), reverse=True)
        parts, top = [], 0.0
        for mode, count in counts:
            style = "mode-unsure" if mode == UNSURE else f"mode-{mode}"
            parts.append((style, round(top, 4), round(count / len(numbers), 4)))
            top += count / len(numbers)
        flags = signals.flags[numbers]
        return Bar(
            address=self._overview.addresses.piece(self._encoded.ref(numbers[0])) or "",
            about=self._about(numbers, bool(flags.any())),
            parts=tuple(parts),
            has_barrier=bool(flags.any()),
            fits=fits,
        )

    def _about(self, numbers: list[int], has_barrier: bool) -> str:
        view = self._overview.book.views([self._encoded.ref(numbers[0])])[0]
        modes = Counter(int(self.measured.signals.mode[number]) for number in numbers)
        names = [self._mode_name(mode) for mode, _ in modes.most_common()]
        barrier = "; a barrier" if has_barrier else ""
        return f"{view.time or view.at}, {view.speaker}: {', '.join(names)}{barrier}"

    def _mode_name(self, mode: int) -> str:
        return "unsure" if mode == UNSURE else self._codebook.task("mode").labels[mode].name

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Headings of the document and where they begin."""
        found: list[tuple[str, str]] = []
        heading: str | None = None
        for number in range(self.total):
            topic = self._utterance(number).topic
            if topic and topic != heading and len(found) < _HEADINGS:
                found.append((topic, self._overview.addresses.piece(self._encoded.ref(number)) or ""))
            heading = topic
        return found

    @cached_property
    def modes(self) -> list[Choice]:
        """The modes, and what is of none."""
        counts = Counter(int(mode) for mode in self.measured.signals.mode)
        labels = enumerate(self._codebook.task("mode").labels)
        named = [
            Choice(key=label.key, name=label.name, count=counts[place], style=f"mode-{place}")
            for place, label in labels
        ]
        unsure = Choice(key=UNSURE_KEY, name="Unsure", count=counts[UNSURE], style="mode-unsure")
        return [*named, unsure]

    @cached_property
    def barriers(self) -> list[Choice]:
        """The barriers that are voiced."""
        counts = self.measured.signals.flags.sum(axis=0).tolist()
        labels = enumerate(self._codebook.task("barrier").labels)
        return [
            Choice(key=label.key, name=label.name, count=counts[place], style=f"barrier-{place}")
            for place, label in labels
            if counts[place]
        ]

    @cached_property
    def parties(self) -> list[Choice]:
        """The parties that speak."""
        return list(_choices(self.measured.meeting.party_of(self._utterance(n)) for n in range(self.total)))

    @cached_property
    def speakers(self) -> list[Choice]:
        """The people who speak, by name: a list to choose from, not a table of who speaks how much."""
        keys = {self._utterance(number).speaker for number in range(self.total)}
        people = {person.key: person.name for person in self.measured.meeting.people}
        named = [Choice(key=key, name=people.get(key, key), count=0) for key in keys if key]
        return sorted(named, key=lambda one: one.name.casefold())


def _choices(values: Iterator[str | None]) -> Iterator[Choice]:
    counts = Counter(value or NOBODY for value in values)
    for key in sorted(counts, key=lambda key: (key == NOBODY, key.casefold())):
        yield Choice(key=key, name="party unknown" if key == NOBODY else key, count=counts[key])
