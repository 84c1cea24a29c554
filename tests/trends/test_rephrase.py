"""A chat endpoint may reword sentences; whatever it does, the digest stays true and the run goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import SettingsError
from analyzer.records.analysis import Analysis, Measured
from analyzer.trends.digest_check import problems
from analyzer.trends.rephrase import FAILURES, Endpoint, NoAnswer, Rephrasing
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
TRUST = CODEBOOK.barriers[0]
KEY = "no-secret-but-treated-as-one"

Reply = Callable[[str], bytes]


@dataclass
class Server:
    """A chat endpoint on this machine, and what it was asked."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def serving(
    reply: Reply, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.bodies.append(body)
            server.keys.append(self.headers["Authorization"])
            server.paths.append(self.path)
            answer = reply(body["messages"][-1]["content"])
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # whoever asked has gone
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{http.server_port}/v1"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def message(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def plainly(sentence: str) -> bytes:
    return message(sentence.replace("is voiced in", "was voiced in").replace("was talked about", "came up"))


@pytest.fixture
def analysis(series: Callable[..., list[Measured]], mix: Callable[..., list[object]], say: type) -> Analysis:
    doubt = say(text="We simply do not believe your figures any more.", party="Vendor", barriers=(TRUST,))
    loop = [say(text="The rate card is wrong.", topic="rate card", mode="circular", party="Vendor")] * 12
    return trend(series([mix(40), [*mix(40), *loop], [*mix(40), doubt, *loop]]), CODEBOOK)


def reworded(analysis: Analysis, reply: Reply, **more: Any) -> tuple[Analysis, Rephrasing]:
    with serving(reply, **more) as server:
        rephrasing = Rephrasing(ask=Endpoint(url=server.url).ask, codebook=CODEBOOK)
        return rephrasing(analysis), rephrasing


def test_sentences_that_say_the_same_are_taken_and_keep_what_they_were(analysis: Analysis) -> None:
    after, rephrasing = reworded(analysis, plainly)

    [barrier] = [one for one in after.findings if one.kind == "barrier"]
    assert barrier.sentence.startswith("Lack of trust was voiced in ")
    assert barrier.reworded_from is not None
    assert barrier.reworded_from.startswith("Lack of trust is voiced in ")
    assert rephrasing.account == {
        "asked": len(analysis.findings),
        "taken": len(analysis.findings),
        "refused": 0,
        "unanswered": 0,
        "last_failure": None,
    }
    assert [one.pieces for one in after.findings] == [one.pieces for one in analysis.findings]


def test_only_sentences_go_out_and_they_go_where_they_were_sent(analysis: Analysis) -> None:
    with serving(plainly) as server:
        endpoint = Endpoint(url=server.url + "/", model="small", key=KEY)
        Rephrasing(ask=endpoint.ask, codebook=CODEBOOK)(analysis)

    assert [body["messages"][-1]["content"] for body in server.bodies] == [
        finding.sentence for finding in analysis.findings
    ]
    assert {body["model"] for body in server.bodies} == {"small"}
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert set(server.paths) == {"/v1/chat/completions"}
    assert KEY not in repr(endpoint)


@pytest.mark.parametrize(
    "lie",
    [
        lambda sentence: sentence.replace("1", "7"),
        lambda sentence: sentence.replace("not", "").replace("Circular", "Generative"),
        lambda sentence: f"{sentence} The Vendor hides something.",
        lambda sentence: f"{sentence} “We lied to you.”",
        lambda sentence: sentence.replace("“", "“We never said it: "),
        lambda sentence: sentence.replace("meetings", "meetings, half of them in vain,"),
        lambda sentence: f"{sentence[:-1]}, twice as much as last year.",
        lambda _: "Everything is fine, and no meeting is needed.",
        lambda _: "",
        lambda sentence: f"Sure! Here is the sentence: {sentence}",
    ],
)
def test_a_server_that_lies_changes_no_sentence_into_a_lie(
    analysis: Analysis, lie: Callable[[str], str]
) -> None:
    after, rephrasing = reworded(analysis, lambda sentence: message(lie(sentence)))

    changed = [one for one in after.findings if one.reworded_from is not None]
    assert [problems(one, analysis) for one in after.findings] == [()] * len(after.findings)
    assert all(one.sentence == one.reworded_from for one in changed)  # the lie left some as they were
    assert rephrasing.refused > 0
    assert rephrasing.unanswered == 0


@pytest.mark.parametrize(
    ("reply", "status", "why"),
    [
        (lambda _: b"{", 200, "no JSON"),
        (lambda _: b"\xff\xfe\x00", 200, "no JSON"),
        (lambda _: b"[]", 200, "holds no message"),
        (lambda _: b'{"choices": []}', 200, "holds no message"),
        (lambda _: message(None), 200, "holds no message"),
        (lambda _: b"[" * 60_000, 200, "holds no message"),
        (lambda _: b"x" * 200_000, 200, "too long"),
        (plainly, 500, "status 500"),
        (plainly, 404, "status 404"),
    ],
)
def test_a_broken_server_leaves_the_digest_as_it_was(
    analysis: Analysis, reply: Reply, status: int, why: str
) -> None:
    after, rephrasing = reworded(analysis, reply, status=status)

    assert after == analysis
    assert rephrasing.unanswered == len(analysis.findings)
    assert why in str(rephrasing.last_failure)


def test_no_redirect_is_followed() -> None:
    with serving(plainly) as other:
        elsewhere = (("Location", f"{other.url}/chat/completions"),)
        with serving(plainly, status=307, headers=elsewhere) as server, pytest.raises(NoAnswer, match="307"):
            Endpoint(url=server.url, key=KEY).ask("A sentence.")

    assert other.bodies == []


def test_a_slow_server_is_given_up(analysis: Analysis) -> None:
    gone = threading.Event()

    def wait(_: str) -> bytes:
        gone.wait(10)
        return b""

    with serving(wait) as server:
        endpoint = Endpoint(url=server.url, call_seconds=0.05)
        rephrasing = Rephrasing(ask=endpoint.ask, codebook=CODEBOOK)
        after = rephrasing(analysis)
        gone.set()

    assert after == analysis
    assert len(server.bodies) <= FAILURES < len(analysis.findings)
    assert "timed out" in str(rephrasing.last_failure)


def test_when_the_time_for_all_sentences_is_over_the_rest_stays(analysis: Analysis) -> None:
    asked: list[str] = []

    def ask(sentence: str) -> str:
        asked.append(sentence)
        return sentence

    rephrasing = Rephrasing(ask=ask, codebook=CODEBOOK, all_seconds=-1.0)

    assert rephrasing(analysis) == analysis
    assert asked == []
    assert rephrasing.unanswered == len(analysis.findings)


def test_a_server_that_is_not_there_is_asked_no_more_than_a_few_times(analysis: Analysis) -> None:
    with serving(plainly) as server:
        url = server.url
    rephrasing = Rephrasing(ask=Endpoint(url=url).ask, codebook=CODEBOOK)

    assert rephrasing(analysis) == analysis
    assert "refused" in str(rephrasing.last_failure).lower()


@pytest.mark.parametrize(
    "url", ["", "localhost:8080", "file:///etc/passwd", "http://", f"http://me:{KEY}@host/v1", "ftp://a/b"]
)
def test_what_is_no_address_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="no address of a chat endpoint") as caught:
        Endpoint(url=url)

    assert KEY not in str(caught.value)
