"""What every answer carries, and what is refused."""

from __future__ import annotations

import pytest

from analyzer.store import sharing
from tests.web.conftest import HOST, PASSWORD
from tests.web.test_story import NOTES, give, partnership


def test_every_answer_carries_the_headers(server):
    browser = server.local()

    for path in (
        "/",
        "/sign-in",
        "/static/app.css",
        "/static/codebook.css",
        "/nowhere",
        "/api/v1/partnership",
    ):
        headers = browser.get(path).headers

        assert "script-src 'self'" in headers["content-security-policy"], path
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_the_session_cookie_is_out_of_reach_of_scripts(server):
    browser = server.browser()
    with server.database.writing() as session:
        from analyzer.store import accounts

        link = accounts.issue_link(session, "sign-in")

    answer = browser.client.get(f"/link/{link}", follow_redirects=False)

    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}], ids=["origin", "fetch"]
)
def test_what_another_site_sends_is_refused(server, headers):
    browser = server.local()

    answer = browser.post("/partnerships", {"name": "North"}, headers=headers)

    assert answer.status_code == 403
    assert "North" not in browser.get("/").text


def test_a_form_without_the_sessions_token_is_refused(server):
    browser = server.local()
    place = partnership(browser)

    assert browser.client.post("/partnerships", data={"name": "X"}).status_code == 403
    assert browser.client.post("/partnerships", data={"name": "X", "csrf": "0" * 64}).status_code == 403
    refused = browser.client.post(f"/p/{place}/uploads", files=[("file", ("a.txt", NOTES))])
    assert refused.status_code == 403


def test_another_name_for_this_server_is_refused(server):
    assert server.browser().get(HOST.replace("127.0.0.1", "evil.example")).status_code == 421


def test_a_body_over_the_limit_is_refused_unread(server):
    browser = server.local()

    announced = browser.client.post("/sign-in", content=b"", headers={"content-length": "99000000"})
    form = {"content-type": "application/x-www-form-urlencoded"}
    streamed = browser.client.post("/sign-in", content=(b"x" * 65_536 for _ in range(40)), headers=form)

    assert announced.status_code == 413
    assert streamed.status_code == 413


def test_passwords_cannot_be_tried_without_end(team):
    team.member("ann@example.org")
    browser = team.browser()
    tries = [
        browser.client.post("/sign-in", data={"email": "ann@example.org", "password": f"wrong {n} wrong"})
        for n in range(10)
    ]

    right = browser.client.post("/sign-in", data={"email": "ann@example.org", "password": PASSWORD})

    assert tries[0].status_code == 403
    assert tries[-1].status_code == right.status_code == 429


def test_another_users_partnership_is_not_there(team):
    place = partnership(team.member("ann@example.org"))
    stranger = team.member("bob@example.org")

    for path in (f"/p/{place}", f"/p/{place}/uploads", f"/p/{place}/changes", f"/p/{place}/standing"):
        assert stranger.get(path).status_code == 404
    assert give(stranger, place, ("a.txt", NOTES)).status_code == 404
    assert place not in stranger.get("/").text


def test_a_program_gives_a_transcript_and_reads_what_is_found(team):
    browser = team.member("ann@example.org")
    place = partnership(browser)
    with team.database.writing() as session:
        from analyzer.store.accounts import by_email
        from analyzer.store.workspace import Workspace

        tenant = Workspace(session, by_email(session, "ann@example.org"), team.worker.files).enter(place)
        token = sharing.issue_token(tenant, "platform", "lead")
    client, headers = team.browser().client, {"authorization": f"Bearer {token}"}

    given = client.post("/api/v1/uploads", headers=headers, files=[("file", ("board.txt", NOTES))])
    team.worker.run_once()

    assert given.status_code == 202
    upload = client.get(f"/api/v1/uploads/{given.json()[0]['upload']}", headers=headers).json()
    assert upload["state"] == "done"
    meeting = client.get("/api/v1/meetings", headers=headers).json()[0]
    figures = client.get(f"/api/v1/meetings/{meeting['id']}/figures", headers=headers).json()
    assert {"share_circular", "share_generative"} <= {figure["measure"] for figure in figures}
    found = client.get("/api/v1/pieces", headers=headers, params={"text": "BUDGET"}).json()
    assert [row["text"] for row in found] == ["my report about the budget"]
    assert client.get("/api/v1/meetings").status_code == 401
    changed = client.post(
        "/api/v1/changes",
        headers=headers,
        json={"kind": "label", "piece": "board.txt#1.0", "label": "circular"},
    )
    assert changed.status_code == 201
