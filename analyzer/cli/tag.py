"""`analyzer tag`: every piece with its mode, barriers, evidence and place."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

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


@click.command("tag")
@paths_argument
@reading_options
@model_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "text", "jsonl"]),
    default="auto",
    show_default=True,
    help="auto: coloured text in a terminal, JSONL elsewhere.",
)
def command(
    paths: tuple[str, ...],
    series: str | None,
    title: str | None,
    date: datetime | None,
    roster: str | None,
    max_file_mb: float | None,
    config: str | None,
    model: str | None,
    threads: int | None,
    form: str,
) -> None:
    """Tag each piece of the files, in order: mode, barriers, evidence, belief, place in the source."""
    from analyzer.pipeline import MemoryShelf, judge_series, prepare_all
    from analyzer.records.jsonl import tagged_rows

    settings = settings_from(config, model=model, threads=threads, max_file_mb=max_file_mb)
    documents = documents_from(paths, settings)
    tagger, shelf = load_tagger(settings), MemoryShelf()
    options = options_from(series, title, date, roster)
    with progress_bar(len(documents)) as progress:
        for failure in prepare_all(documents, tagger, shelf=shelf, options=options, progress=progress):
            show_failure(failure)
    show = _show_row if form == "text" or (form == "auto" and sys.stdout.isatty()) else _print_row
    for name in shelf.series():
        for tagged, signals in judge_series(name, shelf=shelf, tagger=tagger):
            for row in tagged_rows(tagged, signals, tagger.codebook.modes, tagger.codebook.barriers):
                show(row)
    sys.exit(SOMETHING if shelf.series() else NOTHING)


def _print_row(row: dict[str, Any]) -> None:
    click.echo(json.dumps(row, ensure_ascii=False))


def _show_row(row: dict[str, Any]) -> None:
    from analyzer.codebook import default_codebook

    codebook = default_codebook()
    label = codebook.label(row["mode"])
    belief = row["mode_p"][row["mode"]]
    mode = click.style(f"{label.name:<13}", fg=_rgb(label.colour), bold=not row["unsure"], dim=row["unsure"])
    doubt = "?" if row["unsure"] else " "
    click.echo(f"{mode}{doubt}{belief:4.0%}  {click.style(row['speaker'] or '', bold=True)}  {_marked(row)}")
    for flag in row["flags"]:
        name = click.style(codebook.label(flag).name, fg=_rgb(codebook.label(flag).colour))
        click.echo(f"{'':<20}⚑ {name} {row['barriers_p'][flag]:.0%}  {row['at']}")


def _marked(row: dict[str, Any]) -> str:
    """The text with the evidence of the mode and the flags underlined."""
    text: str = row["text"]
    shown = {row["mode"], *row["flags"]}
    marks = [False] * len(text)
    for span in row["evidence"]:
        if span["label"] in shown:
            marks[span["start"] : span["end"]] = [True] * (span["end"] - span["start"])
    parts: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marks[end] != marks[start]:
            parts.append(click.style(text[start:end], underline=True) if marks[start] else text[start:end])
            start = end
    return "".join(parts)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
