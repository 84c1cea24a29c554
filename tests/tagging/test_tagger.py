from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Meeting, Notice, Source
from analyzer.records.tagged import Tagged
from analyzer.tagging.tagger import Tagger
from tests.conftest import WORDS

CODEBOOK = default_codebook()


def held(meeting: Meeting, name: str, day: date | None) -> Meeting:
    source = Source(name=name, sha256=name.ljust(64, "0"), format="jsonl", size=1)
    return replace(meeting, id=name, date=day, source=source)


def same(left: Tagged, right: Tagged) -> bool:
    beliefs = [left.beliefs[task].tobytes() == right.beliefs[task].tobytes() for task in left.beliefs]
    return all(beliefs) and left.key == right.key and left.returns == right.returns


@pytest.fixture
def series(meeting: Meeting) -> list[Meeting]:
    return [held(meeting, f"m{month}", date(2024, month, 1)) for month in (1, 2, 4)]


def test_beliefs_are_probabilities_in_codebook_order(tagger: Tagger, meeting: Meeting) -> None:
    [tagged] = tagger.tag(meeting)

    modes = [CODEBOOK.modes[column] for column in tagged.beliefs["mode"].argmax(axis=1)]
    assert modes == [WORDS["hello"], WORDS["report"], WORDS["imagine"], WORDS["report"]]
    assert_allclose(tagged.beliefs["mode"].sum(axis=1), 1.0, rtol=1e-6)
    assert tagged.labels == {"mode": CODEBOOK.modes, "barrier": CODEBOOK.barriers}
    budget = tagged.beliefs["barrier"][:, CODEBOOK.barriers.index(WORDS["budget"])]
    # 4 for the word, a quarter of the piece before, -2 of calibration.
    assert_allclose(budget, 1 / (1 + np.exp(-np.array([-2.0, 2.0, -1.0, 2.0]))), rtol=1e-5)


def test_evidence_is_given_for_the_likeliest_mode_and_what_is_believed(
    tagger: Tagger, meeting: Meeting
) -> None:
    [tagged] = tagger.tag(meeting)

    shown = {span.label: tagged.encoded.text(1)[span.start : span.end] for span in tagged.spans[1]}
    assert shown == {WORDS["report"]: "report", WORDS["budget"]: "budget"}


def test_a_circular_piece_names_what_it_goes_back_to(tagger: Tagger, meeting: Meeting) -> None:
    [tagged] = tagger.tag(meeting)

    assert tagged.returns == {3: "alpha-1#1.0"}


def test_the_order_of_arrival_changes_nothing(tagger: Tagger, series: list[Meeting]) -> None:
    forward = tagger.tag(series)
    backward = tagger.tag(series[::-1])

    assert [tagged.meeting.id for tagged in backward] == ["m4", "m2", "m1"]
    assert all(same(left, right) for left, right in zip(forward, backward[::-1], strict=True))


def test_a_late_meeting_changes_only_later_ones(tagger: Tagger, series: list[Meeting]) -> None:
    before = tagger.tag(series)
    march = held(series[0], "m3", date(2024, 3, 1))

    after = tagger.tag([*series, march])

    assert [left.key == right.key for left, right in zip(before, after[:3], strict=True)] == [
        True,
        True,
        False,
    ]


def test_a_later_meeting_goes_back_to_an_earlier_one(tagger: Tagger, series: list[Meeting]) -> None:
    first, second, _ = tagger.tag(series)

    assert first.returns == {3: "m1#1.0"}
    assert second.returns == {3: "m1#3.0"}


def test_undated_meetings_have_no_memory_and_leave_none(tagger: Tagger, series: list[Meeting]) -> None:
    undated = held(series[0], "m9", None)

    among = tagger.tag([undated, *series])

    assert same(among[0], tagger.tag(undated)[0])
    assert all(same(left, right) for left, right in zip(among[1:], tagger.tag(series), strict=True))


def test_series_are_strangers(tagger: Tagger, series: list[Meeting]) -> None:
    other = replace(series[1], series="beta")

    assert same(tagger.tag([series[0], other])[1], tagger.tag(other)[0])


def test_the_key_holds_who_spoke_and_not_only_the_bytes(tagger: Tagger, meeting: Meeting) -> None:
    people = (replace(meeting.people[0], party="West"), meeting.people[1])

    assert tagger.tag(meeting)[0].key != tagger.tag(replace(meeting, people=people))[0].key


def test_a_meeting_in_another_language_is_not_tagged(tagger: Tagger, meeting: Meeting) -> None:
    notice = Notice(reason="not analysed: language de")
    german = replace(meeting, language="de", notices=(notice,))

    [tagged] = tagger.tag(german)

    assert len(tagged) == 0
    assert tagged.beliefs["mode"].shape == (0, len(CODEBOOK.modes))


def test_empty_meetings_and_no_meetings_are_tagged(tagger: Tagger, meeting: Meeting) -> None:
    [tagged] = tagger.tag(replace(meeting, utterances=()))

    assert len(tagged) == 0
    assert tagged.spans == {}
    assert tagger.tag([]) == []


def test_a_tagger_travels_as_its_address(tagger: Tagger, meeting: Meeting) -> None:
    sent = pickle.dumps(tagger)
    arrived = pickle.loads(sent)

    assert len(sent) < 20_000
    assert arrived.model == tagger.model == "tiny-1.0.0"
    assert same(arrived.tag(meeting)[0], tagger.tag(meeting)[0])


def test_encoding_depends_on_nothing_but_the_meeting(tagger: Tagger, series: list[Meeting]) -> None:
    alone = tagger.encode(series[2])

    among = tagger.tag(series)[2].encoded

    assert_array_equal(alone.vectors, among.vectors)
    assert_array_equal(alone.spans, among.spans)


def test_the_card_and_the_figures_are_at_hand(tagger: Tagger) -> None:
    assert tagger.metrics == {"note": "not trained"}
    assert tagger.card.startswith("# tiny")
    assert tagger.policy.unsure_below == 0.4
