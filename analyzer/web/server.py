"""`analyzer serve`: the database, the worker's process and the web server, started and ended together."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from analyzer.errors import StoreError
from analyzer.settings import Settings
from analyzer.store import accounts
from analyzer.store.database import Database
from analyzer.web.config import Config

if TYPE_CHECKING:
    import uvicorn


def serve(config: Config, settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        config: how the server is set up.
        settings: of the tagger.
        say: shows a line to whoever started it.

    Raises:
        StoreError: if the workspace or the database cannot be used, or the port is taken.
    """
    database = open_database(config)
    try:
        # Ctrl-C ends it in good order whenever it comes; uvicorn passes it on when it has ended.
        with contextlib.suppress(KeyboardInterrupt), _bound(config) as door, working(config, settings):
            server = _server(config, database)  # before the link is shown: who follows it is answered
            for line in welcome(config, database):
                say(line)
            server.run(sockets=[door])
    finally:
        database.close()


def open_database(config: Config) -> Database:
    """Open the workspace and bring its database to the present schema."""
    try:
        config.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            what=f"the workspace cannot be made ({error.strerror or error})",
            where=str(config.workspace),
            remedy="name a folder you may write to with --workspace",
        ) from error
    database = Database(config.database)
    database.migrate()
    return database


def welcome(config: Config, database: Database) -> list[str]:
    """Say where the door is: with a one-time link on a laptop, and on a company's server that is new."""
    with database.writing() as session:
        if not config.is_team:
            link = accounts.issue_link(session, "sign-in")
            return ["Open this link to sign in; it works once:", f"  {config.url}/link/{link}"]
        if not accounts.has_users(session):
            link = accounts.issue_link(session, "set-up")
            return ["Open this link to make the first account; it works once:", f"  {config.url}/link/{link}"]
    return [f"Serving {config.url}"]


@contextmanager
def working(config: Config, settings: Settings) -> Iterator[None]:
    """Run a worker beside; it ends when this process does, however that ends."""
    asked = {"database": config.database, "files": str(config.files), "settings": asdict(settings)}
    worker = subprocess.Popen([sys.executable, "-P", "-m", "analyzer.web.worker"], stdin=subprocess.PIPE)
    assert worker.stdin is not None
    # Not as an argument: the address may hold a password, and arguments are seen by all.
    worker.stdin.write(json.dumps(asked).encode() + b"\n")
    worker.stdin.flush()
    try:
        yield
    finally:
        worker.stdin.close()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()  # what it was at is taken up again at the next start
            worker.wait()


def _bound(config: Config) -> socket.socket:
    """Take the port before anybody is told of it."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((config.host, config.port))
        door.listen(128)  # who follows the link at once waits a moment, and is not turned away
    except OSError as error:
        door.close()
        raise StoreError(
            what=f"nobody can listen there ({error.strerror or error})",
            where=f"{config.host}, port {config.port}",
            remedy="end what uses it, or name another with --port",
        ) from error
    return door


def _server(config: Config, database: Database) -> uvicorn.Server:
    import uvicorn

    from analyzer.web.app import create_app

    settings = uvicorn.Config(
        create_app(config, database),
        log_level="warning",
        server_header=False,
        proxy_headers=config.public_url is not None,  # from a proxy on this machine only
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(settings)
