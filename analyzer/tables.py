"""Columns of the result tables: one list for Parquet, CSV and the docs.

Label columns come from the codebook, so a ninth barrier appears everywhere at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.codebook import Codebook, default_codebook

Kind = Literal["text", "integer", "number", "flag"]
TableName = Literal["utterances", "meetings", "topics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, its kind (null means unknown in every kind) and what it holds."""

    name: str
    kind: Kind
    about: str


def _columns(*rows: tuple[str, Kind, str]) -> tuple[Column, ...]:
    return tuple(Column(name=name, kind=kind, about=about) for name, kind, about in rows)


def utterance_columns(codebook: Codebook | None = None) -> tuple[Column, ...]:
    """Columns of utterances.parquet: one row a piece."""
    codebook = codebook or default_codebook()
    return (
        *_columns(
            ("series", "text", "partnership the meeting belongs to"),
            ("meeting", "text", "meeting id"),
            ("date", "text", "ISO date of the meeting"),
            ("source", "text", "file it was read from"),
            ("index", "integer", "utterance within the meeting, from 0"),
            ("piece", "integer", "piece within the utterance, from 0"),
            ("speaker", "text", "name as the file gives it"),
            ("party", "text", "organisation or side the speaker belongs to"),
            ("start", "number", "seconds from the start of the recording"),
            ("end", "number", "seconds from the start of the recording"),
            ("heading", "text", "what the document said"),
            ("topic", "text", "key of the topic, the same in every meeting of the series"),
            ("kind", "text", "speech, statement, decision or action"),
            ("text", "text", "the words of the piece"),
            ("mode", "text", "decided mode; the likeliest one where unsure is set"),
        ),
        *_columns(*((f"p_{key}", "number", f"belief in {key}, 0 to 1") for key in codebook.modes)),
        *_columns(*((f"p_{key}", "number", f"belief in {key}, 0 to 1") for key in codebook.barriers)),
        *_columns(
            ("flags", "text", "barriers above policy, comma-separated, codebook order"),
            ("unsure", "flag", "no mode is believed enough to assert it"),
            ("evidence", "text", "JSON list of {label, start, end}: characters of text"),
            ("returns_to", "text", "earlier piece it goes back to, meeting#index.piece"),
            ("at", "text", "place in the source"),
            ("model", "text", "name and version of the model"),
        ),
    )


def meeting_columns(codebook: Codebook | None = None) -> tuple[Column, ...]:
    """Columns of meetings.parquet that every run has; further measures add three columns each."""
    codebook = codebook or default_codebook()
    measures = [f"share_{key}" for key in codebook.modes]
    measures += [f"rate_{key}" for key in codebook.barriers]
    return (
        *_columns(
            ("series", "text", "partnership the meeting belongs to"),
            ("meeting", "text", "meeting id"),
            ("date", "text", "ISO date of the meeting"),
            ("title", "text", "title as the file or its name gives it"),
            ("kind", "text", "transcript, minutes or email"),
            ("pieces", "integer", "pieces judged"),
            ("words", "integer", "words judged"),
        ),
        *(column for measure in measures for column in figure_columns(measure)),
    )


def figure_columns(measure: str) -> tuple[Column, ...]:
    """The three columns of a figure: value and 95 % interval, null where unknown."""
    return _columns(
        (measure, "number", f"{measure}: value"),
        (f"{measure}_low", "number", f"{measure}: lower end of the 95 % interval"),
        (f"{measure}_high", "number", f"{measure}: upper end of the 95 % interval"),
    )


def topic_columns() -> tuple[Column, ...]:
    """Columns of topics.parquet: one row a topic and meeting."""
    return _columns(
        ("series", "text", "partnership"),
        ("topic", "text", "key of the topic"),
        ("label", "text", "the topic in words"),
        ("meeting", "text", "meeting id"),
        ("date", "text", "ISO date of the meeting"),
        ("words", "integer", "words spent on it"),
        ("person_minutes", "number", "minutes spent times people present"),
        ("pieces", "integer", "pieces on it"),
        ("circular", "integer", "pieces on it that are circular"),
        ("status", "text", "opened, revisited, deferred or decided"),
    )
