"""What pages show and where their links lead."""

from __future__ import annotations

import re

import pytest

from tests.web.test_story import NOTES, give, partnership

MORE = (
    "Board 2024-02-12\n\nAnn: to be honest here we go again\n\nBob: imagine the budget of one lab\n\n"
    "Ann: hello and again my report\n"
)


@pytest.fixture
def looked(server):
    """A signed-in browser, a partnership with two analysed meetings, and the ids of these, by title."""
    browser = server.local()
    place = partnership(browser)
    give(browser, place, ("board.txt", NOTES), ("later.txt", MORE))
    server.worker.run_once()
    listed = browser.get(f"/p/{place}/uploads").text
    ids = dict(
        reversed(found) for found in re.findall(r'/m/([0-9a-f]{16})"><bdi>([^<]+)</bdi></a> <small>', listed)
    )
    return browser, place, ids


def plain(text):
    """Words may be marked as evidence anywhere."""
    return re.sub(r"</?mark[^>]*>", "", text)


def hrefs(text):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', text)]


def test_every_link_of_the_partnership_page_leads_somewhere(looked):
    browser, place, _ = looked
    page = browser.get(f"/p/{place}").text
    links = {link.partition("#")[0] for link in hrefs(page) if link.startswith(f"/p/{place}")}

    answers = {link: browser.get(link).status_code for link in links}

    assert len(links) > 15
    assert set(answers.values()) == {200}


def test_a_figure_opens_the_pieces_it_counts(looked):
    browser, place, _ = looked
    page = browser.get(f"/p/{place}").text
    row = next(one for one in page.split("<tr>") if "12 Feb 2024" in one and "mode=circular" in one)
    link = next(link for link in hrefs(row) if "mode=circular" in link)

    opened = plain(browser.get(link).text)

    assert "Circular" in opened
    assert "to be honest here we go again" in opened
    assert "hello everybody" not in opened
