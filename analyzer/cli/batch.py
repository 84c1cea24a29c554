"""`analyzer batch`: an archive in, a results folder out; finished work is kept and taken up again."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.common import (
    NOTHING,
    SOMETHING,
    documents_from,
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

if TYPE_CHECKING:
    from analyzer.batch.run import Batch, Plan
    from analyzer.pipeline import Executor
    from analyzer.records.analysis import Failure
    from analyzer.reports.names import Names

_KEPT = ".prepared"  # in the results folder; hidden, so that no reader takes it for a meeting
_INTERRUPTED = 130  # as shells say it
_NAMED = 3  # files named in one line


@click.command("batch")
@paths_argument
@results_options
@click.option(
    "--executor",
    "kind",
    type=click.Choice(["serial", "pool"]),
    default="pool",
    show_default=True,
    help="serial: one file after the other, all threads on each; pool: several processes, a file each.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes of the pool [default: one a core].")
@click.option(
    "--file-minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Give up a file, or a series, that takes the pool longer.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where finished work is kept; nothing is removed there [default: {_KEPT} in the results folder].",
)
@reading_options
@model_options
def command(
    paths: tuple[str, ...],
    out: Path,
    formats: tuple[str, ...],
    names: Names,
    kind: str,
    workers: int | None,
    file_minutes: float,
    keep: Path | None,
    series: str | None,
    title: str | None,
    date: datetime | None,
    roster: str | None,
    max_file_mb: float | None,
    config: str | None,
    model: str | None,
    threads: int | None,
) -> None:
    """Analyze an archive of any size into the results folder --out, as `analyze` does.

    Each file is kept as soon as it is finished. If the run is killed, or files come, go or change, the same
    command does only what is not done yet, and the results are those of one run without a break. With another
    model, other options or another version everything is done again. A file that cannot be read is one line
    in failures.jsonl, and is tried again by the next run.

    What is kept holds what was said, with names. With --names roles or pseudonyms it is thrown away when the
    results are written, unless --keep names another place.
    """
    from analyzer.batch.results import describe_run, sweep, write_results
    from analyzer.batch.run import Batch
    from analyzer.batch.segments import FolderShelf
    from analyzer.tagging.tagger import Tagger

    started = datetime.now(UTC)
    settings = settings_from(config, model=model, threads=threads, max_file_mb=max_file_mb)
    documents = documents_from(paths, settings)
    workers = workers or os.cpu_count() or 1
    sweep(out)
    shelf = FolderShelf(keep or out / _KEPT)
    own = settings.threads or (max(1, (os.cpu_count() or 1) // workers) if kind == "pool" else None)
    batch = Batch(
        documents=documents,
        tagger=Tagger.load(settings.model, threads=own),
        shelf=shelf,
        executor=_executor(kind, workers, file_minutes),
        options=options_from(series, title, date, roster),
    )
    try:
        failures = _run(batch)
    except KeyboardInterrupt:
        click.echo(
            "Stopped. What is finished is kept: the same command goes on where this one was.", err=True
        )
        sys.exit(_INTERRUPTED)
    analyses = batch.analyses
    run = describe_run(analyses, batch.tagger, settings, started=started)
    results = write_results(analyses, failures, out, run=run, formats=formats, names=names)
    if keep is None and names == "given":
        batch.tidy()
    elif keep is None:
        shelf.clear()
        click.echo(f"What was kept for the next run holds names and was thrown away: {out / _KEPT}", err=True)
    say_what_was_found(results.analyses, results.failures, out)
    sys.exit(SOMETHING if analyses else NOTHING)


def _executor(kind: str, workers: int, minutes: float) -> Executor:
    from analyzer.batch.pool import PoolExecutor
    from analyzer.pipeline import SerialExecutor

    return PoolExecutor(workers, seconds=minutes * 60) if kind == "pool" else SerialExecutor()


def _run(batch: Batch) -> list[Failure]:
    failures: list[Failure] = []
    plan = batch.plan()
    _say_what_there_is(plan)
    with progress_bar(len(plan.to_do), is_told_in_lines=True) as batch.progress:
        for failure in chain(plan.failures, batch.prepare(plan), batch.conclude()):
            failures.append(failure)
            show_failure(failure)
    return failures


def _say_what_there_is(plan: Plan) -> None:
    total = len(plan.to_do) + len(plan.taken_up) + len(plan.failures)
    parts = [f"{total:,} {'file' if total == 1 else 'files'}"]
    if plan.taken_up:
        parts.append(f"{len(plan.taken_up):,} finished before and taken up")
    parts.append(f"{len(plan.to_do):,} to do" + (f", {_named(plan.changed)} anew" if plan.changed else ""))
    if plan.failures:
        parts.append(f"{len(plan.failures):,} cannot be opened")
    if plan.gone:
        parts.append(f"not there any more: {_named(plan.gone)}")
    click.echo("; ".join(parts) + ".", err=True)


def _named(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
