"""One database, SQLite or PostgreSQL: sessions to read and to write, migrations, and real deletion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from analyzer.errors import StoreError

_BUSY_MS = 30_000  # how long a writer of SQLite waits for the one before it
_LOCK = 7_210_412  # any number: two servers that start together on PostgreSQL migrate one after the other


class Database:
    """The tables behind one address.

    Args:
        url: `sqlite:///file` or `postgresql://user@host/name`; the password may stand in it or in
            PGPASSWORD.

    Raises:
        StoreError: if the address makes no sense.
    """

    def __init__(self, url: str) -> None:
        self._engine = _open(url)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        # SQLite has one writer. A transaction that reads first and writes later may lose the race for it
        # and fail; one that is announced as writing waits its turn.
        self._writer = self._engine.execution_options(will_write=True)
        # PostgreSQL would let each statement see another state: a page of old figures could say that they
        # are the newest, and never be renewed. A transaction of SQLite sees one state anyway.
        one_state = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self._engine.execution_options(**one_state)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the data and changes nothing."""
        with Session(self._reader) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept together at the end, or not at all if anything is raised."""
        with Session(self._writer) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to the present schema; makes them in an empty database.

        Raises:
            StoreError: if the database cannot be reached or written.
        """
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        try:
            with self._writer.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise StoreError(
                what=f"the database cannot be used ({_reason(error)})",
                where=self._engine.url.render_as_string(hide_password=True),
                remedy="check the address, that the server runs and that you may create tables in it",
            ) from error

    def scrub(self) -> None:
        """Take what was deleted off the disk: empty SQLite's log, vacuum the tables of PostgreSQL."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                connection.exec_driver_sql("VACUUM meetings, analyses, changes, uploads, exports, jobs")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _open(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_pre_ping=address.drivername != "sqlite")
    except (ArgumentError, ImportError, SQLAlchemyError) as error:
        raise StoreError(
            what=f"the database's address cannot be used ({_reason(error)})",
            where="--database",
            remedy="write sqlite:///FILE or postgresql://USER@HOST/NAME; PostgreSQL needs "
            'pip install "governance-analyzer[team]"',
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver begins no transactions: `_begin_sqlite` does
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={_BUSY_MS}",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "secure_delete=ON",  # what is deleted is overwritten
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    if connection.get_isolation_level() == "AUTOCOMMIT":
        return
    will_write = connection.get_execution_options().get("will_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if will_write else "BEGIN")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
