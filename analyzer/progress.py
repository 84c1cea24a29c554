"""Progress is a callback of events: the shell's bar, a notebook's and a database row render the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["read", "tag", "conclude", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step done. `total` is None where it is not known yet; `pieces` were tagged in this step."""

    stage: Stage
    done: int
    total: int | None
    source: str
    pieces: int = 0
    failed: bool = False


Progress = Callable[[Event], None]


def silent(event: Event) -> None:
    """Show nothing: the default of every library function."""
