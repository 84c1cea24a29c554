"""The page is offline, inert, honest about what it does not know, and bounded."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import StoreError
from analyzer.records.analysis import Failure, Finding
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
    assert "71\u00a0%" in page


def test_the_first_findings_stand_open_and_the_others_are_counted(build, said):
    findings = tuple(Finding(sentence=f"Finding {n} of all.", figures=(), pieces=()) for n in range(1, 9))

    page = render([build([[said(text="A word.")]], findings=findings)])

    head, _, folded = page.partition("<summary>3 more findings</summary>")
    assert [f"Finding {n} of all." in head for n in range(1, 9)] == [True] * 5 + [False] * 3
    assert all(f"Finding {n} of all." in folded for n in range(6, 9))


def test_unknown_is_said_and_never_shown_as_zero(build):
    page = "".join(_Page(render([build([[], []])])).text)

    assert "unknown" in page
    assert "no pieces were judged" in page
    assert not re.search(r"\b0\s%", page)


def test_too_few_meetings_are_said_to_be_too_few(small):
    assert "too few to tell" in render([small])


def test_unsure_pieces_are_marked_unsure(small):
    assert "unsure, likeliest" in render([small])


def test_notices_failures_and_the_models_figures_are_told(small):
    failure = Failure(what="it is empty", where="a.docx", remedy="export it again", stage="read")
    metrics = {"dev": {"mode_macro_f1": {"value": 0.61, "low": 0.57, "high": 0.65}}}

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

    assert path.read_text(encoding="utf-8") == render([small])


def test_a_report_that_cannot_be_written_says_what_to_do(small, tmp_path):
    with pytest.raises(StoreError, match="name a file in a folder"):
        report(small, tmp_path / "missing" / "report.html")
