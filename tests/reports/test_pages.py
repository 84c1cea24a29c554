"""Few series are one page; many are an overview, and a page for each beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from analyzer.records.analysis import Failure
from analyzer.reports import html, pages
from analyzer.reports.html import render
from analyzer.reports.pages import TOGETHER, render_pages


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Draw no chart: what is asked here is which page holds what."""
    monkeypatch.setattr(html, "to_svg", lambda chart, prefix: f'<svg id="{prefix}"></svg>')


@pytest.fixture
def many(small, build, said):
    """More series than one page holds; the first is the small one, the names of two are alike."""
    names = ("b/c", "b c", "Ünder ‹way›", *(f"series {n}" for n in range(TOGETHER - 3)))
    return [small, *(build([[said(text="A word.")]], series=name) for name in names)]


def test_few_series_are_one_page_as_before(small):
    assert dict(render_pages([small])) == {"report.html": render([small])}


def test_many_series_are_an_overview_and_a_page_for_each(many):
    files = dict(render_pages(many))

    assert next(iter(files)) == "report.html"
    assert set(files) == {
        *("report.html", "report-Alpha.html", "report-b-c.html", "report-b-c-2.html"),
        *("report-Ünder-way.html", "report-series-0.html"),
    }
    assert f"{TOGETHER + 1} partnerships" in files["report.html"]
    assert "The report came back." in files["report.html"]
    assert 'href="report.html"' in files["report-Alpha.html"]


def test_every_link_of_the_overview_leads_to_something_that_is_there(many):
    files = dict(render_pages(many))
    ids = {name: set(re.findall(r' id="([^"]+)"', text)) for name, text in files.items()}

    links = [link.partition("#") for link in re.findall(r' href="([^"]+)"', files["report.html"])]

    assert {unquote(file or "report.html") for file, _, _ in links} == set(files)
    assert all(not anchor or anchor in ids[unquote(file) or "report.html"] for file, _, anchor in links)
    assert any(file == "report-Alpha.html" and anchor == "s0-m1-0-0" for file, _, anchor in links)


def test_the_overview_says_unknown_and_tells_failures_and_methods_like_any_page(many):
    failure = Failure(what="it is empty", where="a.docx", remedy="export it again", stage="read")
    empty = replace(many[0], series="empty", meetings=(), findings=())

    text = dict(render_pages([*many, empty], failures=[failure]))["report.html"]

    assert "it is empty" in text
    assert "How to read this" in text
    assert "Nothing stands out enough to be put in a sentence." in text
    assert "<script" not in text
    assert "default-src 'none'" in text


def test_series_beyond_the_bound_are_in_the_overview_only(many, monkeypatch):
    monkeypatch.setattr(pages, "FULL", 2)

    files = dict(render_pages(many))

    assert len(files) == 3
    assert files["report.html"].count("It has no page of its own") == len(many) - 2
