from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.participation import floor_shares, interruptions, questions
from analyzer.records.figures import Estimate, Figure, Unknown

CODEBOOK = default_codebook()
PLAIN, CIRCULAR, GENERATIVE, PROCEDURAL = CODEBOOK.modes
ADA, BO = {"speaker": "Ada", "party": "Bank"}, {"speaker": "Bo", "party": "Vendor"}
CY: dict[str, Any] = {"speaker": "Cy"}
ASKED = "what did the audit of the vault find?"


def value(figure: Figure) -> float:
    assert isinstance(figure, Estimate)
    return figure.value


def test_words_and_turns_are_shared_out(made: Callable, said: type) -> None:
    rows = [said(text="one two three", **ADA), said(text="four", **BO), said(text="five six", **BO)]

    figures = floor_shares(*made(rows), CODEBOOK)

    assert value(figures["talk_share:Bank"]) == value(figures["talk_share:Vendor"]) == 0.5
    assert value(figures["turn_share:Bank"]) == 0.5


def test_a_listed_party_that_is_silent_has_none_of_the_talk(made: Callable, said: type) -> None:
    figures = floor_shares(*made([said(**ADA)] * 30, parties=("Vendor",)), CODEBOOK)

    assert value(figures["talk_share:Vendor"]) == 0.0
    assert value(figures["talk_share:Bank"]) == 1.0


def test_words_of_unknown_party_may_be_anybodys(made: Callable, said: type) -> None:
    rows = [said(**ADA), said(**BO), said(**ADA), said(**CY)] * 10
    without = [said(**ADA), said(**BO), said(**ADA), said(**BO)] * 10

    some, none = (floor_shares(*made(rows_), CODEBOOK)["talk_share:Bank"] for rows_ in (rows, without))

    assert isinstance(some, Estimate)
    assert isinstance(none, Estimate)
    assert some.value == none.value == 0.5
    assert some.high == pytest.approx(none.high + 0.25, abs=0.02)
    assert some.low == pytest.approx(none.low, abs=0.02)


def test_no_share_is_given_where_most_of_the_talk_has_no_party(made: Callable, said: type) -> None:
    figures = floor_shares(*made([said(**ADA), said(**CY), said(**CY)]), CODEBOOK)

    assert figures["talk_share:Bank"] == Unknown(reason="for most of what is said no party is known")


def test_a_question_with_an_answer_of_substance_is_answered(made: Callable, said: type) -> None:
    rows = [said(text=ASKED, **ADA), said(**BO)] * 5

    figures = questions(*made([*rows, said(**ADA)] * 2), CODEBOOK)

    assert value(figures["unanswered_share:Bank"]) == 0.0


@pytest.mark.parametrize(
    "reply",
    [
        {"mode": PROCEDURAL, "text": "thank you all"},
        {"mode": CIRCULAR, "text": "we told you in May what we think of that"},
        {"mode": PLAIN, "text": "who wants to know about that now?"},
    ],
)
def test_procedure_evasion_and_a_question_back_leave_it_open(
    made: Callable, said: type, reply: dict[str, Any]
) -> None:
    rows = [said(text=ASKED, **ADA), *[said(**BO, **reply), said(mode=PROCEDURAL, **ADA)] * 3] * 6

    figures = questions(*made([*rows, said(**BO)]), CODEBOOK)

    assert value(figures["unanswered_share:Bank"]) > 0.8


def test_yes_is_an_answer_though_it_is_procedure(made: Callable, said: type) -> None:
    rows = [said(text=ASKED, **ADA), *[said(text="Yes.", mode=PROCEDURAL, **BO)] * 4] * 6

    figures = questions(*made(rows), CODEBOOK)

    assert value(figures["unanswered_share:Bank"]) == 0.0


def test_a_question_that_its_party_repeats_was_not_answered(made: Callable, said: type) -> None:
    rows = [said(text=ASKED, **ADA), said(**BO)] * 5
    again = [said(text=ASKED, mode=CIRCULAR, returns_to=0, **ADA), said(**BO)]

    figures = questions(*made(rows + again), CODEBOOK)

    assert value(figures["unanswered_share:Bank"]) == pytest.approx(1 / 6)


def test_the_question_that_ends_the_meeting_is_not_judged(made: Callable, said: type) -> None:
    rows = [said(text=ASKED, **ADA), said(**BO)] * 5

    figures = questions(*made([*rows, said(text=ASKED, **ADA)]), CODEBOOK)

    found = figures["unanswered_share:Bank"]
    assert isinstance(found, Estimate)
    assert found.n == 5


def test_questions_of_procedure_are_left_out(made: Callable, said: type) -> None:
    rows = [said(text="can you all see my screen?", mode=PROCEDURAL, **ADA), said(**BO)] * 10

    figures = questions(*made(rows), CODEBOOK)

    assert value(figures["question_share:Bank"]) == 0.0
    assert figures["unanswered_share:Bank"] == Unknown(reason="Bank asks fewer than 5 questions")


def test_speech_that_breaks_off_shows_who_interrupts(made: Callable, said: type) -> None:
    cut = [said(text="what I wanted to say is --", **ADA), said(text="no that is not on the table", **BO)]
    rows = [*cut, *[said(**ADA), said(**BO)] * 9]

    figures = interruptions(*made(rows), CODEBOOK)

    assert value(figures["interruption_share:Vendor"]) == 0.1
    assert value(figures["interrupted_share:Bank"]) == 0.1
    assert figures["interruption_share:Bank"] == Unknown(
        reason="Bank has fewer than 10 turns to judge by"  # it takes over nine times
    )


def test_times_that_overlap_show_who_interrupts(made: Callable, said: type) -> None:
    rows = [said(start=i * 10, end=i * 10 + 10, **(BO if i % 2 else ADA)) for i in range(24)]
    rows[1] = said(start=8.0, end=20, **BO)  # two seconds into what Ada says
    rows[3] = said(start=29.9, end=40, **BO)  # as people take turns

    figures = interruptions(*made(rows), CODEBOOK)

    assert value(figures["interruption_share:Vendor"]) == pytest.approx(1 / 12)


def test_a_yes_said_over_another_takes_nothing_away(made: Callable, said: type) -> None:
    rows = [said(start=i * 10, end=i * 10 + 10, **(BO if i % 2 else ADA)) for i in range(24)]
    rows[1] = said(text="yes exactly", start=8.0, end=9.0, **BO)
    rows[5] = said(start=45.0, end=60, **BO)

    assert value(interruptions(*made(rows), CODEBOOK)["interruption_share:Vendor"]) == pytest.approx(1 / 12)


def test_where_the_source_cannot_show_interruptions_none_are_counted(made: Callable, said: type) -> None:
    rows = [said(start=i * 10, end=i * 10 + 9, **(BO if i % 2 else ADA)) for i in range(40)]

    figures = interruptions(*made(rows), CODEBOOK)

    assert figures["interruption_share:Bank"] == Unknown(
        reason="the source shows neither overlapping times nor speech that breaks off"
    )


@pytest.mark.parametrize("kind", ["minutes", "email"])
def test_mail_and_minutes_do_not_show_interruptions(made: Callable, said: type, kind: str) -> None:
    rows = [said(text="what I wanted to say --", **ADA), said(text="no, that is not so at all", **BO)] * 20

    figures = interruptions(*made(rows, kind=kind), CODEBOOK)

    assert figures["interruption_share:Vendor"] == Unknown(
        reason="only transcripts of speech show who interrupts"
    )
