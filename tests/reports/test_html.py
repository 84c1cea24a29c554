"""The page is offline, inert, honest about what it does not know, and bounded."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import StoreError
from analyzer.records.analysis import Action, Failure, Finding, Raised
from analyzer.records.figures import Estimate
from analyzer.reports import html
from analyzer.reports.html import render, report

HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(2)> \u202e\u2066gnirts\x00\x1b{{ 7*7 }} \ud800 &amp;'
)


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name):
        return [value for _, found, value in self.attributes if found == name]


@pytest.fixture
def hostile(build, said):
    circular, generative = default_codebook().role("circular"), default_codebook().role("generative")
    barrier = default_codebook().barriers[0]
    rows = [
        said(
            text=HOSTILE, speaker=HOSTILE, party=HOSTILE, mode=generative, barriers=(barrier,), topic=HOSTILE
        ),
        said(text=HOSTILE, speaker=HOSTILE, party=HOSTILE, mode=circular, returns_to="m1#0.0"),
    ]
    return build([rows, rows], series=HOSTILE)


def test_hostile_text_stays_text(hostile):
    failure = Failure(what=HOSTILE, where=HOSTILE, remedy=HOSTILE, stage="read")

    page = _Page(
        render([hostile], failures=[failure], run={"model": HOSTILE, "model_metrics": {HOSTILE: HOSTILE}})
    )

    assert not {"script", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert "{{ 7*7 }}" in "".join(page.text)


def test_hostile_text_cannot_turn_its_surroundings_around(hostile):
    page = render([hostile])

    # Every place with text of a file is isolated: bdi in the page, a text of its own in a chart.
    body = re.sub(
        r"<bdi[^>]*>.*?</bdi>|<svg.*?</svg>|<title>.*?</title>|aria-label=\"[^\"]*\"", "", page, flags=re.S
    )
    assert "\u202e" not in body


def test_no_character_of_the_page_is_forbidden_in_html(hostile):
    page = render([hostile])

    assert page.encode("utf-8").decode("utf-8") == page
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page)


def test_the_page_loads_nothing(small):
    text = render([small])
    page = _Page(text)

    assert "http" not in text.replace("http-equiv", "")
    assert all(value.startswith("#") for value in page.values("href"))
    assert not page.values("src")
    assert "default-src 'none'" in text


def test_every_link_leads_somewhere_and_every_id_is_unique(small, hostile):
    page = _Page(render([small, hostile]))

    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in page.values("href")} <= set(ids)


def test_the_same_analyses_give_the_same_page_in_any_order(small, hostile):
    assert render([small, hostile]) == render([hostile, small])


def test_time_stamps_of_the_run_do_not_reach_the_page(small):
    first = render([small], run={"model": "m", "started": "2026-01-01"})

    assert first == render([small], run={"model": "m", "started": "2027-02-02"})


def test_a_figure_opens_the_pieces_behind_it(small):
    page = render([small])
    column = default_codebook().modes.index(default_codebook().role("circular"))

    assert f'href="#s0-mode{column}-m1"' in page
    assert f'id="s0-mode{column}-m1"' in page
    assert 'href="#s0-m1-0-0"' in page


def test_a_piece_shows_speaker_party_place_belief_and_evidence(small):
    page = render([small])

    assert "cue 3 of Alpha/m1.vtt" in page
    assert "<bdi>Ada</bdi>" in page
    assert "<bdi>Bank</bdi>" in page
    assert "<mark title=" in page
    assert ">likely, 71\u00a0%</small>" in page


def test_findings_stand_under_headings_and_each_opens_the_pieces_that_show_it(build, said):
    kinds = ("practice", "change", "loop", None)
    findings = tuple(
        Finding(sentence=f"A {kind} finding.", figures=(), pieces=("m1#0.0",), kind=kind) for kind in kinds
    )

    page = render([build([[said(text="A word.", speaker="Ada")]], findings=findings)])

    headings = ["What changed", "Loops that cost most", "What the field recommends", "Also found"]
    places = [page.index(f">{heading}</h3>") for heading in headings]
    assert places == sorted(places)
    assert page.count('<details class="shown">') == 4
    assert page.index("What was found") < page.index("The meetings at a glance")


def test_many_findings_of_a_kind_are_folded_and_counted(build, said):
    findings = tuple(
        Finding(sentence=f"Finding {n} of all.", figures=(), pieces=(), kind="change") for n in range(1, 10)
    )

    page = render([build([[said(text="A word.")]], findings=findings)])

    head, _, folded = page.partition("<summary>3 more</summary>")
    assert [f"Finding {n} of all." in head for n in range(1, 10)] == [True] * 6 + [False] * 3
    assert all(f"Finding {n} of all." in folded for n in range(7, 10))


def test_work_that_came_back_stands_above_the_words_that_call_it_open(small):
    back = Action(piece="m1#1.0", party="Vendor", topic="report", came_back=("m2#0.0",))
    more = Action(piece="m2#2.0", party="Vendor", topic="report")

    page = render([replace(small, actions=(back, more))])
    section = page[page.index("Work that was given out<") : page.index("<h2>Ideas")]

    assert "2 pieces give somebody something to do; 1 of them came back in a later meeting" in section
    assert section.index("The report was late again.") < section.index("As I said, the report was late.")
    assert section.index("All work given out, by meeting") < section.index("You decide that without us.")
    assert section.count('<li class="line') == 2
    assert "Work that was given out<" not in render([small])


def test_whose_topics_get_decided_is_told_by_party(small):
    decided = Estimate(value=0.5, low=0.09, high=0.91, n=2)

    page = render([replace(small, raised=(Raised(party="Vendor", topics=2, decided=decided),))])
    section = page[page.index("Whose topics get decided<") : page.index("Who voices which barrier<")]

    assert "<bdi>Vendor</bdi>" in section
    assert "50\u00a0%" in section
    assert "9.0\u00a0to\u00a091\u00a0%" in section


def test_headings_never_skip_a_level(small, hostile):
    for page in (render([small]), render([small, hostile])):
        levels = [int(tag[1]) for tag in _Page(page).tags if tag in ("h1", "h2", "h3", "h4", "h5")]

        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_is_named_and_every_table_that_scrolls_is_reached_by_keyboard(small):
    page = render([small])

    charts = re.findall(r"<svg[^>]*>", page)
    assert charts
    assert all('aria-label="' in chart and 'role="' in chart for chart in charts)
    assert page.count('class="scroll"') == page.count('class="scroll" role="region" aria-label="')
    assert len(re.findall(r'class="scroll"[^>]*tabindex="0"', page)) == page.count('class="scroll"')


def test_a_belief_is_said_in_words_and_a_low_one_is_a_hint(build, said):
    circular, plain = default_codebook().role("circular"), default_codebook().modes[0]
    analysis = build([[said(text="Once more.", mode=circular), said(text="A word.", mode=plain)]])
    measured = analysis.meetings[0]
    beliefs = measured.tagged.beliefs["mode"].copy()
    beliefs[0] = 0.29
    beliefs[0, default_codebook().modes.index(circular)] = 0.11
    tagged = replace(measured.tagged, beliefs={**measured.tagged.beliefs, "mode": beliefs})

    page = render([replace(analysis, meetings=(replace(measured, tagged=tagged),))])

    assert ">a hint, 11\u00a0%</small>" in page
    assert ">very likely, 90\u00a0%</small>" in page
    assert page.count(' hint">') == 1


def test_mail_and_minutes_are_named_as_such(build, said):
    circular = default_codebook().role("circular")
    analysis = build([[said(text="A word.", mode=circular)]] * 3)
    kinds = ("minutes", "email", "transcript")
    meetings = [
        replace(
            one,
            tagged=replace(
                one.tagged,
                encoded=replace(one.tagged.encoded, meeting=replace(one.meeting, kind=kind)),
            ),
        )
        for one, kind in zip(analysis.meetings, kinds, strict=True)
    ]
    trends = tuple(
        replace(trend, points=tuple(point for point in trend.points if point[0] != "m2"))
        for trend in analysis.trends
    )

    page = render([replace(analysis, meetings=tuple(meetings), trends=trends)])

    assert "6 Jan 2025 · minutes: Board 1" in page
    assert "6 Feb 2025 · mail: Board 2" in page
    assert "The latest meeting: <bdi>Board 3, 6 Mar 2025</bdi>" in page
    assert "1 mail thread is left out" in page
    assert "Hollow points are minutes" in page


def test_names_are_those_asked_for(small, tmp_path):
    path = report(small, tmp_path / "report.html", names="roles")

    page = path.read_text(encoding="utf-8")
    assert "Ada" not in page
    assert "a speaker of Bank" in page
    assert "Speakers are named by party only" in page


def test_a_reason_stands_below_its_table_once(build, said):
    analysis = build([[], []])

    page = render([analysis])

    assert page.count("<sup>a</sup> <bdi>no pieces were judged</bdi>") == 1
    assert "Figures that are unknown" not in page


def test_unknown_is_said_and_never_shown_as_zero(build):
    page = "".join(_Page(render([build([[], []])])).text)

    assert "unknown" in page
    assert "no pieces were judged" in page
    assert not re.search(r"\b0\s%", page)


def test_too_few_meetings_are_said_to_be_too_few(small):
    assert "too few to tell" in render([small])


def test_unsure_pieces_are_marked_unsure(small):
    assert "unsure, leans to" in render([small])


def test_notices_failures_and_the_models_figures_are_told(small):
    failure = Failure(what="it is empty", where="a.docx", remedy="export it again", stage="read")
    metrics = {"cross_fitted": {"mode_macro_f1": 0.61, "mode_macro_f1_ci95": [0.57, 0.65]}}

    page = render([small], failures=[failure], run={"model": "made-0.1.0", "model_metrics": metrics})

    assert "cue without text" in page
    assert "export it again" in page
    assert "0.61 (0.57 to 0.65)" in page


def test_nothing_analysed_is_a_page_too():
    page = render([], failures=[Failure(what="w", where="f", remedy="r", stage="read")])

    assert "Nothing could be analysed" in page


def test_undated_meetings_without_parties_are_shown(build, said):
    page = render([build([[said(text="Yes.", mode=default_codebook().modes[0])]], dated=False)])

    assert "undated" in page
    assert "do not say which party" in page


def test_a_large_archive_is_shown_in_part_and_says_so(build, said, monkeypatch):
    monkeypatch.setattr(html, "WHOLE", 100)
    circular = default_codebook().role("circular")
    rows = [said(text=f"Word {number}.", speaker="A", party="P", mode=circular, returns_to="m1#0.0")
            for number in range(150)]  # fmt: skip

    page = render([build([rows, rows])])

    assert page.count('class="piece ') <= 2 * html.PER_MEETING + 10
    assert "too large for one page" in page
    assert "in utterances.parquet" in page
    links = _Page(page)
    assert {value[1:] for value in links.values("href")} <= set(links.values("id"))


def test_many_meetings_and_series_are_bounded_and_counted(build, said, monkeypatch):
    monkeypatch.setattr(html, "MEETINGS", 2)
    monkeypatch.setattr(html, "SERIES", 2)
    meeting = [said(text="Yes.", speaker="A", party="P", mode=default_codebook().modes[0])]

    page = render([build([meeting] * 3, series=name) for name in "ABCD"])

    assert "The latest 2 of 3 meetings" in page
    assert "2 more partnerships" in page
    links = _Page(page)
    assert {value[1:] for value in links.values("href")} <= set(links.values("id"))


def test_report_writes_the_page_and_says_where(small, tmp_path):
    path = report(small, tmp_path / "report.html")

    assert path.read_text(encoding="utf-8") == render([small], run={"names": "given"})


def test_a_report_that_cannot_be_written_says_what_to_do(small, tmp_path):
    with pytest.raises(StoreError, match="name a file in a folder"):
        report(small, tmp_path / "missing" / "report.html")
