"""The report: analyses as one offline page that opens in any browser, prints, and runs no script.

Transcript text is hostile until escaped: autoescape is on, anchors hold numbers only, and the page
forbids itself every script and every request. The size is bounded; what is left out is counted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from analyzer.codebook import Codebook, default_codebook
from analyzer.errors import StoreError
from analyzer.records.analysis import Analysis, Failure, Measured, by_series
from analyzer.reports.methods import methods
from analyzer.reports.names import Names
from analyzer.reports.pieces import Book
from analyzer.reports.renaming import Results, under_names
from analyzer.reports.sections import Sections
from analyzer.reports.selection import MEETINGS, most_telling
from analyzer.reports.svg import to_svg
from analyzer.reports.words import printable

WHOLE = 6000  # pieces in all; larger archives show only what the sections refer to
PER_MEETING = 24  # pieces of a meeting, in a larger archive
SERIES = 24  # series shown in full; drawing one takes about a second
_FAILURES = 200
_WIDE, _NARROW = 880, 330  # pixels: a chart is drawn for a desk and for a telephone
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    pieces: int
    meetings: int  # that the page holds


def report(analysis: Analysis | Sequence[Analysis], path: str | Path, *, names: Names = "given") -> Path:
    """Write the report of one or several analyses.

    Args:
        analysis: one series, or several.
        path: the file to write; its folder must exist.
        names: people's names as `given`, parties only (`roles`), or `pseudonyms`.

    Returns:
        Where the report lies.

    Raises:
        StoreError: if the file cannot be written.
    """
    analyses = [analysis] if isinstance(analysis, Analysis) else list(analysis)
    shown = under_names(Results(analyses=tuple(analyses)), names)
    path = Path(path)
    try:
        path.write_text(render(shown.analyses, run=shown.run), encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(
            what=f"the report cannot be written ({error.strerror or error})",
            where=str(path),
            remedy="name a file in a folder you may write to",
        ) from error
    return path


def render(
    analyses: Sequence[Analysis],
    *,
    failures: Sequence[Failure] = (),
    run: Mapping[str, Any] | None = None,
    overview: str | None = None,
) -> str:
    """Render the report as one HTML page.

    Args:
        analyses: one a series, in any order.
        failures: sources that could not be analysed.
        run: what made the results (`run.json`); the model's figures are told from `model_metrics`.
        overview: the file beside it that holds all series, where this page is one of several.

    Returns:
        The page; the same arguments give the same text. Time stamps of `run` are not shown.
    """
    codebook = default_codebook()
    ordered = by_series(analyses)
    size = _size(ordered)
    shown = [
        Sections(_book(analysis, codebook, f"s{number}", size))
        for number, analysis in enumerate(ordered[:SERIES])
    ]
    return page(
        "report.html",
        ordered,
        failures,
        run,
        series=shown,
        more_series=ordered[SERIES:],
        is_whole=size.pieces <= WHOLE,
        overview=overview,
        chart=_chart,
        ribbon=_ribbon,
    )


def page(
    template: str,
    analyses: Sequence[Analysis],
    failures: Sequence[Failure],
    run: Mapping[str, Any] | None,
    **more: Any,
) -> str:
    """Render a template with what every page holds: style, failures, how to read it."""
    codebook = default_codebook()
    text = (
        _environment()
        .get_template(template)
        .render(
            failures=failures[:_FAILURES],
            more_failures=max(0, len(failures) - _FAILURES),
            methods=methods(analyses, run, codebook),
            codebook=codebook,
            css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
            **more,
        )
    )
    return printable(text)  # a broken source may hold what is no character of HTML


def sections(analysis: Analysis, codebook: Codebook, prefix: str) -> Sections:
    """Lay out a series as a page of its own does, with the same anchors."""
    return Sections(_book(analysis, codebook, prefix, _size([analysis])))


def _book(analysis: Analysis, codebook: Codebook, prefix: str, size: _Size) -> Book:
    if size.pieces <= WHOLE:
        return Book(analysis, codebook, prefix, limit=MEETINGS)
    per_meeting = min(PER_MEETING, max(1, WHOLE // size.meetings))
    latest = analysis.meetings[-MEETINGS:]
    chosen = most_telling(analysis, latest, codebook, per_meeting)
    return Book(analysis, codebook, prefix, limit=MEETINGS, chosen=chosen)


def _size(analyses: Sequence[Analysis]) -> _Size:
    return _Size(
        pieces=sum(len(measured.tagged) for one in analyses for measured in one.meetings),
        meetings=sum(min(len(one.meetings), MEETINGS) for one in analyses),
    )


def _chart(name: str, section: Sections) -> Markup:
    """Draw a chart twice, wide and narrow; the style sheet shows the one that fits."""
    from analyzer.reports import charts, lanes

    draw = lanes.loop_lanes if name == "loop_lanes" else getattr(charts, name)
    links: dict[str, Any] = {"link": section.link} if name in ("barrier_map", "loop_lanes") else {}
    return _drawn(lambda width: draw(section.analysis, width=width, **links), f"{section.anchor}-{name}")


def _ribbon(section: Sections, meetings: Sequence[Measured], name: str) -> Markup:
    """Draw the strips of some meetings."""
    from analyzer.reports.charts import ribbon

    return _drawn(
        lambda width: ribbon(section.analysis, width=width, link=section.link, meetings=meetings),
        f"{section.anchor}-ribbon-{name}",
    )


def _drawn(draw: Callable[[int], Any], prefix: str) -> Markup:
    drawn = [
        f'<div class="chart {size}">{to_svg(draw(width), f"{prefix}-{size}")}</div>'
        for size, width in (("wide", _WIDE), ("narrow", _NARROW))
    ]
    return Markup("".join(drawn))  # Vega escapes every text it draws


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
