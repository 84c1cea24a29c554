"""Fields of forms: text that browsers send, read as what it stands for."""

from __future__ import annotations

from datetime import date as Date

from analyzer.errors import Refused


def date_in(spelled: str) -> Date | None:
    """Read a date as forms send it; None where the field is empty.

    Raises:
        Refused: if it is none.
    """
    if not spelled.strip():
        return None
    try:
        return Date.fromisoformat(spelled.strip())
    except ValueError as error:
        raise Refused(
            what=f"{spelled!r} is no date", where="date", remedy="write it as YYYY-MM-DD"
        ) from error


def whole_number(spelled: str) -> int | None:
    """Read a number as forms send it; None where the field is empty.

    Raises:
        Refused: if it is none.
    """
    if not spelled.strip():
        return None
    if not spelled.strip().isdecimal() or len(spelled.strip()) > 9:
        raise Refused(what=f"{spelled[:20]!r} is no number of days", where="days", remedy="write digits")
    return int(spelled)
