"""Values that the templates show: figures in words, lists of pieces, barriers."""

from __future__ import annotations

from dataclasses import dataclass

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
