from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Measured, Trend
from analyzer.records.figures import Estimate, Unknown
from analyzer.trends.series import trend
from analyzer.trends.verdicts import judge

CODEBOOK = default_codebook()
CIRCULAR = f"share_{CODEBOOK.role('circular')}"
GENERATIVE = f"share_{CODEBOOK.role('generative')}"

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


def of(analysis: Analysis, measure: str) -> Trend:
    return next(found for found in analysis.trends if found.measure == measure)


def test_a_share_that_grows_in_every_meeting_is_rising(series: Series, mix: Mix) -> None:
    meetings = series([mix(circular=share) for share in (0.05, 0.12, 0.19, 0.26, 0.33, 0.40, 0.47)])

    found = of(trend(meetings, CODEBOOK), CIRCULAR)

    assert found.verdict == "rising"
    assert isinstance(found.slope, Estimate)
    assert found.slope.value == pytest.approx(0.07)
    assert found.slope.n == 7
    assert [meeting for meeting, _ in found.points] == [f"m{number}" for number in range(1, 8)]


def test_five_meetings_are_too_few_to_tell(series: Series, mix: Mix) -> None:
    found = of(trend(series([mix(circular=share) for share in (0, 0.1, 0.2, 0.3, 0.4)]), CODEBOOK), CIRCULAR)

    assert found.verdict == "too few to tell"
    assert found.slope == Unknown(reason="5 dated meetings with a known value, fewer than 6")


def test_steady_is_said_only_where_a_change_that_matters_is_excluded() -> None:
    values = [0.2] * 11

    assert judge(Estimate(value=0, low=-0.004, high=0.004, n=11), 0.9, values) == "steady"
    assert judge(Estimate(value=0, low=-0.04, high=0.04, n=11), 0.9, values) == "too few to tell"
    # The interval leaves out zero, but the test over many measures does not.
    assert judge(Estimate(value=0.03, low=0.01, high=0.05, n=11), 0.2, values) == "too few to tell"
    assert judge(Estimate(value=-0.03, low=-0.05, high=-0.01, n=11), 0.01, values) == "falling"


def test_a_turn_between_two_meetings_is_named(series: Series, mix: Mix) -> None:
    shares = [(0.2, 0.05), (0.2, 0.05), (0.2, 0.05), (0.03, 0.3)]
    analysis = trend(series([mix(circular=old, generative=new) for old, new in shares]), CODEBOOK)

    for measure in (CIRCULAR, GENERATIVE):
        [change] = of(analysis, measure).changes
        assert change.meeting == "m4"
    assert change.before == pytest.approx(0.05)
    assert change.after == pytest.approx(0.3)


def test_equal_meetings_show_neither_trend_nor_shift_nor_alert(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.2, generative=0.1)] * 7), CODEBOOK)

    assert {found.verdict for found in analysis.trends} <= {"steady", "too few to tell"}
    assert not [change for found in analysis.trends for change in found.changes]
    assert analysis.alerts == ()


def test_mail_threads_are_no_points_beside_meetings(
    series: Series, mix: Mix, one_meeting: Callable[..., Measured]
) -> None:
    thread = one_meeting(mix(4), name="thread", day=date(2025, 2, 10), kind="email")
    analysis = trend([*series([mix(), mix()]), thread], CODEBOOK)

    assert [meeting for meeting, _ in of(analysis, CIRCULAR).points] == ["m1", "m2"]
    assert "thread" in [measured.meeting.id for measured in analysis.meetings]


def test_mail_threads_alone_are_compared_with_one_another(
    mix: Mix, one_meeting: Callable[..., Measured]
) -> None:
    threads = [
        one_meeting(mix(10), name=f"thread{month}", day=date(2025, month, 1), kind="email")
        for month in (1, 2)
    ]

    assert len(of(trend(threads, CODEBOOK), CIRCULAR).points) == 2


def test_undated_meetings_have_no_trend(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(), mix()], dated=False), CODEBOOK)

    assert len(analysis.meetings) == 2
    assert all(found.points == () for found in analysis.trends)


def test_nothing_said_is_nothing_found() -> None:
    assert trend([], CODEBOOK) == Analysis(series="", meetings=())


def test_a_meeting_without_the_measure_is_an_unknown_point(series: Series, mix: Mix) -> None:
    both = {"Bank": 0.5, "Vendor": 0.5}
    analysis = trend(series([mix(parties=both), mix(), mix(parties=both)]), CODEBOOK)

    figures = [figure for _, figure in of(analysis, "talk_share:Vendor").points]

    assert [isinstance(figure, Estimate) for figure in figures] == [True, False, True]


def test_the_order_in_which_meetings_come_does_not_matter(series: Series, mix: Mix) -> None:
    meetings = series([mix(circular=share) for share in (0.1, 0.3, 0.2)])

    assert trend(meetings[::-1], CODEBOOK).trends == trend(meetings, CODEBOOK).trends
