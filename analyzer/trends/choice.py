"""Which meetings of a series may be compared over time, and by which measures first."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured


def compared(meetings: Sequence[Measured]) -> list[Measured]:
    """Choose the dated meetings of a kind, in the order given.

    A mail thread of three paragraphs is no meeting; threads are compared only where there is
    nothing else.
    """
    dated = [measured for measured in meetings if measured.meeting.date is not None]
    return [measured for measured in dated if measured.meeting.kind != "email"] or dated


def main_measures(codebook: Codebook) -> list[str]:
    """Name the measures that matter first: shares of modes and rates of barriers, in codebook order."""
    shares = [f"share_{key}" for key in codebook.modes]
    return [*shares, *(f"rate_{key}" for key in codebook.barriers), "rate_any_barrier"]
