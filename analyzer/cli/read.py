"""`analyzer read`: what is understood of a file."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime

import click

from analyzer.cli.common import (
    NOTHING,
    SOMETHING,
    documents_from,
    options_from,
    paths_argument,
    reading_options,
    settings_from,
    show_failure,
)
from analyzer.records.meeting import Meeting


@click.command("read")
@paths_argument
@reading_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: the meetings themselves, as every command reads them back.",
)
def command(
    paths: tuple[str, ...],
    series: str | None,
    title: str | None,
    date: datetime | None,
    roster: str | None,
    max_file_mb: float | None,
    config: str | None,
    form: str,
) -> None:
    """Show what is understood of each file: people, parties, turns, what was dropped and why.

    With --format jsonl the meetings are printed in the canonical form, which every command reads back.
    """
    from analyzer.ingest.formats import read_documents

    settings = settings_from(config, max_file_mb=max_file_mb)
    readings = read_documents(documents_from(paths, settings), options_from(series, title, date, roster))
    for failure in readings.failures:
        show_failure(failure)
    for meeting in readings.meetings:
        (_print_rows if form == "jsonl" else _print_summary)(meeting)
    sys.exit(SOMETHING if readings.meetings else NOTHING)


def _print_rows(meeting: Meeting) -> None:
    from analyzer.records.jsonl import meeting_rows

    for row in meeting_rows(meeting):
        click.echo(json.dumps(row, ensure_ascii=False))


def _print_summary(meeting: Meeting) -> None:
    units = sum(utterance.units for utterance in meeting.utterances)
    words = sum(len(utterance.text.split()) for utterance in meeting.utterances)
    click.secho(meeting.title or meeting.id, bold=True)
    facts = {
        "source": f"{meeting.source.name} ({meeting.source.format})",
        "meeting": meeting.id,
        "series": meeting.series,
        "date": meeting.date.isoformat() if meeting.date else "unknown",
        "kind": meeting.kind,
        "language": meeting.language or "unknown",
        "parties": ", ".join(meeting.parties) or "unknown",
        "turns": f"{len(meeting.utterances):,} from {units:,} units of the file, {words:,} words",
    }
    for name, value in facts.items():
        click.echo(f"  {name:<9} {value}")
    _print_people(meeting)
    if meeting.notices:
        click.echo("  not taken as speech")
    for notice in meeting.notices:
        place = (
            f" (first at {notice.at})"
            if notice.at and notice.count > 1
            else f" (at {notice.at})"
            if notice.at
            else ""
        )
        click.secho(f"    {notice.count:>5} × {notice.reason}{place}", fg="yellow")
    click.echo()


def _print_people(meeting: Meeting) -> None:
    turns = Counter(utterance.speaker for utterance in meeting.utterances)
    if meeting.people:
        click.echo("  people")
    for person in meeting.people:
        parts = [person.party or "party unknown", *([person.role] if person.role else [])]
        click.echo(f"    {turns[person.key]:>5} turns  {person.name} — {', '.join(parts)}")
    if turns[None]:
        click.echo(f"    {turns[None]:>5} turns  nobody named")
