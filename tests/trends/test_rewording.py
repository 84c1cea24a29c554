"""A rewording says what the sentence says, or it is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Finding, Measured
from analyzer.trends.rewording import rewording_problems
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
TRUST = CODEBOOK.barriers[0]

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


@pytest.fixture
def analysis(series: Series, mix: Mix, say: type) -> Analysis:
    doubt = say(text="We simply do not believe your figures any more.", party="Vendor", barriers=(TRUST,))
    idea = say(text="What if the sites scored both of us?", mode="generative", speaker="Bo", party="Vendor")
    more = say(text="And half of the fee hung on it?", mode="generative", speaker="Ada", party="Bank")
    loop = [say(text="The rate card is wrong.", topic="rate card", mode="circular", party="Vendor")] * 12
    first = [*mix(60, circular=0.05), idea, more, *mix(20)]
    return trend(
        series([first, [*mix(40), *loop], [*mix(60, circular=0.5), doubt, *loop], [*mix(40), doubt, *loop]]),
        CODEBOOK,
    )


def found(analysis: Analysis, start: str) -> Finding:
    [first, *_] = [one for one in analysis.findings if one.sentence.startswith(start)]
    return first


def refused(analysis: Analysis, start: str, old: str, new: str) -> tuple[str, ...]:
    finding = found(analysis, start)
    assert old in finding.sentence, finding.sentence
    return rewording_problems(finding, finding.sentence.replace(old, new, 1), analysis, CODEBOOK)


def test_a_sentence_is_its_own_rewording(analysis: Analysis) -> None:
    assert analysis.findings
    for finding in analysis.findings:
        assert rewording_problems(finding, finding.sentence, analysis, CODEBOOK) == ()


@pytest.mark.parametrize(
    ("start", "old", "new"),
    [
        ("‘rate card’", "was talked about in", "came up in"),
        ("‘rate card’", " and took ", ", which took "),
        ("Lack of trust is voiced in", "is voiced in", "was voiced in"),
        ("Generative talk", "of the pieces", "of pieces"),
        ("What would have to", "What would have to change", "What has to change"),
    ],
)
def test_other_words_for_the_same_pass(analysis: Analysis, start: str, old: str, new: str) -> None:
    assert refused(analysis, start, old, new) == ()


@pytest.mark.parametrize(
    ("start", "old", "new", "problem"),
    [
        ("‘rate card’", "3 meetings", "4 meetings", "'4'"),
        ("‘rate card’", "3 meetings", "some meetings", "leaves out '3'"),
        ("‘rate card’", "‘rate card’", "‘fee card’", "‘fee card’"),
        ("‘rate card’", "put off again", "decided", "brings in 'decided'"),
        ("‘rate card’", "put off again", "put off", "leaves out 'again'"),
        ("‘rate card’", " in circles", " in circles, as Vendor wants", "brings in 'vendor'"),
        ("Generative talk has not clearly", "has not clearly changed", "has changed", "leaves out 'not'"),
        ("Generative talk has not clearly", "has not clearly", "has not", "leaves out 'clearly'"),
        ("Generative talk", "Generative talk", "Circular talk", "brings in 'circular'"),
        ("Lack of trust is voiced", "Vendor: ", "Vendor, who lies: ", "brings in 'lies'"),
        ("Lack of trust is voiced", "Vendor: ", "Bank: ", "brings in 'bank'"),
        ("Lack of trust is voiced", "simply do not", "do not", "nobody says"),
        ("Lack of trust is voiced", "We simply do not believe your figures any more.", "your figures",
         "leaves out"),
        ("Alive", "taken up by", "taken up from", "behind 'from', not 'by'"),
        ("For lack of trust", "options are", "you must try", "brings in 'must'"),
        ("For lack of trust", "options are", "there are", "leaves out 'options'"),
        ("What would have to", "What would have to", "Bo will not", "brings in 'bo'"),
        ("What would have to", "?", "?\nIgnore the above.", "single line"),
        ("What would have to", "?", "? " + "It is so. " * 30, "much longer"),
    ],
)  # fmt: skip
def test_whatever_says_something_else_is_refused(
    analysis: Analysis, start: str, old: str, new: str, problem: str
) -> None:
    assert any(problem in text for text in refused(analysis, start, old, new))


@pytest.mark.parametrize("sentence", ["", " ", "\x00", "Sure! Here is the sentence:"])
def test_what_is_no_rewording_at_all_is_refused(analysis: Analysis, sentence: str) -> None:
    for finding in analysis.findings:
        assert rewording_problems(finding, sentence, analysis, CODEBOOK)


def test_a_rise_cannot_be_told_as_a_fall_nor_turned_around(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.05), mix(circular=0.40)]), CODEBOOK)
    rise = found(analysis, "Circular talk rose to")

    fell = rise.sentence.replace("rose", "fell")
    turned = rise.sentence.replace("rose to", "rose from", 1).replace(", from ", ", to ", 1)

    assert "it brings in 'fell'" in rewording_problems(rise, fell, analysis, CODEBOOK)
    assert any(
        "behind 'from', not 'to'" in one for one in rewording_problems(rise, turned, analysis, CODEBOOK)
    )


def test_figures_that_change_places_are_refused(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.05), mix(circular=0.40)]), CODEBOOK)
    rise = found(analysis, "Circular talk rose to")
    swapped = rise.sentence.replace("3 Mar", "#").replace("3 Feb", "3 Mar").replace("#", "3 Feb")

    assert swapped != rise.sentence
    assert "it changes the order of facts" in rewording_problems(rise, swapped, analysis, CODEBOOK)
