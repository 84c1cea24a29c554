"""Settings, members, tokens, links and deletion by the API do what the pages do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from analyzer.store import accounts, sharing, shelf
from analyzer.store.models import now
from analyzer.store.workspace import Workspace
from tests.web.test_story import NOTES, give, partnership

API = "/api/v1"


class Program:
    """Something that calls the API with a token."""

    def __init__(self, server, token):
        self._client = server.browser().client
        self._headers = {"authorization": f"Bearer {token}"}

    def __call__(self, method, path, **more):
        return self._client.request(method, API + path, headers=self._headers, **more)


def tenant_of(server, session, place):
    return Workspace(session, accounts.local_user(session), server.worker.files).enter(place)


@pytest.fixture
def looked(server):
    """A partnership with one meeting, its browser, and a program with an admin's token of ten days."""
    browser = server.local()
    place = partnership(browser)
    give(browser, place, ("board.txt", NOTES))
    server.worker.run_once()
    with server.database.writing() as session:
        token = sharing.issue_token(tenant_of(server, session, place), "platform", "admin", days=10)
    return browser, place, Program(server, token)


def test_settings_change_one_by_one(looked):
    _, _, call = looked

    assert call("PATCH", "/settings", json={"retention_days": 30}).json()["retention_days"] == 30
    renamed = call("PATCH", "/settings", json={"name": "South"}).json()

    assert renamed == {"name": "South", "retention_days": 30}
    assert call("PATCH", "/settings", json={"retention_days": None}).json()["retention_days"] is None
    assert call("PATCH", "/settings", json={"retention_days": 0}).status_code == 422
    assert call("GET", "/settings").json() == {"name": "South", "retention_days": None}


def test_an_invitation_is_made_listed_and_ended(server, looked):
    _, _, call = looked
    link = call("POST", "/invitations", json={"email": "bob@example.org"}).json()["secret"]
    listed = call("GET", "/invitations").json()

    assert "<h1>Join" in server.browser().get(re.search("/link/.*", link)[0]).text
    assert [(one["email"], one["role"]) for one in listed] == [("bob@example.org", "viewer")]
    assert call("DELETE", f"/invitations/{listed[0]['id']}").status_code == 204
    assert call("GET", "/invitations").json() == []
    assert "<h1>Join" not in server.browser().get(re.search("/link/.*", link)[0]).text
    assert call("POST", "/invitations", json={"email": "nobody"}).status_code == 409


def test_the_last_admin_stays_one(looked):
    _, _, call = looked
    member = call("GET", "/members").json()[0]

    assert member["role"] == "admin"
    assert call("PATCH", f"/members/{member['id']}", json={"role": "viewer"}).status_code == 409
    assert call("DELETE", f"/members/{member['id']}").status_code == 409


@pytest.mark.parametrize("days", [None, 400])
def test_a_token_that_a_token_makes_ends_with_it(server, looked, days):
    _, _, call = looked

    made = call("POST", "/tokens", json={"name": "second", "role": "lead", "days": days}).json()["secret"]

    ends = {one["name"]: datetime.fromisoformat(one["expires_at"]) for one in call("GET", "/tokens").json()}
    assert ends["second"] == ends["platform"] < now() + timedelta(days=11)
    assert Program(server, made)("GET", "/partnership").json()["role"] == "lead"


def test_a_token_can_be_ended_by_itself(looked):
    _, _, call = looked
    own = call("GET", "/tokens").json()[0]["id"]

    assert call("DELETE", f"/tokens/{own}").status_code == 204
    assert call("GET", "/partnership").status_code == 401


def test_a_link_to_the_report_is_made_and_ended(server, looked):
    _, _, call = looked
    path = re.search("/shared/.*", call("POST", "/shares", json={"days": 3}).json()["secret"])[0]
    server.worker.run_once()
    shown = server.browser().get(path)
    listed = call("GET", "/shares").json()

    assert shown.status_code == 200
    assert len(listed) == 1
    assert call("DELETE", f"/shares/{listed[0]['id']}").status_code == 204
    assert call("GET", "/shares").json() == []
    assert server.browser().get(path).status_code == 404


def test_what_was_understood_and_who_is_named_and_what_was_decided(server, looked):
    browser, place, call = looked
    with server.database.reading() as session:
        meeting = shelf.meetings(tenant_of(server, session, place))[0].id
    said = {"kind": "label", "piece": "board.txt#1.0", "label": "circular"}
    assert call("POST", "/changes", json=said).status_code == 201

    understood = call("GET", f"/meetings/{meeting}/understood").json()

    assert understood["date"] == "2024-01-15"
    assert set(understood["people"]) == {one["name"] for one in call("GET", "/people").json()}
    decided = browser.get(f"/p/{place}/share/corrections.jsonl").text
    assert call("GET", "/corrections").text == decided != ""


def test_a_partnership_is_deleted_by_its_name_only(server, looked):
    browser, place, call = looked

    assert call("DELETE", "/partnership", params={"name": "South"}).status_code == 403
    assert call("DELETE", "/partnership", params={"name": "North"}).status_code == 204
    assert call("GET", "/partnership").status_code == 401
    assert browser.get(f"/p/{place}").status_code == 404
