"""`analyzer evaluate`: a model's figures on labelled data."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("evaluate")
@click.argument("model")
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write an offline page and JSON into this folder: curves, calibration, errors to read.",
)
def command(model: str, data: Path, out: Path | None) -> None:
    """Measure MODEL (name or folder) on DATA.

    DATA is a labels folder or a JSONL file of labelled rows, or a folder or YAML file of written cases of
    behaviour, such as data/behaviour.
    """
    from analyzer.training.evaluate import evaluate

    click.echo(json.dumps(evaluate(model, data, out), indent=1))
