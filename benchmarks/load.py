"""How long do pages take, for twenty people who browse, before and while two hundred files are analysed?

    nice -n 5 .venv/bin/python benchmarks/load.py
    nice -n 5 .venv/bin/python benchmarks/load.py --postgresql

Starts `analyzer serve` as anybody would, with the default model, and gives it the sample partnership. Then
people look at its pages, one after the other with some seconds of reading between; with the page of a
partnership come its charts. After a while two hundred made-up files are given to another partnership.
Latencies are wall-clock times until the last byte of an answer, with the load of the machine beside them,
since other work on it counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from cached import header

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "load.json"
AT_ONCE = 25  # files of a request
PERCENTILES = (50, 90, 95, 99)
PATIENCE = 300.0  # seconds for one answer
_CHART = re.compile(r'hx-get="(/p/[^"]*/charts/[^"]*/wide[^"]*)"')
_MEETING = re.compile(r"/p/[0-9a-f]{16}/m/[0-9a-f]{16}(?=\")")
_CSRF = re.compile(r'"X-CSRF-Token":"([0-9a-f]+)"')


@dataclass
class Told:
    """Latencies by kind of page and phase, in seconds; written by many threads."""

    phase: str = "before"
    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)  # phase → answers that were not 200
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, phase: str, seconds: float, status: int) -> None:
        """Keep one answer; it counts for the phase in which it was asked for."""
        with self.lock:
            self.seconds.setdefault((phase, kind), []).append(seconds)
            self.failed[phase] = self.failed.get(phase, 0) + (status != 200)


class Person:
    """Somebody who reads the pages of one partnership, and of one meeting after the other."""

    def __init__(self, base: str, cookies: dict[str, str], place: str, told: Told, seed: int) -> None:
        # The server closes what is idle for five seconds; browsers know how to take that, httpx does not.
        idle = httpx.Limits(keepalive_expiry=2.0)
        self._client = httpx.Client(base_url=base, cookies=cookies, timeout=PATIENCE, limits=idle)
        self._place = place
        self._told = told
        self._chance = random.Random(seed)

    def browse(self, ended: threading.Event, think_seconds: float) -> None:
        """Look at pages until told to end."""
        meetings: list[str] = []
        while not ended.wait(self._chance.expovariate(1 / think_seconds)):
            kind, path = self._chance.choice(self._pages(meetings))
            text = self._get(kind, path)
            if kind == "partnership":
                meetings = sorted(set(_MEETING.findall(text)))
                for chart in _CHART.findall(text):
                    self._get("chart", chart)

    def _pages(self, meetings: Sequence[str]) -> list[tuple[str, str]]:
        found = [("partnership", self._place)] * 2
        if meetings:
            found += [("meeting", self._chance.choice(meetings)) for _ in range(3)]
        word = self._chance.choice(("budget", "release", "again", "contract", "test"))
        return [
            *found,
            ("search", f"{self._place}/pieces?text={word}"),
            ("pieces of a mode", f"{self._place}/pieces?mode=circular"),
            ("files", f"{self._place}/uploads"),
            ("people", f"{self._place}/people"),
            ("home", "/"),
        ]

    def _get(self, kind: str, path: str) -> str:
        phase, start = self._told.phase, time.perf_counter()
        try:
            answer = self._client.get(path)
        except httpx.TransportError:
            self._told.note(kind, phase, time.perf_counter() - start, 0)
            return ""
        self._told.note(kind, phase, time.perf_counter() - start, answer.status_code)
        return answer.text


@contextmanager
def serving(workspace: Path, more: Sequence[str]) -> Iterator[str]:
    """Run a server of its own; gives the link that it prints."""
    command = [sys.executable, "-m", "analyzer", "serve", "--workspace", str(workspace), "--port", "8399"]
    process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def signed_in(link: str) -> httpx.Client:
    """Follow the link; on a team's server it makes the first account."""
    client = httpx.Client(base_url=link.partition("/link/")[0], timeout=PATIENCE, follow_redirects=True)
    page = client.get(link)
    if 'name="password"' in page.text:
        account = {"email": "ann@example.org", "name": "Ann", "password": "correct horse battery"}
        page = client.post(link, data=account)
    page.raise_for_status()
    return client


def post(client: httpx.Client, path: str, **more: Any) -> httpx.Response:
    """Send a form, with the token of the page."""
    found = _CSRF.search(client.get("/").text)
    answer = client.post(path, headers={"x-csrf-token": found[1] if found else ""}, **more)
    answer.raise_for_status()
    return answer


def place_of(answer: httpx.Response) -> str:
    """Give the address of the partnership whose page this is."""
    found = re.search(r"/p/[0-9a-f]{16}", str(answer.url))
    assert found is not None
    return found[0]


def states(client: httpx.Client, place: str) -> list[str]:
    """Say how far the files of a partnership are."""
    return re.findall(r'data-state="(\w+)"', client.get(f"{place}/uploads/list").text)


