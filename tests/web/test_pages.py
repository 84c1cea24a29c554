"""What pages show and where their links lead."""

from __future__ import annotations

import json
import re

import pytest

from analyzer.codebook import default_codebook
from analyzer.training.data import load_labels
from analyzer.web.downloads import FILES
from analyzer.web.views.addresses import PAGE
from analyzer.web.views.drawing import CHARTS
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


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_of_a_chart_leads_to_a_page(looked, name):
    browser, place, _ = looked
    is_drawn = f"/charts/{name}/" in browser.get(f"/p/{place}").text

    for width in ("wide", "narrow"):
        answer = browser.get(f"/p/{place}/charts/{name}/{width}")
        links = set(hrefs(answer.text)) if is_drawn else set()

        assert answer.status_code == (200 if is_drawn else 404)
        assert not is_drawn or answer.text.startswith("<svg")
        assert "style=" not in answer.text  # the policy forbids it
        assert all(link.startswith(f"/p/{place}/") for link in links)
        assert {browser.get(link.partition("#")[0]).status_code for link in links} <= {200}
        assert links or name not in ("ribbon", "mode_mix", "barrier_map")


def test_an_unknown_chart_is_not_drawn(looked):
    browser, place, _ = looked

    assert browser.get(f"/p/{place}/charts/__class__/wide").status_code == 404
    assert browser.get(f"/p/{place}/charts/ribbon/9999").status_code == 404


@pytest.mark.parametrize(
    ("query", "held", "left_out"),
    [
        ("text=LAB+one", "imagine the budget of one lab", "hello everybody"),
        ("barrier=resource_constraint", "my report about the budget", "hello everybody"),
        ("mode=generative", "imagine the budget of one lab", "hello everybody"),
        ("mode=nonsense", "No piece fits", "hello everybody"),
        ("barrier=any&text=honest", "to be honest here we go again", "my report about the budget"),
    ],
)
def test_pieces_are_found_by_what_they_are_and_say(looked, query, held, left_out):
    browser, place, _ = looked

    found = plain(browser.get(f"/p/{place}/pieces?{query}").text)

    assert held in found
    assert left_out not in found


def test_a_transcript_is_filtered_by_speaker_and_says_what_is_between(looked):
    browser, place, ids = looked
    meeting = ids["Board 2024-01-15"]

    whole = browser.get(f"/p/{place}/m/{meeting}").text
    ann = re.search(r'<option value="([^"]+)">Ann</option>', whole)[1]
    of_ann = browser.get(f"/p/{place}/m/{meeting}?speaker={ann}").text

    assert "my report about the" in plain(whole)
    assert "my report about the" not in plain(of_ann)
    assert whole.count('class="piece ') > of_ann.count('class="piece ') == 2
    assert "1 piece between" in of_ann


def test_a_long_meeting_comes_in_pages_and_links_name_the_page(server):
    browser = server.local()
    place = partnership(browser)
    said = "\n\n".join(f"{'Ann' if n % 2 else 'Bob'}: my report number {n}" for n in range(PAGE + 30))
    give(browser, place, ("long.txt", f"Board 2024-01-15\n\n{said}\n\nBob: imagine one lab\n"))
    server.worker.run_once()
    meeting = re.search(r"/m/([0-9a-f]{16})", browser.get(f"/p/{place}/uploads").text)[1]

    first = browser.get(f"/p/{place}/m/{meeting}").text
    found = browser.get(f"/p/{place}/pieces?mode=generative").text
    link = next(link for link in hrefs(found) if f"/m/{meeting}" in link)
    page, _, anchor = link.partition("#")

    assert first.count('class="piece ') == PAGE
    assert "?page=2" in page
    assert f'id="{anchor}"' in browser.get(page).text
    assert f'id="{anchor}"' not in first


def test_a_piece_shows_what_is_said_of_it_before_the_figures_follow(server, looked):
    browser, place, ids = looked
    panel = f"/p/{place}/m/{ids['Board 2024-01-15']}/piece/1-0"

    def pressed():
        return set(re.findall(r'aria-pressed="true">([^<]+)<', browser.get(panel).text))

    before = pressed()
    ref = re.search(r'name="piece" value="([^"]+)"', browser.get(panel).text)[1]
    browser.post(f"/p/{place}/changes/label", {"piece": ref, "label": "circular", "value": "true"})
    browser.post(f"/p/{place}/changes/label", {"piece": ref, "label": "ip_concern", "value": "true"})
    browser.post(f"/p/{place}/changes/decision", {"piece": ref, "value": "true"})

    assert "Circular" not in before
    assert {"Circular", "Intellectual property concern", "A decision is made here"} <= pressed()
    undo = re.findall(r'action="([^"]+/undo)"', browser.get(panel).text)
    assert len(undo) == 3
    for path in undo:
        browser.post(path)
    assert "Circular" not in pressed()
    server.worker.run_once()
    assert pressed() == before


