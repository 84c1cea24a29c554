"""The first story: sign in, give files, look, correct, delete."""

from __future__ import annotations

import re

NOTES = (
    "Board 2024-01-15\n\nAnn: hello everybody\n\nBob: my report about the budget\n\n"
    "Ann: imagine <script>alert(1)</script> we shared one lab\n"
)


def partnership(browser, name="North"):
    made = browser.post("/partnerships", {"name": name})
    return re.search(r"/p/([0-9a-f]{16})/uploads", str(made.url))[1]


def give(browser, place, *files):
    return browser.post(f"/p/{place}/uploads", files=[("file", (name, content)) for name, content in files])


def test_a_link_signs_in_once_and_strangers_are_led_to_it(server):
    assert "analyzer serve" in server.browser().get("/").text

    assert "New partnership" in server.local().get("/").text


def test_files_become_a_page_that_can_be_corrected_and_deleted(server):
    browser = server.local()
    place = partnership(browser)

    given = give(browser, place, ("board.txt", NOTES), ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40))
    assert "board.txt" in given.text
    assert f'hx-get="/p/{place}/uploads/list"' in given.text
    server.worker.run_once()

    listed = browser.get(f"/p/{place}/uploads/list").text
    assert "no reader knows this content (a PNG picture)" in listed
    meeting = re.search(rf"/p/{place}/m/([0-9a-f]{{16}})", listed)[1]
    page = browser.get(f"/p/{place}/m/{meeting}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page

    browser.post(
        f"/p/{place}/changes/label", {"piece": "board.txt#1.0", "label": "circular", "value": "true"}
    )
    server.worker.run_once()
    assert "decided by a person" in browser.get(f"/p/{place}/m/{meeting}").text

    browser.post(f"/p/{place}/m/{meeting}/delete")
    assert browser.get(f"/p/{place}/m/{meeting}").status_code == 404
    assert "board.txt" not in browser.get(f"/p/{place}/uploads").text


def test_people_titles_and_dates_can_be_put_right(server):
    browser = server.local()
    place = partnership(browser)
    give(browser, place, ("board.txt", NOTES))
    server.worker.run_once()
    meeting = re.search(rf"/p/{place}/m/([0-9a-f]{{16}})", browser.get(f"/p/{place}").text)[1]

    browser.post(f"/p/{place}/m/{meeting}/facts", {"title": "The board", "date": "2024-02-03"})
    browser.post(f"/p/{place}/changes/person", {"name": "Ann", "party": "Northern", "alias": "Bob"})
    server.worker.run_once()

    page = browser.get(f"/p/{place}/m/{meeting}").text
    assert "The board" in page
    assert "3 Feb 2024" in page
    assert "Northern" in page
    assert ">Bob<" not in page
    history = browser.get(f"/p/{place}/changes").text
    assert "is also called <bdi>Bob</bdi>" in history


def test_the_sample_opens_with_one_click(server):
    opened = server.local().post("/sample")

    assert "notes-jsc-july.md" in opened.text
    assert opened.status_code == 200
