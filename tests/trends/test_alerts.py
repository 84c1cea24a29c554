from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.meeting import measure
from analyzer.records.analysis import Alert, Measured
from analyzer.trends.alerts import _KINDS, ALERTS, FALSE_ALARMS
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
TRUST, POWER = CODEBOOK.barriers[:2]

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


def alerts(meetings: Sequence[Measured], kind: str) -> list[Alert]:
    return [alert for alert in trend(meetings, CODEBOOK).alerts if alert.kind == kind]


def test_a_barrier_that_rises_in_every_meeting_is_raised_with_its_figures(series: Series, mix: Mix) -> None:
    rates = (0.02, 0.05, 0.08, 0.12, 0.16, 0.20, 0.25)
    [alert] = alerts(series([mix(barriers={TRUST: rate}) for rate in rates]), "barrier rising")

    assert (alert.measure, alert.meeting) == (f"rate_{TRUST}", "m7")
    assert alert.sentence.startswith("Lack of trust is rising: 2.0\u00a0% (")
    assert "25\u00a0%" in alert.sentence
    assert "on 3 Feb 2025" in alert.sentence


def test_a_barrier_that_falls_is_no_alert(series: Series, mix: Mix) -> None:
    rates = (0.25, 0.20, 0.16, 0.12, 0.08, 0.05, 0.02)

    assert alerts(series([mix(barriers={TRUST: rate}) for rate in rates]), "barrier rising") == []


def circling(say: type, count: int) -> list[object]:
    """Twenty pieces on one matter, so many of which go in circles."""
    modes = ["circular"] * count + ["transactional"] * (20 - count)
    return [
        say(text=f"The rate card is wrong, number {n}.", topic="rate card", mode=mode)
        for n, mode in enumerate(modes)
    ]


def test_a_topic_that_circles_more_each_time_it_comes_back_is_raised(
    series: Series, mix: Mix, say: type
) -> None:
    rest = mix(60, topics=("budget", "hiring"))

    [alert] = alerts(
        series([[*rest, *circling(say, count)] for count in (4, 6, 9, 11, 14, 16, 20)]), "topic reopened"
    )

    assert alert.meeting == "m7"
    assert alert.measure.endswith(":circular")
    assert "‘rate card’ has come back 6 times without a decision, and goes in circles" in alert.sentence
    assert "57\u00a0% of its pieces, 0\u00a0% of all others" in alert.sentence


def test_a_topic_that_circles_as_much_in_whatever_order_is_left_to_the_ledger(
    series: Series, mix: Mix, say: type
) -> None:
    rest = mix(60, topics=("budget", "hiring"))
    meetings = series([[*rest, *circling(say, count)] for count in (14, 11, 16, 20, 6, 4, 9)])

    found = trend(meetings, CODEBOOK)

    assert [alert for alert in found.alerts if alert.kind == "topic reopened"] == []
    assert "rate card" in [loop.label for loop in found.loops]


def test_a_topic_that_comes_back_without_circling_is_no_alert(series: Series, mix: Mix) -> None:
    assert alerts(series([mix(60, circular=0.2, topics=("budget", "hiring"))] * 5), "topic reopened") == []


def test_a_party_that_falls_silent_is_raised(series: Series, mix: Mix) -> None:
    shares = (0.42, 0.38, 0.40, 0.41, 0.39, 0.40, 0.05)
    meetings = series([mix(parties={"Vendor": share}) for share in shares])

    [alert] = alerts(meetings, "talk share collapsing")

    assert (alert.measure, alert.meeting) == ("talk_share:Vendor", "m7")
    assert "40\u00a0% on average in the 6 meetings before" in alert.sentence


def test_a_party_that_was_always_quiet_is_no_alert(series: Series, mix: Mix) -> None:
    meetings = series([mix(parties={"Vendor": share}) for share in (0.05, 0.03, 0.06, 0.04, 0.05, 0.03)])

    assert alerts(meetings, "talk share collapsing") == []


