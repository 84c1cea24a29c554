"""A server without a network: the application, its worker run by hand, and browsers that are signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from analyzer.settings import load_settings
from analyzer.store import accounts
from analyzer.store.files import Files
from analyzer.web.app import create_app
from analyzer.web.config import load_config
from analyzer.web.server import open_database
from analyzer.web.worker import Worker

HOST = "http://127.0.0.1:8321"
PASSWORD = "correct horse battery"


@dataclass
class Browser:
    """A browser at one server; forms carry the token of the page they stand on."""

    client: TestClient

    def get(self, path, **more):
        return self.client.get(path, **more)

    def token(self, path="/"):
        found = re.search(r'"X-CSRF-Token":"([0-9a-f]+)"', self.get(path).text)
        return found[1] if found else ""

    def post(self, path, data=None, files=None, **more):
        return self.client.post(path, data={"csrf": self.token(), **(data or {})}, files=files, **more)


@dataclass
class Server:
    """One server with its worker."""

    app: object
    database: object
    worker: Worker

    def browser(self) -> Browser:
        return Browser(TestClient(self.app, base_url=HOST, follow_redirects=True))

    def local(self) -> Browser:
        """The laptop's user, signed in by the link."""
        browser = self.browser()
        with self.database.writing() as session:
            link = accounts.issue_link(session, "sign-in")
        assert browser.get(f"/link/{link}").status_code == 200
        return browser

    def member(self, email, *, is_operator=True) -> Browser:
        """Somebody with an account, signed in by password."""
        with self.database.writing() as session:
            accounts.register(
                session, email=email, name=email.partition("@")[0], password=PASSWORD, is_operator=is_operator
            )
        browser = self.browser()
        answer = browser.client.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 200
        return browser


def start(tmp_path, tagger, **given) -> Server:
    config = load_config(workspace=tmp_path / "workspace", environment={}, **given)
    database = open_database(config)
    worker = Worker(database, Files(config.files), tagger, load_settings(environment={}))
    return Server(create_app(config, database), database, worker)


@pytest.fixture
def server(tmp_path, tagger):
    """A laptop's server."""
    server = start(tmp_path, tagger)
    yield server
    server.database.close()


@pytest.fixture
def team(tmp_path, tagger):
    """A company's server, on SQLite."""
    server = start(tmp_path, tagger, database=f"sqlite:///{tmp_path / 'team.db'}")
    yield server
    server.database.close()
