"""From an Analysis to what the pages show. Nothing is computed here, only chosen."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Analysis, Measured
from analyzer.reports.digest import Group, grouped
from analyzer.reports.pieces import Book, PieceView
from analyzer.reports.views import FigureView, figure_view
from analyzer.store.shelf import Shelved

PREFIX = "s"  # of anchors


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting in the list of a partnership: its figures where there are some."""

    shelved: Shelved
    modes: tuple[FigureView, ...]
    barriers: FigureView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An utterance of the transcript with its pieces."""

    index: int
    speaker: str
    party: str | None
    time: str | None
    kind: str
    heading: str | None  # where it begins
    pieces: tuple[PieceView, ...]


class Shown:
    """One partnership's analysis, ready for pages.

    Args:
        analysis: of `analyses.Cache.get`.
        shelved: of `shelf.meetings`; gives the ids that addresses are made of.
    """

    def __init__(self, analysis: Analysis, shelved: list[Shelved], codebook: Codebook | None = None) -> None:
        self.analysis = analysis
        self.codebook = codebook or default_codebook()
        self.book = Book(analysis, self.codebook, PREFIX, limit=len(analysis.meetings))
        self._ids = {one.key: one.id for one in shelved}
        self._shelved = shelved
        self._measured = {measured.meeting.id: measured for measured in analysis.meetings}

    @property
    def digest(self) -> list[Group]:
        """The findings under their headings."""
        return grouped(self.analysis.findings)

    @property
    def lines(self) -> list[MeetingLine]:
        """All meetings, oldest first; without figures where they were not analysed yet."""
        return [self._line(one) for one in self._shelved]

    def measured(self, key: str) -> Measured | None:
        """Give a meeting's figures by its key; None where it was not analysed yet."""
        return self._measured.get(key)

    def address(self, ref: str) -> str | None:
        """Say where a piece is to be read, below the partnership's address: `m/ID#ANCHOR`."""
        key, _, place = ref.rpartition("#")
        return f"m/{self._ids[key]}#u{place.replace('.', '-')}" if key in self._ids else None

    def evidence(self, refs: tuple[str, ...], limit: int = 5) -> list[PieceView]:
        """Give the pieces that show something."""
        return self.book.views(refs[:limit])

    def turns(self, key: str) -> list[Turn]:
        """Give the transcript of a meeting."""
        measured = self._measured[key]
        encoded = measured.tagged.encoded
        views = self.book.views(encoded.ref(number) for number in range(len(encoded.pieces)))
        by_turn: dict[int, list[PieceView]] = {}
        for piece, view in zip(encoded.pieces, views, strict=True):
            by_turn.setdefault(piece.utterance, []).append(view)
        turns, heading = [], None
        for index, pieces in by_turn.items():
            utterance, first = encoded.meeting.utterances[index], pieces[0]
            turns.append(
                Turn(
                    index=index,
                    speaker=first.speaker,
                    party=first.party,
                    time=first.time,
                    kind=utterance.kind,
                    heading=utterance.topic if utterance.topic != heading else None,
                    pieces=tuple(pieces),
                )
            )
            heading = utterance.topic
        return turns

    def _line(self, one: Shelved) -> MeetingLine:
        measured = self._measured.get(one.key)
        if measured is None:
            return MeetingLine(shelved=one, modes=(), barriers=None)
        labels = enumerate(self.codebook.task("mode").labels)
        return MeetingLine(
            shelved=one,
            modes=tuple(
                figure_view(label.name, measured.figures.get(f"share_{label.key}"), style=f"mode-{column}")
                for column, label in labels
            ),
            barriers=figure_view("any barrier", measured.figures.get("rate_any_barrier")),
        )
