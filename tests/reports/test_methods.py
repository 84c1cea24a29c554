"""The methods box tells what the run knows of its model, and leaves out what it does not."""

from __future__ import annotations

import pytest

from analyzer.codebook import default_codebook
from analyzer.reports.methods import methods

CODEBOOK = default_codebook()
FIRST, SECOND = CODEBOOK.modes[:2]
SIZE = len(CODEBOOK.modes)


def told(small, **run):
    return methods([small], run, CODEBOOK)


def test_scores_stand_beside_the_agreement_of_annotators(small):
    measured = {
        "n": 2448.0,
        "mode_macro_f1": 0.535,
        "mode_macro_f1_ci95": [0.504, 0.565],
        f"f1_{SECOND}": 0.16,
        "any_barrier_f1": 0.05,
        "annotators": {"mode_macro_f1": 0.83, f"f1_{SECOND}": 0.66},
    }

    found = told(small, model="m-1", model_metrics={"cross_fitted": measured, "date": "2026-11-26"})

    assert [(score.name, score.model, score.annotators) for score in found.scores] == [
        ("All modes, macro-F1", "0.54 (0.50 to 0.56)", "0.83"),
        (f"{CODEBOOK.label(SECOND).name}, F1", "0.16", "0.66"),
        ("Any barrier, F1", "0.05", None),
    ]
    assert (found.model, found.made, found.rows) == ("m-1", "2026-11-26", "2,448")


def test_raised_odds_and_their_price_are_told(small):
    table = [[0] * SIZE for _ in range(SIZE)]
    table[0][0], table[0][1], table[1][1], table[1][0] = 90, 49, 9, 30

    found = told(
        small,
        policy={"mode_offsets": {SECOND: 2.4}, "unsure_below": 0.4},
        model_metrics={"cross_fitted": {"confusion": {"mode": table}, "mode_ece": 0.053}},
    )

    first, second = found.asserted[:2]
    assert (first.times, second.times) == (None, "11")
    assert (second.precision, second.recall) == ("9 of 58", "9 of 39")
    assert found.asserted[2].precision is None
    assert (found.calibration, found.unsure_below) == ("5.3\u00a0%", "40\u00a0%")


@pytest.mark.parametrize(
    "metrics",
    [
        {},
        {"cross_fitted": "none"},
        {"cross_fitted": {"n": True, "mode_ece": "small", "confusion": {"mode": [[1]]}}},
        {"cross_fitted": {"confusion": {"mode": "no table"}, "mode_macro_f1": None}},
    ],
)
def test_what_is_not_known_is_left_out(small, metrics):
    found = told(small, model_metrics=metrics, policy=None)

    assert (found.scores, found.rows, found.calibration, found.written) == ((), None, None, None)
    assert {mode.precision for mode in found.asserted} == {None}
    assert {mode.times for mode in found.asserted} == {None}


def test_without_a_run_the_model_is_named_by_what_it_made(small):
    assert methods([small], None, CODEBOOK).model == "made-0.1.0"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("given", "As the files"),
        ("roles", "by party only"),
        ("pseudonyms", "invented"),
        ("x", "As the files"),
    ],
)
def test_whose_names_are_shown_and_what_is_not_replaced_is_said(small, names, words):
    note = told(small, names=names).names_note

    assert words in note
    assert ("Not replaced" in note) == (names in ("roles", "pseudonyms"))
