"""Names with and without a middle initial: "James M. Lee" is "James Lee", where no other can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MIDDLE = re.compile(r"^(\S{2,}(?: \S{2,})*?)((?: [^\W\d_]\.?){1,3})((?: \S{2,})+)$")


def without_initials(name: str) -> str | None:
    """Give a name without the initials in its middle; None where it has none there."""
    found = _MIDDLE.match(name) if name.count(" ") > 1 else None
    return found[1] + found[3] if found and found[2].isupper() else None


def same_names(named: Sequence[tuple[str, str | None]], slug: Callable[[str], str]) -> dict[str, str]:
    """Give the slugs of names with initials, each with that of the name without that is the same person's.

    Args:
        named: names and parties of those who take part.
        slug: makes the key of a name.

    Where two names differ in the initial only, or the parties differ, none is joined.
    """
    shorts = {name: short.casefold() for name, _ in named if (short := without_initials(name))}
    both = {name.casefold() for name, _ in named}.intersection(shorts.values())
    if not both:
        return {}
    parties: dict[str, set[str]] = {}  # slug -> parties
    longer: dict[str, set[str]] = {}  # slug without initials -> slugs with
    for name, party in named:
        if shorts.get(name, name.casefold()) not in both:
            continue
        key = slug(name)
        parties.setdefault(key, set()).update([slug(party)] if party else [])
        if short := without_initials(name):
            longer.setdefault(slug(short), set()).add(key)
    return {
        key: short
        for short, keys in longer.items()
        if short in parties and len(keys) == 1 and len(parties[short] | parties[next(iter(keys))]) < 2
        for key in keys
    }
