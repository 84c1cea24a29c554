"""Where a model is wrong and most sure of it: what to read before labelling more.

A wrong label of a model is often a doubtful label of an annotator, so the second annotator's word stands
beside it where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyzer.codebook import Codebook
from analyzer.tagging.pieces import words
from analyzer.training.data import UNLABELLED, Stretch
from analyzer.training.scoring import Rows

MOST = 40  # of each kind
_BEFORE = 2  # pieces of context shown

Kind = Literal["mode", "false flag", "missed barrier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A labelled row: what it says, and what was said before it."""

    key: str
    meeting: str
    source: str
    text: str
    before: tuple[str, ...]
    second: str | None  # labels of the second annotator, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One wrong assertion; `sureness` is how far belief was from the truth, 0 to 1."""

    kind: Kind
    gold: str
    said: str
    sureness: float
    place: Place


def mistakes(
    rows: Rows, stretches: Sequence[Stretch], codebook: Codebook, *, most: int = MOST
) -> list[Mistake]:
    """List the mistakes of each kind, most confident first, at most `most` of each.

    Args:
        rows: gold and prediction, in the order of `stretches`.
        stretches: what they are of.
        codebook: names the columns.
        most: mistakes of one kind.
    """
    places = list(_places(stretches))
    found = [*_modes(rows, places, codebook), *_barriers(rows, places, codebook)]
    kinds: tuple[Kind, ...] = ("mode", "false flag", "missed barrier")
    listed = []
    for kind in kinds:
        own = [mistake for mistake in found if mistake.kind == kind]
        listed += sorted(own, key=lambda one: (-one.sureness, one.place.key))[:most]
    return listed


def _modes(rows: Rows, places: Sequence[Place], codebook: Codebook) -> Iterator[Mistake]:
    for number in np.flatnonzero(rows.mode != rows.gold_mode).tolist():
        gold, said = int(rows.gold_mode[number]), int(rows.mode[number])
        belief = rows.mode_beliefs[number]
        yield Mistake(
            kind="mode",
            gold=codebook.modes[gold],
            said=codebook.modes[said],
            sureness=float(1.0 - belief[gold]),
            place=places[number],
        )


def _barriers(rows: Rows, places: Sequence[Place], codebook: Codebook) -> Iterator[Mistake]:
    for number, column in np.argwhere(rows.flags != rows.gold_flags).tolist():
        is_flagged, name = bool(rows.flags[number, column]), codebook.barriers[column]
        belief = float(rows.barrier_beliefs[number, column])
        yield Mistake(
            kind="false flag" if is_flagged else "missed barrier",
            gold="none" if is_flagged else name,
            said=name if is_flagged else "none",
            sureness=belief if is_flagged else 1.0 - belief,
            place=places[number],
        )


def _places(stretches: Sequence[Stretch]) -> Iterator[Place]:
    for stretch in stretches:
        for number in np.flatnonzero(stretch.mode != UNLABELLED).tolist():
            second = stretch.second[number]
            said = ", ".join([second["mode"], *second["barriers"]]) if second is not None else None
            yield Place(
                key=stretch.keys[number],
                meeting=stretch.meeting,
                source=stretch.source,
                text=stretch.texts[number],
                before=tuple(_shortened(text) for text in stretch.texts[max(0, number - _BEFORE) : number]),
                second=said,
            )


def _shortened(text: str, limit: int = 40) -> str:
    return text if words(text) <= limit else "… " + " ".join(text.split()[-limit:])
