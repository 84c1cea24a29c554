"""`analyzer label`: work sheets for annotators, and their answers as labels to train on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.common import (
    NOTHING,
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
from analyzer.errors import StoreError
from analyzer.records.figures import Estimate, Figure

if TYPE_CHECKING:
    from analyzer.ingest.formats import Options
    from analyzer.ingest.sources import Document
    from analyzer.settings import Settings
    from analyzer.training.answers import Agreement
    from analyzer.training.select import Window

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("label")
def command() -> None:
    """Make work sheets for labelling, and read the answers back as labels that `train` takes.

    Sheets are tables that any spreadsheet opens. Labels name pieces by id and hash, without text.
    """


@command.command("sheets")
@paths_argument
@click.option("--out", required=True, type=_FOLDER, help="Folder for the sheets; it must hold none yet.")
@click.option(
    "--choose",
    default="random",
    show_default=True,
    help="Windows to label: random; unsure, where the model doubts the mode; or the key of a mode or "
    "barrier, where the model believes most in it.",
)
@click.option(
    "--windows", type=click.IntRange(min=1), default=20, show_default=True, help="How many windows."
)
@click.option(
    "--size", type=click.IntRange(min=1), default=40, show_default=True, help="Pieces a window, at most."
)
@click.option(
    "--context", type=click.IntRange(min=0), default=6, show_default=True, help="Pieces shown before each."
)
@click.option(
    "--per-meeting",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    help="Windows a meeting, at most.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 9),
    default=2,
    show_default=True,
    help="Annotators that label each row.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of what is left to chance."
)
@reading_options
@model_options
def sheets(
    paths: tuple[str, ...],
    out: Path,
    choose: str,
    windows: int,
    size: int,
    context: int,
    per_meeting: int,
    passes: int,
    seed: int,
    series: str | None,
    title: str | None,
    date: datetime | None,
    roster: str | None,
    max_file_mb: float | None,
    config: str | None,
    model: str | None,
    threads: int | None,
) -> None:
    """Write a sheet for each annotator: windows of the meetings, with the pieces before them to be read.

    The sheets say what was said by whom, and lie beside the transcripts they were drawn from.
    """
    from analyzer.codebook import default_codebook
    from analyzer.training import select
    from analyzer.training.sheets import check_free, write_sheets

    codebook = default_codebook()
    select.check(choose, codebook)
    check_free(out)
    settings = settings_from(config, model=model, threads=threads, max_file_mb=max_file_mb)
    documents = documents_from(paths, settings)
    options = options_from(series, title, date, roster)
    is_random = choose == select.RANDOM
    cut = _cut(documents, options, size) if is_random else _ranked(documents, options, settings, size, choose)
    found = select.choose(cut, windows, per_meeting=per_meeting, seed=seed, is_random=is_random)
    if not found:
        click.echo("There is nothing to label in these files.", err=True)
        sys.exit(NOTHING)
    rows = write_sheets(found, out, codebook, passes=passes, context=context, seed=seed)
    meetings = len({window.meeting.id for window in found})
    click.echo(f"{rows:,} rows in {len(found):,} windows of {meetings:,} meetings: {out}")
    click.echo(f"Fill in pass-1.csv as codebook.md says, then: analyzer label collect {out}")


def _cut(documents: Sequence[Document], options: Options, size: int) -> Iterator[Window]:
    from analyzer.ingest.formats import read_documents
    from analyzer.tagging.pieces import cut
    from analyzer.training.select import windows_of

    readings = read_documents(documents, options)
    for failure in readings.failures:
        show_failure(failure)
    for meeting in readings.meetings:
        yield from windows_of(meeting, cut(meeting), size)


def _ranked(
    documents: Sequence[Document], options: Options, settings: Settings, size: int, by: str
) -> Iterator[Window]:
    from analyzer.pipeline import MemoryShelf, judge_series, prepare_all
    from analyzer.training.select import windows_of, worths

    tagger, shelf = load_tagger(settings), MemoryShelf()
    with progress_bar(len(documents)) as progress:
        for failure in prepare_all(documents, tagger, shelf=shelf, options=options, progress=progress):
            show_failure(failure)
    for name in shelf.series():
        for tagged, _ in judge_series(name, shelf=shelf, tagger=tagger):
            yield from windows_of(tagged.meeting, tagged.pieces, size, worths(tagged, by, tagger.codebook))


@command.command("collect")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Labels by id [default: DIR/labels.jsonl]."
)
def collect(folder: Path, out: Path | None) -> None:
    """Check the answers in DIR, join the passes, say how they agree, and write labels that `train` takes.

    Where passes differ, the first counts and the second is kept beside it; DIR/disagreements.csv lists these
    rows. Rows without an answer are left out.
    """
    from analyzer.codebook import default_codebook
    from analyzer.training.answers import collect as collected
    from analyzer.training.answers import write_disagreements, write_labels

    found = collected(folder, default_codebook())
    out = out or folder / "labels.jsonl"
    try:
        write_labels(found.rows, out)
        write_disagreements(found, folder)
    except OSError as error:
        raise StoreError(
            what=f"the labels cannot be written ({error.strerror or error})",
            where=str(error.filename or out),
            remedy="name a file you may write with --out",
        ) from error
    for file, count in found.unanswered.items():
        if count:
            click.echo(f"{file}: {count:,} rows are not answered", err=True)
    if found.agreement is not None:
        _show_agreement(found.agreement)
    if found.disagreements:
        click.echo(f"{len(found.disagreements):,} rows differ: {folder / 'disagreements.csv'}")
    click.echo(f"{len(found.rows):,} labels: {out}")
    click.echo("To train on them, give in the YAML of `analyzer train`:")
    click.echo(f"  by_id: [{out.resolve()}]\n  archives: {(folder / 'transcripts').resolve()}")


def _show_agreement(agreement: Agreement) -> None:
    click.echo(f"{agreement.rows:,} rows were answered twice")
    click.echo(f"  {'same mode':<32} {agreement.same_mode:.1%}")
    click.echo(f"  {'same barriers':<32} {agreement.same_barriers:.1%}")
    click.echo(f"  {'kappa, mode (Cohen)':<32} {_shown(agreement.kappa)}")
    click.echo(f"  {'alpha, mode (Krippendorff)':<32} {_shown(agreement.alpha)}")
    for barrier, kappa in agreement.barrier_kappas.items():
        click.echo(f"  {f'kappa, {barrier}':<32} {_shown(kappa)}")


def _shown(figure: Figure) -> str:
    if isinstance(figure, Estimate):
        return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})"
    return f"unknown: {figure.reason}"
