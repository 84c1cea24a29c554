"""The API against its own document: whatever is sent, no 500, and answers as the document says."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from analyzer.store import accounts, sharing, uploads
from analyzer.store.workspace import Workspace
from analyzer.web.app import API
from tests.databases import postgresql, programs
from tests.web.conftest import HOST, start
from tests.web.test_story import NOTES

EXAMPLES = 6  # a route
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def api(request, tmp_path_factory, tagger):
    """The API's document, and an admin's token of a partnership with one meeting."""
    if request.param == "postgresql" and programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql() if request.param == "postgresql" else nullcontext() as url:
        server = start(tmp_path_factory.mktemp("contract"), tagger, database=url)
        yield server, _token(server)
        server.database.close()


def _token(server):
    with server.database.writing() as session:
        tenant = Workspace(session, accounts.local_user(session), server.worker.files).create("North")
        uploads.receive(tenant, "board.txt", [NOTES.encode()], limit_bytes=10_000)
        token = sharing.issue_token(tenant, "contract", "admin")
    server.worker.run_once()
    return token


def operations(server):
    schema = schemathesis.openapi.from_asgi(f"{API}/openapi.json", server.app, headers={"host": "127.0.0.1"})
    return [found.ok() for found in schema.get_all_operations()]


def test_no_request_breaks_the_contract(api):
    server, token = api
    every = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def send(case):
        case.call_and_validate(
            base_url=HOST + API,
            headers={"authorization": f"Bearer {token}", "host": "127.0.0.1"},
            checks=CHECKS,
        )

    tried = operations(server)
    for operation in tried:
        every(given(case=operation.as_strategy())(send))()

    assert len(tried) >= 20


def test_a_text_that_a_database_refuses_is_answered_in_a_sentence(api):
    server, _ = api
    browser = server.browser()

    answers = [
        browser.client.post("/sign-in", data={"email": "a\0@example.org", "password": "correct horse"}),
        browser.get("/p/a%00b"),
        browser.get("/link/a%00b"),
        browser.get("/shared/a%00b"),
    ]

    assert all(answer.status_code < 500 for answer in answers)
