from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.codebook import default_codebook
from analyzer.training.curves import bins, curves_of, precision_recall, reliability
from analyzer.training.scoring import Rows, average_precision

CODEBOOK = default_codebook()


def made(gold: list[int], beliefs: list[list[float]], flags: list[bool] | None = None) -> Rows:
    """Rows whose first barrier is gold where `flags` says so, believed 0.5 and flagged on the first piece."""
    count, barriers = len(gold), len(CODEBOOK.barriers)
    table = np.array(beliefs)
    gold_flags = np.zeros((count, barriers), dtype=bool)
    gold_flags[:, 0] = flags if flags is not None else False
    believed = np.full((count, barriers), 0.01)
    believed[:, 0] = 0.5
    asserted = np.zeros((count, barriers), dtype=bool)
    asserted[0, 0] = True
    return Rows(
        meetings=[f"m{n % 6}" for n in range(count)],
        gold_mode=np.array(gold),
        gold_flags=gold_flags,
        mode=table.argmax(axis=1),
        mode_beliefs=table,
        barrier_beliefs=believed,
        flags=asserted,
    )


def test_precision_and_recall_by_hand() -> None:
    gold = np.array([True, False, True, True])
    recall, precision = precision_recall(gold, np.array([0.9, 0.8, 0.7, 0.1]))

    assert recall == pytest.approx([1 / 3, 1 / 3, 2 / 3, 1])
    assert precision == pytest.approx([1, 1 / 2, 2 / 3, 3 / 4])


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_the_area_under_the_steps_is_the_average_precision(pairs: list[tuple[bool, int]]) -> None:
    gold = np.array([is_gold for is_gold, _ in pairs])
    beliefs = np.array([level / 5 for _, level in pairs])
    if not gold.any():
        return

    recall, precision = precision_recall(gold, beliefs)

    area = float((np.diff(recall, prepend=0.0) * precision).sum())
    assert area == pytest.approx(average_precision(gold, beliefs, np.ones(len(gold))))


def test_a_long_curve_is_thinned_and_keeps_its_end() -> None:
    rng = np.random.default_rng(0)
    recall, _ = precision_recall(rng.random(5000) < 0.1, rng.random(5000))

    assert len(recall) <= 120
    assert recall[-1] == 1.0
    assert (np.diff(recall) >= 0).all()


def test_a_curve_shows_where_policy_and_second_annotator_stand() -> None:
    one_hot = np.eye(4).tolist()
    rows = made([0] * 6 + [1] * 6, [one_hot[0]] * 9 + [one_hot[1]] * 3)
    agreeing = made([0] * 6 + [1] * 6, [one_hot[0]] * 6 + [one_hot[1]] * 6)

    curves = {curve.label: curve for curve in curves_of(rows, agreeing, CODEBOOK)}

    assert set(curves) == {"transactional", "circular"}  # nothing else has five pieces
    assert curves["circular"].asserted == pytest.approx((0.5, 1.0))
    assert curves["transactional"].asserted == pytest.approx((1.0, 6 / 9), abs=1e-4)
    assert curves["circular"].second == (1.0, 1.0)


def test_what_is_never_asserted_has_no_place_on_its_curve() -> None:
    rows = made([0] * 12, [np.eye(4)[0].tolist()] * 12, flags=[False] * 6 + [True] * 6)

    trust = next(curve for curve in curves_of(rows, None, CODEBOOK) if curve.label == CODEBOOK.barriers[0])

    assert trust.positives == 6
    assert trust.asserted == (0.0, 0.0)  # one flag, and it is wrong
    assert trust.second is None


def test_bins_hold_like_beliefs_and_their_truth() -> None:
    found = bins(np.linspace(0, 1, 20), np.arange(20) >= 10)

    assert [one.n for one in found] == [2] * 10
    assert [one.right for one in found] == [0.0] * 5 + [1.0] * 5
    assert found[0].believed < found[-1].believed


def test_reliability_has_the_likeliest_mode_and_each_common_label() -> None:
    rows = made([0] * 6 + [1] * 6, [np.eye(4)[0].tolist()] * 12)

    assert list(reliability(rows, CODEBOOK)) == ["mode", "transactional", "circular"]
