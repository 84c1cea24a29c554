"""Pieces that fit what somebody looks for: what a figure counted, a speaker's, those that hold some words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.tagged import UNSURE

UNSURE_KEY = "unsure"
NOBODY = "-"  # as party or speaker: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What pieces must be; an empty text asks for nothing."""

    text: str = ""  # words of it, in any case
    mode: str = ""  # key, or UNSURE_KEY
    barrier: str = ""  # key, or `any`
    party: str = ""
    speaker: str = ""  # key of a person
    topic: str = ""
    kind: str = ""  # `decision`, `action`
    corrected: str = ""  # not empty: decided by a person

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def query(self, **other: str | int) -> str:
        """Give it as a query of an address, `?` before; `other` replaces or adds."""
        given: dict[str, str | int] = {one.name: getattr(self, one.name) for one in fields(self)}
        words = urlencode({name: value for name, value in (given | other).items() if value})
        return f"?{words}" if words else ""

    def without(self, name: str) -> Wanted:
        """Ask for less."""
        return replace(self, **{name: ""})


def fitting(measured: Measured, wanted: Wanted, codebook: Codebook) -> NDArray[np.intp]:
    """Give the numbers of a meeting's pieces that fit, in order."""
    tagged, signals = measured.tagged, measured.signals
    fits = np.ones(len(tagged), dtype=bool)
    if wanted.mode == UNSURE_KEY:
        fits &= signals.mode == UNSURE
    elif wanted.mode:
        has_mode = wanted.mode in codebook.modes
        fits &= signals.mode == codebook.modes.index(wanted.mode) if has_mode else False
    if wanted.barrier == "any":
        fits &= signals.flags.any(axis=1)
    elif wanted.barrier:
        is_known = wanted.barrier in codebook.barriers
        fits &= signals.flags[:, codebook.barriers.index(wanted.barrier)] if is_known else False
    if wanted.corrected:
        fits &= signals.corrected
    if wanted.topic:
        topics = measured.topics or (None,) * len(tagged)
        fits &= np.array([topic == wanted.topic for topic in topics], dtype=bool)
    for number in np.flatnonzero(fits).tolist():
        fits[number] = _fits(measured, number, wanted)
    return np.flatnonzero(fits)


def _fits(measured: Measured, number: int, wanted: Wanted) -> bool:
    utterance = measured.tagged.utterance(number)
    if wanted.speaker and (utterance.speaker or NOBODY) != wanted.speaker:
        return False
    if wanted.party and (measured.meeting.party_of(utterance) or NOBODY) != wanted.party:
        return False
    if wanted.kind and utterance.kind != wanted.kind:
        return False
    return not wanted.text or _holds(measured.tagged.encoded.text(number), wanted.text)


def _holds(text: str, wanted: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted.casefold().split())


def found(
    analysis: Analysis, wanted: Wanted, codebook: Codebook, meeting: str | None = None
) -> Iterator[tuple[Measured, list[str]]]:
    """Give the meetings with pieces that fit, oldest first, and the refs of these.

    Args:
        analysis: of the partnership.
        wanted: what pieces must be.
        codebook: order of labels.
        meeting: key of the only meeting to look in.
    """
    for measured in analysis.meetings:
        if meeting is None or measured.meeting.id == meeting:
            refs = [measured.tagged.encoded.ref(number) for number in fitting(measured, wanted, codebook)]
            if refs:
                yield measured, refs
