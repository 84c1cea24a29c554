"""The report as files: one page for a few series; for many, an overview and a page for each.

Thirty series in one page would be twenty megabytes that nobody scrolls through. The overview holds the digest
of each, whose sentences open the pieces that show them in that series' own page beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload
from urllib.parse import quote

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Analysis, Failure, Finding, by_series
from analyzer.reports.digest import HEADINGS
from analyzer.reports.html import page, render, sections
from analyzer.reports.naming import file_names
from analyzer.reports.sections import Sections

TOGETHER = 4  # series that one page holds
FULL = 300  # series with a page of their own; drawing one takes seconds
_SENTENCES = 3  # of a heading, in the overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A series in the overview: its sections, and the file that holds them."""

    series: Sections
    file: str | None  # as a link writes it; None where the series has no page

    @property
    def digest(self) -> list[tuple[str, list[tuple[Finding, str | None]]]]:
        """The first sentences under each heading but the options, each with the link to what shows it."""
        wanted = {kind for kind, _ in HEADINGS} - {"practice"}
        return [
            (group.heading, [(finding, self._link(finding)) for finding, _ in found[:_SENTENCES]])
            for group, found in self.series.digest
            if group.kind in wanted
        ]

    def _link(self, finding: Finding) -> str | None:
        anchors = (self.series.book.anchor(ref) for ref in finding.pieces)
        anchor = next((anchor for anchor in anchors if anchor), None)
        return f"{self.file}#{anchor}" if self.file and anchor else self.file


class _Entries(Sequence[Entry]):
    """The entries of an overview, made when they are asked for: those of an archive are not held at once."""

    def __init__(self, analyses: Sequence[Analysis], files: Sequence[str | None], codebook: Codebook) -> None:
        self._analyses = analyses
        self._files = files
        self._codebook = codebook

    def __len__(self) -> int:
        return len(self._analyses)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        # Each page has its one series under the first prefix; the overview's own anchors are counted.
        series = sections(self._analyses[place], self._codebook, "s0")
        return Entry(series=series, file=self._files[place])


def render_pages(
    analyses: Sequence[Analysis],
    *,
    failures: Sequence[Failure] = (),
    run: Mapping[str, Any] | None = None,
) -> Iterator[tuple[str, str]]:
    """Render the report as files: `report.html`, and a file for each series where there are many.

    Args:
        analyses: one a series, in any order.
        failures: sources that could not be analysed.
        run: what made the results (`run.json`).

    Yields:
        Name and text of each file, `report.html` first; all stand in one folder.
    """
    if len(analyses) <= TOGETHER:
        yield "report.html", render(analyses, failures=failures, run=run)
        return
    ordered = by_series(analyses)
    names = [f"report-{name}.html" for name in file_names([one.series for one in ordered])]
    yield "report.html", _overview(ordered, names[:FULL], failures, run)
    for analysis, name in zip(ordered, names[:FULL], strict=False):
        yield name, render([analysis], run=run, overview="report.html")


def _overview(
    analyses: Sequence[Analysis],
    names: Sequence[str],
    failures: Sequence[Failure],
    run: Mapping[str, Any] | None,
) -> str:
    codebook = default_codebook()
    files = [quote(name) for name in names] + [None] * (len(analyses) - len(names))
    return page("overview.html", analyses, failures, run, entries=_Entries(analyses, files, codebook))