def test_circular_talk_above_all_that_was_usual_is_raised(series: Series, mix: Mix) -> None:
    shares = (0.10, 0.12, 0.09, 0.11, 0.10, 0.12, 0.50)
    [alert] = alerts(series([mix(circular=share) for share in shares]), "circularity above its past")

    assert alert.meeting == "m7"
    assert "50\u00a0%" in alert.sentence


def test_generative_talk_lost_when_people_change_is_raised_without_naming_them(
    series: Series, mix: Mix
) -> None:
    lively = [mix(generative=share, parties={"Vendor": 0.5}) for share in (0.25, 0.22, 0.27, 0.24)]
    dull = [mix(generative=share, parties={"Vendor": 0.5}) for share in (0.03, 0.04, 0.02)]
    renamed = [
        [replace(one, speaker="Newcomer" if one.party == "Vendor" else one.speaker) for one in meeting]
        for meeting in dull
    ]

    [alert] = alerts(series([*lively, *renamed]), "generativity lost")

    assert alert.meeting == "m5"
    assert "Since people changed at Vendor" in alert.sentence
    assert "Newcomer" not in alert.sentence
    assert alerts(series([*lively, *dull]), "generativity lost") == []


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_few_meetings_raise_nothing_about_the_past(count: int, series: Series, mix: Mix) -> None:
    meetings = [mix(circular=0.05 + 0.2 * number, barriers={POWER: 0.1 * number}) for number in range(count)]

    assert trend(series(meetings), CODEBOOK).alerts == ()


def test_labels_at_random_in_shuffled_meetings_hardly_ever_raise_an_alert(series: Series, mix: Mix) -> None:
    rng = np.random.default_rng(11)
    rates = dict.fromkeys(CODEBOOK.barriers, 0.04)
    meetings = series([mix(60, circular=0.15, generative=0.1, barriers=rates, parties={"Vendor": 0.4})] * 7)
    alarmed = 0
    for _ in range(40):
        alarmed += bool(trend(_at_random(meetings, rng), CODEBOOK).alerts)

    # 40 series at a rate of 0.05: more than 5 come up once in a hundred such tests.
    assert alarmed <= 40 * FALSE_ALARMS + 3


def _at_random(meetings: Sequence[Measured], rng: np.random.Generator) -> list[Measured]:
    """Deal the labels of all pieces out anew, and the dates too."""
    modes = rng.permutation(np.concatenate([one.signals.mode for one in meetings]))
    flags = rng.permutation(np.concatenate([one.signals.flags for one in meetings]))
    dates = [meetings[place].meeting.date for place in rng.permutation(len(meetings))]
    found, start = [], 0
    for one, day in zip(meetings, dates, strict=True):
        end = start + len(one.tagged)
        encoded = replace(one.tagged.encoded, meeting=replace(one.meeting, date=day))
        signals = replace(one.signals, mode=modes[start:end], flags=flags[start:end])
        found.append(measure(replace(one.tagged, encoded=encoded), signals, CODEBOOK))
        start = end
    return found


def test_a_topic_that_has_not_come_up_lately_is_no_alert(series: Series, mix: Mix, say: type) -> None:
    rest = mix(60, topics=("budget", "hiring"))
    loop = [[*rest, *circling(say, count)] for count in (4, 6, 9, 11, 14, 16, 20)]

    assert alerts(series([*loop, *[rest] * 3]), "topic reopened") == []


def test_every_alert_that_may_be_raised_is_in_the_table(series: Series, mix: Mix, say: type) -> None:
    rates = (0.02, 0.05, 0.08, 0.12, 0.16, 0.20, 0.25)
    meetings = [
        [*mix(60, barriers={TRUST: rate}, topics=("budget", "hiring")), *circling(say, 2 * number + 4)]
        for number, rate in enumerate(rates)
    ]

    raised = trend(series(meetings), CODEBOOK).alerts

    assert len({kind.kind for kind in ALERTS}) == len(ALERTS) == len(_KINDS)
    assert {"barrier rising", "topic reopened"} <= {alert.kind for alert in raised}
    assert {alert.kind for alert in raised} <= {kind.kind for kind in ALERTS}
