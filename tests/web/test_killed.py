"""kill -9 of the server while it takes in and works on six files: the next one loses and doubles nothing."""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from contextlib import contextmanager

import httpx

from tests.web.test_server import ANALYZER, free_port

LONGEST = 240  # seconds that a slow machine may take; nothing is measured
FILES = {
    f"board-{number}.txt": f"Board 2024-0{number}-15\n\n"
    + "".join(f"Ann: report {number} of line {line}\n\nBob: again the budget\n\n" for line in range(150))
    for number in range(1, 7)
}


class Visitor:
    """A browser without pictures: signed in by the link that the server printed."""

    def __init__(self, link):
        self.client = httpx.Client(
            base_url=link.partition("/link/")[0], follow_redirects=True, timeout=LONGEST
        )
        assert self.client.get(link).status_code == 200

    def post(self, path, **more):
        token = re.search(r'"X-CSRF-Token":"([0-9a-f]+)"', self.client.get("/").text)[1]
        return self.client.post(path, data={"csrf": token, **more.pop("data", {})}, **more)

    def give(self, place, names):
        for name in names:
            files = [("file", (name, FILES[name].encode()))]
            assert self.post(f"/p/{place}/uploads", files=files).status_code == 200

    def states(self, place):
        return re.findall(r'data-state="(\w+)"', self.client.get(f"/p/{place}/uploads/list").text)

    def wait(self, place, fits):
        end = time.monotonic() + LONGEST
        while not fits(found := self.states(place)):
            assert time.monotonic() < end, found
            time.sleep(0.2)


@contextmanager
def serving(workspace, model, *more):
    words = [ANALYZER, "serve", "--workspace", workspace, "--port", str(free_port()), "--model", model]
    words += more
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        process.stdout.readline()
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_server_loses_and_doubles_nothing(tmp_path, model_folder):
    with serving(tmp_path, model_folder) as (process, link):
        visitor = Visitor(link)
        made = visitor.post("/partnerships", data={"name": "North"})
        place = re.search(r"/p/([0-9a-f]{16})/", str(made.url))[1]
        visitor.give(place, list(FILES)[:4])
        visitor.wait(place, lambda found: set(found) & {"running", "done"})

        process.kill()  # SIGKILL: nothing can be tidied up
        process.wait()

    with serving(tmp_path, model_folder) as (_, link):
        visitor = Visitor(link)
        visitor.give(place, FILES)  # whoever was cut off gives all of them again
        visitor.wait(place, lambda found: not set(found) & {"queued", "running"})
        listed = visitor.client.get(f"/p/{place}/uploads").text
        states = Counter(visitor.states(place))
        meetings = set(re.findall(rf"/p/{place}/m/([0-9a-f]{{16}})\"", listed))

    kept = [path.name for path in (tmp_path / "files" / place).iterdir()]
    assert states == {"done": 6}
    assert len(meetings) == 6
    assert len(kept) == 6
    assert not any(name.startswith(".draft") for name in kept)
