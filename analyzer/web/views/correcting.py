"""One piece with all that can be said against its labels, as it stands with the latest words on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.records.tagged import UNSURE
from analyzer.reports.pieces import PieceView
from analyzer.reports.words import percent
from analyzer.store.models import Change
from analyzer.web.views.overview import Overview

_BEFORE, _AFTER = 2, 1  # pieces shown around


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelState:
    """A label of a piece: whether it stands, and what the model believed."""

    key: str
    name: str
    definition: str
    style: str
    is_set: bool
    belief: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """A piece to be corrected."""

    view: PieceView
    before: tuple[PieceView, ...]
    after: tuple[PieceView, ...]
    modes: tuple[LabelState, ...]
    barriers: tuple[LabelState, ...]
    is_decision: bool
    said: tuple[Change, ...]  # what is in force about it
    neighbours: tuple[str | None, str | None]  # refs


def correcting(overview: Overview, measured: Measured, number: int, in_force: Sequence[Change]) -> Correcting:
    """Lay a piece out.

    Args:
        overview: of the partnership.
        measured: its meeting.
        number: of the piece.
        in_force: what people say; it counts although the figures may not follow yet.
    """
    encoded = measured.tagged.encoded
    ref = encoded.ref(number)
    utterance = ref.rpartition(".")[0]
    said = [
        change
        for change in in_force
        if (change.kind == "label" and change.subject == ref)
        or (change.kind == "decision" and change.subject.rpartition(".")[0] == utterance)
    ]
    decided = [change for change in said if change.kind == "decision"]
    was_decision = measured.tagged.utterance(number).kind == "decision"
    last = len(measured.tagged) - 1

    def views(first: int, end: int) -> tuple[PieceView, ...]:
        return tuple(overview.book.views(encoded.ref(n) for n in range(max(0, first), min(last + 1, end))))

    return Correcting(
        view=views(number, number + 1)[0],
        before=views(number - _BEFORE, number),
        after=views(number + 1, number + 1 + _AFTER),
        modes=_states(measured, number, said, overview.codebook, "mode"),
        barriers=_states(measured, number, said, overview.codebook, "barrier"),
        is_decision=bool(decided[-1].value["value"]) if decided else was_decision,
        said=tuple(said),
        neighbours=(
            encoded.ref(number - 1) if number else None,
            encoded.ref(number + 1) if number < last else None,
        ),
    )


def _states(
    measured: Measured, number: int, said: Sequence[Change], codebook: Codebook, task: str
) -> tuple[LabelState, ...]:
    labels = codebook.task(task).labels
    keys = [label.key for label in labels]
    signals = measured.signals
    if task == "mode":
        mode = int(signals.mode[number])
        now = set() if mode == UNSURE else {keys[mode]}
    else:
        now = {key for key, is_set in zip(keys, signals.flags[number], strict=True) if is_set}
    for change in said:
        label = change.value.get("label")
        if change.kind != "label" or label not in keys:
            continue
        others = set() if task == "mode" and change.value["value"] else now - {label}
        now = others | {label} if change.value["value"] else others
    beliefs = measured.tagged.beliefs[task][number]
    return tuple(
        LabelState(
            key=label.key,
            name=label.name,
            definition=label.definition,
            style=f"{task}-{place}",
            is_set=label.key in now,
            belief=percent(float(beliefs[place])),
        )
        for place, label in enumerate(labels)
    )
