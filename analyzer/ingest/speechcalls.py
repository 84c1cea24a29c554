"""Several recordings in one file of JSON: calls, meetings by name, rows that say which talk they are of."""

from __future__ import annotations

import re

from analyzer.ingest.speechrows import KNOWN_KEYS, find_rows
from analyzer.ingest.speechtree import is_about
from analyzer.ingest.speechvalues import (
    CONVERSATIONS,
    Row,
    channel_of,
    label_of,
    row_in,
    rows_in,
    speaker_of,
    text_of,
)

_CALLS = ("callTranscripts", "calls", "meetings", "conversations", "interviews", "sessions", "dialogues")
_NAMES = ("title", "name", "id", "date", "meeting_id", "conversation_id")
_DEEPEST = 2  # objects around a list of meetings


def recordings_in(data: object) -> list[object]:
    """Give the recordings of a file that holds several, else all of it as one."""
    holder = row_in(data)
    for key in _CALLS:
        if calls := [call for call in rows_in(holder.get(key)) if find_rows(call)[0]]:
            return list(calls)
    return _listed(data) or _named(holder) or _conversations(data) or [data]


def _listed(data: object, depth: int = 0) -> list[object] | None:
    """Give the meetings of a list, each with rows of its own and a name or several speakers."""
    if isinstance(data, dict):
        inner = (value for key, value in data.items() if isinstance(value, dict | list) and not is_about(key))
        found = (_listed(value, depth + 1) for value in inner if depth <= _DEEPEST)
        return next(filter(None, found), None)
    items = rows_in(data)
    if len(items) < 2 or not all(_is_meeting(item) for item in items[:2]):
        return None
    return list(items)  # those without talk give no meeting


def _is_meeting(item: Row) -> bool:
    rows = find_rows(item)[0]
    is_part = channel_of(item) is not None or text_of(item) is not None or speaker_of(item, {}) is not None
    if not rows or is_part:
        return False
    if any(isinstance(item.get(key), str) for key in _NAMES):
        return True
    return len({speaker_of(row, {}) for row in rows} - {None}) > 1  # else it is a piece of a stream


def _named(holder: Row) -> list[object] | None:
    """Give meetings that an object holds by name: nothing else is in it."""
    if len(holder) < 2 or any(is_about(key) or key in KNOWN_KEYS for key in holder):
        return None
    named: list[object] = []
    for name, value in holder.items():
        rows, inner = find_rows(value)
        if not any(speaker_of(row, {}) for row in rows):
            return None
        named.append({"title": _title(name), **inner, "messages": rows})
    return named


def _conversations(data: object) -> list[object] | None:
    """Give the conversations of a list whose rows say which they belong to (ConvoKit)."""
    rows = rows_in(data)
    key = next((key for key in CONVERSATIONS if rows and label_of(rows[0].get(key)) is not None), None)
    if key is None:
        return None
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        gathered.setdefault(label_of(row.get(key)) or "", []).append(row)
    if len(gathered) == 1:
        return None
    return [{"title": _title(name), "messages": members} for name, members in gathered.items()]


def _title(name: str) -> str:
    return name if re.search(r"[^\W\d_]{3}", name) else f"conversation {name}"
