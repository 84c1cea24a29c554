from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Measured, Trend
from analyzer.records.figures import Estimate, Unknown
from analyzer.trends.series import trend
from analyzer.trends.topic_series import wilson

CODEBOOK = default_codebook()
CIRCULAR = f"share_{CODEBOOK.role('circular')}"
Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


def of(found: Sequence[Trend], measure: str) -> list[Trend]:
    return [one for one in found if one.measure.partition(":")[2] == measure]


def test_a_topic_that_goes_round_more_and_more_is_rising(series: Series, mix: Mix) -> None:
    shares = (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8)
    meetings = [mix(60, topics=("budget",)) + mix(60, circular=part, topics=("hiring",)) for part in shares]

    analysis = trend(series(meetings), CODEBOOK)

    verdicts = {
        row.label: one.verdict
        for one in of(analysis.topic_trends, CIRCULAR)
        for row in analysis.topics
        if row.topic == one.measure.partition(":")[0]
    }
    assert verdicts["hiring"] == "rising"
    assert verdicts["budget"] != "rising"


def test_a_topic_of_five_meetings_has_points_and_no_verdict(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(60, circular=0.1 * n, topics=("budget",)) for n in range(5)]), CODEBOOK)

    [found] = of(analysis.topic_trends, CIRCULAR)

    assert [figure.value for _, figure in found.points if isinstance(figure, Estimate)] == pytest.approx(
        [0.0, 0.1, 0.2, 0.3, 0.4]
    )
    assert found.verdict == "too few to tell"


def test_too_little_said_of_a_topic_is_no_point(series: Series, mix: Mix, say: type) -> None:
    short = [say(text="Budget later.", topic="budget")] * 4

    analysis = trend(series([mix(40, topics=("budget",))] * 3 + [short]), CODEBOOK)

    [found] = of(analysis.topic_trends, CIRCULAR)
    assert isinstance(found.points[3][1], Unknown)


def test_a_topic_of_two_meetings_is_no_series(series: Series, mix: Mix) -> None:
    assert trend(series([mix(40, topics=("budget",))] * 2), CODEBOOK).topic_trends == ()


def test_the_interval_is_wilsons() -> None:
    # Wilson (1927), for 3 of 10.
    figure = wilson(0.3, 10, 10)

    assert (figure.low, figure.high) == pytest.approx((0.1078, 0.6032), abs=1e-4)
