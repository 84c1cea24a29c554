from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Alert, Analysis, Finding, Measured
from analyzer.trends.digest_check import alert_problems, problems
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
TRUST = CODEBOOK.barriers[0]
CIRCULAR = f"share_{CODEBOOK.role('circular')}"

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


@pytest.fixture
def analysis(series: Series, mix: Mix, say: type) -> Analysis:
    quoted = say(text="Nobody in Bergen told us that the audit had moved to May.", topic="CR-118")
    return trend(
        series([[quoted, *mix(99, circular=0.1)], mix(circular=0.3, topics=("CR-118", "pay"))]), CODEBOOK
    )


def finding(sentence: str, *figures: str, pieces: tuple[str, ...] = ("m1#0.0",)) -> Finding:
    return Finding(sentence=sentence, figures=figures or (f"m2:{CIRCULAR}",), pieces=pieces)


@pytest.mark.parametrize(
    "sentence",
    [
        "Circular talk is at 30 %.",
        "Circular talk is at 30\u00a0% of the pieces.",
        "Circular talk is at 30.0 per cent.",
        "On 3 Mar 2025 circular talk was at 30 %.",
        "On ‘{label}’, 30 % went in circles.",
        "They say “Nobody in Bergen told us” and “… the audit had moved …”.",
        "Talk goes in circles.",
    ],
)
def test_what_is_held_passes(sentence: str, analysis: Analysis) -> None:
    label = analysis.topics[0].label

    assert any(letter.isdigit() for letter in label)
    assert problems(finding(sentence.format(label=label)), analysis) == ()


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("Circular talk is at 31 %.", "31 (percent) is not held"),
        ("Circular talk is at 30.4 %.", "30.4 (percent) is not held"),
        ("Circular talk is at 30.", "30 (none) is not held"),
        ("It was 29 to 99 % of the pieces.", "99 (percent) is not held"),
        ("In seven meetings talk went in circles.", "7 (none) is not held"),
        ("Half of it went in circles.", "50 (percent) is not held"),
        ("It took 1,200 words.", "1200 (none) is not held"),
        ("It took 2.5 person-hours.", "2.5 (hours) is not held"),
        ("It rises by 3.0 points a meeting.", "3.0 (points) is not held"),
        ("On 4 Mar 2025 talk went in circles.", "no meeting was held on 4 Mar 2025"),
        ("They say “Everybody in Bergen told us”.", "nobody says 'Everybody in Bergen told us'"),
        ('They say "the audit had moved … told us".', "nobody says"),
        ("They say “…”.", "nobody says"),
        ("On ‘CR-119’ talk went in circles.", "names no topic and no meeting"),
    ],
)
def test_what_is_not_held_is_refused(sentence: str, problem: str, analysis: Analysis) -> None:
    assert any(problem in found for found in problems(finding(sentence), analysis))


def test_a_quote_has_to_stand_in_the_pieces_given(analysis: Analysis) -> None:
    other = finding("They say “Nobody in Bergen told us”.", pieces=("m1#1.0",))

    assert problems(other, analysis) == ("nobody says 'Nobody in Bergen told us' in the pieces given",)


def test_evidence_has_to_exist(analysis: Analysis) -> None:
    nothing = Finding(sentence="All is well.", figures=(), pieces=())
    invented = finding("All is well.", "m7:share_joy", pieces=("m7#0.0",))

    assert problems(nothing, analysis) == ("it rests on no figure", "it shows no piece")
    assert problems(invented, analysis) == ("there is no figure 'm7:share_joy'", "there is no piece 'm7#0.0'")


def test_a_trend_a_topic_and_the_counts_hold_numbers_too(analysis: Analysis) -> None:
    topic, label = analysis.topics[0].topic, analysis.topics[0].label
    words = sum(row.words for row in analysis.topics if row.topic == topic)
    sentence = f"Of 2 meetings ‘{label}’ took {words:,} words; circular talk went from 10 % to 30 %."

    named = finding(sentence, "meetings", f"{topic}:words", CIRCULAR)

    assert problems(named, analysis) == ()
    assert problems(replace(named, figures=("meetings", CIRCULAR)), analysis) == (
        f"{words} (none) is not held",
    )


def test_names_may_hold_digits(series: Series, say: type) -> None:
    said = [say(text="All of it is late.", party="3 Rivers", topic="stage 4 of 5", mode="circular")] * 20
    analysis = trend(series([said, said]), CODEBOOK)

    assert problems(finding("‘stage 4 of 5’ came back to 3 Rivers.", "meetings"), analysis) == ()
    assert problems(finding("It came back to 3 Lakes.", "meetings"), analysis) == ("3 (none) is not held",)


def test_an_alert_is_held_to_its_measure(analysis: Analysis) -> None:
    alert = Alert(kind="made", meeting="m2", measure=CIRCULAR, sentence="It was 30 %, 10 % on average.")

    assert alert_problems(alert, analysis) == ()
    assert alert_problems(replace(alert, sentence="It was 35 %."), analysis) == ("35 (percent) is not held",)


def test_every_number_of_every_sentence_is_looked_at(analysis: Analysis) -> None:
    for found in analysis.findings:
        assert problems(found, analysis) == ()
        for place, letter in enumerate(found.sentence):
            quoted = found.sentence[:place].count("“") > found.sentence[:place].count("”")
            named = found.sentence[:place].count("‘") > found.sentence[:place].count("’")
            if letter.isdigit() and not quoted and not named:
                other = str((int(letter) + 5) % 10)
                changed = replace(
                    found, sentence=found.sentence[:place] + other + found.sentence[place + 1 :]
                )
                assert problems(changed, analysis), changed.sentence