def wait_until_done(client: httpx.Client, place: str, count: int, every: float = 2.0) -> None:
    """Wait until that many files are analysed, and the figures follow them."""
    while True:
        found = states(client, place)
        if len(found) >= count and not set(found) & {"queued", "running"}:
            break
        time.sleep(every)
    while "every 1s" in client.get(f"{place}/standing").text:
        time.sleep(every)


def made_file(number: int, pieces: int) -> tuple[str, bytes]:
    """Make a transcript of its own, in the words of the sample's meetings."""
    chance = random.Random(number)
    day = date(2020, 1, 1) + timedelta(days=7 * number)
    said = [chance.choice(_SENTENCES).format(chance.randrange(100)) for _ in range(pieces)]
    lines = [f"{chance.choice(('Ann', 'Bob', 'Cara', 'Dan'))}: {words}" for words in said]
    return f"{day} board.txt", (f"Board {day}\n\n" + "\n\n".join(lines) + "\n").encode()


_SENTENCES = (
    "We said last month already that the interface is to be finished before test {} begins; nothing moved.",
    "The invoice of release {} is approved, it goes out on Friday with the usual terms.",
    "What if we opened the data of branch {} to both teams and let them build the forecast together?",
    "I am not sure that your side tells us everything about incident {}.",
    "Good morning everybody, let us begin with point {} of the agenda.",
    "Nobody on our team has ever run a migration of {} systems, we would need somebody who has.",
    "The contract says who owns model {}, and I would like to leave it at that.",
    "Fine, then we ship version {} on the ninth and look at the numbers a week later.",
)


def shown(told: Told, phase: str) -> dict[str, Any]:
    """Give percentiles of all answers of a phase, and of each kind of page."""
    kinds = sorted(kind for at, kind in told.seconds if at == phase)
    whole = [second for kind in kinds for second in told.seconds[phase, kind]]
    rows = {kind: _row(told.seconds[phase, kind]) for kind in kinds}
    return {"answers": len(whole), "failed": told.failed.get(phase, 0), "all": _row(whole), **rows}


def _row(seconds: Sequence[float]) -> dict[str, float]:
    ms = np.array(seconds) * 1000
    found = {f"p{q}": round(float(np.percentile(ms, q))) for q in PERCENTILES}
    return {"n": len(seconds), **found, "most": round(float(ms.max()))}


def run(given: argparse.Namespace, more: Sequence[str]) -> dict[str, Any]:
    """Measure both phases."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), more) as link:
        client = signed_in(link)
        sample = place_of(post(client, "/sample"))
        wait_until_done(client, sample, 1)
        told, ended, base = Told(), threading.Event(), str(client.base_url)
        people = [
            Person(base, dict(client.cookies), sample, told, given.seed + number)
            for number in range(given.people)
        ]
        threads = [threading.Thread(target=one.browse, args=(ended, given.think)) for one in people]
        for thread in threads:
            thread.start()
        time.sleep(given.before)
        load_before = os.getloadavg()[0]
        other = place_of(post(client, "/partnerships", data={"name": "Two hundred files"}))
        made = [("file", made_file(number, given.pieces)) for number in range(given.files)]
        told.phase, start = "during", time.perf_counter()
        for first in range(0, given.files, AT_ONCE):
            post(client, f"{other}/uploads", files=made[first : first + AT_ONCE])
        taken_in = time.perf_counter() - start
        wait_until_done(client, other, given.files)
        whole = time.perf_counter() - start
        told.phase = "after"
        load_during = os.getloadavg()[0]
        ended.set()
        for thread in threads:
            thread.join()
        outcome = states(client, other)
    return {
        "seconds_before": given.before,
        "load_before": round(load_before, 1),  # of the machine, over a minute
        "load_at_the_end": round(load_during, 1),
        "files": {state: outcome.count(state) for state in sorted(set(outcome))},
        "seconds_to_take_in": round(taken_in, 1),
        "seconds_until_analysed": round(whole, 1),
        "milliseconds": {phase: shown(told, phase) for phase in ("before", "during")},
    }


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--pieces", type=int, default=40, help="a file")
    parser.add_argument("--think", type=float, default=5.0, help="seconds on average between two pages")
    parser.add_argument("--before", type=float, default=90.0, help="seconds of browsing before files come")
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away PostgreSQL")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.databases import postgresql

    with postgresql() if given.postgresql else nullcontext() as url:
        found = run(given, ["--database", url] if url else [])
    name = "postgresql" if given.postgresql else "sqlite"
    kept = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
    setup = {key: getattr(given, key) for key in ("people", "pieces", "think", "seed")}
    about = {key: value for key, value in header(None, ()).items() if key != "data_sha256"}
    kept[name] = {**about, "cores": os.cpu_count(), **setup, **found}
    given.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(kept[name], indent=1))


if __name__ == "__main__":
    main()
