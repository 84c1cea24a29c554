"""`analyzer analyze --rephrase`: sentences go out under the names asked for, and only if it is given."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from analyzer.cli import cli
from analyzer.errors import SettingsError

KEY = "no-secret-but-treated-as-one"


@pytest.fixture
def endpoint():
    """Serve a chat endpoint that writes "is" for "was"; with it comes what it was sent."""
    sent: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            sentence = json.loads(sent[-1])["messages"][-1]["content"]
            answer = {"choices": [{"message": {"content": sentence.replace(" was ", " is ")}}]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1", sent
        server.shutdown()
        thread.join()


def analyze(model_folder, samples, out, *more):
    line = ["analyze", str(samples / "JSC March 2025-03-06.vtt"), "--roster", str(samples / "people.csv")]
    line += ["--out", str(out), "--model", str(model_folder), "--format", "markdown", *more]
    return CliRunner().invoke(cli, line, catch_exceptions=False)


def test_the_digest_is_reworded_under_other_names_and_says_so(
    model_folder, samples, tmp_path, endpoint, monkeypatch
):
    url, sent = endpoint
    monkeypatch.setenv("ANALYZER_REPHRASE_KEY", KEY)

    done = analyze(model_folder, samples, tmp_path, "--rephrase", url, "--names", "roles")

    told = json.loads((tmp_path / "run.json").read_text())["rephrase"]
    assert done.exit_code == 0
    assert told["asked"] == told["taken"] == len(sent) > 0
    assert f"Reworded {told['taken']} of {told['asked']} sentences" in done.stderr
    assert not any(name in body for body in sent for name in ("Feldborg", "Oosten", "Annika", "Gerrit"))
    for file in ("report.html", "report.md"):
        assert "was asked to reword" in (tmp_path / file).read_text(encoding="utf-8")
    assert not [file for file in tmp_path.iterdir() if KEY.encode() in file.read_bytes()]


def test_without_the_option_nothing_goes_out(model_folder, samples, tmp_path, endpoint):
    done = analyze(model_folder, samples, tmp_path)

    assert done.exit_code == 0
    assert endpoint[1] == []
    assert "rephrase" not in json.loads((tmp_path / "run.json").read_text())


def test_a_wrong_address_is_said_before_anything_is_read(model_folder, samples, tmp_path):
    with pytest.raises(SettingsError, match="no address of a chat endpoint"):
        analyze(model_folder, samples, tmp_path / "out", "--rephrase", "localhost")

    assert not (tmp_path / "out").exists()
