"""The pieces of a meeting as a reader in context sees them: windows of neighbours, who spoke marked.

Each piece is judged in exactly one window, with some pieces before and after it in view. Windows follow from
the meeting alone, so that it gives the same bytes whatever it is tagged with. The same lines serve training
and use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARK_TOKENS = 2  # of a speaker's mark, counted for every piece
LETTERS = "ABCDEFGHIJKL"  # speakers of a window in order of appearance; the thirteenth is A again


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of windows, in tokens.

    `own` is for the pieces that a window judges, `left` and `right` for those around that are in view only.
    One piece is always taken, however long: no longer than `piece` tokens, the rest of it is not seen.
    """

    own: int = 270
    left: int = 80
    right: int = 30
    piece: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Tokens of a vocabulary that lay a window out."""

    start: int
    close: int  # after each piece
    speakers: Sequence[Sequence[int]]  # of LETTERS, each with a colon
    nobody: Sequence[int]  # of a speaker that is unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Token ids, and for each piece that is judged: its number, its first token, and its closing mark."""

    ids: list[int]
    judged: list[tuple[int, int, int]]


def windows(
    pieces: Sequence[Sequence[int]],
    speakers: Sequence[str | None],
    plan: Plan,
    marks: Marks,
    first: int | None = None,
) -> Iterator[Window]:
    """Lay out the pieces of a meeting, in order.

    Args:
        pieces: token ids of each, without special tokens.
        speakers: key of each piece's speaker, None where unknown.
        plan: sizes.
        marks: of the vocabulary.
        first: tokens for the pieces of the first window, to vary where windows begin; `plan.own` by default.
    """
    sizes = [min(len(ids), plan.piece) + 1 + _MARK_TOKENS for ids in pieces]
    start, budget = 0, first or plan.own
    while start < len(pieces):
        stop = start + _fitting(sizes, range(start, len(pieces)), budget, least=1)
        before = start - _fitting(sizes, range(start - 1, -1, -1), plan.left)
        after = stop + _fitting(sizes, range(stop, len(pieces)), plan.right)
        yield _window(pieces, speakers, range(before, after), range(start, stop), plan, marks)
        start, budget = stop, plan.own


def _fitting(sizes: Sequence[int], numbers: range, budget: int, least: int = 0) -> int:
    """How many of the numbered pieces, in this order, fit into a budget."""
    left = budget
    for taken, number in enumerate(numbers):
        left -= sizes[number]
        if left < 0 and taken >= least:
            return taken
    return len(numbers)


def _window(
    pieces: Sequence[Sequence[int]],
    speakers: Sequence[str | None],
    seen: range,
    own: range,
    plan: Plan,
    marks: Marks,
) -> Window:
    ids, judged = [marks.start], []
    letters: dict[str, int] = {}
    for number in seen:
        speaker = speakers[number]
        if speaker is None:
            ids += marks.nobody
        else:
            ids += marks.speakers[letters.setdefault(speaker, len(letters)) % len(marks.speakers)]
        begin = len(ids)
        ids += pieces[number][: plan.piece]
        if number in own:
            judged.append((number, begin, len(ids)))
        ids.append(marks.close)
    return Window(ids=ids, judged=judged)
