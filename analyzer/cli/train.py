"""`analyzer train`: labelled data to a model folder."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("train")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Model folder [default: as CONFIG says]."
)
def command(config: Path, out: Path | None) -> None:
    """Train a model as CONFIG (YAML) says and write its folder: weights, card and metrics.

    Needs the extra: pip install "governance-analyzer[train]". A run that was stopped goes on where it was.
    """
    from analyzer.training.train import train

    folder = train(config, out=out, progress=lambda line: click.echo(line, err=True))
    click.echo(folder)
