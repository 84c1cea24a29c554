"""Segments of many meetings to topics of a series: meeting by meeting, then over again in what is known.

Each meeting's segments join the topic, old or of this meeting, that most speaks for; what is left opens
new ones. Then the pieces find their places among the topics, and at the end topics that turn out to be
one are joined. What is found depends on nothing but the meetings and their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analyzer.trends.decode import decode
from analyzer.trends.likeness import Array, Bundles, Weights, gains, stack
from analyzer.trends.material import Material, Usual
from analyzer.trends.pool import Labels, Topics, bundle, voices_of

NEAR = 12  # old topics looked at for each segment; keeps the cost at pieces times this
_SETTLE = 2  # times the pieces of a new meeting find their places
_ROUNDS = 2  # times all meetings are gone through again and topics joined
_LAST = 3  # times at the end without joining
MOST_PIECES = 10_000  # of a series that is searched several times: some thirty meetings


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A meeting to be linked: its material, and the number of the local segment of each piece.

    `is_fixed` where headings say which pieces belong together; `same` names segments that are one topic
    with those of the same name in other meetings, whatever else speaks against it.
    """

    material: Material
    local: Labels  # (n,) 0, 1, ...
    is_fixed: bool
    same: tuple[str | None, ...]  # of each local segment


def link_surely(courses: Sequence[Course], usual: Usual, weights: Weights) -> list[Labels]:
    """Number the topic of each piece of each meeting, as most searches agree.

    A greedy search may end in one of several places. So it is run under weights that differ a little, and
    kept is what agrees best with all others; with the given weights alone in series too long for that.
    """
    if sum(len(course.local) for course in courses) > MOST_PIECES:
        return link_courses(courses, usual, weights)
    found = [link_courses(courses, usual, near) for near in _near(weights)]
    together = [np.concatenate([*labels, np.zeros(0, dtype=np.intp)]) for labels in found]
    agreement = [sum(_agreement(one, other) for other in together) for one in together]
    return found[int(np.argmax(agreement))]


def _near(weights: Weights) -> list[Weights]:
    return [
        weights,
        replace(weights, join=weights.join + 2, leave=weights.leave * 1.1),
        replace(weights, join=weights.join - 2, leave=weights.leave * 0.9),
        replace(weights, join_topics=weights.join_topics - 1, words=weights.words * 1.25),
        replace(weights, join_topics=weights.join_topics + 1, words=weights.words * 0.8),
    ]


def _agreement(one: Labels, other: Labels) -> float:
    """Give the F1 of pairs of pieces that are of one topic in both."""
    both = one * (int(other.max(initial=0)) + 1) + other
    shared, first, second = (_pairs_in(labels) for labels in (both, one, other))
    return 2 * shared / max(first + second, 1.0)


def _pairs_in(labels: Labels) -> float:
    counts = np.unique(labels, return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1) / 2).sum())


def link_courses(courses: Sequence[Course], usual: Usual, weights: Weights) -> list[Labels]:
    """Number the topic of each piece of each meeting; numbers hold over the series."""
    if not courses:
        return []
    search = _Search(courses, usual, weights)
    for number in range(len(courses)):
        search.place(number)
    for _ in range(_ROUNDS):
        search.settle_all()
        search.join_topics()
    for _ in range(_LAST):
        if not search.settle_all():
            break  # and so would be all further rounds
    return search.labels


