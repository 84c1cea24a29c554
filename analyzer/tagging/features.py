"""What the words of a piece alone do not say: who spoke before, and how near it is to earlier talk.

Circular talk is about the past, so the judge is told how similar a piece is to what its speaker,
the others and earlier meetings said. Training and inference use this one function.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import MeetingKind

FEATURES = (
    "near_own",  # highest cosine to an earlier piece of the same speaker
    "near_others",  # highest cosine to an earlier piece of somebody else
    "near_top3",  # mean of the three highest cosines to any earlier piece
    "near_memory",  # highest cosine to earlier meetings, 0 without memory
    "near_before",  # cosine to the piece just before
    "log_words",  # log(1 + words) / 5
    "speaker_known",
    "same_speaker",  # as the piece before
    "party_change",  # both parties known, and another than the piece before
    "is_minutes",
    "is_email",
)
LOOK_BACK = 2_000  # pieces; bounds time and memory on very long meetings
_BLOCK = 512


def piece_features(
    vectors: NDArray[np.floating],
    *,
    speakers: Sequence[str | None],
    parties: Sequence[str | None],
    words: Sequence[int],
    kind: MeetingKind,
    memory: NDArray[np.floating] | None = None,
) -> NDArray[np.float32]:
    """Compute the judge's features for the pieces of one meeting.

    Args:
        vectors: (n, dim) unit-length vectors of the pieces, in order.
        speakers: who said each, None where unknown.
        parties: the party of each, None where unknown.
        words: words in each.
        kind: kind of the meeting.
        memory: (m, dim) unit-length vectors of earlier meetings; may be empty or None.

    Returns:
        (n, len(FEATURES)) float32; row i depends on pieces up to i only.
    """
    v = np.asarray(vectors, dtype=np.float32)
    n = len(v)
    features = np.zeros((n, len(FEATURES)), dtype=np.float32)
    if n == 0:
        return features
    features[:, 0:3] = _similarities(v, speakers)
    if memory is not None and len(memory):
        features[:, 3] = _nearest(v, np.asarray(memory, dtype=np.float32))
    features[1:, 4] = np.einsum("ij,ij->i", v[1:], v[:-1])
    features[:, 5] = np.log1p(np.asarray(words, dtype=np.float32)) / 5
    features[:, 6] = [speaker is not None for speaker in speakers]
    for i in range(1, n):
        features[i, 7] = speakers[i] is not None and speakers[i] == speakers[i - 1]
        known = parties[i] is not None and parties[i - 1] is not None
        features[i, 8] = known and parties[i] != parties[i - 1]
    features[:, 9] = kind == "minutes"
    features[:, 10] = kind == "email"
    return features


def _similarities(v: NDArray[np.float32], speakers: Sequence[str | None]) -> NDArray[np.float32]:
    """(n, 3): nearest own, nearest others', mean of the nearest three; all among earlier pieces."""
    n = len(v)
    names = {speaker: number for number, speaker in enumerate(dict.fromkeys(speakers))}
    who = np.array([-1 if speaker is None else names[speaker] for speaker in speakers])
    found = np.zeros((n, 3), dtype=np.float32)
    for start in range(0, n, _BLOCK):
        stop = min(start + _BLOCK, n)
        first = max(0, start - LOOK_BACK)
        near = v[start:stop] @ v[first:stop].T  # (block, earlier and block)
        rows, columns = np.arange(start, stop)[:, None], np.arange(first, stop)[None, :]
        earlier = columns < rows - 1  # the piece just before has a feature of its own
        own = earlier & (who[start:stop, None] == who[None, first:stop]) & (who[start:stop, None] >= 0)
        found[start:stop, 0] = np.where(own, near, 0.0).max(axis=1)
        found[start:stop, 1] = np.where(earlier & ~own, near, 0.0).max(axis=1)
        masked = np.where(earlier, near, 0.0)
        top = np.partition(masked, -min(3, masked.shape[1]), axis=1)[:, -3:]
        found[start:stop, 2] = top.sum(axis=1) / 3
    return np.maximum(found, 0.0)


def _nearest(v: NDArray[np.float32], memory: NDArray[np.float32]) -> NDArray[np.float32]:
    blocks = [v[start : start + _BLOCK] @ memory.T for start in range(0, len(v), _BLOCK)]
    nearest: NDArray[np.float32] = np.concatenate([block.max(axis=1) for block in blocks])
    return np.maximum(nearest, 0.0)
