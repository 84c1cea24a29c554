"""Databases for tests: SQLite in a file, and a throw-away PostgreSQL where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """Find the folder of initdb and pg_ctl: the newest installed version; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server on a socket in a folder of its own; gives the address of its database `postgres`."""
    binaries = programs()
    assert binaries is not None
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        as_who = _as_unprivileged(home)
        run = lambda *words: subprocess.run(  # noqa: E731
            [*as_who, *map(str, words)], check=True, capture_output=True, cwd=home
        )
        run(
            binaries / "initdb",
            "-D",
            home / "data",
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run(binaries / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={home}"
        finally:
            run(binaries / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _as_unprivileged(home: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    shutil.chown(home, UNPRIVILEGED)
    return ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups", "--"]
