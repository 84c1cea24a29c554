"""`analyzer trend`: the trends of a results folder, in the terminal."""

from __future__ import annotations

import json
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
    table.add_column("measure")
    table.add_column("verdict")
    for column in ("change per meeting", "95 % interval", "meetings"):
        table.add_column(column, justify="right")
    for trend in series["trends"]:
        known = trend["slope"] is not None
        slope = f"{trend['slope']:+.3f}" if known else "unknown"
        interval = f"{trend['low']:+.3f} to {trend['high']:+.3f}" if known else ""
        table.add_row(trend["measure"], trend["verdict"], slope, interval, str(trend["n"]))
    Console().print(table)
    for alert in series["alerts"]:
        click.secho(f"  ! {alert['sentence']}", fg="red")
    for finding in series["findings"]:
        click.echo(f"  • {finding['sentence']}")
