from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.shares import FEWEST, barrier_rates, mode_shares, shares_by_party, word_shares
from analyzer.records.figures import Estimate, Figure, Unknown

CODEBOOK = default_codebook()
PLAIN, CIRCULAR, GENERATIVE, PROCEDURAL = CODEBOOK.modes
TRUST, POWER = CODEBOOK.barriers[:2]


def value(figure: Figure) -> float:
    assert isinstance(figure, Estimate)
    return figure.value


def test_modes_are_shares_of_all_pieces_and_with_the_unsure_make_the_whole(
    made: Callable, said: type
) -> None:
    rows = [said(mode=PLAIN), said(mode=PLAIN), said(mode=CIRCULAR), said(mode=CIRCULAR, is_unsure=True)]

    figures = mode_shares(*made(rows), CODEBOOK)

    assert value(figures[f"share_{PLAIN}"]) == 0.5
    assert value(figures[f"share_{CIRCULAR}"]) == 0.25
    assert value(figures["share_unsure"]) == 0.25
    assert sum(value(figure) for figure in figures.values()) == pytest.approx(1.0)


def test_words_weigh_long_pieces_more(made: Callable, said: type) -> None:
    rows = [said(text="one two three", mode=CIRCULAR, barriers=(TRUST,)), said(text="one", mode=PLAIN)]

    figures = word_shares(*made(rows), CODEBOOK)

    assert value(figures[f"words_share_{CIRCULAR}"]) == 0.75
    assert value(figures[f"words_rate_{TRUST}"]) == 0.75
    assert value(figures["words_rate_any_barrier"]) == 0.75


def test_a_piece_with_two_barriers_counts_once_for_any(made: Callable, said: type) -> None:
    rows = [said(barriers=(TRUST, POWER)), said(barriers=(POWER,)), said(), said()]

    figures = barrier_rates(*made(rows), CODEBOOK)

    assert value(figures[f"rate_{TRUST}"]) == 0.25
    assert value(figures[f"rate_{POWER}"]) == 0.5
    assert value(figures["rate_any_barrier"]) == 0.5


def test_a_party_is_measured_by_its_own_pieces(made: Callable, said: type) -> None:
    bank = [said(speaker="Ada", party="Bank", mode=CIRCULAR, barriers=(TRUST,))] * 5
    bank += [said(speaker="Ada", party="Bank")] * 15
    vendor = [said(speaker="Bo", party="Vendor", mode=GENERATIVE)] * 10

    figures = shares_by_party(*made(bank + vendor), CODEBOOK)

    assert value(figures[f"share_{CIRCULAR}:Bank"]) == 0.25
    assert value(figures[f"rate_{TRUST}:Bank"]) == 0.25
    assert value(figures[f"share_{GENERATIVE}:Vendor"]) == 1.0
    assert value(figures["rate_any_barrier:Vendor"]) == 0.0


def test_a_party_of_few_words_is_unknown_with_the_reason(made: Callable, said: type) -> None:
    rows = [said(speaker="Ada", party="Bank")] * (FEWEST - 1)

    figures = shares_by_party(*made(rows), CODEBOOK)

    assert figures[f"share_{CIRCULAR}:Bank"] == Unknown(reason="Bank says fewer than 10 pieces")


def test_what_nobody_is_known_to_say_belongs_to_no_party(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR)] * 20 + [said(speaker="Ada", mode=CIRCULAR)] * 20

    assert shares_by_party(*made(rows), CODEBOOK) == {}
