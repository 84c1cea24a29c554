"""One meeting, measured: its figures by name, and the segment that each piece belongs to.

MEASURES is the whole list: to add a measure, write a function, put it there, and say what its figures are
in `analyzer.figures`.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.codebook import Codebook
from analyzer.measures.adjusted import Confusion, adjusted
from analyzer.measures.coordination import coordination
from analyzer.measures.outcomes import outcomes
from analyzer.measures.participation import floor_shares, interruptions, questions
from analyzer.measures.shares import (
    barrier_rates,
    mode_shares,
    shares_by_party,
    word_shares,
)
from analyzer.measures.topics import segments
from analyzer.measures.uptake import uptake
from analyzer.records.analysis import Measured
from analyzer.records.figures import Figure
from analyzer.records.tagged import Signals, Tagged

Measure = Callable[[Tagged, Signals, Codebook], dict[str, Figure]]

MEASURES: tuple[Measure, ...] = (
    mode_shares,
    barrier_rates,
    word_shares,
    floor_shares,
    shares_by_party,
    questions,
    interruptions,
    uptake,
    coordination,
    outcomes,
)


def measure(
    tagged: Tagged, signals: Signals, codebook: Codebook, confusion: Confusion | None = None
) -> Measured:
    """Measure one meeting.

    Args:
        tagged: beliefs of one meeting.
        signals: what was decided of them.
        codebook: the label scheme; its modes and barriers name the figures.
        confusion: how the model was measured to confuse labels (`adjusted.confusion_of`); adds the
            figures that are adjusted for it.

    Returns:
        Figures by name, each an Estimate with its 95 % interval or Unknown with the reason, and the
        local key of each piece's segment.
    """
    figures = figures_of(tagged, signals, codebook, confusion)
    topics = segments(tagged, signals, codebook)
    return Measured(tagged=tagged, signals=signals, figures=figures, topics=topics)


def figures_of(
    tagged: Tagged, signals: Signals, codebook: Codebook, confusion: Confusion | None = None
) -> dict[str, Figure]:
    """Give the figures of one meeting by name; arguments as of `measure`."""
    figures: dict[str, Figure] = {}
    for give in MEASURES:
        figures |= give(tagged, signals, codebook)
    if confusion is not None:
        figures |= adjusted(tagged, signals, codebook, confusion)
    return figures
