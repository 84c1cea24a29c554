"""The whole story in a real browser, on SQLite and on PostgreSQL; and axe-core on every page."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.databases import programs
from tests.web.browsing import CHROMIUM, PATIENCE, grave_findings, site

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory, model_folder):
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    if request.param == "postgresql" and programs() is None:
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("workspace")
    with site(folder, model_folder, on_postgresql=request.param == "postgresql") as found:
        yield found


def talk(day: str, *said: str) -> str:
    lines = [f"{'Ann' if number % 2 else 'Bob'}: {words}" for number, words in enumerate(said)]
    return f"Board {day}\n\n" + "\n\n".join(lines) + "\n"


def captions(*said: str) -> str:
    cues = [
        f"00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n<v {'Ann' if n % 2 else 'Bob'}>{words}"
        for n, words in enumerate(said)
    ]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def minutes() -> bytes:
    document, whole = Document(), io.BytesIO()
    for line in talk("2024-03-12", "hello everybody", "here we go again", "my report").split("\n\n"):
        document.add_paragraph(line)
    document.save(whole)
    return whole.getvalue()


def archive() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for month in range(5, 8):
            said = ("hello", "to be honest we are here again", "imagine one lab", f"report {month}")
            packed.writestr(f"2024-0{month}-12 board.txt", talk(f"2024-0{month}-12", *said))
    return whole.getvalue()


FILES = [
    ("board.txt", "text/plain", talk("2024-01-15", "hello everybody", "my report about the budget").encode()),
    ("2024-02-12 call.vtt", "text/vtt", captions("hello", "imagine <b>one</b> lab", "again it is").encode()),
    ("minutes.docx", "application/octet-stream", minutes()),
    (
        "2024-04-12 table.csv",
        "text/csv",
        b"speaker,text\nAnn,imagine one patent\nBob,my report again\nAnn,hello\n",
    ),
    ("archive.zip", "application/zip", archive()),
    ("broken.pdf", "application/pdf", b"%PDF-1.7\nnothing of a page follows\n"),
]


def give(page: Page, name: str, files) -> str:
    """Make a partnership, give it files, and wait until the work is done; gives its address."""
    page.goto("/")
    page.get_by_label("New partnership").fill(name)
    page.get_by_role("button", name="Make it").click()
    page.locator("#file").set_input_files([{"name": n, "mimeType": m, "buffer": b} for n, m, b in files])
    status = page.locator("#uploads [role=status]")
    expect(status).to_contain_text(f"{len(files)} files")
    expect(status).to_contain_text("all done")
    return page.url.removesuffix("/uploads")


def circular_share(page: Page, title: str):
    """The figure of a meeting in the table under the ribbon."""
    row = page.locator("table.meetings tbody tr", has_text=title)
    column = page.locator("table.meetings thead th").all_text_contents().index("Circular")
    return row.locator("td").nth(column - 1).locator(".value").first


def test_the_whole_story(served):
    with served.page() as page:
        place = give(page, "North", FILES)
        rows = page.locator("#uploads tbody tr")
        broken = rows.filter(has_text="broken.pdf")
        expect(broken).to_have_attribute("data-state", "failed")
        assert re.search(r"broken\.pdf: .+", broken.locator("span.warn").inner_text())
        expect(page.locator("#uploads tr[data-state=done]")).to_have_count(5)

        page.get_by_role("link", name="See what is found").click()
        expect(page.locator("#standing .note")).to_have_count(0)
        expect(page.locator("table.meetings tbody tr")).to_have_count(7)
        assert page.locator("#findings li").count() > 0
        # A point of a chart opens what it counts, and from there the place in the transcript.
        chart = page.locator('.chart.wide[hx-get$="/trend_lines/wide"]')
        chart.scroll_into_view_if_needed()
        chart.locator("a[href*='mode=circular']").nth(2).click()
        evidence = page.locator("#beside")
        expect(evidence.locator("h2")).to_contain_text("Circular")
        expect(evidence.locator("blockquote")).to_contain_text("here we go again")
        assert grave_findings(page) == []
        evidence.locator("blockquote a").click()
        expect(page).to_have_url(re.compile(r"/m/[0-9a-f]{16}#u1-0$"))
        page.locator(".piece", has_text="my report").get_by_role("link", name="Correct").click()

        correct_and_undo(page, place)
        take_away(page, place)

        page.goto(place)
        page.get_by_role("link", name="15 Jan 2024").first.click()
        page.get_by_text("Delete this meeting").click()
        page.get_by_role("button", name="Delete for good").click()
        expect(page).to_have_url(place)
        expect(page.locator("table.meetings tbody tr")).to_have_count(6)
        expect(page.locator("#main")).not_to_contain_text("15 Jan 2024")

        files = served.workspace / "files" / place.rpartition("/")[2]
        assert [file for file in files.rglob("*") if file.is_file()]
        page.goto(f"{place}/settings")
        page.get_by_label("Type its name").fill("North")
        page.get_by_role("button", name="Delete for good").click()
        expect(page.get_by_role("heading", name="Partnerships")).to_be_visible()
        expect(page.locator("#main")).not_to_contain_text("North")
        assert page.goto(place).status == 404
        assert not [file for file in files.rglob("*") if file.is_file()]


def correct_and_undo(page: Page, place: str) -> None:
    """In the panel of a piece: say that it is circular, see the meeting's figure follow, take it back."""
    panel = page.locator("#piece")
    panel.get_by_role("button", name="Circular").click()
    expect(panel.get_by_role("button", name="Circular")).to_have_attribute("aria-pressed", "true")
    assert grave_findings(page) == []
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".piece", has_text="my report")).to_contain_text("decided by a person")

    page.goto(place)
    figure = circular_share(page, "12 Mar 2024")
    expect(figure).to_have_text(re.compile(r"^67\s%$"))  # two of three pieces

    page.get_by_role("link", name="Corrections").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("tr.gone")).to_have_count(1)
    page.goto(place)
    expect(circular_share(page, "12 Mar 2024")).to_have_text(re.compile(r"^33\s%$"))


