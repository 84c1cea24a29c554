"""What came of ideas: generative pieces, who takes them up, and what becomes of them."""

from __future__ import annotations

from analyzer.codebook import Codebook
from analyzer.records.analysis import Idea, Measured
from analyzer.trends.topics import Linked

_AHEAD = 8  # pieces after an idea in which others may take it up
NEAR_ENOUGH = 0.45  # cosine from which a later piece is about the idea


def find_ideas(linked: Linked, codebook: Codebook) -> tuple[Idea, ...]:
    """Give the generative pieces of a series in order, with who took them up.

    Args:
        linked: meetings oldest first.
        codebook: says which mode is generative.
    """
    generative = codebook.role("generative")
    if generative is None:
        return ()
    column = codebook.modes.index(generative)
    return tuple(
        Idea(
            piece=measured.tagged.encoded.ref(number),
            party=measured.meeting.party_of(measured.tagged.utterance(number)),
            belief=float(measured.tagged.beliefs["mode"][number, column]),
            taken_up_by=_taken_up_by(measured, number, column),
        )
        for measured in linked.meetings
        for number in range(len(measured.tagged))
        if int(measured.signals.mode[number]) == column
    )


def _taken_up_by(measured: Measured, number: int, column: int) -> str | None:
    tagged = measured.tagged
    speaker = tagged.utterance(number).speaker
    here = tagged.encoded.vectors[number].astype("float32")
    for later in range(number + 1, min(len(tagged), number + 1 + _AHEAD)):
        utterance = tagged.utterance(later)
        builds_on = int(measured.signals.mode[later]) == column
        near = float(here @ tagged.encoded.vectors[later].astype("float32")) >= NEAR_ENOUGH
        if utterance.speaker != speaker and builds_on and near:
            return measured.meeting.party_of(utterance)
    return None
