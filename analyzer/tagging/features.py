"""What a piece has to do with what was said before: the judge's view of repetition and novelty.

Circular talk is about the past, so beside a piece's own vector the judge sees how near it comes to
earlier pieces: of the same speaker, of others, of long ago. Pieces of the turn a piece belongs to do
not count, since nobody repeats himself by going on. Numpy only; the same lines serve training and use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import MeetingKind

FEATURES: tuple[str, ...] = (
    "same_speaker_nearest",
    "others_nearest",
    "nearest_three",
    "recent_novelty",
    "previous",
    "long_ago_nearest",
    "long_ago_three",
    "log_words",
    "speaker_known",
    "same_speaker_as_before",
    "party_known",
    "party_change",
    "is_email",
    "is_minutes",
    "context_length",
)
# A maximum grows with the number it is taken over. So what is near is bounded by what stretches used in
# training hold, and anything older counts as long ago, together with earlier meetings.
NEAR = 128
FAR = 2000
RECENT = 24
_BLOCK = 256


def piece_features(
    vectors: NDArray[np.floating],
    *,
    speakers: Sequence[str | None],
    parties: Sequence[str | None],
    words: Sequence[int],
    kind: MeetingKind,
    memory: NDArray[np.floating],
) -> NDArray[np.float32]:
    """Describe each piece of one meeting by its relation to what came before.

    Args:
        vectors: (pieces, dim), unit length, in order.
        speakers: key of each piece's speaker, None where unknown.
        parties: party of each piece's speaker, None where unknown.
        words: words of each piece.
        kind: kind of the meeting.
        memory: (remembered, dim) vectors of earlier meetings; may be empty.

    Returns:
        (pieces, len(FEATURES)); a row depends on its own and earlier pieces only. Cosines are cut off
        at 0, and 0 where there is nothing to compare with.
    """
    count = len(vectors)
    table = np.zeros((count, len(FEATURES)), dtype=np.float32)
    if not count:
        return table
    column = {name: table[:, index] for index, name in enumerate(FEATURES)}
    unit = np.asarray(vectors, dtype=np.float32)
    speaker, party = _numbered(speakers), _numbered(parties)
    turn = _turn_starts(speaker)
    for start in range(0, count, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, count))
        _near(column, unit, rows, speaker, turn)
        _long_ago(column, unit, rows, np.asarray(memory, dtype=np.float32).reshape(-1, unit.shape[1]))
    column["previous"][1:] = np.maximum((unit[1:] * unit[:-1]).sum(axis=1), 0.0)
    column["log_words"][:] = np.log1p(np.asarray(words, dtype=np.float32)) / 4.0
    column["speaker_known"][:] = speaker >= 0
    column["same_speaker_as_before"][1:] = (speaker[1:] == speaker[:-1]) & (speaker[1:] >= 0)
    column["party_known"][:] = party >= 0
    column["party_change"][1:] = (party[1:] != party[:-1]) & (party[1:] >= 0) & (party[:-1] >= 0)
    column["is_email"][:] = kind == "email"
    column["is_minutes"][:] = kind == "minutes"
    column["context_length"][:] = np.minimum(np.arange(count), RECENT) / RECENT
    return table


def _numbered(names: Sequence[str | None]) -> NDArray[np.int64]:
    """Number the names by first appearance, -1 where unknown."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) if name else -1 for name in names], dtype=np.int64)


def _turn_starts(speaker: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for each piece the first piece of its turn; a piece of unknown speaker is its own turn."""
    own = np.arange(len(speaker))
    goes_on = np.zeros(len(speaker), dtype=bool)
    goes_on[1:] = (speaker[1:] == speaker[:-1]) & (speaker[1:] >= 0)
    starts: NDArray[np.int64] = np.maximum.accumulate(np.where(goes_on, 0, own))
    return starts


def _near(
    column: dict[str, NDArray[np.float32]],
    unit: NDArray[np.float32],
    rows: NDArray[np.int64],
    speaker: NDArray[np.int64],
    turn: NDArray[np.int64],
) -> None:
    columns = np.arange(max(0, rows[0] - NEAR), rows[-1] + 1)
    cosines = np.maximum(unit[rows] @ unit[columns].T, 0.0)  # (rows, columns)
    lag = rows[:, None] - columns[None, :]
    earlier = (columns[None, :] < turn[rows][:, None]) & (lag <= NEAR)
    same = earlier & (speaker[columns][None, :] == speaker[rows][:, None]) & (speaker[rows] >= 0)[:, None]
    recent = earlier & (lag <= RECENT)
    column["same_speaker_nearest"][rows] = (cosines * same).max(axis=1)
    column["others_nearest"][rows] = (cosines * (earlier & ~same)).max(axis=1)
    column["nearest_three"][rows] = _top_three(cosines * earlier)
    column["recent_novelty"][rows] = 1.0 - (cosines * recent).max(axis=1)


def _long_ago(
    column: dict[str, NDArray[np.float32]],
    unit: NDArray[np.float32],
    rows: NDArray[np.int64],
    memory: NDArray[np.float32],
) -> None:
    columns = np.arange(max(0, rows[0] - FAR), max(0, rows[-1] - NEAR))
    lag = rows[:, None] - columns[None, :]
    old = (unit[rows] @ unit[columns].T) * ((lag > NEAR) & (lag <= FAR))
    cosines = np.maximum(np.concatenate([old, unit[rows] @ memory.T], axis=1), 0.0)
    if cosines.shape[1]:
        column["long_ago_nearest"][rows] = cosines.max(axis=1)
        column["long_ago_three"][rows] = _top_three(cosines)


def _top_three(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the three largest of each row; fewer than three count as zeros."""
    if cosines.shape[1] > 3:
        cosines = np.partition(cosines, -3, axis=1)[:, -3:]
    mean: NDArray[np.float32] = cosines.sum(axis=1) / np.float32(3.0)
    return mean
