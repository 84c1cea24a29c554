from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import ModelDamaged
from analyzer.measures.adjusted import UNEXPLAINED, Confusion, adjusted, confusion_of
from analyzer.records.figures import Estimate, Figure, Unknown

CODEBOOK = default_codebook()
MODES, BARRIERS = CODEBOOK.modes, CODEBOOK.barriers
PLAIN, CIRCULAR = MODES[:2]
TRUST, POWER = BARRIERS[:2]


def counted(mode: Any, *, caught: float = 0.9, mistaken: float = 0.0, positives: float = 1000.0) -> Confusion:
    """Count a model on very many pieces, so that only the pieces of the meeting leave doubt."""
    count = len(BARRIERS)
    return Confusion(
        mode=np.array(mode, dtype=float),
        flagged=np.tile([caught * positives, (1 - caught) * positives], (count, 1)),
        false=np.tile([mistaken * 1e5, (1 - mistaken) * 1e5], (count, 1)),
    )


FAULTLESS = np.eye(len(MODES)) * 1e6
HALF_MISSED = FAULTLESS.copy()
HALF_MISSED[1] = [5e5, 5e5, 0, 0]  # half of the circular pieces pass for transactional


def value(figure: Figure) -> float:
    assert isinstance(figure, Estimate)
    return figure.value


def test_a_faultless_model_is_left_as_it_is(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR)] * 30 + [said(mode=PLAIN)] * 70

    figures = adjusted(*made(rows), CODEBOOK, counted(FAULTLESS, caught=1.0))

    assert value(figures[f"adjusted_share_{CIRCULAR}"]) == pytest.approx(0.3, abs=1e-4)
    assert value(figures[f"adjusted_share_{PLAIN}"]) == pytest.approx(0.7, abs=1e-4)


def test_what_the_model_misses_by_half_is_doubled(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR), said(mode=PLAIN), said(mode=PLAIN), said(mode=PLAIN), said(mode=PLAIN)] * 40

    figures = adjusted(*made(rows), CODEBOOK, counted(HALF_MISSED))

    assert value(figures[f"adjusted_share_{CIRCULAR}"]) == pytest.approx(0.4, abs=1e-3)
    assert value(figures[f"adjusted_share_{PLAIN}"]) == pytest.approx(0.6, abs=1e-3)


def test_a_rate_is_corrected_for_misses_and_false_flags(made: Callable, said: type) -> None:
    rows = [said(barriers=(TRUST,)), said(), said(), said()] * 50

    figures = adjusted(*made(rows), CODEBOOK, counted(FAULTLESS, caught=0.6, mistaken=0.1))

    assert value(figures[f"adjusted_rate_{TRUST}"]) == pytest.approx((0.25 - 0.1) / (0.6 - 0.1), abs=1e-3)


def test_nothing_flagged_is_nothing_said(made: Callable, said: type) -> None:
    figures = adjusted(*made([said()] * 200), CODEBOOK, counted(FAULTLESS, caught=0.6, mistaken=0.001))

    figure = figures[f"adjusted_rate_{POWER}"]
    assert isinstance(figure, Estimate)
    assert figure.value == pytest.approx(0.0, abs=1e-3)
    assert 0.005 < figure.high < 0.06


def test_a_model_that_asserts_what_it_could_not_is_not_believed(made: Callable, said: type) -> None:
    # It was measured to flag a tenth of the pieces without the barrier, and flags none of 200.
    figures = adjusted(*made([said()] * 200), CODEBOOK, counted(FAULTLESS, caught=0.6, mistaken=0.1))

    assert figures[f"adjusted_rate_{POWER}"] == UNEXPLAINED


def test_a_mix_that_no_shares_explain_is_unknown(made: Callable, said: type) -> None:
    # Even if all were circular, a model that finds half of it would not assert it of nine in ten pieces.
    rows = [said(mode=CIRCULAR)] * 180 + [said(mode=PLAIN)] * 20

    figures = adjusted(*made(rows), CODEBOOK, counted(HALF_MISSED))

    assert {figures[f"adjusted_share_{key}"] for key in MODES} == {UNEXPLAINED}


def test_few_labelled_pieces_leave_open_what_many_exclude(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR)] * 140 + [said(mode=PLAIN)] * 60

    figures = adjusted(*made(rows), CODEBOOK, counted(HALF_MISSED / 1e5))

    assert figures[f"adjusted_share_{CIRCULAR}"] != UNEXPLAINED


def test_labels_that_are_hardly_told_apart_are_unknown(made: Callable, said: type) -> None:
    table = FAULTLESS.copy()
    table[:2] = [[8.6e5, 1.4e5, 0, 0], [8.3e5, 1.7e5, 0, 0]]

    figures = adjusted(*made(([said(mode=CIRCULAR)] + [said(mode=PLAIN)] * 5) * 30), CODEBOOK, counted(table))

    figure = figures[f"adjusted_share_{CIRCULAR}"]
    assert isinstance(figure, Unknown)
    assert "would fit" in figure.reason


def test_few_labelled_pieces_widen_the_interval(made: Callable, said: type) -> None:
    meeting = made([said(mode=CIRCULAR), said(mode=PLAIN), said(mode=PLAIN)] * 60)

    many = adjusted(*meeting, CODEBOOK, counted(HALF_MISSED))[f"adjusted_share_{CIRCULAR}"]
    few = adjusted(*meeting, CODEBOOK, counted(HALF_MISSED / 1e4))[f"adjusted_share_{CIRCULAR}"]

    assert isinstance(many, Estimate)
    assert isinstance(few, Estimate)
    assert few.high - few.low > 1.15 * (many.high - many.low)


