from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.outcomes import actions, decisions, outcomes
from analyzer.records.figures import Estimate, Figure

CODEBOOK = default_codebook()
CIRCULAR = CODEBOOK.modes[1]


def value(figure: Figure) -> float:
    assert isinstance(figure, Estimate)
    return figure.value


def test_minutes_say_themselves_what_was_decided_and_given_out(made: Callable, said: type) -> None:
    rows = [said(kind="decision"), said(kind="action"), said(kind="statement"), said(kind="statement")]

    figures = outcomes(*made(rows, kind="minutes"), CODEBOOK)

    assert value(figures["decision_share"]) == value(figures["action_share"]) == 0.25


def test_in_talk_wording_tells(made: Callable, said: type) -> None:
    tagged, signals = made(
        [
            said(text="So that's agreed, the vault opens in May."),
            said(text="I'll send the list by Friday."),
            said(text="The list is long."),
        ]
    )

    assert decisions(tagged, signals, CODEBOOK).tolist() == [True, False, False]
    assert actions(tagged).tolist() == [False, True, False]


def test_going_over_an_old_decision_decides_nothing(made: Callable, said: type) -> None:
    tagged, signals = made([said(text="We agreed on May, and we have agreed on May twice.", mode=CIRCULAR)])

    assert not decisions(tagged, signals, CODEBOOK).any()


@pytest.mark.parametrize(("kind", "is_decision"), [("minutes", True), ("transcript", False)])
def test_reported_decisions_count_where_talk_is_reported(
    made: Callable, said: type, kind: str, is_decision: bool
) -> None:
    tagged, signals = made([said(text="The budget was approved.")], kind=kind)

    assert decisions(tagged, signals, CODEBOOK).tolist() == [is_decision]