def test_corrections_become_rows_that_training_reads(server, looked, tmp_path):
    browser, place, ids = looked
    panel = browser.get(f"/p/{place}/m/{ids['Board 2024-01-15']}/piece/1-0").text
    ref = re.search(r'name="piece" value="([^"]+)"', panel)[1]
    browser.post(f"/p/{place}/changes/label", {"piece": ref, "label": "circular", "value": "true"})
    browser.post(f"/p/{place}/changes/label", {"piece": ref, "label": "ip_concern", "value": "true"})
    server.worker.run_once()

    content = browser.get(f"/p/{place}/share/corrections.jsonl")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "pieces.jsonl").write_bytes(content.content)
    labels = load_labels(tmp_path, default_codebook(), held_out=(), stop_share=0)

    row = json.loads(content.text)
    assert row["decided"] == ["circular", "ip_concern"]
    (stretch,) = labels.train
    codebook = default_codebook()
    assert codebook.modes[stretch.mode[-1]] == "circular"
    assert stretch.barriers[-1][codebook.barriers.index("ip_concern")] == 1
    assert len(stretch) == 2  # with what was said before


def test_a_shared_link_shows_parties_only_until_it_is_ended(server, looked):
    browser, place, _ = looked
    browser.post(f"/p/{place}/changes/person", {"name": "Ann", "party": "Northern"})
    server.worker.run_once()
    made = browser.post(f"/p/{place}/share/link", {"days": "3"}).text
    path = re.search(r"(/shared/[\w-]+)", made)[1]
    stranger = server.browser()

    waiting = stranger.get(path)
    server.worker.run_once()
    report = stranger.get(path)
    end = re.search(r'action="([^"]+/end)"', browser.get(f"/p/{place}/share").text)[1]
    browser.post(end)

    assert waiting.status_code == 202
    assert waiting.headers["refresh"]
    assert "Northern" not in waiting.text
    assert report.status_code == 200
    assert "script-src" not in report.headers["content-security-policy"]
    assert "default-src 'none'" in report.headers["content-security-policy"]
    assert "Northern" in report.text
    assert not re.search(r"\bAnn\b|\bBob\b", report.text)
    assert stranger.get(path).status_code == 404
    assert stranger.get("/shared/nonsense").status_code == 404
    assert browser.post(f"/p/{place}/share/link", {"days": "9999"}).status_code == 409


def test_files_are_given_away_whole(looked):
    browser, place, _ = looked

    for name in FILES:
        answer = browser.get(f"/p/{place}/share/files/{name}")
        assert answer.status_code == 200, name
        assert len(answer.content) > 100, name
        assert name in answer.headers["content-disposition"]
    assert browser.get(f"/p/{place}/share/files/..%2fanalyzer.db").status_code == 404
    assert browser.post(f"/p/{place}/downloads", {"names": "all"}).status_code == 409


def test_settings_keep_rename_and_delete(server, looked):
    browser, place, _ = looked

    browser.post(f"/p/{place}/settings/name", {"name": "South"})
    kept = browser.post(f"/p/{place}/settings/retention", {"days": "30"})
    wrong = browser.post(f"/p/{place}/settings/retention", {"days": "-1"})
    refused = browser.post(f"/p/{place}/settings/delete", {"name": "North"})

    assert 'value="30"' in kept.text
    assert "retention set" in kept.text
    assert wrong.status_code == 409
    assert refused.status_code == 403
    assert browser.post(f"/p/{place}/settings/delete", {"name": "South"}).status_code == 200
    assert browser.get(f"/p/{place}").status_code == 404
    assert not [file for file in server.worker.files._folder.rglob("*") if file.is_file()]


def test_people_are_named_with_their_party_and_without_figures(server, looked):
    browser, place, _ = looked
    browser.post(f"/p/{place}/changes/person", {"name": "Ann", "party": "Northern"})
    browser.post(f"/p/{place}/changes/person", {"name": "Ann", "alias": "Bob"})
    server.worker.run_once()

    page = browser.get(f"/p/{place}/people").text

    assert "Northern" in page
    assert "also <bdi>Bob</bdi>" in page
    assert "2 meetings" in page
    assert "%" not in page


def test_a_viewer_reads_and_is_offered_nothing_else(team):
    ann = team.member("ann@example.org")
    place = partnership(ann)
    give(ann, place, ("board.txt", NOTES))
    team.worker.run_once()
    invited = ann.post(f"/p/{place}/members/invite", {"email": "bob@example.org", "role": "viewer"}).text
    link = re.search(r"(/link/[\w-]+)", invited)[1]
    bob = team.browser()
    bob.client.post(link, data={"name": "Bob", "password": "correct horse battery"})

    meeting = re.search(r"/m/([0-9a-f]{16})", bob.get(f"/p/{place}/uploads").text)[1]
    page = plain(bob.get(f"/p/{place}/m/{meeting}").text)

    assert "my report about the budget" in page
    assert "Correct" not in re.sub(r"Corrections", "", page)
    assert "Delete" not in page
    assert bob.get(f"/p/{place}/settings").status_code == 403
    assert bob.get(f"/p/{place}/share/corrections.jsonl").status_code == 403
    assert bob.post(f"/p/{place}/share/link", {"days": "3"}).status_code == 403


def test_what_was_said_is_escaped_wherever_it_stands(looked):
    browser, place, ids = looked
    pages = [f"/p/{place}", f"/p/{place}/pieces?text=script", f"/p/{place}/pieces?text=<script>alert(2)"]
    pages += [f"/p/{place}/m/{meeting}" for meeting in ids.values()]
    pages += [f"/p/{place}/m/{meeting}/piece/2-0" for meeting in ids.values()]

    for path in pages:
        assert "<script>alert" not in browser.get(path).text, path
