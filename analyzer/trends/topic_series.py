"""Each topic over time: does talk about it go in circles more than it did, or bring in more that is new?

A topic has a point in each meeting in which enough was said of it. Most topics live for a few meetings, so
most have no verdict; those that stay for long have one, and the tests of all topics are adjusted together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured, Trend
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.trends.choice import compared
from analyzer.trends.levels import likeness
from analyzer.trends.significance import Z95
from analyzer.trends.topics import Linked
from analyzer.trends.verdicts import Points, follow
from analyzer.trends.visits import Places, places_of_topics

FEWEST_PIECES = 5  # of a topic in a meeting; fewer leave nearly everything open
FEWEST_MEETINGS = 3  # in which enough was said of a topic: two points are no series

Marks = NDArray[np.bool_]


def topic_trends(linked: Linked, codebook: Codebook) -> tuple[Trend, ...]:
    """Follow the shares of circular and generative talk, and of barriers, topic by topic.

    Args:
        linked: meetings with series-wide topics, oldest first, undated ones last.
        codebook: its roles name the measures.

    Returns:
        A trend for each topic and measure, named `topic-3:share_<mode>` or `topic-3:rate_any_barrier`,
        for topics of which enough was said in three meetings; topics in order of their keys' numbers.
    """
    meetings = compared(linked.meetings)
    topics = places_of_topics(meetings)
    found: list[Trend] = []
    for measure, marks in _marks(meetings, codebook).items():
        inflation = likeness([one.astype(np.float64) for one in marks if len(one)]) if meetings else 1.0
        family = {
            f"{topic}:{measure}": points for topic, points in _points(meetings, topics, marks, inflation)
        }
        found += follow(family, {}).values()
    order = {topic: place for place, topic in enumerate(linked.labels)}
    return tuple(sorted(found, key=lambda trend: order.get(trend.measure.partition(":")[0], len(order))))


def _marks(meetings: list[Measured], codebook: Codebook) -> Mapping[str, list[Marks]]:
    marks: dict[str, list[Marks]] = {}
    for role in ("circular", "generative"):
        if key := codebook.role(role):
            column = codebook.modes.index(key)
            marks[f"share_{key}"] = [np.equal(one.signals.mode, column) for one in meetings]
    marks["rate_any_barrier"] = [np.any(one.signals.flags, axis=1) for one in meetings]
    return marks


def _points(
    meetings: Sequence[Measured], topics: Mapping[str, Places], marks: Sequence[Marks], inflation: float
) -> Iterator[tuple[str, Points]]:
    for topic, held in topics.items():
        points = tuple(
            (meetings[place].meeting.id, _share(marks[place][list(pieces)], inflation))
            for place, pieces in held.items()
        )
        if sum(isinstance(figure, Estimate) for _, figure in points) >= FEWEST_MEETINGS:
            yield topic, points


def _share(hits: Marks, inflation: float) -> Figure:
    """Give a share with Wilson's interval, for pieces that resemble their neighbours by so much."""
    if len(hits) < FEWEST_PIECES:
        return Unknown(reason=f"fewer than {FEWEST_PIECES} pieces on the topic")
    return wilson(float(hits.mean()), len(hits) / inflation, len(hits))


def wilson(value: float, count: float, n: int) -> Estimate:
    """Give Wilson's 95 % interval of a share of `count` independent pieces; `n` is how many there are.

    Source:
        Wilson (1927), JASA 22, 209-212. Likewise in `measures.intervals`, for the stages are strangers.
    """
    square = Z95**2
    middle = (value + square / (2 * count)) / (1 + square / count)
    half = Z95 * math.sqrt(value * (1 - value) / count + square / (4 * count**2)) / (1 + square / count)
    return Estimate(
        value=value, low=min(value, max(0.0, middle - half)), high=max(value, min(1.0, middle + half)), n=n
    )
