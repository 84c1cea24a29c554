"""Alembic's way in: `Database.migrate` hands over the connection."""

from __future__ import annotations

from alembic import context

from analyzer.store.models import Base


def run() -> None:
    """Run the migrations on the connection that was handed over."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
