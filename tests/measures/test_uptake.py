from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.uptake import uptake
from analyzer.records.figures import Estimate, Figure, Unknown

CODEBOOK = default_codebook()
PROCEDURAL = CODEBOOK.modes[3]
ADA, BO = {"speaker": "Ada", "party": "Bank"}, {"speaker": "Bo", "party": "Vendor"}


def value(figure: Figure) -> float:
    assert isinstance(figure, Estimate)
    return figure.value


def at(angle: float) -> tuple[float, float]:
    return (float(np.cos(angle)), float(np.sin(angle)))


def test_a_party_that_is_answered_on_its_subject_is_taken_up(made: Callable, said: type) -> None:
    # Vendor answers on each of Bank's subjects; Bank goes on to another.
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(60):
        subject = at(rng.uniform(0, 2 * np.pi))
        rows += [said(vector=subject, **ADA), said(vector=subject, **BO)]

    figures = uptake(*made(rows), CODEBOOK)

    assert value(figures["uptake:Bank"]) == 1.0
    assert value(figures["uptake_asymmetry:Bank"]) > 0.2
    assert value(figures["uptake_asymmetry:Vendor"]) == pytest.approx(
        -value(figures["uptake_asymmetry:Bank"])
    )


def test_by_chance_one_in_seven_is_taken_up_and_nobody_more(made: Callable, said: type) -> None:
    rng = np.random.default_rng(3)
    rows = [said(vector=at(rng.uniform(0, 2 * np.pi)), **(BO if n % 2 else ADA)) for n in range(800)]

    figures = uptake(*made(rows), CODEBOOK)

    assert value(figures["uptake:Bank"]) == pytest.approx(1 / 7, abs=0.03)
    asymmetry = figures["uptake_asymmetry:Bank"]
    assert isinstance(asymmetry, Estimate)
    assert asymmetry.low < 0.0 < asymmetry.high


def test_procedure_and_single_words_are_not_there_to_be_taken_up(made: Callable, said: type) -> None:
    rows = [said(mode=PROCEDURAL, **ADA), said(text="fine", **BO)] * 30

    figures = uptake(*made(rows), CODEBOOK)

    assert figures["uptake:Bank"] == Unknown(
        reason="others could take up fewer than 10 pieces of Bank, or it of theirs"
    )


def test_a_party_alone_is_taken_up_by_nobody_knowable(made: Callable, said: type) -> None:
    figures = uptake(*made([said(**ADA)] * 30), CODEBOOK)

    assert isinstance(figures["uptake:Bank"], Unknown)
    assert isinstance(figures["uptake_asymmetry:Bank"], Unknown)
