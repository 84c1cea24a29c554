from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.coordination import FEWEST, _echo, coordination
from analyzer.measures.wording import FUNCTION_WORDS, classes_of
from analyzer.records.figures import Estimate, Unknown

CODEBOOK = default_codebook()
ADA, BO = {"speaker": "Ada", "party": "Bank"}, {"speaker": "Bo", "party": "Vendor"}
WITH, WITHOUT = "report the vault audit today", "report vault audit results today"  # an article or none


def bit(name: str) -> int:
    return 1 << list(FUNCTION_WORDS).index(name)


def test_words_are_told_by_their_class() -> None:
    assert classes_of("The vault") == bit("article")
    assert classes_of("we don't") == bit("personal") | bit("auxiliary")
    assert classes_of("Vault audits matter.") == 0


def test_no_word_stands_in_two_classes() -> None:
    words = [word for listed in FUNCTION_WORDS.values() for word in listed.split()]

    assert len(words) == len(set(words))


def test_a_party_that_echoes_every_article_coordinates(made: Callable, said: type) -> None:
    rows = []
    for number in range(40):
        text = WITH if number % 2 else WITHOUT
        rows += [said(text=text, **ADA), said(text=text, **BO)]

    figure = coordination(*made(rows), CODEBOOK)["coordination:Vendor"]

    # With an article said, the reply has one: 1; over all replies half have one: 0.5.
    assert isinstance(figure, Estimate)
    assert figure.value == pytest.approx(0.5, abs=0.02)
    assert figure.n == 40
    assert figure.low > 0.25


def test_replies_that_differ_only_in_length_are_no_echo() -> None:
    long = np.tile([True, False], 60)
    said = long[:, None]  # what is long holds the class, and so does its long reply
    replied = long[:, None]

    figure = _echo(said, replied, np.where(long, 40.0, 5.0))

    assert isinstance(figure, Estimate)
    assert figure.value == 0.0


def test_few_replies_or_none_to_another_party_are_unknown(made: Callable, said: type) -> None:
    figures = coordination(*made([said(**ADA), said(**BO)] * (FEWEST - 1)), CODEBOOK)

    reason = "Vendor replies to other parties fewer than 30 times"
    assert figures["coordination:Vendor"] == Unknown(reason=reason)


def test_where_everybody_says_the_same_nothing_can_be_echoed(made: Callable, said: type) -> None:
    figures = coordination(*made([said(**ADA), said(**BO)] * 60), CODEBOOK)

    assert figures["coordination:Bank"] == Unknown(
        reason="what is replied to holds the same function words nearly always"
    )


def test_the_interval_covers_how_often_replies_echo() -> None:
    rng = np.random.default_rng(5)
    rates = np.array([0.6, 0.9, 0.5, 0.3])
    truth = float((0.2 * (1 - rates)).mean())  # a fifth of the replies copies what was said
    covered = []

    for _ in range(200):
        said = rng.random((60, 4)) < rates
        replied = np.where(rng.random((60, 4)) < 0.2, said, rng.random((60, 4)) < rates)
        figure = _echo(said, replied, rng.integers(4, 80, size=60).astype(float))
        assert isinstance(figure, Estimate)
        covered.append(figure.low <= truth <= figure.high)

    assert np.mean(covered) >= 0.92
