from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.terms import spellings, terms


def test_content_words_stay_and_function_words_go() -> None:
    assert terms("And so the vault, as I said, opens at the northern gate.") == [
        "vault",
        "open",
        "northern",
        "gate",
    ]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("CR-118's", "cr-118"),
        ("412,000", "412,000"),
        ("v2.1", "v2.1"),
        ("gates", "gate"),
        ("policies", "policy"),
        ("classes", "class"),
        ("analysis", "analysis"),
        ("bus", "bus"),
        ("Straße", "straße"),
    ],
)
def test_identifiers_stay_whole_and_plurals_fall_together(text: str, term: str) -> None:
    assert terms(text) == [term]


def test_a_lone_digit_or_letter_is_no_term() -> None:
    assert terms("5 x 7 and I don't, we'll") == []


def test_the_spelling_of_the_text_stands_beside_each_term() -> None:
    assert spellings("Gates of CN-14") == [("gate", "Gates"), ("cn-14", "CN-14")]


@given(st.text(max_size=200))
def test_any_text_gives_small_letters_without_space(text: str) -> None:
    for term in terms(text):
        assert term == term.lower()
        assert not any(char.isspace() for char in term)
