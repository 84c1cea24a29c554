"""The report as Markdown: the digest with its evidence, the figures, the loop ledger, how it was made.

For mail, wikis and diffs. What files say is escaped, so that it stays text; the page report.html has the
charts and the transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Analysis, Failure, by_series
from analyzer.reports.methods import Methods, methods
from analyzer.reports.pieces import Book, PieceView
from analyzer.reports.sections import Sections
from analyzer.reports.selection import MEETINGS
from analyzer.reports.views import FigureView
from analyzer.reports.words import printable

SERIES = 50
_PIECES = 3  # behind a sentence
_FAILURES = 200
_MARKS = re.compile(r"([\\`*_\[\]|~#])")
_GAPS = re.compile(r"[^\S\u00a0]+")  # a number and its sign stay on one line
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # would turn the text around it


def render_markdown(
    analyses: Sequence[Analysis],
    *,
    failures: Sequence[Failure] = (),
    run: Mapping[str, Any] | None = None,
) -> str:
    """Write the report as Markdown.

    Args:
        analyses: one a series, in any order.
        failures: sources that could not be analysed.
        run: what made the results (`run.json`).
    """
    codebook = default_codebook()
    ordered = by_series(analyses)
    parts = ["# Governance talk"]
    for number, analysis in enumerate(ordered[:SERIES]):
        parts += _series(Sections(Book(analysis, codebook, f"s{number}", limit=MEETINGS)), codebook)
    if len(ordered) > SERIES:
        parts.append(f"{len(ordered) - SERIES} more partnerships are in trend.json and the tables.")
    parts += _failures(failures)
    parts += _methods(methods(ordered, run, codebook))
    return printable("\n\n".join(parts) + "\n")


def _series(series: Sections, codebook: Codebook) -> Iterator[str]:
    yield f"## {_text(series.name)}"
    yield _text(series.extent)
    for alert in series.analysis.alerts:
        yield f"**Watch:** {_text(alert.sentence)}"
    for group, found in series.digest:
        yield f"### {group.heading}"
        yield "\n".join(line for finding, pieces in found for line in _finding(finding.sentence, pieces))
    if series.mix:
        names = [*(label.name for label in codebook.task("mode").labels), "Unsure"]
        yield "### Modes, meeting by meeting"
        yield "Shares of pieces with 95 % intervals."
        yield _table(
            ("Meeting", *names),
            ((f"{row['when']} {row['name']}", *map(_figure, row["figures"])) for row in series.mix),
        )
    yield from _ledger(series)
    yield from _actions(series)
    yield from _raised(series)


def _finding(sentence: str, pieces: Sequence[PieceView]) -> Iterator[str]:
    yield f"- {_text(sentence)}"
    for piece in pieces[:_PIECES]:
        party = f", {piece.party}" if piece.party and piece.party not in piece.speaker else ""
        source = f"{piece.speaker}{party}; {piece.when}; {piece.place}"
        yield f"  - “{_text(piece.preview)}” ({_text(source)})"


def _ledger(series: Sections) -> Iterator[str]:
    if not series.loops:
        return
    yield "### Loop ledger"
    yield "Topics that came back, and what they cost."
    yield _table(
        ("Topic", "Came up on", "Words", "Person-hours", "Circular pieces", "Brought up again by", "Now"),
        (
            (
                row["loop"].label,
                ", ".join(one["when"] for one in row["meetings"])
                + (f" {row['year']}" if row["year"] else ""),
                f"{row['loop'].words:,}",
                row["hours"] or "unknown",
                row["loop"].circular,
                ", ".join(row["loop"].reopened_by) or "unknown",
                row["loop"].status,
            )
            for row in series.loops
        ),
    )
    if len(series.analysis.loops) > len(series.loops):
        yield f"{len(series.analysis.loops) - len(series.loops)} more in trend.json."


def _raised(series: Sections) -> Iterator[str]:
    if series.raised:
        yield "### Whose topics get decided"
        yield _table(
            ("Party", "Topics first brought up", "Of these, decided"),
            ((row["party"], row["topics"], _figure(row["decided"])) for row in series.raised),
        )


def _actions(series: Sections) -> Iterator[str]:
    if not series.unfinished:
        return
    yield "### Work that came back as not done"
    yield _table(
        ("Given out", "By", "Work", "Not done on", "Says", "Words"),
        (
            (*(part for one in pair for part in (one.when, one.party or one.speaker, one.preview)),)
            for pair in series.unfinished
        ),
    )


def _failures(failures: Sequence[Failure]) -> Iterator[str]:
    if failures:
        yield "## What could not be read"
        yield "\n".join(f"- {_text(str(failure))}" for failure in failures[:_FAILURES])
    if len(failures) > _FAILURES:
        yield f"{len(failures) - _FAILURES} more in failures.jsonl."


def _methods(made: Methods) -> Iterator[str]:
    yield "## How to read this"
    date = f", made on {made.made}," if made.made else ""
    yield (
        f"The model {_text(made.model)}{_text(date)} judged pieces of at most 80 words. Who labelled what it "
        f"learnt from: {_text(made.annotators or 'not recorded')}. Ranges are 95 % intervals. **Unknown** is "
        "a figure that cannot honestly be given; **too few to tell**, a trend that the meetings are too few "
        "or too uncertain for. Neither is zero. Figures are of meetings, topics and parties, not of persons."
    )
    yield f"Names: {_text(made.names_note)}"
    if made.reworded:
        yield f"Reworded: {_text(made.reworded)}"
    if made.scores:
        on = f" on {made.rows} pieces of real talk" if made.rows else ""
        yield f"How well the model does{on}, beside a second annotator:"
        yield _table(
            ("Measure", "Model", "Second annotator"),
            ((score.name, score.model, score.annotators or "not measured") for score in made.scores),
        )


def _figure(view: FigureView) -> str:
    return f"{view.value} ({view.interval})"


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = [str(name) for name in head]
    lines = [names, ["---"] * len(names), *([_text(str(cell)) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(text: str) -> str:
    """Escape what a file says, on one line: no markup of Markdown or HTML, no turned direction."""
    plain = _GAPS.sub(" ", _TURNS.sub("", text)).strip()
    return _MARKS.sub(r"\\\1", escape(plain, quote=False))
