"""Which column of a table holds who spoke, what was said and when: by its heading, else by what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from analyzer.ingest.tableheads import LESS_TELLING, ROLE_OF
from analyzer.ingest.tabletimes import Cell, has_time, moment, seconds

Row = tuple[int, Sequence[Cell]]  # number in the file, from 1, and the cells

_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST_ROWS = 4
_SECONDS = re.compile(r"\d{1,6}\.\d{1,9}")
_SAMPLE_ROWS = 500  # which tell whether a column is filled
_UNIT = re.compile(r"(?:in)?(?:ms|msecs?|millis|milliseconds|secs?|seconds)$")  # "start_time_ms"


def heading_role(heading: Cell) -> str | None:
    """Name the role of a column by its heading; None where the heading says nothing."""
    if not isinstance(heading, str) or len(heading) > 60:
        return None
    return ROLE_OF.get(_word(heading)) or ROLE_OF.get(_UNIT.sub("", _word(heading)))


def _word(heading: Cell) -> str:
    folded = unicodedata.normalize("NFC", str(heading)).casefold()
    plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\s[-–]\s.*", "", folded)  # "Start (s)", "Begin - hh:mm:ss.ms"
    return re.sub(r"[\W_]+", "", plain)


def roles_by_heading(cells: Sequence[Cell], rows: Sequence[Row] = ()) -> dict[str, int]:
    """Map roles to columns: "time" gives way to "start", an id to a name, an empty column to a filled one.

    Args:
        cells: the headings.
        rows: what stands below them; without it the headings alone decide.
    """
    found: dict[str, list[int]] = {}
    for column, heading in enumerate(cells):
        if role := heading_role(heading):
            found.setdefault(role, []).append(column)
    roles: dict[str, int] = {}
    for role, columns in found.items():
        ranked = sorted(columns, key=lambda column: _word(cells[column]) in LESS_TELLING)
        fits = (column for column in ranked if _fits(rows[:_SAMPLE_ROWS], column, role))
        roles[role] = next(fits, ranked[0])
    if "start" not in roles and _word(cells[roles["end"]] if "end" in roles else "") == "offset":
        roles["start"] = roles.pop("end")  # alone it is where something begins, beside "onset" where it ends
    dates = [_at(row, roles["date"]) for row in rows[:9]] if "date" in roles else []
    if "start" not in roles and any(map(has_time, dates)):
        roles["start"] = roles["date"]
    return roles


def _fits(rows: Sequence[Row], column: int, role: str) -> bool:
    if role == "text":
        return not rows or holds_words(rows, column)
    return not rows or any(_text(_at(row, column)) for row in rows)


def _at(row: Row, column: int) -> Cell:
    return row[1][column] if column < len(row[1]) else ""


def roles_by_content(rows: Sequence[Row]) -> dict[str, int]:
    """Map roles to columns of a table without headings: names that come again, beside sentences."""
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[_text(cells[column]) for _, cells in rows if column < len(cells)] for column in range(width)]
    words = [_mean_words(column) for column in columns]
    if not words or max(words) < 4 or width < 2:
        return {}
    roles = {"text": words.index(max(words))}
    for column, values in enumerate(columns):
        said = [value for value in values if value]
        is_name = all(len(value.split()) <= 4 and _LETTERS.search(value) for value in said)
        if column != roles["text"] and is_name and 1 < len(said) > len(set(said)):
            roles.setdefault("speaker", column)
        elif said and all(seconds(value) is not None for value in said):
            roles.setdefault("end" if "start" in roles else "start", column)
    return roles if "speaker" in roles else {}


def roles_of_labels(rows: Sequence[Row]) -> dict[str, int]:
    """Map roles to columns of the labels that an editor of sound writes: start, end and words, no heading."""
    is_label = all(
        len(cells) == 3 and all(_SECONDS.fullmatch(_text(cell)) for cell in cells[:2]) for _, cells in rows
    )
    return {"start": 0, "end": 1, "text": 2} if rows and is_label and holds_words(rows, 2) else {}


def with_senders(roles: Mapping[str, int], rows: Sequence[Row], headings: Sequence[Cell]) -> dict[str, int]:
    """Make a column "from" that holds no times that of the speakers, where there is none."""
    senders = (column for column, heading in enumerate(headings) if _word(heading) == "from")
    at = next(senders, roles.get("start"))
    if at is None or "speaker" in roles:
        return dict(roles)
    filled = [cells[at] for _, cells in rows if at < len(cells) and _text(cells[at])]
    if any(seconds(cell) is not None or moment(cell) or not isinstance(cell, str) for cell in filled):
        return dict(roles)
    return {**{role: column for role, column in roles.items() if column != at}, "speaker": at}


def is_heading(rows: Sequence[Row], roles: Mapping[str, int]) -> bool:
    """Say whether the first row heads the others: few words, and a "speaker" who alone never comes back."""
    if len(rows) < _FEWEST_ROWS:
        return False
    cells = [
        [_text(cells[roles[role]]) if roles[role] < len(cells) else "" for role in ("speaker", "text")]
        for _, cells in rows
    ]
    (speaker, text), *others = cells
    counts = Counter(other for other, _ in others if other)
    return len(text.split()) <= 3 and speaker not in counts and min(counts.values(), default=0) > 1


def holds_words(rows: Sequence[Row], column: int) -> bool:
    """Say whether most of the filled cells of a column hold words, not numbers or codes."""
    filled = [text for _, cells in rows if column < len(cells) and (text := _text(cells[column]))]
    wordy = sum(bool(re.search(r"[^\W\d_]{2}", text)) or _is_wide(text) for text in filled)
    return bool(filled) and wordy * 2 > len(filled)


def _is_wide(text: str) -> bool:
    return any(mark >= "\u2e80" for mark in text)


def _mean_words(values: Sequence[str]) -> float:
    said = [value for value in values if value]
    counts = [len(value.split()) if not _is_wide(value) else len(value) // 2 for value in said]
    return sum(counts) / len(counts) if counts else 0.0


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)