def test_what_a_person_decided_is_not_corrected(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR, barriers=(TRUST,), is_corrected=True)] * 10
    rows += [said(mode=PLAIN, is_corrected=True)] * 10

    figures = adjusted(*made(rows), CODEBOOK, counted(HALF_MISSED, caught=0.5))

    assert value(figures[f"adjusted_share_{CIRCULAR}"]) == 0.5
    assert value(figures[f"adjusted_rate_{TRUST}"]) == 0.5


def test_the_model_is_corrected_beside_the_person(made: Callable, said: type) -> None:
    person = [said(mode=PLAIN, is_corrected=True)] * 100
    model = [said(mode=CIRCULAR), said(mode=PLAIN), said(mode=PLAIN), said(mode=PLAIN)] * 25

    figures = adjusted(*made(person + model), CODEBOOK, counted(HALF_MISSED))

    assert value(figures[f"adjusted_share_{CIRCULAR}"]) == pytest.approx(0.25, abs=1e-3)


def test_an_unsure_piece_counts_for_its_likeliest_mode(made: Callable, said: type) -> None:
    rows = [said(mode=CIRCULAR, is_unsure=True), said(mode=PLAIN)] * 60

    figures = adjusted(*made(rows), CODEBOOK, counted(FAULTLESS))

    assert value(figures[f"adjusted_share_{CIRCULAR}"]) == pytest.approx(0.5, abs=1e-3)


def test_a_label_hardly_seen_in_labelled_pieces_is_unknown(made: Callable, said: type) -> None:
    table = FAULTLESS.copy()
    table[2, 2] = 9

    figures = adjusted(*made([said()] * 30), CODEBOOK, counted(table, positives=9))

    reason = "the model was measured on fewer than 10 pieces that carry it"
    assert figures[f"adjusted_share_{MODES[2]}"] == Unknown(reason=reason)
    assert figures[f"adjusted_rate_{TRUST}"] == Unknown(reason=reason)
    assert isinstance(figures[f"adjusted_share_{PLAIN}"], Estimate)


def test_a_flag_that_says_nothing_gives_no_rate(made: Callable, said: type) -> None:
    figures = adjusted(*made([said()] * 30), CODEBOOK, counted(FAULTLESS, caught=0.1, mistaken=0.1))

    assert isinstance(figures[f"adjusted_rate_{TRUST}"], Unknown)


@pytest.mark.parametrize("truth", [(0.55, 0.15, 0.10, 0.20), (0.80, 0.02, 0.03, 0.15)])
def test_the_interval_covers_what_was_said_behind_the_models_errors(
    made: Callable, said: type, truth: tuple[float, ...]
) -> None:
    rng = np.random.default_rng(4)
    errs = np.array([[0.94, 0.02, 0.02, 0.02], [0.4, 0.5, 0.08, 0.02], [0.4, 0.05, 0.53, 0.02]])
    errs = np.vstack([errs, [0.1, 0.01, 0.01, 0.88]])
    tagged, signals = made([said()] * 150)
    covered: list[list[bool]] = [[] for _ in MODES]

    for _ in range(50):
        labelled = rng.multinomial(2000, [0.77, 0.03, 0.05, 0.15])
        table = [rng.multinomial(count, row) for count, row in zip(labelled, errs, strict=True)]
        mode = rng.choice(4, size=150, p=np.array(truth) @ errs)
        figures = adjusted(tagged, replace(signals, mode=mode.astype(np.int8)), CODEBOOK, counted(table))
        for held, key, share in zip(covered, MODES, truth, strict=True):
            figure = figures[f"adjusted_share_{key}"]
            if isinstance(figure, Estimate):
                held.append(figure.low <= share <= figure.high)

    assert min(len(held) for held in covered) >= 45  # hardly any mix is held for unexplained
    assert min(np.mean(held) for held in covered) >= 0.92


def test_equal_input_gives_equal_figures(made: Callable, said: type) -> None:
    meeting = made([said(mode=CIRCULAR), said(barriers=(TRUST,))] * 9)

    assert adjusted(*meeting, CODEBOOK, counted(HALF_MISSED)) == adjusted(
        *meeting, CODEBOOK, counted(HALF_MISSED)
    )


def metrics(**changes: Any) -> dict[str, Any]:
    row = {"right": 6, "missed": 4, "false": 2, "n": 100}
    found = {"mode": [[5] * len(MODES)] * len(MODES), "barrier": dict.fromkeys(BARRIERS, row)}
    return {"cross_fitted": {"confusion": found | changes}}


def test_confusion_is_read_from_the_metrics_of_a_model() -> None:
    confusion = confusion_of(metrics(), CODEBOOK)

    assert confusion is not None
    assert confusion.mode.shape == (4, 4)
    assert confusion.flagged[0].tolist() == [6, 4]
    assert confusion.false[0].tolist() == [2, 88]


def test_a_model_without_confusion_has_none() -> None:
    assert confusion_of({}, CODEBOOK) is None
    assert confusion_of({"note": "not trained"}, CODEBOOK) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": [[1, 2], [3, 4]]},
        {"mode": "none"},
        {"barrier": {}},
        {"barrier": {key: {"right": 6, "missed": 4, "false": 2, "n": 3} for key in BARRIERS}},
    ],
)
def test_a_confusion_of_another_scheme_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ModelDamaged, match=r"confusion .* measure or install the model again"):
        confusion_of(metrics(**changes), CODEBOOK)
