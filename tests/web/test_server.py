"""`analyzer serve` as a process: it opens, takes its port, and ends in good order."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ANALYZER = Path(sys.executable).with_name("analyzer")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture
def served(tmp_path):
    port = free_port()
    words = [ANALYZER, "serve", "--workspace", tmp_path / "workspace", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [process.stdout.readline() for _ in range(2)]
    yield process, port, lines
    process.kill()
    process.wait()


def test_it_prints_a_link_and_ends_in_good_order(served):
    process, port, lines = served
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=300)

    assert f"http://127.0.0.1:{port}/link/" in lines[1]
    assert process.returncode == 0
    assert "Traceback" not in rest


def test_a_taken_port_is_told_in_one_sentence(served, tmp_path):
    _, port, _ = served

    words = [ANALYZER, "serve", "--workspace", tmp_path / "other", "--port", str(port)]
    second = subprocess.run(words, capture_output=True, text=True, timeout=300)

    assert second.returncode == 2
    assert second.stderr.startswith(f"analyzer: 127.0.0.1, port {port}: nobody can listen there")
    assert len(second.stderr.splitlines()) == 1
