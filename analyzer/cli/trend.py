"""`analyzer trend`: the trends of a results folder, in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from analyzer.errors import StoreError


@click.command("trend")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: trend.json as it is.",
)
def command(folder: Path, form: str) -> None:
    """Show each series' trends, loops and alerts, as `analyze` left them in the results folder DIR."""
    document = load_trends(folder)
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for name, series in document["series"].items():
        _show_series(name, series)
    if document.get("comparison"):
        _show_comparison(document["comparison"])


def load_trends(folder: Path) -> dict[str, Any]:
    """Read trend.json of a results folder.

    Raises:
        StoreError: if there is none, or it is not what `analyze` writes.
    """
    file = folder / "trend.json"
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        document["series"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            what=f"there are no trends to show ({type(error).__name__})",
            where=str(file),
            remedy="make a results folder with: analyzer analyze PATH… --out DIR",
        ) from error
    return document


def _show_series(name: str, series: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=name, title_justify="left", box=None, padding=(0, 1))
    table.add_column("measure", no_wrap=True)
    table.add_column("verdict")
    for column in ("change per meeting", "95 % interval", "meetings"):
        table.add_column(column, justify="right")
    for trend in series["trends"]:
        known = trend["slope"] is not None
        slope = f"{trend['slope']:+.3f}" if known else "unknown"
        interval = f"{trend['low']:+.3f} to {trend['high']:+.3f}" if known else ""
        table.add_row(trend["measure"], trend["verdict"], slope, interval, str(trend["n"]))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for alert in series["alerts"]:
        click.secho(f"  ! {alert['sentence']}", fg="red")
    for finding in series["findings"]:
        click.echo(f"  • {finding['sentence']}")


def _show_comparison(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show the series side by side, each share drawn towards the common one where that is known."""
    from rich.console import Console
    from rich.table import Table

    from analyzer.codebook import default_codebook

    codebook = default_codebook()
    shown = [f"share_{codebook.role(role)}" for role in ("circular", "generative")] + ["rate_any_barrier"]
    cells = {(row["series"], row["measure"]): _share(row) for row in rows}
    table = Table(title="Side by side", title_justify="left", box=None, padding=(0, 1))
    table.add_column("series")
    for measure in shown:
        table.add_column(measure, justify="right")
    for name in dict.fromkeys(row["series"] for row in rows):
        table.add_row(name, *(cells.get((name, measure), "unknown") for measure in shown))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    click.echo("Series with little talk are drawn towards what all have in common, from three series on.")


def _share(row: Mapping[str, Any]) -> str:
    name = "shrunk" if row["shrunk"] is not None else "own"
    if row[name] is None:
        return "unknown"
    return f"{row[name]:.1%} ({row[f'{name}_low']:.1%} to {row[f'{name}_high']:.1%})"
