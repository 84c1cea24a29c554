"""`analyzer serve`: the web page to upload, look and correct."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.common import model_options, settings_from


@click.command("serve")
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("workspace"),
    show_default=True,
    help="Folder of the database and the uploaded files; made where it does not exist.",
)
@click.option("--port", type=click.IntRange(1, 65_535), default=8321, show_default=True, help="Port.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; anything but loopback is the team mode, with accounts and roles.",
)
@click.option(
    "--database",
    help="postgresql://USER@HOST/NAME or sqlite:///FILE: the team mode, with accounts and roles "
    "[default: SQLite in the workspace, one user, signed in by a link].",
)
@click.option(
    "--public-url", help="Where people reach it, such as https://NAME, if a proxy stands before it."
)
@click.option(
    "--max-file-mb", type=click.FloatRange(min=0, min_open=True), help="Refuse larger files [default: 200]."
)
@click.option("--config", type=click.Path(dir_okay=False), help="YAML file of settings.")
@model_options
def command(
    workspace: Path,
    port: int,
    host: str,
    database: str | None,
    public_url: str | None,
    max_file_mb: float | None,
    config: str | None,
    model: str | None,
    threads: int | None,
) -> None:
    """Serve the web page: upload meetings, look at what is found, correct it. Ends with Ctrl-C.

    Without --database it is for one person on this computer: it prints a link that signs in.
    """
    from analyzer.web.config import load_config
    from analyzer.web.server import serve

    settings = settings_from(config, model=model, threads=threads, max_file_mb=max_file_mb)
    server = load_config(
        workspace=workspace,
        database=database,
        host=host,
        port=port,
        public_url=public_url,
        max_upload_mb=settings.max_file_mb,
    )
    serve(server, settings, click.echo)
