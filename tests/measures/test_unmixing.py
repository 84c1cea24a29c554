"""Undoing a confusion of two labels on a grid, against the way that serves any number of labels."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.measures.unmixing import unmix, unmix_pairs

# Asserted with and without; labelled with: caught and missed; labelled without: mistaken and passed.
CASES = [
    ((12.0, 88.0), ((60.0, 40.0), (5.0, 95.0))),
    ((30.0, 20.0), ((30.0, 10.0), (4.0, 200.0))),
    ((0.0, 40.0), ((8.0, 12.0), (30.0, 700.0))),
    ((2.5, 60.5), ((20.0, 20.0), (80.0, 900.0))),
    ((49.0, 1.0), ((15.0, 25.0), (9.0, 400.0))),
]


def believed(asserted: tuple[float, float], table: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Weigh very many draws by how well they explain what was asserted: slow, and nothing to get wrong."""
    rng, told = np.random.default_rng(3), np.array(table)
    told = told + 0.5 * told.sum(axis=0) / told.sum()
    share, caught, mistaken = (rng.beta(a, b, size=400_000) for a, b in ((0.5, 0.5), *told))
    flagged = share * caught + (1 - share) * mistaken
    weights = flagged ** asserted[0] * (1 - flagged) ** asserted[1]
    order = np.argsort(share)
    below = np.cumsum(weights[order]) / weights.sum()
    return share[order][np.searchsorted(below, (0.025, 0.5, 0.975))]


@pytest.mark.parametrize(("asserted", "table"), CASES[:4])  # of what is not explained nothing is believed
def test_what_is_believed_of_pairs_is_what_weighed_draws_say(
    asserted: tuple[float, float], table: tuple[tuple[float, float], ...]
) -> None:
    wanted, counts, tables = believed(asserted, table), np.array([asserted]), np.array([table])

    fast, slow = unmix_pairs(counts, tables), unmix(counts, tables)

    assert np.quantile(fast.drawn[:, 0, 0], (0.025, 0.5, 0.975)) == pytest.approx(wanted, abs=0.02)
    assert np.quantile(slow.drawn[:, 0, 0], (0.025, 0.5, 0.975)) == pytest.approx(wanted, abs=0.04)
    assert fast.drawn.sum(axis=2) == pytest.approx(1.0)


@pytest.mark.parametrize(("asserted", "table"), CASES)
def test_pairs_have_the_likeliest_shares_of_any_labels(
    asserted: tuple[float, float], table: tuple[tuple[float, float], ...]
) -> None:
    counts, tables = np.array([asserted]), np.array([table])

    fast, slow = unmix_pairs(counts, tables), unmix(counts, tables)

    assert fast.is_explained.tolist() == slow.is_explained.tolist()
    assert fast.likeliest == pytest.approx(slow.likeliest, abs=2e-3)


def test_several_pairs_are_unmixed_each_by_itself() -> None:
    counts, tables = (np.array(part) for part in zip(*CASES, strict=True))

    together = unmix_pairs(counts, tables)

    for place, (asserted, table) in enumerate(CASES):
        alone = unmix_pairs(np.array([asserted]), np.array([table]))
        assert together.likeliest[place].tolist() == alone.likeliest[0].tolist()
        assert together.drawn[:, place].tolist() == alone.drawn[:, 0].tolist()


def test_labelled_pieces_of_none_leave_all_open() -> None:
    found = unmix_pairs(np.array([[3.0, 4.0]]), np.zeros((1, 2, 2)))

    assert np.isfinite(found.drawn).all()
