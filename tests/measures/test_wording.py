from __future__ import annotations

import pytest

from analyzer.measures.wording import answers_shortly, asks, is_cut_off


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("What did the audit find?", True),
        ("The audit is done. And what did it find?", True),
        ("What did it find? I will tell you.", True),
        ("It is done, right?", True),
        ("It is done. Right?", False),
        ("It is done. You know?", False),
        ("It is done.", False),
        ("?", False),
    ],
)
def test_a_question_has_a_mark_and_some_words(text: str, is_question: bool) -> None:
    assert asks([text, "why is this here?"])[0] is is_question


def test_without_marks_wording_tells() -> None:
    texts = ["so what did the audit find", "can you send it", "the audit found nothing"]

    assert asks(texts) == [True, True, False]


@pytest.mark.parametrize(
    ("text", "breaks_off"),
    [
        ("what I meant was --", True),
        ("what I meant —", True),
        ("what I mea-", True),
        ("what I meant,–", True),
        ("-", False),
        ("what I meant - was this.", False),
        ("what I meant.", False),
    ],
)
def test_a_dash_at_the_end_breaks_off(text: str, breaks_off: bool) -> None:
    assert is_cut_off(text) is breaks_off


@pytest.mark.parametrize(
    ("text", "is_answer"),
    [
        ("Yes.", True),
        ("no, in May", True),
        ("- of course", True),
        ("Nobody knows", False),
        ("Yesterday", False),
    ],
)
def test_short_answers_begin_with_yes_or_no(text: str, is_answer: bool) -> None:
    assert answers_shortly(text) is is_answer


def test_a_text_without_blanks_takes_no_longer_than_it_should() -> None:
    assert asks(["x" * 200_000 + "?", "x" * 200_000]) == [False, False]
