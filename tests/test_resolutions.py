from __future__ import annotations

import pytest

from analyzer.resolutions import decides, gives_work, marks_decision


@pytest.mark.parametrize(
    "text",
    [
        "Agreed: the vault opens on 9 May.",
        "We've agreed to open it in spring.",
        "The chair asked for votes. The motion is carried.",
        "Okay, that's settled.",
        "The ownership question is closed.",
        "Decided: the vault is to be opened before noon.",
        "I think we have consensus.",
        "So that's agreed, the vault opens in May.",
    ],
)
def test_a_decision_is_seen_in_what_is_said(text: str) -> None:
    assert decides(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I agree.",
        "We agree that it is risky.",
        "We have not agreed to that.",
        "Have we agreed to open it?",
        "I thought we agreed to open it.",
        "If we have consensus, we can go on.",
        "Until the budget is approved nobody moves.",
        "It is decided by the customer.",
        "The item is carried over.",
        "We agreed to meet last month.",
        "The budget was approved.",
    ],
)
def test_what_is_wished_denied_asked_or_past_decides_nothing(text: str) -> None:
    assert not decides(text)


def test_minutes_report_decisions_in_the_past() -> None:
    assert decides("The budget was approved.", is_reported=True)
    assert not decides("The budget was not approved.", is_reported=True)


@pytest.mark.parametrize(
    "text",
    [
        "I'll send you the sheet tonight.",
        "Action: ask the vault keeper.",
        "Ms Example to find a room.",
        "They will check it by Friday.",
        "We will review it next week.",
        "I can take an action on that one.",
    ],
)
def test_work_given_out_is_seen(text: str) -> None:
    assert gives_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'll share my screen.",
        "I'll send the link in the chat.",
        "They will check it.",
        "Will you send it by Friday?",
        "If it breaks we will send somebody.",
        "The government has taken action.",
    ],
)
def test_what_is_done_on_the_spot_or_some_day_is_no_work(text: str) -> None:
    assert not gives_work(text)


def test_endless_sentences_of_recognised_speech_say_nothing_certain() -> None:
    assert not decides("so " * 60 + "we have consensus")


def test_a_decision_told_as_a_heading_tells_it_is_marked() -> None:
    assert marks_decision("Thanks. Decided: interlock by 8 August.")
    assert not marks_decision("We decided it in March.")
