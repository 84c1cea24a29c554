from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.records.figures import Estimate
from analyzer.training.agreement import cohen_kappa, krippendorff_alpha
from analyzer.training.fitting import Believed, cross_fit, fit_parameters
from analyzer.training.scoring import Rows, average_precision, calibration_error, figures, kappa, mode_f1

MODES = ("a", "b")
BARRIERS = ("x",)


def rows(gold: list[int], asserted: list[int], beliefs: list[float] | None = None) -> Rows:
    belief = np.array(beliefs if beliefs is not None else [0.9] * len(gold))
    return Rows(
        meetings=[f"m{n % 6}" for n in range(len(gold))],
        gold_mode=np.array(gold),
        gold_flags=np.array(gold, dtype=bool)[:, None],
        mode=np.array(asserted),
        mode_beliefs=np.stack([belief, 1 - belief], axis=1),
        barrier_beliefs=belief[:, None],
        flags=np.array(asserted, dtype=bool)[:, None],
    )


def test_f1_by_hand() -> None:
    each = mode_f1(rows([0, 0, 1, 1], [0, 1, 1, 1]), np.ones(4))

    assert each == pytest.approx([2 / 3, 4 / 5])


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=40))
def test_average_precision_is_that_of_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    from sklearn.metrics import average_precision_score

    gold = np.array([is_gold for is_gold, _ in pairs])
    beliefs = np.array([level / 4 for _, level in pairs])
    mine = average_precision(gold, beliefs, np.ones(len(gold)))

    if not gold.any():
        assert np.isnan(mine)
    else:
        assert mine == pytest.approx(average_precision_score(gold, beliefs))


def test_kappa_is_one_for_equals_and_zero_for_chance() -> None:
    same = np.array([0, 1, 0, 1])
    crossed = np.array([0, 0, 1, 1])

    assert kappa(same, same, 2) == pytest.approx(1.0)
    assert kappa(same, crossed, 2) == pytest.approx(0.0)


def test_calibration_error_is_the_gap_between_belief_and_truth() -> None:
    sure_and_half_right = rows([0] * 50 + [1] * 50, [0] * 100, [1.0] * 100)
    # Ties are binned in order: five bins all right, five all wrong, each 0 or 1 away from belief 1.
    assert calibration_error(sure_and_half_right) == pytest.approx(0.5)


def test_a_barrier_of_fewer_than_five_positives_has_no_figure() -> None:
    found = figures(rows([0] * 8 + [1] * 4, [0] * 12), modes=MODES, barriers=BARRIERS)

    assert "ap_x" not in found
    assert "barrier_map" not in found


def test_alpha_by_hand() -> None:
    # Krippendorff (2011), two observers, binary: alpha = 0.095.
    first = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    second = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])

    alpha = krippendorff_alpha(np.stack([first, second], axis=1), groups=list("abcdefghij"))

    assert isinstance(alpha, Estimate)
    assert alpha.value == pytest.approx(0.095, abs=0.001)


def test_agreement_comes_with_an_interval_over_meetings() -> None:
    labels = np.array([0, 1] * 20)

    found = cohen_kappa(labels, labels, 2, groups=[f"m{n // 8}" for n in range(40)])

    assert isinstance(found, Estimate)
    assert (found.low, found.value, found.high) == pytest.approx((1.0, 1.0, 1.0))


@pytest.fixture
def overconfident() -> Believed:
    """Logits four times too large: of 600 pieces in 12 meetings a tenth carries the rare mode."""
    rng = np.random.default_rng(0)
    gold = (rng.random(600) < 0.1).astype(np.int64)
    signal = rng.normal(size=600) + 1.5 * gold
    truth = np.log(0.1 / 0.9) + 1.5 * signal - 1.125
    return Believed(
        mode=np.stack([np.zeros(600), 4 * truth], axis=1),
        barrier=(4 * truth)[:, None],
        gold_mode=gold,
        gold_flags=gold.astype(bool)[:, None],
        meetings=[f"m{n // 50}" for n in range(600)],
    )


def test_fitting_puts_overconfident_logits_right(overconfident: Believed) -> None:
    mode, barrier, *_ = cross_fit(overconfident)
    gold = overconfident.gold_mode

    assert mode[:, 1].mean() == pytest.approx(gold.mean(), abs=0.02)
    assert barrier.mean() == pytest.approx(gold.mean(), abs=0.02)
    raw = 1 / (1 + np.exp(-overconfident.barrier[:, 0]))
    assert ((barrier[:, 0] - gold) ** 2).mean() < ((raw - gold) ** 2).mean()


def test_what_is_fitted_on_a_meeting_never_sees_it(overconfident: Believed) -> None:
    flipped = Believed(
        mode=overconfident.mode,
        barrier=overconfident.barrier,
        gold_mode=np.where(np.array(overconfident.meetings) == "m0", 1, overconfident.gold_mode),
        gold_flags=overconfident.gold_flags,
        meetings=overconfident.meetings,
    )
    own = np.array(overconfident.meetings) == "m0"

    assert (cross_fit(flipped)[0][own] == cross_fit(overconfident)[0][own]).all()


def test_at_most_a_fifth_is_left_unsure(overconfident: Believed) -> None:
    unsure = cross_fit(overconfident)[4]

    assert unsure.mean() <= 0.3
    assert 0.0 <= fit_parameters(overconfident).unsure_below < 1.0
