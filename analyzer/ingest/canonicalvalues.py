"""Values in canonical JSONL, which anybody may have written: what is odd is unknown, and no error."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any, get_args

from analyzer.records.meeting import Locator, LocatorUnit

_PLACE = re.compile(rf"({'|'.join(get_args(LocatorUnit))}) ([1-9]\d{{0,8}})")


def place_of(value: object) -> Locator | None:
    """Read a place as it is written: "cue 7"; None where it is none."""
    found = _PLACE.fullmatch(value) if isinstance(value, str) else None
    return Locator(unit=found[1], number=int(found[2])) if found else None  # type: ignore[arg-type]


def choice_of(value: object, choices: tuple[Any, ...]) -> Any:
    """Give a value of a closed set; the first of it where it is none of them."""
    return value if value in choices else choices[0]


def text_of(value: object) -> str | None:
    """Give a value as text, None where it is empty or neither text nor number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def texts_of(values: object) -> tuple[str, ...]:
    """Give the texts of a list, each once; numbers count as texts."""
    listed = values if isinstance(values, list) else ()
    return tuple(dict.fromkeys(text for value in listed if (text := text_of(value))))


def seconds_of(value: object) -> float | None:
    """Give a number of seconds; None where it is none or has no bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return float(value) if math.isfinite(value) else None


def date_of(value: object) -> datetime.date | None:
    """Read the day of an ISO date."""
    try:
        return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
