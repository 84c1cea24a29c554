"""Dates as people write them in titles, front lines, file and folder names.

Nothing is guessed: 03/04/2025 may be March or April, so it gives no date; `ambiguous_date` names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

_FIRST_YEAR, _LAST_YEAR = 1950, 2100  # outside these a number is a number, not the year of a meeting
_MONTHS = (
    "january jan januar jänner janvier janv enero ene januari janeiro gennaio gen stycznia ledna января ocak",
    "february feb februar février févr fevrier febrero februari fevereiro fev febbraio lutego února"
    " февраля şubat",
    "march mar märz maerz mars marzo maart março marco marts marca března марта mart",
    "april apr avril avr abril abr aprile kwietnia dubna апреля nisan",
    "may mai mayo mei maio maggio mag maj maja května мая mayıs",
    "june jun juni juin junio junho giugno giu czerwca června июня haziran",
    "july jul juli juillet juil julio julho luglio lug lipca července июля temmuz",
    "august aug août aout agosto ago augustus augusti sierpnia srpna августа ağustos",
    "september sep sept septembre septiembre setembro settembre września září сентября eylül",
    "october oct oktober okt octobre octubre outubro ottobre ott października října октября ekim",
    "november nov novembre noviembre novembro listopada listopadu ноября kasım",
    "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre grudnia prosince"
    " декабря aralık",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_MONTH = "(" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\.?"
_GAP = r"[\s,._-]{1,3}"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?\.?"
_YEAR = r"((?:19|20)\d\d)"

_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}([-_./])(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
_COMPACT = re.compile(rf"(?<!\d){_YEAR}(\d\d)(\d\d)(?!\d)")
_DAY_MONTH = re.compile(rf"(?<!\d){_DAY}{_GAP}(?:of |de )?{_MONTH}{_GAP}(?:de )?{_YEAR}(?!\d)", re.I)
_MONTH_DAY = re.compile(rf"(?<![^\W\d_]){_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}(?!\d)", re.I)
_LOGGED = re.compile(  # "Mar 12 10:00:01 2024", as programs write it
    rf"(?<![^\W\d_]){_MONTH}\s{{1,2}}{_DAY}\s\d{{1,2}}:\d\d(?::\d\d)?\s(?:[A-Z]{{3,4}}\s)?{_YEAR}(?!\d)", re.I
)
_CHARACTERS = re.compile(rf"(?<!\d){_YEAR}\s?[年년]\s?(\d{{1,2}})\s?[月월]\s?(\d{{1,2}})\s?[日号일]")
_NUMBERS = re.compile(rf"(?<!\d)(\d{{1,2}})([-./])(\d{{1,2}})\2{_YEAR}(?!\d)")
_MONTH_AND_DAY = re.compile(rf"(?<![^\W\d_]){_MONTH}[\s_-]?{_DAY}(?!\d)", re.I)
_DAY_AND_MONTH = re.compile(rf"(?<!\d){_DAY}[\s_-]?{_MONTH}(?![^\W\d_])", re.I)
_SESSION = re.compile(rf"^{_YEAR[1:-1]}-\d\d-\d\d[ _]\d\d\.\d\d\.\d\d\s*+(.*)$")
_NUMBER_OF_CALL = re.compile(r"\d{9,12}$")
_FOLDER_DATE = re.compile(rf"^{_YEAR}(?:[-_ .]?(\d\d))?(?:[-_ .]?(\d\d))?$")


def find_date(text: str) -> date | None:
    """Give the first date written out in a text; None where there is none or it is ambiguous."""
    if "19" not in text and "20" not in text:  # of a year: most lines have none
        return None
    found = sorted(_dates(text), key=lambda place: place[0])
    return found[0][1] if found else None


def _dates(text: str) -> Iterator[tuple[int, date]]:
    for match in _YEAR_FIRST.finditer(text):
        yield from _placed(match, match[1], match[3], match[4])
    for match in _COMPACT.finditer(text):
        yield from _placed(match, match[1], match[2], match[3])
    for match in _CHARACTERS.finditer(text):
        yield from _placed(match, match[1], match[2], match[3])
    for match in _DAY_MONTH.finditer(text):
        yield from _placed(match, match[3], _month(match[2]), match[1])
    for pattern in (_MONTH_DAY, _LOGGED):
        for match in pattern.finditer(text):
            yield from _placed(match, match[3], _month(match[1]), match[2])
    for match in _NUMBERS.finditer(text):
        if not _is_ambiguous(match):
            # With full stops the day comes first wherever such dates are written.
            day, month = (match[3], match[1]) if int(match[3]) > 12 else (match[1], match[3])
            yield from _placed(match, match[4], month, day)


def _placed(match: re.Match[str], year: str, month: str | int, day: str) -> Iterator[tuple[int, date]]:
    found = _checked(int(year), int(month), int(day))
    if found:
        yield match.start(), found


def _checked(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTH_OF[name.lower().rstrip(".")]


def _is_ambiguous(match: re.Match[str]) -> bool:
    first, second = int(match[1]), int(match[3])
    return match[2] != "." and first != second and first <= 12 and second <= 12


def ambiguous_date(text: str) -> str | None:
    """Give a date that could be read as day or as month first, as written; None where there is none."""
    return next((match[0] for match in _NUMBERS.finditer(text) if _is_ambiguous(match)), None)


def date_from_path(name: str) -> date | None:
    """Give the date that a file's name tells, with the help of its folders.

    Example:
        date_from_path("2018-01/jan-23.md") is 23 January 2018.
    """
    path = PurePosixPath(name)
    for part in (path.stem, *reversed(path.parts[:-1])):
        if found := find_date(part.replace("_", " ")) or find_date(part):
            return found
    for folder in reversed(path.parts[:-1]):
        if match := _FOLDER_DATE.match(folder):
            return _within(path.stem, int(match[1]), int(match[2] or 0))
    return None


def _within(stem: str, year: int, month: int) -> date | None:
    """Read "jan-23" or "23" in a folder that names the year, or the year and the month (0: not)."""
    if stem.isascii() and stem.isdigit() and month:
        return _checked(year, month, int(stem)) if len(stem) <= 2 else None
    if match := _MONTH_AND_DAY.search(stem):
        named, day = _month(match[1]), int(match[2])
    elif match := _DAY_AND_MONTH.search(stem):
        named, day = _month(match[2]), int(match[1])
    else:
        return None
    # The last days of a meeting that began in December are filed with its first.
    return _checked(year + 1 if month == 12 and named == 1 else year, named, day)


def is_date_name(folder: str) -> bool:
    """Say whether a folder is named for a time, not for a series: "2018", "2018-01", a Zoom session's."""
    return bool(_FOLDER_DATE.match(folder) or _SESSION.match(folder))


def session_title(folder: str) -> str | None:
    """Give the title that Zoom puts into the name of a session's folder; None where it is none.

    Example:
        session_title("2026-04-16 13.59.02 Board call 123456789") is "Board call".
    """
    found = _SESSION.match(folder)
    return _NUMBER_OF_CALL.sub("", found[1].strip()).strip() or None if found else None


def without_date(text: str) -> str:
    """Take the dates out of a file name's stem, to leave what may be a title."""
    for pattern in (_YEAR_FIRST, _COMPACT, _CHARACTERS, _DAY_MONTH, _MONTH_DAY, _NUMBERS):
        text = pattern.sub(" ", text)
    return text