def take_away(page: Page, place: str) -> None:
    """Ask for the report, wait until it is drawn, fetch it."""
    page.goto(f"{place}/share")
    page.get_by_label("People as").select_option("roles")
    page.get_by_role("button", name="Make it").click()
    link = page.locator("#downloads a")
    expect(link).to_have_text("report")
    with page.expect_download() as fetched:
        link.click()
    report = fetched.value.path().read_text(encoding="utf-8")

    assert fetched.value.suggested_filename == "North-report.html"
    assert "to be honest" in report
    assert not re.search(r"\bBob\b", report)


def test_no_page_has_a_serious_fault_of_accessibility(served):
    with served.page() as page:
        place = give(page, "East", FILES)
        page.get_by_role("link", name="See what is found").click()
        meeting = page.locator("table.meetings tbody th a").first.get_attribute("href")
        page.goto("/")
        page.get_by_label("New partnership").fill("Empty")
        page.get_by_role("button", name="Make it").click()
        empty = page.url.removesuffix("/uploads")
        both = ["", "/uploads", "/pieces", "/people", "/changes", "/share", "/downloads", "/settings"]
        both += ["/members", "/tokens", "/audit"]
        addresses = ["/", "/sign-in", "/nowhere", meeting, f"{meeting}/understood", f"{meeting}/piece/0-0"]
        addresses += [f"{root}{path}" for root in (place, empty) for path in both]
        if served.is_team:  # the others are the same there
            addresses = ["/", "/sign-in", "/operators", f"{place}/settings", f"{place}/members"]

        found = {}
        for address in addresses:
            for size, charts in ((DESK, ".chart.wide"), (PHONE, ".chart.narrow")):
                page.set_viewport_size(size)
                page.goto(address)
                for chart in page.locator(charts).all():
                    chart.scroll_into_view_if_needed()
                    expect(chart.locator("svg")).to_be_visible()
                for theme in ("light", "dark"):
                    page.emulate_media(color_scheme=theme)
                    if faults := grave_findings(page):
                        found[address, size["width"], theme] = faults

    assert not found, "\n".join(f"{at}: {faults}" for at, faults in found.items())


def test_no_page_is_wider_than_a_telephone(served):
    with served.page(viewport=PHONE) as page:
        place = give(page, "West", FILES)
        page.get_by_role("link", name="See what is found").click()
        meeting = page.locator("table.meetings tbody th a").first.get_attribute("href")
        paths = ["", "/uploads", "/pieces", "/people", "/changes", "/share", "/downloads", "/settings"]
        paths += ["/members", "/tokens", "/audit"]

        wide = {}
        for address in ["/", meeting, f"{meeting}/piece/0-0", *(place + path for path in paths)]:
            page.goto(address)
            if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
                wide[address] = over
            if address.endswith(("/members", "/audit")):
                expect(page.locator("table").first).to_be_visible()

    assert not wide, wide
