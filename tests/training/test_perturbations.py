from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.training.perturbations import PERTURBATIONS, lower_case, reported, unpunctuated, with_fillers

TEXT = "We can't share it, Petra - not until Friday. The half-done draft is yours, isn't it?"


def test_what_a_recogniser_writes_has_words_only() -> None:
    assert unpunctuated(TEXT) == (
        "we can't share it petra not until friday the half-done draft is yours isn't it"
    )


def test_fillers_leave_the_words_in_order_and_the_end_alone() -> None:
    said = with_fillers(TEXT).split()
    kept = [word for word in said[1:] if word not in ("um", "uh", "you", "know,")]

    assert kept == TEXT.split()
    assert len(said) >= len(TEXT.split()) + 2
    assert said[-1] == "it?"


def test_lower_case_is_lower_case() -> None:
    assert lower_case(TEXT) == TEXT.lower()


@pytest.mark.parametrize("name", PERTURBATIONS)
@settings(deadline=None)
@given(text=st.text())
def test_any_text_gives_the_same_change_every_time(name: str, text: str) -> None:
    change = PERTURBATIONS[name]

    assert change(text) == change(text)


def test_minutes_tell_in_the_third_person_who_said_what() -> None:
    said = "I'm not sure we can, you told us in May that it's yours."

    assert reported(said, "Ana") == (
        "Ana said that they are not sure they can, the others told them in May that it's yours."
    )
    assert reported("We’ll send our list to you tomorrow.", None) == (
        "A member said that they would send their list to the others tomorrow."
    )
    assert reported("Okay, thank you.", "Ana") == "Okay, thank you."


@settings(deadline=None)
@given(text=st.text(), speaker=st.none() | st.text())
def test_any_text_can_be_reported(text: str, speaker: str | None) -> None:
    assert len(reported(text, speaker).split()) >= len(text.split())
