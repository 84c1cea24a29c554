from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.intervals import share
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.figures import Estimate, Unknown
from analyzer.trends.compare import Standing, compare, effective_count

CODEBOOK = default_codebook()
CIRCULAR = f"share_{CODEBOOK.role('circular')}"

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]
Standings = Callable[..., dict[str, Standing]]


@pytest.fixture
def standings(series: Series, mix: Mix) -> Standings:
    """Compare partnerships given as meetings of (pieces, circular share)."""

    def build(**partnerships: list[tuple[int, float]]) -> dict[str, Standing]:
        analyses = [
            Analysis(series=name, meetings=tuple(series([mix(n, circular=part) for n, part in meetings])))
            for name, meetings in partnerships.items()
        ]
        return {one.series: one for one in compare(analyses, CODEBOOK, [CIRCULAR])}

    return build


def value(standing: Standing) -> float:
    assert isinstance(standing.shrunk, Estimate)
    return standing.shrunk.value


def test_a_small_partnership_is_drawn_further_than_a_large_one(
    standings: Standings,
) -> None:
    large = [(200, 0.4)] * 6
    found = standings(
        a=[(200, 0.1)] * 6, b=[(200, 0.12)] * 6, c=[(200, 0.15)] * 6, small=[(20, 0.4)], large=large
    )

    assert found["small"].own == pytest.approx(found["small"].own)
    assert value(found["small"]) < value(found["large"]) < 0.4
    assert found["small"].weight < found["large"].weight


def test_equal_partnerships_are_drawn_together(standings: Standings) -> None:
    found = standings(a=[(100, 0.2)] * 3, b=[(100, 0.2)] * 3, c=[(100, 0.2)] * 3)

    assert {round(value(one), 6) for one in found.values()} == {round(value(found["a"]), 6)}
    for one in found.values():
        assert isinstance(one.shrunk, Estimate)
        assert isinstance(one.own, Estimate)
        assert one.shrunk.value == pytest.approx(0.2, abs=0.01)
        assert one.shrunk.high - one.shrunk.low < one.own.high - one.own.low


def test_meetings_that_differ_among_themselves_tell_less(
    standings: Standings,
) -> None:
    calm = {name: [(100, part)] * 4 for name, part in (("a", 0.1), ("b", 0.2), ("c", 0.3))}
    restless = {
        name: [(100, part - 0.08), (100, part + 0.08)] * 2
        for name, part in (("a", 0.1), ("b", 0.2), ("c", 0.3))
    }

    assert standings(**restless)["a"].weight < standings(**calm)["a"].weight


def test_two_partnerships_have_nothing_in_common_to_be_drawn_to(
    standings: Standings,
) -> None:
    found = standings(a=[(100, 0.1)], b=[(100, 0.3)])

    assert isinstance(found["a"].own, Estimate)
    assert found["a"].shrunk == Unknown(reason="fewer than 3 partnerships to compare")
    assert found["a"].weight == 1


def test_a_partnership_without_pieces_is_unknown(standings: Standings) -> None:
    found = standings(a=[(100, 0.1)], b=[(100, 0.3)], c=[(100, 0.3)], empty=[])

    assert found["empty"].own == found["empty"].shrunk == Unknown(reason="not measured in any meeting")
    assert isinstance(found["a"].shrunk, Estimate)


def test_modes_and_barriers_are_compared_by_default(series: Series, mix: Mix) -> None:
    analyses = [Analysis(series=name, meetings=tuple(series([mix()]))) for name in "abc"]

    measures = [one.measure for one in compare(analyses, CODEBOOK)]

    assert len(set(measures)) == len(CODEBOOK.modes) + len(CODEBOOK.barriers) + 1
    assert len(measures) == 3 * len(set(measures))


def test_the_drawn_values_lie_nearer_the_truth_and_their_intervals_hold_it(
    standings: Standings,
) -> None:
    rng = np.random.default_rng(5)
    own_errors, drawn_errors, held = [], [], []
    for _ in range(12):
        truths = {f"p{number}": float(1 / (1 + np.exp(1.5 - 0.6 * rng.normal()))) for number in range(6)}
        said = {
            name: [(40, float(rng.binomial(40, truth)) / 40) for _ in range(1 if name < "p3" else 4)]
            for name, truth in truths.items()
        }
        for name, one in standings(**said).items():
            assert isinstance(one.own, Estimate)
            assert isinstance(one.shrunk, Estimate)
            own_errors.append(one.own.value - truths[name])
            drawn_errors.append(one.shrunk.value - truths[name])
            held.append(one.shrunk.low <= truths[name] <= one.shrunk.high)

    assert np.mean(np.square(drawn_errors)) < np.mean(np.square(own_errors))
    assert np.mean(held) > 0.9


@pytest.mark.parametrize(("hits", "n"), [(0, 40), (3, 40), (20, 40), (40, 40)])
def test_the_effective_count_gives_back_what_the_interval_was_made_from(hits: int, n: int) -> None:
    labels = np.arange(n) < hits
    figure = share(np.random.default_rng(1).permutation(labels))
    assert isinstance(figure, Estimate)

    count = effective_count(figure)

    # Wilson's width at that count is the width of the figure.
    z, p = 1.959964, figure.value
    half = z / (1 + z**2 / count) * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
    assert count <= n
    assert 2 * half == pytest.approx(figure.high - figure.low, rel=1e-3)
