"""`analyzer evaluate`: a model's figures on labelled data."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("evaluate")
@click.argument("model")
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the figures to this JSON file."
)
def command(model: str, data: Path, out: Path | None) -> None:
    """Measure MODEL (name or folder) on the labelled rows of DATA (a labels folder or a JSONL file)."""
    from analyzer.training.evaluate import evaluate

    click.echo(json.dumps(evaluate(model, data, out), indent=1))
