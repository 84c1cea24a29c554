from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Measured
from analyzer.trends.outcome import CUES, WEIGHTS, Visit, features, outcome

CODEBOOK = default_codebook()


@pytest.fixture
def visit(one_meeting: Callable[..., Measured], say: type) -> Callable[..., Visit]:
    def make(texts: list[str], *, pieces: tuple[int, ...] | None = None, **more: Any) -> Visit:
        mode = more.pop("mode", "transactional")
        measured = one_meeting([say(text=text, mode=mode) for text in texts], name="m1", day=date(2025, 1, 6))
        given = {"before": 1, "is_gone": False, "is_last": False} | more
        return Visit(measured=measured, pieces=pieces or tuple(range(len(texts))), **given)

    return make


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("formal", "So that is approved."),
        ("formal", "Any objections?"),
        ("settled", "The letter was signed in May."),
        ("assent", "Agreed."),
        ("put_off", "The item was deferred."),
        ("put_off", "We leave it open."),
        ("later", "Bring it back when it is ready."),
        ("later", "Put it on July."),
    ],
)
def test_cues_are_found(cue: str, text: str) -> None:
    assert CUES[cue].search(text.lower())


@pytest.mark.parametrize(
    ("cue", "text"),
    [("formal", "It was carried over."), ("assent", "They argued."), ("later", "It may rain.")],
)
def test_words_that_only_look_like_cues_are_none(cue: str, text: str) -> None:
    assert not CUES[cue].search(text.lower())


def test_a_cue_counts_less_the_more_follows_it(visit: Callable[..., Visit]) -> None:
    rest = ["The hinge is rusty."] * 5

    early = features(visit(["Approved.", *rest]), CODEBOOK)["formal_at_end"]
    late = features(visit([*rest, "Approved."]), CODEBOOK)["formal_at_end"]

    assert late == 1.0
    assert early == pytest.approx(0.8**5)


def test_the_end_is_where_the_meeting_leaves_the_topic(visit: Callable[..., Visit]) -> None:
    texts = ["Approved.", *["Something else altogether."] * 5, "The hinge is rusty."]

    assert features(visit(texts, pieces=(0, 6)), CODEBOOK)["formal_at_end"] == 1.0


def test_what_minutes_mark_as_a_decision_needs_no_cue(visit: Callable[..., Visit]) -> None:
    from dataclasses import replace

    plain = visit(["New hinge by May."])
    meeting = plain.measured.meeting
    marked = replace(meeting, utterances=(replace(meeting.utterances[0], kind="decision"),))
    tagged = plain.measured.tagged
    encoded = replace(tagged.encoded, meeting=marked)
    decided = replace(plain, measured=replace(plain.measured, tagged=replace(tagged, encoded=encoded)))

    assert features(plain, CODEBOOK)["formal_at_end"] == 0.0
    assert features(decided, CODEBOOK)["formal_at_end"] == 1.0


def test_talk_without_any_cue_leaves_a_topic_open(visit: Callable[..., Visit]) -> None:
    assert outcome(visit(["The hinge is rusty."] * 6), CODEBOOK) == "open"


def test_every_weight_is_of_a_feature_and_every_feature_has_one(visit: Callable[..., Visit]) -> None:
    assert set(features(visit(["Words."]), CODEBOOK)) == set(WEIGHTS)


def test_the_piece_behind_a_topic_may_say_how_it_ended(visit: Callable[..., Visit]) -> None:
    said = ["The hinge is rusty.", "The hinge is loose.", "Decided: a new hinge. Next, the gate."]

    without = features(visit(said, pieces=(0, 1)), CODEBOOK)
    behind = features(visit(said, pieces=(0, 1), closing=(2,)), CODEBOOK)

    assert (without["marked"], behind["marked"]) == (0.0, 1.0)
    assert outcome(visit(said, pieces=(0, 1), closing=(2,)), CODEBOOK) == "decided"


def test_circles_count_by_how_far_they_are_believed(visit: Callable[..., Visit]) -> None:
    found = features(visit(["We said so in May."] * 4, mode="circular"), CODEBOOK)

    assert found["circular"] == pytest.approx((1 + 0.94) / 2)
