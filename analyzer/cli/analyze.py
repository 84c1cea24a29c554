"""`analyzer analyze`: files and folders in, a results folder out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.common import (
    NOTHING,
    SOMETHING,
    documents_from,
    load_tagger,
    model_options,
    options_from,
    paths_argument,
    progress_bar,
    reading_options,
    settings_from,
    show_failure,
)
from analyzer.records.analysis import Analysis, Failure

if TYPE_CHECKING:
    from analyzer.reports.names import Names
    from analyzer.reports.renaming import Results

_SHOWN = 5  # partnerships told of in the terminal


@click.command("analyze")
@paths_argument
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Results folder."
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["parquet", "csv", "markdown", "svg", "png"]),
    multiple=True,
    help="What to write beside the Parquet tables, trend.json and report.html: CSV tables, the report as "
    "Markdown, each chart as SVG or PNG. May be given several times.",
)
@click.option(
    "--names",
    type=click.Choice(["given", "roles", "pseudonyms"]),
    default="given",
    show_default=True,
    help="People's names in all results: as given, their party only (Chatham House), or invented names.",
)
@click.option(
    "--rephrase",
    metavar="URL",
    help="Let a language model reword the digest: sends its sentences, with the quotes in them, to this chat "
    "endpoint (OpenAI-compatible, as http://localhost:8080/v1), with the key in ANALYZER_REPHRASE_KEY, if "
    "any. A rewording that says anything else is thrown away. The only network call; off by default.",
)
@click.option(
    "--rephrase-model", metavar="NAME", default="default", help="Model to ask for, with --rephrase."
)
@reading_options
@model_options
def command(
    paths: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    names: Names,
    rephrase: str | None,
    rephrase_model: str,
    series: str | None,
    title: str | None,
    date: datetime | None,
    roster: str | None,
    max_file_mb: float | None,
    config: str | None,
    model: str | None,
    threads: int | None,
) -> None:
    """Analyze files and folders: tables, trends and one offline report.html in the folder --out."""
    from analyzer.batch.results import describe_run, write_results
    from analyzer.pipeline import analyze_documents

    started = datetime.now(UTC)
    settings = settings_from(config, model=model, threads=threads, max_file_mb=max_file_mb)
    revise = _rewording(rephrase, rephrase_model) if rephrase is not None else None
    documents = documents_from(paths, settings)
    tagger = load_tagger(settings)
    options = options_from(series, title, date, roster)
    analyses: list[Analysis] = []
    failures: list[Failure] = []
    with progress_bar(len(documents)) as progress:
        for outcome in analyze_documents(documents, tagger, options=options, progress=progress):
            if isinstance(outcome, Failure):
                failures.append(outcome)
                show_failure(outcome)
            else:
                analyses.append(outcome)
    run = describe_run(analyses, tagger, settings, started=started)
    results = write_results(analyses, failures, out, run=run, formats=formats, names=names, revise=revise)
    _say_what_was_found(results.analyses, results.failures, out)
    sys.exit(SOMETHING if analyses else NOTHING)


def _rewording(url: str, model: str) -> Callable[[Results], Results]:
    """Have the digests reworded by a chat endpoint, and tell how that went."""
    from urllib.parse import urlsplit

    from analyzer.codebook import default_codebook
    from analyzer.trends.rephrase import KEY_VARIABLE, Endpoint, Rephrasing

    endpoint = Endpoint(url=url, model=model, key=os.environ.get(KEY_VARIABLE))

    def revise(results: Results) -> Results:
        rephrasing = Rephrasing(ask=endpoint.ask, codebook=default_codebook())
        analyses = tuple(map(rephrasing, results.analyses))
        click.echo(f"Reworded {rephrasing.taken} of {rephrasing.asked} sentences: {rephrasing}", err=True)
        told = {"model": model, "host": urlsplit(url).hostname, **rephrasing.account}
        return replace(results, analyses=analyses, run={**results.run, "rephrase": told})

    return revise


def _say_what_was_found(analyses: Sequence[Analysis], failures: Sequence[Failure], out: Path) -> None:
    for analysis in analyses[:_SHOWN]:
        _show_table(analysis)
    for analysis in analyses[:_SHOWN]:
        _show_findings(analysis)
    if len(analyses) > _SHOWN:
        click.echo(f"\n… and {len(analyses) - _SHOWN} more partnerships in the report")
    if failures:
        click.echo(f"\n{len(failures)} of the files could not be read: {out / 'failures.jsonl'}")
    if analyses:
        click.echo(f"\nOpen the report: {out / 'report.html'}")


def _show_findings(analysis: Analysis) -> None:
    from analyzer.reports.digest import brief

    lines = brief(analysis.findings)
    column = max((len(heading) for heading, _ in lines), default=0)
    click.secho(f"\n{analysis.series}", bold=True)
    for heading, sentence in lines:
        click.echo(f"  {click.style(heading.ljust(column), dim=True)}  {sentence}")
    if len(analysis.findings) > len(lines):
        click.echo(f"  … and {len(analysis.findings) - len(lines)} more findings in the report")


def _show_table(analysis: Analysis) -> None:
    from rich.console import Console
    from rich.table import Table

    from analyzer.codebook import default_codebook
    from analyzer.records.figures import Estimate

    codebook = default_codebook()
    modes = codebook.task("mode").labels
    table = Table(title=analysis.series, title_justify="left", box=None, padding=(0, 1))
    for name in ("date", "meeting"):
        table.add_column(name, overflow="fold")
    for name in ("pieces", *(label.name.lower() for label in modes), "any barrier"):
        table.add_column(name, justify="right")
    for measured in analysis.meetings:
        figures = [measured.figures.get(f"share_{label.key}") for label in modes]
        figures.append(measured.figures.get("rate_any_barrier"))
        shown = [f"{f.value:.0%}" if isinstance(f, Estimate) else "unknown" for f in figures]
        meeting = measured.meeting
        date = meeting.date.isoformat() if meeting.date else "unknown"
        table.add_row(date, meeting.title or meeting.id, str(len(measured.tagged)), *shown)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
