"""What a measure is in each meeting, with the error that its pieces leave: what tests of change start from.

For shares of modes and barriers both are taken from the pieces, not from the figures and their
intervals: those may count the classifier's own mistakes, which are the same in every meeting. If the talk
does not change, neither does what the classifier makes of it, so a test of change needs no allowance
for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.records.figures import Estimate, Figure
from analyzer.trends.significance import standard_error

Floats = NDArray[np.float64]

LAGS = 8  # pieces; beyond it the labels of neighbouring pieces no longer resemble each other
USUAL = 0.45  # autocorrelations summed over them, in 140 stretches of real meetings
_SPREAD = 0.3  # how far the sums of single series lie from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A measure over the meetings in which it is known, oldest first; arrays are (meetings,)."""

    meetings: tuple[str, ...]
    values: Floats
    errors: Floats  # standard errors, of sampling alone
    counts: Floats  # pieces

    def __len__(self) -> int:
        return len(self.meetings)


def from_figures(points: Sequence[tuple[str, Figure]]) -> Levels:
    """Take levels and their errors from figures and their intervals."""
    known = [(meeting, figure) for meeting, figure in points if isinstance(figure, Estimate)]
    return Levels(
        meetings=tuple(meeting for meeting, _ in known),
        values=np.array([figure.value for _, figure in known]),
        errors=np.array([standard_error(figure) for _, figure in known]),
        counts=np.array([max(1.0, figure.n) for _, figure in known]),
    )


def from_signals(meetings: Sequence[Measured], codebook: Codebook) -> dict[str, Levels]:
    """Give the levels of `share_<mode>` and `rate_<barrier>`, without the procedural mode.

    Talk without substance rises and falls with the style of the record (minutes have none), not with
    the partnership.
    """
    procedural = codebook.role("procedural")
    columns = {
        f"share_{key}": [_mode(measured, column) for measured in meetings]
        for column, key in enumerate(codebook.modes)
        if key != procedural
    }
    columns |= {
        f"rate_{key}": [_barrier(measured, column) for measured in meetings]
        for column, key in enumerate(codebook.barriers)
    }
    return {name: of_pieces(meetings, pieces) for name, pieces in columns.items()}


def balance(meetings: Sequence[Measured], codebook: Codebook) -> Levels | None:
    """Give generative less circular share, None where the codebook lacks one of the two.

    What opens or closes a conversation moves the two in opposite directions, so their difference
    shows it where neither alone does.
    """
    keys = [codebook.role(role) for role in ("generative", "circular")]
    if None in keys:
        return None
    new, old = (codebook.modes.index(key) for key in keys if key is not None)
    return of_pieces(meetings, [_mode(one, new) - _mode(one, old) for one in meetings])


def _mode(measured: Measured, column: int) -> Floats:
    return _told(measured, measured.signals.mode == column, measured.tagged.beliefs["mode"][:, column])


def _barrier(measured: Measured, column: int) -> Floats:
    return _told(measured, measured.signals.flags[:, column], measured.tagged.beliefs["barrier"][:, column])


def _told(measured: Measured, decided: NDArray[np.bool_], beliefs: NDArray[np.float32]) -> Floats:
    """Give what each piece tells of a label: how far it is believed, or what a person decided.

    The sum of calibrated beliefs is the count to be expected; deciding first throws away what lies near the
    threshold. From a model's tags of the written partnerships 25 of 26 turning points are found so, 22
    from halfway between belief and decision, 20 from decisions alone (`benchmarks/trends.py`).

    Source:
        Bella et al. (2010), ICDM, 737-742: quantification by averaging probabilities.
    """
    return np.where(measured.signals.corrected, decided.astype(np.float64), beliefs.astype(np.float64))


def of_pieces(meetings: Sequence[Measured], pieces: Sequence[Floats]) -> Levels:
    """Give the mean over the pieces of each meeting; meetings without pieces are left out.

    The variance of a piece, and how much neighbours resemble each other, is taken from all meetings
    together: one meeting has too few pieces that carry a label to tell.
    """
    held = [
        (measured.meeting.id, values)
        for measured, values in zip(meetings, pieces, strict=True)
        if len(values)
    ]
    counts = np.array([float(len(values)) for _, values in held])
    variance = float(np.concatenate([values for _, values in held]).var()) if held else 0.0
    inflation = likeness([values for _, values in held])
    return Levels(
        meetings=tuple(meeting for meeting, _ in held),
        values=np.array([float(values.mean()) for _, values in held]),
        errors=np.sqrt(variance * inflation / counts) if held else counts,
        counts=counts,
    )


def likeness(series: Sequence[Floats]) -> float:
    """Say by how much likeness of neighbouring pieces inflates the variance of a meeting's mean: at least 1.

    1 plus twice the sum of the autocorrelations within meetings, drawn towards what is usual in real
    meetings where few pieces carry the label.
    """
    spread = products = 0.0
    hits = total = 0.0
    for values in series:
        residuals, n = values - values.mean(), len(values)
        square = float(residuals @ residuals)
        spread += square
        hits += float(np.abs(values).sum())
        total += n
        for lag in range(1, min(LAGS, n - 1) + 1):
            # The mean was taken from the same pieces, which pulls each product down by square / n.
            products += float(residuals[lag:] @ residuals[:-lag]) + square / n
    if spread == 0:
        return 1 + 2 * USUAL
    told, usual = 4 * hits * (1 - min(1.0, hits / total)) / LAGS, 1 / _SPREAD**2
    return max(1.0, 1 + 2 * (told * products / spread + usual * USUAL) / (told + usual))
