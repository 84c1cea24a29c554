"""The shell door: a table of names and help lines; a command's module is imported when it runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

import analyzer
from analyzer.errors import AnalyzerError

COMMANDS = {
    "read": "Show what is understood of a file: people, parties, turns, what was dropped and why.",
    "tag": "Tag each piece: mode, barriers, evidence, place in the source.",
    "analyze": "Analyze files and folders into a results folder with report.html.",
    "batch": "Analyze an archive of any size: killed or grown, it goes on where it was.",
    "trend": "Show the trends of a results folder.",
    "serve": "Serve the web page: upload meetings, look at what is found, correct it.",
    "train": "Train a model from labelled data.",
    "evaluate": "Measure a model on labelled data.",
    "label": "Make work sheets for labelling, and read the answers back.",
    "models": "List the models there are.",
}


class _LazyGroup(click.Group):
    """Knows each command's name and help line as text, so that --help imports no command."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            done: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:  # `analyzer tag … | head` is no error, and click would say 1
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        return done

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"analyzer.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(analyzer.__version__, prog_name="analyzer")
def cli() -> None:
    """Analyze governance talk: where partners trade, where they go in circles, where they create.

    Reads transcripts, minutes and mail; tags each utterance as transactional, circular, generative
    or procedural; flags barriers to co-creation with the words that show them; and trends both
    across meetings. Everything runs on this machine; nothing is sent anywhere, unless you ask for
    `analyze --rephrase`.
    """


def main() -> None:
    """Run the command line; a known error becomes one sentence and exit code 2."""
    try:
        cli()
    except AnalyzerError as error:
        click.echo(f"analyzer: {error}", err=True)
        sys.exit(2)
