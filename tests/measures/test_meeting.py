"""What holds for every measure, and the meeting as a whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.figures import FIGURES, figure_kind, figure_title
from analyzer.measures.adjusted import Confusion
from analyzer.measures.meeting import MEASURES, Measure, measure
from analyzer.records.figures import Estimate, Unknown

CODEBOOK = default_codebook()
CONFUSION = Confusion(
    mode=np.eye(len(CODEBOOK.modes)) * 90 + 10,
    flagged=np.tile([60.0, 40.0], (len(CODEBOOK.barriers), 1)),
    false=np.tile([20.0, 980.0], (len(CODEBOOK.barriers), 1)),
)
TEXTS = (
    "what did the audit of the vault find?",
    "we have agreed to open it on the first of June",
    "I'll send you the list of all of them by Friday",
    "what I wanted to say about it was --",
    "Right.",
    "sites keep reporting late numbers",
)

each_measure = pytest.mark.parametrize("give", MEASURES, ids=lambda give: give.__name__)


@pytest.fixture
def lively(made: Callable, said: type) -> tuple:
    """A meeting of 300 pieces, three parties and nobodies, in which everything occurs; drawn with a seed."""
    rng = np.random.default_rng(1)
    parties = ("Bank", "Vendor", "City: Hall", "")
    rows = []
    for _ in range(300):
        party = parties[rng.choice(4, p=[0.4, 0.35, 0.2, 0.05])]
        rows.append(
            said(
                text=TEXTS[rng.integers(len(TEXTS))],
                speaker=f"{party} {rng.integers(2)}" if party else "",
                party=party,
                mode=CODEBOOK.modes[rng.choice(4, p=[0.6, 0.15, 0.1, 0.15])],
                barriers=tuple(key for key in CODEBOOK.barriers if rng.random() < 0.05),
                is_unsure=bool(rng.random() < 0.1),
                is_corrected=bool(rng.random() < 0.1),
                vector=tuple(rng.normal(size=2)),
            )
        )
    return made(rows)


@each_measure
def test_every_figure_is_in_the_table_and_within_its_bounds(give: Measure, lively: tuple) -> None:
    figures = give(*lively, CODEBOOK)

    assert figures
    for name, figure in figures.items():
        kind = figure_kind(name, CODEBOOK)
        assert kind is not None, name
        if isinstance(figure, Estimate):
            assert kind.least <= figure.low <= figure.value <= figure.high <= 1.0, name
            assert figure.n > 0


@each_measure
def test_equal_meetings_give_equal_figures(give: Measure, lively: tuple) -> None:
    assert give(*lively, CODEBOOK) == give(*lively, CODEBOOK)


@each_measure
def test_of_a_meeting_without_pieces_nothing_is_known(give: Measure, made: Callable) -> None:
    figures = give(*made([], parties=("Bank", "Vendor")), CODEBOOK)

    assert all(figure == Unknown(reason="no pieces were judged") for figure in figures.values())


@each_measure
def test_one_piece_is_measured_without_a_sound(give: Measure, made: Callable, said: type) -> None:
    figures = give(*made([said(speaker="Ada", party="Bank")]), CODEBOOK)

    for figure in figures.values():
        # One piece tells next to nothing, and the interval says so.
        assert isinstance(figure, Unknown) or figure.high - figure.low > 0.7


@each_measure
def test_reasons_are_plain_words(give: Measure, made: Callable, said: type) -> None:
    figures = give(*made([said(), said(speaker="Ada", party="Bank")]), CODEBOOK)

    for figure in figures.values():
        if isinstance(figure, Unknown):
            assert len(figure.reason.split()) > 3
            assert not figure.reason.endswith(".")


def test_no_two_measures_give_one_name(lively: tuple) -> None:
    names = [name for give in MEASURES for name in give(*lively, CODEBOOK)]

    assert len(names) == len(set(names))


def test_the_table_lists_no_figure_that_no_measure_gives(lively: tuple) -> None:
    figures = measure(*lively, CODEBOOK, CONFUSION).figures

    found = {kind.name for name in figures if (kind := figure_kind(name, CODEBOOK))}

    assert found == {kind.name for kind in FIGURES}
    assert all(figure_title(name, CODEBOOK) for name in figures)


def test_figures_adjusted_for_the_models_error_come_with_its_confusion(lively: tuple) -> None:
    plain = measure(*lively, CODEBOOK).figures
    corrected = measure(*lively, CODEBOOK, CONFUSION).figures

    assert {name for name in corrected if name not in plain} == {
        *(f"adjusted_share_{key}" for key in CODEBOOK.modes),
        *(f"adjusted_rate_{key}" for key in CODEBOOK.barriers),
    }
    assert all(corrected[name] == figure for name, figure in plain.items())
    for name, figure in corrected.items():
        if name.startswith("adjusted") and isinstance(figure, Estimate):
            assert 0.0 <= figure.low <= figure.value <= figure.high <= 1.0


def test_a_meeting_without_pieces_is_measured(made: Callable) -> None:
    measured = measure(*made([], parties=("Bank",)), CODEBOOK, CONFUSION)

    assert measured.topics == ()
    assert measured.figures["talk_share:Bank"] == Unknown(reason="no pieces were judged")
    assert all(isinstance(figure, Unknown) for figure in measured.figures.values())


def test_each_piece_has_a_segment(lively: tuple) -> None:
    assert len(measure(*lively, CODEBOOK).topics) == 300


def test_the_name_of_a_party_changes_nothing_but_names(made: Callable, said: type) -> None:
    rows = [("Ada", "Bank"), ("Bo", "Vendor")] * 20
    first = measure(*made([said(speaker=s, party=p) for s, p in rows]), CODEBOOK).figures
    other = measure(*made([said(speaker=s, party=p.upper()) for s, p in rows]), CODEBOOK).figures

    assert [*first.values()] == [
        figure
        if isinstance(figure, Estimate)
        else Unknown(reason=figure.reason.replace("BANK", "Bank").replace("VENDOR", "Vendor"))
        for figure in other.values()
    ]
