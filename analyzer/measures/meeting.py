"""One meeting, measured: its figures by name, and the segment that each piece belongs to.

MEASURES is the whole list: to add a measure, write a function and put it there. NAMES says what each
figure is, for reports and docs.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.codebook import Codebook
from analyzer.measures.participation import talk_shares, turn_shares
from analyzer.measures.shares import (
    barrier_rates,
    barrier_word_rates,
    mode_shares,
    mode_word_shares,
    shares_by_party,
)
from analyzer.measures.topics import segments
from analyzer.records.analysis import Measured
from analyzer.records.figures import Figure
from analyzer.records.tagged import Signals, Tagged

Measure = Callable[[Tagged, Signals, Codebook], dict[str, Figure]]

MEASURES: tuple[Measure, ...] = (
    mode_shares,
    barrier_rates,
    mode_word_shares,
    barrier_word_rates,
    talk_shares,
    turn_shares,
    shares_by_party,
)


def measure(tagged: Tagged, signals: Signals, codebook: Codebook) -> Measured:
    """Measure one meeting.

    Args:
        tagged: beliefs of one meeting.
        signals: what was decided of them.
        codebook: the label scheme; its modes and barriers name the figures.

    Returns:
        Figures by name, each an Estimate with its 95 % interval or Unknown with the reason, and the
        local key of each piece's segment.
    """
    figures: dict[str, Figure] = {}
    for give in MEASURES:
        figures |= give(tagged, signals, codebook)
    return Measured(
        tagged=tagged, signals=signals, figures=figures, topics=segments(tagged, signals, codebook)
    )
