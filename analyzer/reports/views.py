"""Values that the templates show: figures in words, lists of pieces, barriers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

import numpy as np

from analyzer.records.analysis import Measured
from analyzer.records.figures import Estimate, Figure
from analyzer.reports.pieces import PieceView
from analyzer.reports.words import interval, share


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
    anchor: str
    count: int
    meetings: int
    parties: str
    strongest: tuple[PieceView, ...]
    listings: tuple[Listing, ...]


class Notes:
    """Reasons below a table, each once, and the letter by which a cell refers to one."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}  # reason → letter

    def mark(self, reason: str) -> str:
        """Note a reason, and give its letter: a to z, then aa and so on."""
        place = len(self._letters)
        letters = (ascii_lowercase[place // 26 - 1] if place >= 26 else "") + ascii_lowercase[place % 26]
        return self._letters.setdefault(reason, letters)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Walk letters and reasons, in the order in which they were noted."""
        return ((letter, reason) for reason, letter in self._letters.items())


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
