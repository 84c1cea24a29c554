from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest

from analyzer.records.analysis import Measured
from analyzer.trends.material import gather
from analyzer.trends.naming import name_topics

Named = Callable[[Sequence[object], Sequence[int]], dict[int, str]]


@pytest.fixture
def named(one_meeting: Callable[..., Measured]) -> Named:
    def make(said: Sequence[object], topics: Sequence[int]) -> dict[int, str]:
        measured = one_meeting(said, name="m1", day=date(2025, 1, 6))
        _, usual = gather([measured])
        return dict(name_topics([measured], [np.array(topics)], usual))

    return make


def test_words_said_more_there_than_elsewhere_name_a_topic(named: Named, say: type) -> None:
    gate = [say(text="The CR-118 hinge costs money."), say(text="Money for a CR-118 hinge?")]
    pump = [say(text="The pump costs money."), say(text="Oil and money for a pump.")]

    labels = named([*gate, *pump], [0, 0, 1, 1])

    assert set(labels[0].split(", ")[:2]) == {"CR-118", "hinge"}
    assert labels[1].split(", ")[0] == "pump"


def test_a_heading_names_a_topic_as_it_is_mostly_written(named: Named, say: type) -> None:
    texts = [say(text="Words.", topic=heading) for heading in ("3. GATE", "Gate", "4. Gate:")]

    assert named(texts, [0, 0, 0]) == {0: "Gate"}


def test_pieces_of_no_topic_name_none(named: Named, say: type) -> None:
    assert named([say(text="The hinge."), say(text="The pump.")], [-1, 0]) == {0: "pump"}


def test_a_topic_without_content_words_is_called_unnamed(named: Named, say: type) -> None:
    assert named([say(text="And so it was.")], [0]) == {0: "unnamed"}
