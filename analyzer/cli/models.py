"""`analyzer models`: the models there are."""

from __future__ import annotations

import click


@click.command("models")
def command() -> None:
    """List the models there are, with their figures on the real dev split."""
    from analyzer.tagging.models import list_models

    for name, folder in list_models().items():
        click.secho(name, bold=True)
        click.echo(f"  {folder}")
