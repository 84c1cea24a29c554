"""A store on each database, with two users of two partnerships that must never see each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import pytest
from sqlalchemy import create_engine, text

from analyzer.settings import load_settings
from analyzer.store import accounts
from analyzer.store.database import Database
from analyzer.store.files import Files
from analyzer.store.models import User
from analyzer.store.workspace import Workspace
from analyzer.web.worker import Worker
from tests.databases import postgresql, programs

NOTES = (
    b"Board 2024-01-15\n\nAnn: hello everybody\n\nBob: my report about the budget\n\n"
    b"Ann: imagine we shared one lab\n"
)
_numbers = count()


@pytest.fixture(scope="session")
def server():
    """Address of a PostgreSQL server, started for this run."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty, migrated database."""
    url = f"sqlite:///{tmp_path / 'analyzer.db'}"
    if request.param == "postgresql":
        url = _fresh(request.getfixturevalue("server"))
    database = Database(url)
    database.migrate()
    yield database
    database.close()


def _fresh(url: str) -> str:
    name = f"test_{next(_numbers)}"
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.replace("/postgres?", f"/{name}?")


@dataclass
class House:
    """A store with its files and worker, and ways in for its users."""

    database: Database
    files: Files
    worker: Worker

    def user(self, name: str, *, is_operator: bool = True) -> str:
        """Make a user; gives the id."""
        with self.database.writing() as session:
            address = f"{name}@example.org"
            return accounts.register(
                session, email=address, name=name, password=None, is_operator=is_operator
            ).id

    def workspace(self, session, user_id: str) -> Workspace:
        """What a user sees."""
        return Workspace(session, session.get(User, user_id), self.files)

    def partnership(self, user_id: str, name: str) -> str:
        """Make a partnership; gives the id."""
        with self.database.writing() as session:
            return self.workspace(session, user_id).create(name).id


@pytest.fixture
def house(database, tmp_path, tagger):
    files = Files(tmp_path / "files")
    return House(database, files, Worker(database, files, tagger, load_settings(environment={})))


@pytest.fixture
def ann(house):
    return house.user("ann")


@pytest.fixture
def bob(house):
    return house.user("bob")


@pytest.fixture
def north(house, ann):
    """Ann's partnership."""
    return house.partnership(ann, "North")