class _Search:
    """The state of a search: which piece is in which topic now."""

    def __init__(self, courses: Sequence[Course], usual: Usual, weights: Weights) -> None:
        self._courses, self._usual = courses, usual
        self._weights = weights.for_vocabulary(len(usual.spelling))
        self._topics = Topics(courses[0].material.points.shape[1], usual)
        self._named: dict[str, int] = {}  # name -> topic
        self.labels: list[Labels] = []

    def place(self, number: int) -> None:
        """Put the segments of the next meeting into topics."""
        course = self._courses[number]
        labels = self._first_labels(course) if len(course.local) else course.local
        self.labels.append(labels)
        self._topics.add(course.material, labels)
        for _ in range(_SETTLE):
            self.settle(number)

    def _first_labels(self, course: Course) -> Labels:
        material, size = course.material, int(course.local.max()) + 1
        near = self._topics.near_meeting(material, course.local, NEAR)
        named = [self._named.get(name) if name else None for name in course.same]
        old = sorted({*near, *(topic for topic in named if topic is not None)})
        voices = voices_of(material)
        bundles = stack(
            self._topics.bundles(old, material.words, voices), bundle(material, course.local, voices)
        )
        ends = list(range(len(bundles)))
        for segment, topic in enumerate(named):
            if topic is not None:
                ends[len(old) + segment] = old.index(topic)
                bundles.join(old.index(topic), len(old) + segment)
        shares = self._usual.words[material.words], self._usual.voices[voices]
        _agglomerate(bundles, ends, len(old), shares, self._weights)
        topics = self._numbers(ends, old)
        for segment, name in enumerate(course.same):
            if name:
                self._named.setdefault(name, topics[len(old) + segment])
        return np.array([topics[len(old) + segment] for segment in range(size)], dtype=np.intp)[course.local]

    def _numbers(self, ends: Sequence[int], old: Sequence[int]) -> list[int]:
        """Give the topic of each bundle: that of the old one it ended in, or a new number."""
        numbers = dict(enumerate(old))
        for end in ends:
            numbers.setdefault(end, len(self._topics) + len(numbers) - len(old))
        return [numbers[end] for end in ends]

    def settle_all(self) -> bool:
        """Let the pieces of all meetings find their places again; say whether any moved."""
        moved = [self.settle(number) for number in range(len(self._courses))]
        return any(moved)

    def settle(self, number: int) -> bool:
        """Let the pieces of one meeting find their places among its topics and those near."""
        course, labels = self._courses[number], self.labels[number]
        if course.is_fixed or not len(labels):
            return False
        material = course.material
        near = self._topics.near_meeting(material, np.unique(labels, return_inverse=True)[1], NEAR)
        topics = sorted({*near, *np.unique(labels).tolist()})
        own = np.searchsorted(topics, labels)
        bundles = self._topics.bundles(topics, material.words, voices_of(material))
        found = np.array(topics, dtype=np.intp)[decode(material, own, bundles, self._usual, self._weights)]
        self._topics.move(material, labels, found)
        self.labels[number] = found
        return bool((labels != found).any())

    def join_topics(self) -> None:
        """Join topics that turn out to be one, best first, until no gain is left."""
        ends = np.arange(len(self._topics))
        while pairs := self._pairs():
            touched: set[int] = set()
            for _, one, other in pairs:
                if one not in touched and other not in touched:
                    self._topics.join(one, other)
                    ends[ends == other] = one
                    touched |= {one, other}
        self.labels = [ends[labels] for labels in self.labels]
        self._named = {name: int(ends[topic]) for name, topic in self._named.items()}

    def _pairs(self) -> list[tuple[float, int, int]]:
        """Give the pairs of near topics whose joining gains, best first."""
        pairs: dict[tuple[int, int], float] = {}
        for topic, near in enumerate(self._topics.near_topics(NEAR)):
            if not near:
                continue
            words, voices = self._topics.words[topic].numbers, self._topics.voices[topic].numbers
            bundles = self._topics.bundles([topic, *near], words, voices)
            found = gains(bundles, 0, self._usual.words[words], self._usual.voices[voices], self._weights)
            for other, gain in zip(near, found[1:].tolist(), strict=True):
                if gain >= self._weights.join_topics:
                    pairs[min(topic, other), max(topic, other)] = gain
        return sorted(
            ((gain, one, other) for (one, other), gain in pairs.items()),
            key=lambda pair: (-pair[0], pair[1], pair[2]),
        )


def _agglomerate(
    bundles: Bundles, ends: list[int], old: int, shares: tuple[Array, Array], weights: Weights
) -> None:
    """Join bundles, best pair first, while it gains; never two of the first `old`. Changes its arguments."""
    size = len(bundles)
    gain = np.full((size, size), -np.inf)
    active = np.array([end == place for place, end in enumerate(ends)])

    def renew(one: int) -> None:
        row = gains(bundles, one, *shares, weights)
        row[~active] = -np.inf
        row[one] = -np.inf
        if one < old:
            row[:old] = -np.inf
        gain[one], gain[:, one] = row, row

    for one in np.flatnonzero(active):
        if one >= old:
            renew(int(one))
    while size:
        into, gone = sorted(divmod(int(gain.argmax()), size))
        if gain[into, gone] < weights.join:
            return
        bundles.join(into, gone)
        active[gone] = False
        ends[:] = [into if end == gone else end for end in ends]
        gain[gone], gain[:, gone] = -np.inf, -np.inf
        renew(into)
