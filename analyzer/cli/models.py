"""`analyzer models`: the models there are, and how good each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from analyzer.errors import ModelError


@click.command("models")
def command() -> None:
    """List the models there are, with their figures on real talk they were not trained on."""
    from analyzer.tagging.models import find_model, list_models

    for name, folder in list_models().items():
        click.secho(name, bold=True)
        click.echo(f"  {folder}")
        try:
            metrics = find_model(folder).metrics
        except ModelError as error:
            click.secho(f"  ✗ {error}", fg="red", err=True)
            continue
        click.echo(f"  {_figures(metrics)}")


def _figures(metrics: Mapping[str, Any]) -> str:
    """Say a model's mode macro-F1 with its interval, beside the agreement of two annotators."""
    measured = metrics.get("cross_fitted", {})
    if "mode_macro_f1" not in measured:
        return "not measured on real talk"
    said = f"mode macro-F1 {measured['mode_macro_f1']:.2f}"
    if interval := measured.get("mode_macro_f1_ci95"):
        said += f" ({interval[0]:.2f} to {interval[1]:.2f})"
    if annotators := measured.get("annotators"):
        said += f", a second annotator {annotators['mode_macro_f1']:.2f}"
    return f"{said}, on {measured['n']:,.0f} pieces"
