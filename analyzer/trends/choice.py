"""Which meetings of a series may be compared over time."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.records.analysis import Measured


def compared(meetings: Sequence[Measured]) -> list[Measured]:
    """Choose the dated meetings of a kind, in the order given.

    A mail thread of three paragraphs is no meeting; threads are compared only where there is
    nothing else.
    """
    dated = [measured for measured in meetings if measured.meeting.date is not None]
    return [measured for measured in dated if measured.meeting.kind != "email"] or dated
