"""Names of files that are called after series."""

from __future__ import annotations

import re
from collections.abc import Iterable


def file_names(series: Iterable[str]) -> list[str]:
    """Name the files of series: letters, digits, hyphens; no two series share one."""
    taken: set[str] = set()
    names = []
    for one in series:
        wanted = re.sub(r"[^\w]+", "-", one.encode("utf-8", "replace").decode())[:60].strip("-") or "series"
        name, count = wanted, 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted}-{count}"
        taken.add(name.casefold())
        names.append(name)
    return names
