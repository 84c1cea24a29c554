"""How many meetings one file may hold: each is completed on its own, which costs more than its few bytes."""

from __future__ import annotations

from analyzer.errors import TooLarge
from analyzer.ingest.sources import Document


def check_meetings(count: int, document: Document) -> None:
    """Refuse a file of more meetings than a container may have files.

    Raises:
        TooLarge: if there are more than the limit.
    """
    if count > document.limits.members:
        raise TooLarge(
            what=f"it holds {count:,} meetings or more, over the limit of {document.limits.members:,}",
            where=document.name,
            remedy="split it",
        )
