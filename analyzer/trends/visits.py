"""Where topics lie: an index over a series, so that nobody searches all meetings for one topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.records.analysis import Measured

Places = Mapping[int, tuple[int, ...]]  # number of the meeting -> its pieces on the topic, both ascending


def places_of_topics(meetings: Sequence[Measured]) -> Mapping[str, Places]:
    """Give for each topic, in order of first appearance, the meetings and pieces in which it lies."""
    found: dict[str, dict[int, list[int]]] = {}
    for place, measured in enumerate(meetings):
        for number, topic in enumerate(measured.topics):
            if topic is not None:
                found.setdefault(topic, {}).setdefault(place, []).append(number)
    return {
        topic: {place: tuple(numbers) for place, numbers in held.items()} for topic, held in found.items()
    }
