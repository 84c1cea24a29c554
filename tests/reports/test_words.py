"""Numbers and names as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.figures import Estimate, Unknown
from analyzer.records.meeting import Meeting, Source
from analyzer.reports.words import (
    certainty,
    distinct_names,
    interval,
    measure_name,
    percent,
    printable,
    share,
    short_days,
    shorten,
)


@pytest.mark.parametrize(
    ("value", "words"), [(0.274, "27 %"), (0.004, "0.4 %"), (0.0, "0 %"), (1.0, "100 %"), (-0.2, "−20 %")]
)
def test_shares_are_percentages_and_small_ones_keep_a_digit(value, words):
    assert percent(value).replace("\u00a0", " ") == words


def test_an_unknown_figure_says_unknown_and_why():
    figure = Unknown(reason="no pieces")

    assert (share(figure), interval(figure)) == ("unknown", "no pieces")
    assert (share(None), interval(None)) == ("unknown", "not measured")


def test_an_interval_names_both_ends():
    figure = Estimate(value=0.2, low=0.1, high=0.35, n=20)

    assert interval(figure).replace("\u00a0", " ") == "10 to 35 %"


def test_measures_are_named_by_the_codebook():
    codebook = default_codebook()

    assert (
        measure_name(f"share_{codebook.modes[0]}", codebook)
        == f"{codebook.label(codebook.modes[0]).name} talk"
    )
    assert measure_name(f"rate_{codebook.barriers[0]}", codebook) == codebook.label(codebook.barriers[0]).name
    assert measure_name("talk_share:Bank", codebook) == "Talk share of Bank"
    assert measure_name("rate_any_barrier", codebook) == "Any barrier"


def test_long_names_lose_what_they_have_in_common_and_short_ones_keep_it():
    def named(*titles):
        source = Source(name="a", sha256="0", format="text", size=1)
        return [Meeting(id="m", series="S", title=title, source=source) for title in titles]

    long = named("Joint Steering Committee, March", "Joint Steering Committee, April")
    assert distinct_names(long, 20) == ["March", "April"]
    assert distinct_names(named("Board 1", "Board 2"), 20) == ["Board 1", "Board 2"]
    assert distinct_names(named("The very same long title", "The very same long title"), 5) == [
        "title",
        "title",
    ]


def test_what_is_cut_shows_an_ellipsis():
    assert shorten("one  two\nthree", 8) == "one two…"
    assert shorten("one", 8) == "one"


def test_what_no_page_may_hold_is_replaced():
    assert printable("a\x00\x1b\ud800\ufffeb\n") == "a\ufffd\ufffd\ufffd\ufffdb\n"


@pytest.mark.parametrize(
    ("belief", "words"),
    [
        (1.0, "very likely"),
        (0.8999999, "very likely"),
        (0.8, "likely"),
        (0.5, "maybe"),
        (0.33, "maybe"),
        (0.32, "a hint"),
        (0, "a hint"),
    ],
)
def test_certainty_is_said_in_words_that_fit_the_number_shown(belief, words):
    assert certainty(belief) == words


def test_narrow_dates_have_the_year_where_there_are_several():
    def held(*days):
        source = Source(name="a", sha256="0", format="text", size=1)
        return [Meeting(id="m", series="S", date=day, source=source) for day in days]

    assert short_days(held(date(2025, 3, 6), None)) == ["6 Mar", "undated"]
    assert short_days(held(date(2025, 3, 6), date(2026, 3, 6))) == ["6 Mar 25", "6 Mar 26"]
