"""What was said earlier in a series, and which earlier piece a piece goes back to.

Memory holds vectors of what was said, never what was decided, so that a correction re-tags nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analyzer.records.tagged import Encoded, Memory
from analyzer.tagging.pieces import words

LIMIT = 4096  # pieces remembered: about ten long meetings, 3 MB
# Looked at on 122 circular pieces of 16 real stretches, with vectors of a trained encoder: below 0.5 pairs
# share a subject at most, from 0.55 on mostly the point itself. 0.55 answers for three of four, 0.6 for
# three of five. The cosine alone does not tell circular talk from other talk: the judge does that.
NEAR_ENOUGH = 0.55
FEWEST_WORDS = 5  # "Okay, thank you" resembles every other; nobody goes back to it
_BLOCK = 512  # rows of cosines held at once


def empty_memory(dim: int, limit: int = LIMIT) -> Memory:
    """Give the memory before the first meeting of a series.

    Args:
        dim: length of the model's vectors.
        limit: pieces it may hold.
    """
    return Memory(vectors=np.zeros((0, dim), dtype=np.float16), limit=limit)


def remember(memory: Memory, encoded: Encoded) -> Memory:
    """Add a meeting's pieces of at least 5 words; over the limit the oldest are forgotten.

    Returns:
        A new memory, oldest first; `memory` itself stays as it was.
    """
    kept = [n for n in range(len(encoded.pieces)) if words(encoded.text(n)) >= FEWEST_WORDS]
    if not kept:
        return memory
    vectors = np.concatenate([memory.vectors, encoded.vectors[kept]])
    refs = (*memory.refs, *(encoded.ref(number) for number in kept))
    first = max(0, len(refs) - memory.limit)
    return replace(memory, vectors=vectors[first:], refs=refs[first:])


def nearest_earlier(
    encoded: Encoded, memory: Memory, wanted: Sequence[int], *, at_least: float = NEAR_ENOUGH
) -> Mapping[int, str]:
    """Find the earlier piece that each of the wanted pieces goes back to.

    Args:
        encoded: the meeting.
        memory: earlier meetings of the series.
        wanted: numbers of the pieces to look for, e.g. those believed to be circular.
        at_least: cosine below which two pieces do not say the same.

    Returns:
        Piece number -> `meeting#index.piece` of the nearest earlier piece, of this meeting or of memory;
        of equally near ones the latest. The turn that a piece belongs to does not count: nobody repeats
        himself by going on. Pieces of less than 5 words neither go back nor are gone back to, and where
        nothing is near enough there is no entry.
    """
    long = np.array([words(encoded.text(n)) >= FEWEST_WORDS for n in range(len(encoded.pieces))], dtype=bool)
    rows = np.array([number for number in wanted if long[number]], dtype=np.intp)
    known = len(memory.refs)
    turn = _turn_starts(encoded)
    said = np.concatenate([memory.vectors, encoded.vectors]).astype(np.float32)
    found: dict[int, str] = {}
    for begin in range(0, len(rows), _BLOCK):
        block = rows[begin : begin + _BLOCK]
        cosines = said[known + block] @ said.T  # (block, remembered + pieces)
        own = np.arange(len(encoded.pieces))
        cosines[:, known:][(own[None, :] >= turn[block][:, None]) | ~long[None, :]] = -1.0
        latest = cosines.shape[1] - 1 - cosines[:, ::-1].argmax(axis=1)
        for number, column, cosine in zip(block, latest, cosines[np.arange(len(block)), latest], strict=True):
            if cosine >= at_least:
                here = encoded.ref(int(column) - known) if column >= known else memory.refs[column]
                found[int(number)] = here
    return found


def _turn_starts(encoded: Encoded) -> NDArray[np.intp]:
    """Give for each piece the first piece of its turn: utterances of one known speaker in a row."""
    starts = np.zeros(len(encoded.pieces), dtype=np.intp)
    utterances = encoded.meeting.utterances
    for number in range(1, len(starts)):
        before, here = encoded.pieces[number - 1].utterance, encoded.pieces[number].utterance
        speaker = utterances[here].speaker
        goes_on = before == here or (speaker is not None and utterances[before].speaker == speaker)
        starts[number] = starts[number - 1] if goes_on else number
    return starts
