"""Members, tokens, operators, downloads, runs: what keeps a partnership, through the pages."""

from __future__ import annotations

import io
import re
import zipfile

from analyzer.batch.results import write_results
from analyzer.ingest.formats import Options
from analyzer.ingest.sources import Document
from analyzer.pipeline import analyze_documents
from tests.web.conftest import PASSWORD
from tests.web.test_story import NOTES, give, partnership


def link_in(page):
    return re.search(r"(/link/[\w-]+)", page.text)[1]


def test_somebody_invited_joins_gets_a_role_and_is_removed(team):
    ann = team.member("ann@example.org")
    place = partnership(ann)
    link = link_in(ann.post(f"/p/{place}/members/invite", {"email": "bob@example.org", "role": "viewer"}))
    bob = team.browser()

    joined = bob.client.post(link, data={"name": "Bob", "password": PASSWORD})
    assert "North" in joined.text
    assert ann.get(f"/p/{place}/members").text.count("/role") == 2
    assert bob.post(f"/p/{place}/changes/person", {"name": "X", "party": "Y"}).status_code == 403

    found = re.findall(rf"/p/{place}/members/([0-9a-f]{{16}})/remove", ann.get(f"/p/{place}/members").text)
    answers = [ann.post(f"/p/{place}/members/{one}/role", {"role": "lead"}) for one in found]
    assert sorted(answer.status_code for answer in answers) == [200, 409]  # the last admin stays one
    assert bob.post(f"/p/{place}/changes/person", {"name": "X", "party": "Y"}).status_code == 200

    answers = [ann.post(f"/p/{place}/members/{one}/remove") for one in found]
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert bob.get(f"/p/{place}").status_code == 404


def test_a_token_is_shown_once_works_and_is_ended(server):
    browser = server.local()
    place = partnership(browser)
    made = browser.post(f"/p/{place}/tokens", {"name": "platform", "role": "lead", "days": "7"})
    token = re.search(r"gat_[\w-]+", made.text)[0]
    headers = {"authorization": f"Bearer {token}"}
    client = server.browser().client

    assert client.get("/api/v1/partnership", headers=headers).json()["role"] == "lead"
    shown = browser.get(f"/p/{place}/tokens").text
    assert token not in shown
    assert browser.post(f"/p/{place}/tokens", {"name": "x", "days": "0"}).status_code == 409

    browser.post(re.search(rf"/p/{place}/tokens/[0-9a-f]+/revoke", shown)[0])
    assert client.get("/api/v1/partnership", headers=headers).status_code == 401
    assert "token made" in browser.get(f"/p/{place}/audit").text


def test_an_account_that_is_disabled_is_out_at_once_and_can_come_back(team):
    ann, bob = team.member("ann@example.org"), team.member("bob@example.org", is_operator=False)
    assert bob.get("/operators").status_code == 403
    address = re.search(r"/operators/[0-9a-f]{16}", ann.get("/operators").text)[0]

    ann.post(f"{address}/disable")
    assert "Mail address" in bob.get("/").text  # the form to sign in
    again = team.browser().client.post("/sign-in", data={"email": "bob@example.org", "password": PASSWORD})
    assert again.status_code == 403

    ann.post(f"{address}/enable")
    link = link_in(ann.post(f"{address}/password"))
    back = team.browser()
    assert "Sign out" in back.client.post(link, data={"password": "another horse battery"}).text


def test_tables_are_asked_for_made_and_fetched(server):
    browser = server.local()
    place = partnership(browser)
    assert browser.post(f"/p/{place}/downloads", {"kind": "tables"}).status_code == 409
    give(browser, place, ("board.txt", NOTES))
    server.worker.run_once()

    asked = browser.post(f"/p/{place}/downloads", {"kind": "tables", "names": "given"})
    assert "being made" in asked.text
    server.worker.run_once()
    page = browser.get(f"/p/{place}/downloads")
    assert "shows the latest figures" in page.text

    got = browser.get(re.search(rf"/p/{place}/downloads/[0-9a-f]{{16}}", page.text)[0])
    assert got.headers["content-disposition"] == 'attachment; filename="North-tables.zip"'
    assert "sandbox" in got.headers["content-security-policy"]
    assert "trend.json" in zipfile.ZipFile(io.BytesIO(got.content)).namelist()


def test_a_run_of_the_shell_opens_as_meetings(server, tagger, tmp_path):
    document = Document(name="jan.txt", content=NOTES.encode())
    write_results(
        list(analyze_documents([document], tagger, options=Options(series="Run"))),
        [],
        tmp_path / "run",
        run={},
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (tmp_path / "run").glob("*.parquet"):
            archive.write(file, f"run/{file.name}")
    browser = server.local()
    place = partnership(browser)

    taken = browser.post(f"/p/{place}/runs", files=[("file", ("run.zip", packed.getvalue()))])
    server.worker.run_once()

    assert "jan.txt" in taken.text
    assert "15 Jan 2024" in browser.get(f"/p/{place}/uploads").text
    broken = browser.post(f"/p/{place}/runs", files=[("file", ("run.zip", b"PK\x03\x04 no zip"))])
    assert broken.status_code == 422
    assert "the zip cannot be read" in broken.text


def test_the_words_of_a_meeting_are_there_before_its_figures(server):
    browser = server.local()
    place = partnership(browser)
    give(browser, place, ("board.txt", NOTES))
    while server.worker.prepare_next():
        pass

    listed = browser.get(f"/p/{place}/uploads").text
    page = browser.get(re.search(rf"/p/{place}/m/[0-9a-f]{{16}}", listed)[0]).text

    assert "on their way" in page
    assert "my report about the budget" in page
    assert "<script>alert" not in page
