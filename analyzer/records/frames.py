"""An Analysis as rows: the three result tables, as plain rows and as pandas frames.

Column names come from the records themselves (`Tagged.labels`, figure names), so this module needs
neither the codebook nor `analyzer.tables`; a test holds the two lists equal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from analyzer.records.analysis import Analysis, Measured
from analyzer.records.figures import Estimate, Figure
from analyzer.records.tagged import UNSURE, Row, leanings

if TYPE_CHECKING:
    import pandas as pd

TableName = Literal["utterances", "meetings", "topics"]

_UTTERANCE = "series meeting date source index piece speaker party start end heading topic kind text mode"
_JUDGED = "flags unsure evidence returns_to at model"
_MEETING = "series meeting date title kind pieces words"
_TOPIC = "series topic label meeting date words person_minutes pieces circular status"
_INTEGERS = frozenset({"index", "piece", "pieces", "words", "circular"})
_NUMBERS = frozenset({"start", "end", "person_minutes"})
_TEXTS = frozenset(f"{_UTTERANCE} {_JUDGED} {_MEETING} {_TOPIC}".split()) - _INTEGERS - _NUMBERS - {"unsure"}
_DIGITS = 6  # float32 beliefs hold no more; fewer digits keep CSV readable


def analysis_frame(analysis: Analysis, table: TableName = "utterances") -> pd.DataFrame:
    """Give one result table of an analysis, typed with pandas' nullable types.

    Args:
        analysis: one series.
        table: `utterances` (one row a piece), `meetings`, or `topics` (one row a topic and meeting).

    Returns:
        The columns of `analyzer.tables`, in its order; null means unknown.
    """
    import pandas as pd

    rows = list(table_rows(analysis, table))
    columns = table_names(analysis, table)
    return pd.DataFrame(
        {name: pd.array([row.get(name) for row in rows], dtype=_dtype(name)) for name in columns}
    )


def _dtype(name: str) -> Any:
    if name in _TEXTS:
        return "string"
    if name in _INTEGERS:
        return "Int64"
    return "boolean" if name == "unsure" else "Float64"


def table_rows(analysis: Analysis, table: TableName) -> Iterator[Row]:
    """Walk a result table row by row, meetings oldest first; None means unknown."""
    if table == "topics":
        yield from _topic_rows(analysis)
        return
    for measured in analysis.meetings:
        if table == "utterances":
            yield from _piece_rows(measured, analysis.series)
        else:
            yield _meeting_row(measured, analysis.series)


def table_names(analysis: Analysis, table: TableName) -> list[str]:
    """Name the columns of a result table of this analysis, in order."""
    labels = analysis.meetings[0].tagged.labels if analysis.meetings else {}
    modes, barriers = labels.get("mode", ()), labels.get("barrier", ())
    if table == "topics":
        return _TOPIC.split()
    if table == "utterances":
        beliefs = [f"p_{key}" for key in (*modes, *barriers)]
        return [*_UTTERANCE.split(), *beliefs, *_JUDGED.split()]
    measures = [*(f"share_{key}" for key in modes), *(f"rate_{key}" for key in barriers)]
    measures += sorted({name for measured in analysis.meetings for name in measured.figures} - set(measures))
    return [
        *_MEETING.split(),
        *(name + end for name in measures for end in ("", "_low", "_high")),
    ]


def _piece_rows(measured: Measured, series: str) -> Iterator[Row]:
    tagged, signals, meeting = measured.tagged, measured.signals, measured.meeting
    modes, barriers = tagged.labels.get("mode", ()), tagged.labels.get("barrier", ())
    shown = leanings(tagged, signals)
    for number, piece in enumerate(tagged.pieces):
        utterance = tagged.utterance(number)
        person = meeting.person(utterance.speaker)
        decided = int(signals.mode[number])
        yield {
            "series": series,
            "meeting": meeting.id,
            "date": _date(measured),
            "source": meeting.source.name,
            "index": piece.utterance,
            "piece": piece.number,
            "speaker": person.name if person else None,
            "party": person.party if person else None,
            "start": _number(utterance.start),
            "end": _number(utterance.end),
            "heading": utterance.topic,
            "topic": measured.topics[number] if number < len(measured.topics) else None,
            "kind": utterance.kind,
            "text": tagged.encoded.text(number),
            "mode": modes[shown[number]],
            **_beliefs(modes, tagged.beliefs["mode"][number]),
            **_beliefs(barriers, tagged.beliefs["barrier"][number]),
            "flags": ",".join(
                key for key, is_set in zip(barriers, signals.flags[number], strict=True) if is_set
            ),
            "unsure": decided == UNSURE,
            "evidence": _evidence(measured, number),
            "returns_to": tagged.returns.get(number),
            "at": str(utterance.at),
            "model": tagged.encoded.model,
        }


def _beliefs(keys: tuple[str, ...], beliefs: Any) -> Row:
    return {f"p_{key}": _number(belief) for key, belief in zip(keys, beliefs, strict=True)}


def _evidence(measured: Measured, number: int) -> str:
    spans = measured.tagged.spans.get(number, ())
    listed = [{"label": span.label, "start": int(span.start), "end": int(span.end)} for span in spans]
    return json.dumps(listed, ensure_ascii=False)


def _meeting_row(measured: Measured, series: str) -> Row:
    meeting, tagged = measured.meeting, measured.tagged
    return {
        "series": series,
        "meeting": meeting.id,
        "date": _date(measured),
        "title": meeting.title,
        "kind": meeting.kind,
        "pieces": len(tagged),
        "words": sum(len(tagged.encoded.text(number).split()) for number in range(len(tagged))),
        **_figures(measured.figures),
    }


def _figures(figures: Mapping[str, Figure]) -> Row:
    row: Row = {}
    for name, figure in figures.items():
        numbers = (figure.value, figure.low, figure.high) if isinstance(figure, Estimate) else (None,) * 3
        for end, number in zip(("", "_low", "_high"), numbers, strict=True):
            row[name + end] = _number(number)
    return row


def _topic_rows(analysis: Analysis) -> Iterator[Row]:
    dates = {measured.meeting.id: _date(measured) for measured in analysis.meetings}
    for topic in analysis.topics:
        yield {
            "series": analysis.series,
            "topic": topic.topic,
            "label": topic.label,
            "meeting": topic.meeting,
            "date": dates.get(topic.meeting),
            "words": int(topic.words),
            "person_minutes": _number(topic.person_minutes),
            "pieces": int(topic.pieces),
            "circular": int(topic.circular),
            "status": topic.status,
        }


def _date(measured: Measured) -> str | None:
    date = measured.meeting.date
    return date.isoformat() if date else None


def _number(value: Any) -> float | None:
    # Not a number is no number: nothing downstream has to know about NaN.
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), _DIGITS)
