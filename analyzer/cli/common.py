"""What the commands share: options, the progress bar, failures and exit codes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzer.progress import Event, Progress, silent
from analyzer.records.analysis import Analysis, Failure
from analyzer.settings import Settings, load_settings

if TYPE_CHECKING:
    from analyzer.ingest.formats import Options
    from analyzer.ingest.sources import Document
    from analyzer.tagging.tagger import Tagger

SOMETHING, NOTHING = 0, 1  # exit codes; 2, wrong use, is click's

_LINE_SECONDS = 30  # between two lines of progress in a log
_BAR_WIDTH, _LEAST_NAME = 80, 12  # characters: all but the file's name; a name worth showing
_LATEST = 12  # meetings of one, undated ones last
_SHOWN = 5  # partnerships told of in the terminal
_POSITIVE = click.FloatRange(min=0, min_open=True)

Command = TypeVar("Command", bound=Callable[..., Any])


def paths_argument(command: Command) -> Command:
    """PATH…: files and folders; one that does not exist is a failure of its own, not of the run."""
    return click.argument("paths", nargs=-1, required=True, metavar="PATH…")(command)


def reading_options(command: Command) -> Command:
    """Options that tell what the files do not."""
    for option in (
        click.option("--series", help="Name of the partnership [default: the folder's name]."),
        click.option("--title", help="Title of the meeting."),
        click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Date of the meeting, YYYY-MM-DD."),
        click.option("--roster", type=click.Path(dir_okay=False), help="CSV: name, aliases, party, role."),
        click.option("--max-file-mb", type=_POSITIVE, help="Refuse larger files unread [default: 200]."),
        click.option("--config", type=click.Path(dir_okay=False), help="YAML file of settings."),
    ):
        command = option(command)
    return command


def results_options(command: Command) -> Command:
    """Options of what is written."""
    for option in (
        click.option(
            "--names",
            type=click.Choice(["given", "roles", "pseudonyms"]),
            default="given",
            show_default=True,
            help="People's names in all results: as given, their party only (Chatham House), or invented "
            "names.",
        ),
        click.option(
            "--format",
            "formats",
            type=click.Choice(["parquet", "csv", "markdown", "svg", "png"]),
            multiple=True,
            help="What to write beside the Parquet tables, trend.json and report.html: CSV tables, the "
            "report as Markdown, each chart as SVG or PNG. May be given several times.",
        ),
        click.option(
            "--out",
            required=True,
            type=click.Path(file_okay=False, path_type=Path),
            help="Results folder.",
        ),
    ):
        command = option(command)
    return command


def model_options(command: Command) -> Command:
    """Options of the tagger."""
    for option in (
        click.option("--model", help="Model name or folder [default: the shipped one]."),
        click.option("--threads", type=click.IntRange(min=1), help="Threads [default: all cores]."),
    ):
        command = option(command)
    return command


def settings_from(config: str | None, **given: Any) -> Settings:
    """The settings in force for a command."""
    return load_settings(Path(config) if config else None, **given)


def options_from(series: str | None, title: str | None, date: datetime | None, roster: str | None) -> Options:
    """What the user knows better than the files."""
    from analyzer.ingest.formats import Options

    return Options(
        series=series,
        title=title,
        date=date.date() if date else None,
        roster=Path(roster) if roster else None,
    )


def documents_from(paths: Sequence[str], settings: Settings) -> list[Document]:
    """The sources under the paths; a usage error if the folders hold none."""
    from analyzer.ingest.limits import Limits
    from analyzer.ingest.sources import find_documents

    documents = find_documents(paths, limits=Limits(file_mb=settings.max_file_mb))
    if not documents:
        click.echo(
            f"{', '.join(paths)}: there is no file in it; name files or a folder that holds some.", err=True
        )
        sys.exit(NOTHING)
    return documents


def load_tagger(settings: Settings) -> Tagger:
    """The tagger that the settings name."""
    from analyzer.tagging.tagger import Tagger

    return Tagger.load(settings.model, threads=settings.threads)


def show_failure(failure: Failure) -> None:
    """Tell of one failure on standard error, in one sentence."""
    click.secho(f"✗ {failure}", fg="red", err=True)


def _lines() -> Progress:
    """Tell of the files in a line now and then, for logs."""
    told = time.monotonic()

    def tell(event: Event) -> None:
        nonlocal told
        if event.stage == "tag" and time.monotonic() - told >= _LINE_SECONDS:
            told = time.monotonic()
            click.echo(f"{event.done:,} of {event.total or 0:,} files done; last: {event.source}", err=True)

    return tell


@contextmanager
def progress_bar(total: int, *, is_told_in_lines: bool = False) -> Iterator[Progress]:
    """A bar of files, speed and time left on standard error; lines or nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield _lines() if is_told_in_lines else silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=15),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]} · {task.fields[speed]} pieces/s ·"),
        TimeRemainingColumn(),
        TextColumn("left · {task.fields[source]}"),
    )
    console = Console(stderr=True)
    room = console.width - _BAR_WIDTH  # for the name of the file; where it lacks, counts and time go first
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("tagging", total=total, unit="files", speed="–", source="")
        pieces = 0

        def show(event: Event) -> None:
            nonlocal pieces
            source = event.source[-room:] if room >= _LEAST_NAME else ""
            if event.stage == "conclude":
                bar.update(task, completed=event.done, total=event.total, unit="series", source=source)
            if event.stage != "tag":
                return
            pieces += event.pieces
            seconds = bar.tasks[0].elapsed or 0.0
            speed = f"{pieces / seconds:.0f}" if seconds > 0 else "–"
            stage = "tagging" if event.done != event.total else "concluding"
            bar.update(task, completed=event.done, description=stage, speed=speed, source=source)

        yield show


def say_what_was_found(analyses: Sequence[Analysis], failures: Sequence[Failure], out: Path) -> None:
    """Tell of the first series and their findings, and where the report lies."""
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
    # With the unsure ones, the shares of a line add up.
    for name in ("pieces", *(label.name.lower() for label in modes), "unsure", "any barrier"):
        table.add_column(name, justify="right")
    for measured in analysis.meetings[-_LATEST:]:
        figures = [measured.figures.get(f"share_{label.key}") for label in modes]
        figures += [measured.figures.get(name) for name in ("share_unsure", "rate_any_barrier")]
        shown = [f"{f.value:.0%}" if isinstance(f, Estimate) else "unknown" for f in figures]
        meeting = measured.meeting
        date = meeting.date.isoformat() if meeting.date else "unknown"
        table.add_row(date, meeting.title or meeting.id, str(len(measured.tagged)), *shown)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    if len(analysis.meetings) > _LATEST:
        click.echo(f" … and {len(analysis.meetings) - _LATEST:,} earlier meetings in the report")
