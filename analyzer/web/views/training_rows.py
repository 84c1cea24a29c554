"""Corrections as labelled rows: a `real/pieces.jsonl` of a labels folder, which `analyzer train` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.tagged import UNSURE, Row
from analyzer.store.models import Change

CONTEXT = 8  # pieces before


def training_rows(analysis: Analysis, in_force: Sequence[Change], codebook: Codebook) -> Iterator[Row]:
    """Give a row for each piece whose labels a person decided; `decided` names which of them.

    A piece stands with the labels it has after the corrections. One whose mode nobody decided and the
    model is unsure of is left out: it has no mode to learn.

    Args:
        analysis: made after the corrections.
        in_force: what people say.
        codebook: order of labels.
    """
    decided: dict[str, list[Change]] = {}
    for change in in_force:
        if change.kind == "label":
            decided.setdefault(change.subject, []).append(change)
    for measured in analysis.meetings:
        for number in range(len(measured.tagged)):
            said = decided.get(measured.tagged.encoded.ref(number))
            if said and measured.signals.mode[number] != UNSURE:
                yield _row(measured, number, said, codebook)


def _row(measured: Measured, number: int, said: Sequence[Change], codebook: Codebook) -> Row:
    flags = measured.signals.flags[number]
    meeting = measured.meeting
    return {
        "k": measured.tagged.encoded.ref(number),
        "source": "corrections",
        "meeting": meeting.id,
        "split": "train",
        "context": [
            [_speaker(measured, n), measured.tagged.encoded.text(n)]
            for n in range(max(0, number - CONTEXT), number)
        ],
        "speaker": _speaker(measured, number),
        "party": meeting.party_of(measured.tagged.utterance(number)),
        "text": measured.tagged.encoded.text(number),
        "mode": codebook.modes[int(measured.signals.mode[number])],
        "barriers": [key for key, is_set in zip(codebook.barriers, flags, strict=True) if is_set],
        "decided": sorted({str(change.value["label"]) for change in said}),
        "by": sorted({change.by_name for change in said}),
    }


def _speaker(measured: Measured, number: int) -> str | None:
    person = measured.meeting.person(measured.tagged.utterance(number).speaker)
    return person.name if person else None
