from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analyzer.records.analysis import Action, Measured
from analyzer.trends.actions import find_actions
from analyzer.trends.topics import Linked

TASK = "Ada will send the audit report by Friday."
Actions = Callable[..., tuple[Action, ...]]


@pytest.fixture
def actions(one_meeting: Callable[..., Measured], say: type) -> Actions:
    """Find actions in meetings of one topic; pieces that name the audit lie together, the others anywhere."""

    def make(*meetings: Sequence[str], undated: Sequence[int] = ()) -> tuple[Action, ...]:
        rng = np.random.default_rng(3)
        measured = []
        for place, texts in enumerate(meetings):
            filled = [*texts, *(f"Line {number} runs well." for number in range(30))]
            day = None if place in undated else date(2025, 1, 6) + timedelta(weeks=4 * place)
            one = one_meeting([say(text=text) for text in filled], name=f"m{place + 1}", day=day)
            vectors = rng.normal(size=(len(filled), 16))
            for number, text in enumerate(filled):
                if "audit" in text:
                    vectors[number] = np.eye(16)[0] * 9 + rng.normal(size=16) * 0.1
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            encoded = replace(one.tagged.encoded, vectors=vectors.astype(np.float16))
            topics = ("topic-1",) * len(filled)
            measured.append(replace(one, tagged=replace(one.tagged, encoded=encoded), topics=topics))
        return find_actions(Linked(meetings=tuple(measured), labels={"topic-1": "audit"}))

    return make


def test_an_action_that_a_later_meeting_calls_open_came_back(actions: Actions) -> None:
    [found] = actions([TASK], ["We are still waiting for the audit report."])

    assert (found.piece, found.came_back) == ("m1#0.0", ("m2#0.0",))
    assert (found.party, found.topic) == ("Bank", "topic-1")


def test_an_action_given_out_once_more_came_back(actions: Actions) -> None:
    first, second = actions([TASK], [TASK])

    assert first.came_back == ("m2#0.0",)
    assert second.came_back == ()


def test_an_action_that_is_done_did_not_come_back(actions: Actions) -> None:
    [found] = actions([TASK], ["Thanks for the audit report, a good read."])

    assert found.came_back == ()


def test_what_is_open_elsewhere_does_not_bring_an_action_back(actions: Actions) -> None:
    [found] = actions([TASK], ["The hinge is still loose."])

    assert found.came_back == ()


def test_nothing_is_known_to_come_after_an_undated_meeting(actions: Actions) -> None:
    found = actions([TASK], [TASK], undated=(0, 1))

    assert [one.came_back for one in found] == [(), ()]
