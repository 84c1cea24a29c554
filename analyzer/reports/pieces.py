"""Pieces as the report shows them: words with marked evidence, speaker, place, beliefs, anchor.

A `Book` knows every piece of a series by its ref and which of them the page holds: a link is only
made to what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.tagged import UNSURE, Span
from analyzer.reports.words import CERTAINTY, certainty, day, meeting_name, percent, shorten

_PREVIEW = 150  # characters of a piece in a line that refers to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some words of a piece; `label` names what they are evidence of."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A barrier asserted of a piece: its name, CSS class and belief, in words and as a number."""

    name: str
    style: str
    certainty: str
    belief: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceView:
    """One piece, ready to be shown."""

    ref: str
    anchor: str | None  # None where the page does not hold it
    parts: tuple[Part, ...]
    preview: str
    speaker: str
    party: str | None
    heading: str | None
    at: str
    place: str  # `at`, and the file
    time: str | None
    when: str
    meeting: str
    kind: str
    mode: str
    style: str  # CSS class of the mode
    certainty: str  # of the mode, in words
    belief: str
    is_hint: bool  # asserted from a low belief on
    is_unsure: bool
    is_corrected: bool
    barriers: tuple[Mark, ...]
    returns_to: str | None
    returns_words: str | None  # where that was, in words


class Book:
    """The pieces of one series by ref.

    Args:
        analysis: the series.
        codebook: names and order of labels.
        prefix: begins the series' anchors; anchors hold numbers only, never text of a file.
        limit: how many of the latest meetings the page holds.
        chosen: refs the page holds of these meetings, None for all of them.
    """

    def __init__(
        self,
        analysis: Analysis,
        codebook: Codebook,
        prefix: str,
        *,
        limit: int,
        chosen: Iterable[str] | None = None,
    ) -> None:
        self.analysis = analysis
        self.codebook = codebook
        self.prefix = prefix
        self._places = {
            measured.tagged.encoded.ref(number): (place, number)
            for place, measured in enumerate(analysis.meetings)
            for number in range(len(measured.tagged))
        }
        self.first_place = max(0, len(analysis.meetings) - limit)
        here = {ref for ref, (place, _) in self._places.items() if place >= self.first_place}
        self._held = frozenset(here if chosen is None else here.intersection(chosen))

    def holds(self, ref: str) -> bool:
        """Say whether the page holds the piece."""
        return ref in self._held

    def anchor(self, ref: str) -> str | None:
        """Give the id of a piece in the page; None where the page does not hold it."""
        if ref not in self._held:
            return None
        place, number = self._places[ref]
        piece = self.analysis.meetings[place].tagged.pieces[number]
        return f"{self.meeting_anchor(place)}-{piece.utterance}-{piece.number}"

    def meeting_anchor(self, place: int) -> str:
        """Give the id of the meeting at `place` in the series."""
        return f"{self.prefix}-m{place}"

    def views(self, refs: Iterable[str]) -> list[PieceView]:
        """Show the pieces of these refs, leaving out those that are of no meeting here."""
        return [self._view(ref) for ref in refs if ref in self._places]

    def _view(self, ref: str) -> PieceView:
        place, number = self._places[ref]
        measured = self.analysis.meetings[place]
        tagged, meeting = measured.tagged, measured.meeting
        utterance = tagged.utterance(number)
        person = meeting.person(utterance.speaker)
        column = _mode_column(measured, number)
        label = self.codebook.task("mode").labels[column]
        is_unsure = int(measured.signals.mode[number]) == UNSURE
        text = tagged.encoded.text(number)
        belief = float(tagged.beliefs["mode"][number, column])
        return PieceView(
            ref=ref,
            anchor=self.anchor(ref),
            parts=self._parts(measured, number, text, None if is_unsure else label.key),
            preview=shorten(text, _PREVIEW),
            speaker=person.name if person else "Speaker unknown",
            party=person.party if person else None,
            heading=utterance.topic,
            at=str(utterance.at),
            place=f"{utterance.at} of {meeting.source.name}",
            time=_clock(utterance.start),
            when=day(meeting.date),
            meeting=meeting_name(meeting),
            kind=utterance.kind,
            mode=label.name,
            style=f"mode-{column}",
            certainty=certainty(belief),
            belief=percent(belief),
            is_hint=certainty(belief) == CERTAINTY[-1][1] and not measured.signals.corrected[number],
            is_unsure=is_unsure,
            is_corrected=bool(measured.signals.corrected[number]),
            barriers=self._barriers(measured, number),
            returns_to=tagged.returns.get(number),
            returns_words=self._where(tagged.returns.get(number)),
        )

    def _where(self, ref: str | None) -> str | None:
        if ref not in self._places:
            return ref
        place, number = self._places[ref]
        tagged = self.analysis.meetings[place].tagged
        return f"{tagged.utterance(number).at}, {day(tagged.meeting.date)}"

    def _barriers(self, measured: Measured, number: int) -> tuple[Mark, ...]:
        labels = self.codebook.task("barrier").labels
        beliefs = [float(belief) for belief in measured.tagged.beliefs["barrier"][number]]
        return tuple(
            Mark(
                name=labels[column].name,
                style=f"barrier-{column}",
                certainty=certainty(beliefs[column]),
                belief=percent(beliefs[column]),
            )
            for column in np.flatnonzero(measured.signals.flags[number]).tolist()
        )

    def _parts(self, measured: Measured, number: int, text: str, mode: str | None) -> tuple[Part, ...]:
        # Only what is asserted and worth seeing: a report full of marks shows nothing.
        flags = measured.signals.flags[number]
        asserted = {key for key, is_set in zip(self.codebook.barriers, flags, strict=True) if is_set}
        if mode in (self.codebook.role("circular"), self.codebook.role("generative")):
            asserted.add(str(mode))
        spans = [span for span in measured.tagged.spans.get(number, ()) if span.label in asserted]
        return mark(text, spans, self.codebook)


def mark(text: str, spans: Sequence[Span], codebook: Codebook) -> tuple[Part, ...]:
    """Cut a text where evidence begins and ends; overlapping evidence names all its labels."""
    bounds = {0, len(text)}
    for span in spans:
        bounds |= {min(max(span.start, 0), len(text)), min(max(span.end, 0), len(text))}
    cuts = sorted(bounds)
    parts = []
    for start, end in pairwise(cuts):
        names = [codebook.label(span.label).name for span in spans if span.start <= start and span.end >= end]
        parts.append(Part(text=text[start:end], label=", ".join(dict.fromkeys(names)) or None))
    return tuple(parts)


def _mode_column(measured: Measured, number: int) -> int:
    signals = measured.signals
    decided = int(signals.mode[number])
    if decided != UNSURE:
        return decided
    likely = measured.tagged.beliefs["mode"][number].argmax()
    return int(likely if signals.leaning is None else signals.leaning[number])


def _clock(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
