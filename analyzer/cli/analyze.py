"""`analyzer analyze`: files and folders in, a results folder out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
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
    results_options,
    say_what_was_found,
    settings_from,
    show_failure,
)
from analyzer.records.analysis import Analysis, Failure

if TYPE_CHECKING:
    from analyzer.reports.names import Names
    from analyzer.reports.renaming import Results


@click.command("analyze")
@paths_argument
@results_options
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
    say_what_was_found(results.analyses, results.failures, out)
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
