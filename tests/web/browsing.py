"""A real server with a real browser at it: Chromium by Playwright, on either database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.databases import postgresql
from tests.web.conftest import PASSWORD
from tests.web.test_killed import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 90_000  # milliseconds that a slow machine may take; nothing is measured
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")


@dataclass
class Site:
    """A server with a browser in which somebody is signed in."""

    browser: Browser
    base: str
    workspace: Path
    state: dict  # the browser's cookies
    is_team: bool

    @contextmanager
    def page(self, **options) -> Iterator[Page]:
        """A fresh window of whoever is signed in; what its scripts say against each other fails the test."""
        context = self.browser.new_context(base_url=self.base, storage_state=self.state, **options)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        try:
            yield page
        finally:
            context.close()
        assert not [one for one in wrong if "Failed to load resource" not in one]


@contextmanager
def site(workspace: Path, model: Path, *, on_postgresql: bool) -> Iterator[Site]:
    """Serve, and sign in by the link that the server prints."""
    if on_postgresql:
        with postgresql() as url, _site(workspace, model, "--database", url) as found:
            yield found
    else:
        with _site(workspace, model) as found:
            yield found


@contextmanager
def _site(workspace: Path, model: Path, *more: str) -> Iterator[Site]:
    with serving(workspace, model, *more) as (_, link), sync_playwright() as programs:
        browser = programs.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(link)
        if more:
            page.get_by_label("Mail address").fill("ann@example.org")
            page.get_by_label("Name").fill("Ann")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Partnerships").wait_for()
        base = link.partition("/link/")[0]
        yield Site(browser, base, workspace, context.storage_state(), is_team=bool(more))
        browser.close()


def grave_findings(page: Page) -> list[str]:
    """Let axe-core look at a page, every fold open; gives what it calls serious or critical."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")  # else the bar at the top hides parts of links
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    return [
        f"{one['id']} ({one['impact']}): {one['help']}, as in {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
