"""Hostile text, names and addresses: shown as what they are, never run, never followed."""

from __future__ import annotations

import re

import pytest

from tests.web.test_story import give, partnership

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "script": f"Ann: {SCRIPT} imagine\n\n{SCRIPT}: hello\n",
    "attribute": 'Ann: " onmouseover="alert(1) imagine\n\n" autofocus onfocus="alert(1): hello\n',
    "template": "Ann: {{ 7 * 7 }} {% include '/etc/passwd' %} imagine\n\nBob: ${7*7} hello\n",
    "right to left": "Ann: imagine \u202egnp.exe\u202c and \u2066more\u2069\n\nBo\u202eb: hello\n",
    "one long line": "Ann: " + "imagine " * 130_000 + "\n\nBob: hello\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_talk_is_text_on_every_page(server, what):
    browser = server.local()
    place = partnership(browser, f"North {SCRIPT}")
    give(browser, place, (f"{SCRIPT}.txt", f"Board 2024-01-15\n\n{HOSTILE[what]}"))
    server.worker.run_once()

    listed = browser.get(f"/p/{place}/uploads").text
    meeting = re.search(rf"/p/{place}/m/[0-9a-f]{{16}}", listed)[0]
    pages = [
        browser.get(path) for path in (meeting, f"/p/{place}", f"/p/{place}/uploads", f"/p/{place}/changes")
    ]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert '" onmouseover="' not in page.text
        assert '" autofocus onfocus="' not in page.text
        assert "root:x:0" not in page.text
        assert not re.search(
            r"<(?:script|style)(?![^>]*src=)[^>]*>|\sstyle=\"|\son\w+=\"", _markup(page.text)
        )
    if what == "template":
        assert "{{ 7 * 7 }}" in pages[0].text


def _markup(page):
    # Charts drawn by Vega may stand in the page; what is asked here is of the page's own tags.
    return re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fstore/models.py",
        "/static//etc/passwd",
        "/p/../../etc/passwd",
        "/p/%00",
        "/p/{place}/m/../../../etc/passwd",
        "/p/{place}/downloads/..%2f..%2fanalyzer.db",
        "/p/{place}/downloads/%00",
        "/p/{place}' OR '1'='1",
        "/shared/..%2f..%2fanalyzer.db",
    ],
)
def test_an_address_that_climbs_leads_nowhere(server, path):
    browser = server.local()
    place = partnership(browser)

    answer = browser.client.get(path.format(place=place), follow_redirects=False)

    assert answer.status_code in (303, 307, 404, 400)
    assert "root:x:0" not in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "..\\..\\evil.txt", "/etc/evil.txt", "a\x00b.txt", ".", "x" * 500]
)
def test_a_files_name_names_no_place(server, name, tmp_path):
    browser = server.local()
    place = partnership(browser)

    answer = give(browser, place, (name, "Ann: hello\n"))

    assert answer.status_code == 200
    assert list(tmp_path.rglob("*evil*")) == []
    kept = [path.name for path in (tmp_path / "workspace" / "files" / place).iterdir()]
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in kept)


def test_cookies_of_a_server_behind_tls_are_for_tls_alone(tmp_path, tagger):
    from fastapi.testclient import TestClient

    from analyzer.store import accounts
    from tests.web.conftest import start

    server = start(tmp_path, tagger, public_url="https://north.example.org")
    with server.database.writing() as session:
        link = accounts.issue_link(session, "sign-in")
    client = TestClient(server.app, base_url="https://north.example.org", follow_redirects=False)

    answer = client.get(f"/link/{link}")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-analyzer=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "access-control-allow-origin" not in answer.headers
    server.database.close()


def test_a_page_elsewhere_may_not_read_an_answer(server):
    answer = server.local().get("/", headers={"origin": "https://evil.example"})

    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_token_in_the_address_is_no_token(server):
    assert server.browser().get("/api/v1/partnership?token=gat_x&access_token=gat_x").status_code == 401
