"""The pieces of a whole series as arrays: what each is about, who says it, and how usual its words are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.boundaries import boundary_odds
from analyzer.matter import Floats, Matter, matter_of, names_of, unit
from analyzer.records.analysis import Measured

SEGMENTS_PRIOR = 8.0  # segments with which the mean of a meeting counts half
_SMOOTHING = 0.1  # added to every count, so that nothing is impossible


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the pieces of one meeting are about, with words and voices numbered over the series.

    `words` are the numbers of the meeting's words, ascending. Which piece holds which of them stands in
    `holders` and `held`: piece and place in `words`, side by side, in order of pieces.
    """

    points: Floats  # (n, dim), unit length, around what is usual in the meeting
    weights: Floats  # (n,)
    words: NDArray[np.intp]  # (meeting words,)
    holders: NDArray[np.intp]  # (held,)
    held: NDArray[np.intp]  # (held,)
    voices: NDArray[np.intp]  # (n,) -1 where the speaker is unknown
    odds: Floats  # (n,) log odds that a new matter begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How often each word and each voice comes, over the whole series; each adds up to 1."""

    words: NDArray[np.float64]
    voices: NDArray[np.float64]
    spelling: tuple[str, ...]  # of each word


def gather(meetings: Sequence[Measured]) -> tuple[list[Material], Usual]:
    """Give the material of each meeting, and what is usual in the series.

    Words of one piece only say nothing about which pieces belong together; names of people and parties of
    any meeting are left out, voices have their own place.
    """
    names = frozenset().union(*(names_of(measured.meeting) for measured in meetings))
    matters = [matter_of(measured.tagged.encoded) for measured in meetings]
    counts = Counter(word for matter in matters for bag in matter.bags for word in bag - names)
    spelling = tuple(sorted(word for word, count in counts.items() if count > 1))
    number = {word: place for place, word in enumerate(spelling)}
    speakers = [_speakers(measured) for measured in meetings]
    voices = {key: place for place, key in enumerate(sorted({s for found in speakers for s in found if s}))}
    material = []
    centres = _centres(meetings, matters)
    for measured, matter, spoken, centre in zip(meetings, matters, speakers, centres, strict=True):
        bags = [sorted(number[word] for word in bag if word in number) for bag in matter.bags]
        words = np.array(sorted({word for bag in bags for word in bag}), dtype=np.intp)
        material.append(
            Material(
                points=unit(measured.tagged.encoded.vectors.astype(np.float32) - centre),
                weights=matter.weights,
                words=words,
                holders=np.repeat(np.arange(len(bags)), [len(bag) for bag in bags]),
                held=np.searchsorted(words, np.array([word for bag in bags for word in bag], dtype=np.intp)),
                voices=np.array([voices[key] if key else -1 for key in spoken], dtype=np.intp),
                odds=boundary_odds(measured.tagged.encoded, matter),
            )
        )
    return material, Usual(
        words=_shares(np.array([counts[word] for word in spelling], dtype=np.float64)),
        voices=_shares(_heard(material, len(voices))),
        spelling=spelling,
    )


def _centres(meetings: Sequence[Measured], matters: Sequence[Matter]) -> list[Floats]:
    """Give the vector that stands for no topic in particular, for each meeting.

    A meeting on many matters is its own measure: its mean holds how it was recorded and by whom. The mean
    of a thread on one matter is that matter, so it counts the less the fewer segments there are.
    """
    means = [
        matter.weights @ measured.tagged.encoded.vectors.astype(np.float32) / matter.weights.sum()
        if len(matter.weights)
        else None
        for measured, matter in zip(meetings, matters, strict=True)
    ]
    known = [mean for mean in means if mean is not None]
    usual = np.mean(known, axis=0) if known else np.zeros(1, dtype=np.float32)
    centres = []
    for measured, mean in zip(meetings, means, strict=True):
        segments = len(set(measured.topics) - {None})
        share = segments / (segments + SEGMENTS_PRIOR)
        centres.append(usual if mean is None else usual + np.float32(share) * (mean - usual))
    return centres


def _speakers(measured: Measured) -> list[str | None]:
    tagged = measured.tagged
    return [tagged.utterance(number).speaker for number in range(len(tagged))]


def _heard(material: Sequence[Material], voices: int) -> NDArray[np.float64]:
    heard = np.zeros(voices)
    for one in material:
        known = one.voices >= 0
        np.add.at(heard, one.voices[known], one.weights[known])
    return heard


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    smooth = counts + _SMOOTHING
    return np.asarray(smooth / smooth.sum()) if len(smooth) else smooth
