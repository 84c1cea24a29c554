"""Which stretches of meetings to label next: windows at random, or those a model has something to say of.

Windows are whole runs of pieces, so that annotators can see what was said before. Ranked windows are rich in
what they were ranked by: what is learnt from them is not how often it occurs. Random ones tell that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Piece, Tagged

RANDOM, UNSURE = "random", "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Consecutive pieces of one meeting; `worth` is what it is ranked by, 0 where nothing is known."""

    meeting: Meeting
    pieces: tuple[Piece, ...]  # of the whole meeting
    start: int
    end: int
    worth: float = 0.0

    @property
    def name(self) -> str:
        """A name that sorts by meeting and place."""
        return f"{self.meeting.id}#{self.start:06d}"


def windows_of(
    meeting: Meeting, pieces: Sequence[Piece], size: int, worth: Sequence[float] | None = None
) -> list[Window]:
    """Cut a meeting into windows of at most `size` pieces, as equal as can be; none of an empty meeting.

    Args:
        meeting: what was said.
        pieces: all of its pieces, in order.
        size: pieces a window.
        worth: of each piece; a window is worth the mean.
    """
    count = -(-len(pieces) // size)
    bounds = [round(len(pieces) * number / count) for number in range(count + 1)] if count else []
    return [
        Window(
            meeting=meeting,
            pieces=tuple(pieces),
            start=start,
            end=end,
            worth=float(np.mean(worth[start:end])) if worth is not None else 0.0,
        )
        for start, end in pairwise(bounds)
    ]


def check(by: str, codebook: Codebook) -> None:
    """See that windows can be chosen so.

    Raises:
        DataError: if they cannot; the sentence lists how they can.
    """
    known = (RANDOM, UNSURE, *codebook.modes, *codebook.barriers)
    if by not in known:
        raise DataError(
            what="windows cannot be chosen by it", where=by, remedy=f"name one of {', '.join(known)}"
        )


def worths(tagged: Tagged, by: str, codebook: Codebook) -> list[float]:
    """Say what each piece is worth: the belief in a label, or how little the model is sure of its mode."""
    if by == UNSURE:
        return [float(1.0 - row.max()) for row in tagged.beliefs["mode"]]
    task, keys = ("mode", codebook.modes) if by in codebook.modes else ("barrier", codebook.barriers)
    return [float(belief) for belief in tagged.beliefs[task][:, keys.index(by)]]


def choose(
    windows: Iterable[Window], count: int, *, per_meeting: int, seed: int, is_random: bool
) -> list[Window]:
    """Choose windows, by chance or the worthiest first, with a bound on each meeting.

    Returns:
        At most `count`, by meeting and place.
    """
    ordered = sorted(windows, key=lambda window: window.name)
    if is_random:
        ordered = [ordered[number] for number in np.random.default_rng(seed).permutation(len(ordered))]
    else:
        ordered.sort(key=lambda window: -window.worth)
    taken: Counter[str] = Counter()
    chosen: list[Window] = []
    for window in ordered:
        if len(chosen) == count:
            break
        if taken[window.meeting.id] < per_meeting:
            taken[window.meeting.id] += 1
            chosen.append(window)
    return sorted(chosen, key=lambda window: window.name)
