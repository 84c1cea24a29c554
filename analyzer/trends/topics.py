"""One matter over many meetings: which pieces of different meetings are about the same.

Headings of the same wording are one topic. Beyond them, topics are found by what their pieces share:
words, direction of vectors, and voices (`analyzer.trends.likeness`), meeting by meeting, oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.trends.likeness import WEIGHTS, Weights
from analyzer.trends.linking import Course, link_surely
from analyzer.trends.material import Material, gather
from analyzer.trends.naming import name_topics
from analyzer.trends.pool import Labels

NO_TOPIC = -1
HOUSEKEEPING = 0.6  # share of procedural pieces from which a topic that nobody named is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Meetings of one series, oldest first, whose `topics` are keys of the whole series.

    Keys are `topic-1`, `topic-2`, ... in order of first appearance; `labels` gives a few words for people
    to each.
    """

    meetings: tuple[Measured, ...]
    labels: Mapping[str, str]


def link(meetings: Sequence[Measured], codebook: Codebook, *, weights: Weights = WEIGHTS) -> Linked:
    """Give the topics of all meetings keys that hold over the series.

    Args:
        meetings: measured meetings of one series, in any order; their `topics` are keys of each meeting.
        codebook: says which mode is procedural.
        weights: how much each kind of evidence counts.

    Returns:
        The same meetings, dated ones oldest first and undated ones last, and the labels of the topics.
    """
    ordered = sorted(meetings, key=_age)
    material, usual = gather(ordered)
    courses = [_course(measured, one) for measured, one in zip(ordered, material, strict=True)]
    found = link_surely(courses, usual, weights)
    numbers = _numbered(_kept(ordered, courses, found, codebook))
    labels = name_topics(ordered, numbers, usual)
    return Linked(
        meetings=tuple(
            replace(measured, topics=tuple(None if n == NO_TOPIC else _key(n) for n in topics.tolist()))
            for measured, topics in zip(ordered, numbers, strict=True)
        ),
        labels={_key(number): label for number, label in sorted(labels.items())},
    )


def _key(number: int) -> str:
    return f"topic-{number + 1}"


def _age(measured: Measured) -> tuple[str, str]:
    date = measured.meeting.date
    return (date.isoformat() if date else "9999-99-99", measured.meeting.id)


def _course(measured: Measured, material: Material) -> Course:
    """Number the local segments in order; pieces of none go on with the segment before."""
    numbers: dict[str, int] = {}
    local: list[int] = []
    for key in measured.topics:
        if key is not None:
            local.append(numbers.setdefault(key, len(numbers)))
        else:
            local.append(local[-1] if local else 0)
    is_fixed = any(utterance.topic for utterance in measured.meeting.utterances)
    names = tuple(numbers) or ("",)
    return Course(
        material=material,
        local=np.array(local, dtype=np.intp),
        is_fixed=is_fixed,
        same=names if is_fixed else (None,) * len(names),
    )


def _kept(
    meetings: Sequence[Measured], courses: Sequence[Course], found: Sequence[Labels], codebook: Codebook
) -> list[Labels]:
    """Take the topic from pieces that have none: those under no heading, and housekeeping."""
    substance = [_substance(measured, codebook) for measured in meetings]
    size = max((int(labels.max(initial=-1)) for labels in found), default=-1) + 1
    said, all_pieces, has_heading = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.bool_)
    for labels, course, one in zip(found, courses, substance, strict=True):
        said += np.bincount(labels, one, size)
        all_pieces += np.bincount(labels, minlength=size)
        has_heading[labels] |= course.is_fixed
    is_topic = has_heading | (said > (1 - HOUSEKEEPING) * all_pieces)
    return [
        _without(labels, measured, course, one, is_topic)
        for labels, measured, course, one in zip(found, meetings, courses, substance, strict=True)
    ]


def _without(
    labels: Labels,
    measured: Measured,
    course: Course,
    substance: NDArray[np.bool_],
    is_topic: NDArray[np.bool_],
) -> Labels:
    if course.is_fixed:
        has_topic = np.array([key is not None for key in measured.topics], dtype=np.bool_)
    else:
        said = np.bincount(labels, substance, len(is_topic))[labels] > 0
        has_topic = is_topic[labels] & said
    return np.where(has_topic, labels, NO_TOPIC)


def _substance(measured: Measured, codebook: Codebook) -> NDArray[np.bool_]:
    procedural = codebook.role("procedural")
    column = codebook.modes.index(procedural) if procedural is not None else None
    return np.array([mode != column for mode in measured.signals.mode.tolist()], dtype=np.bool_)


def _numbered(found: Sequence[Labels]) -> list[Labels]:
    """Number topics in order of first appearance."""
    numbers = {NO_TOPIC: NO_TOPIC}
    for labels in found:
        for label in labels.tolist():
            numbers.setdefault(label, len(numbers) - 1)
    return [np.array([numbers[label] for label in labels.tolist()], dtype=np.intp) for labels in found]
