"""What is shown of an Analysis, without what only the line needs: vectors and logits, nearly all bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analyzer.records.analysis import Analysis, Measured


def slim(analysis: Analysis) -> Analysis:
    """Leave out vectors, logits and unselected evidence of all meetings."""
    return replace(analysis, meetings=tuple(slim_meeting(measured) for measured in analysis.meetings))


def slim_meeting(measured: Measured) -> Measured:
    """Leave them out of one meeting."""
    encoded = replace(
        measured.tagged.encoded,
        vectors=np.zeros((0, 0), dtype=np.float16),
        local=np.zeros((0, 0), dtype=np.float16),
        in_context=np.zeros((0, 0), dtype=np.float16),
        spans=np.zeros((0, 0, 2), dtype=np.int32),
    )
    return replace(measured, tagged=replace(measured.tagged, encoded=encoded))
