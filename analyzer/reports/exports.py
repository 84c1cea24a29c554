"""Results as files: the table of all exports, and those for other programs (Parquet, CSV, JSON).

EXPORTS is the whole list: to add one, write a function that puts files into a folder, and put it there.
The same results give the same bytes: rows are sorted, the schema is the list of `analyzer.tables`, the
writers' options are fixed and no time stamp is written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from analyzer.records.analysis import Analysis, Measured, Raised, Standing, Trend, by_series
from analyzer.records.figures import Estimate, Figure
from analyzer.records.frames import table_rows
from analyzer.records.tagged import Row
from analyzer.reports.markdown import render_markdown
from analyzer.reports.pages import render_pages
from analyzer.reports.pictures import write_pictures
from analyzer.reports.renaming import Results
from analyzer.tables import (
    Column,
    TableName,
    figure_columns,
    meeting_columns,
    topic_columns,
    utterance_columns,
)

_TABLES: tuple[TableName, ...] = ("utterances", "meetings", "topics")
_OF_A_PARTY = ":"  # in the name of a figure
_ROWS = 8_192  # of utterances made at once
_UNDATED = "9999-99-99"  # undated meetings come last


def table_columns(analyses: Sequence[Analysis], table: TableName) -> list[Column]:
    """List the columns of a table: those of the contract, then three for each further measure.

    A party's figure that is unknown in all meetings has none: an archive has hundreds of parties.
    """
    if table == "utterances":
        return list(utterance_columns())
    if table == "topics":
        return list(topic_columns())
    columns = list(meeting_columns())
    names = {
        name
        for analysis in analyses
        for measured in analysis.meetings
        for name, figure in measured.figures.items()
        if isinstance(figure, Estimate) or _OF_A_PARTY not in name
    } - {column.name for column in columns}
    return columns + [column for name in sorted(names) for column in figure_columns(name)]


def write_parquet(results: Results, folder: Path) -> None:
    """Write utterances, meetings and topics as Parquet; rows by series, date, meeting, index and piece."""
    import pyarrow.parquet

    for name in _TABLES:
        # Fixed options: defaults may change between pyarrow versions, bytes should not.
        with pyarrow.parquet.ParquetWriter(
            folder / f"{name}.parquet",
            _schema(results.analyses, name),
            compression="zstd",
            version="2.6",
            store_schema=False,
            write_statistics=True,
        ) as writer:
            for table in _arrow_tables(results.analyses, name):
                writer.write_table(table, row_group_size=65_536)


def write_csv(results: Results, folder: Path) -> None:
    """Write the same three tables as CSV: UTF-8 with a header; unknown is an empty field."""
    import pyarrow.csv

    for name in _TABLES:
        with pyarrow.csv.CSVWriter(folder / f"{name}.csv", _schema(results.analyses, name)) as writer:
            for table in _arrow_tables(results.analyses, name):
                writer.write_table(table)


def _arrow_tables(analyses: Sequence[Analysis], name: TableName) -> Iterator[Any]:
    """Give a table in parts: an archive's utterances are not in memory at once."""
    import pyarrow as pa

    columns = table_columns(analyses, name)
    # Each part costs Parquet some bytes a column: the small tables, of many columns, are one part.
    for part in _parts(analyses) if name == "utterances" else [analyses]:
        rows = [row for analysis in part for row in table_rows(analysis, name)]
        yield _arrow(sorted(rows, key=_order), columns, pa)


def _parts(analyses: Sequence[Analysis]) -> Iterator[list[Analysis]]:
    """Give the meetings in the order of their rows, some thousand rows at a time; at least one part."""
    part: list[Analysis] = []
    rows = 0
    for analysis in by_series(analyses):
        for measured in sorted(analysis.meetings, key=_age):
            part.append(replace(analysis, meetings=(measured,)))
            rows += len(measured.tagged)
            if rows >= _ROWS:
                yield part
                part, rows = [], 0
    yield part


def _age(measured: Measured) -> tuple[str, str]:
    date = measured.meeting.date
    return (date.isoformat() if date else _UNDATED, measured.meeting.id)


def _schema(analyses: Sequence[Analysis], name: TableName) -> Any:
    import pyarrow as pa

    return _arrow([], table_columns(analyses, name), pa).schema


def _order(row: Row) -> tuple[Any, ...]:
    place = (row.get("index", 0), row.get("piece", 0), row.get("topic") or "")
    return (row["series"], row["date"] or _UNDATED, row["meeting"], *place)


def _arrow(rows: Sequence[Row], columns: Sequence[Column], pa: Any) -> Any:
    kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
    arrays = []
    for column in columns:
        values = [row.get(column.name) for row in rows]
        if column.kind == "text":
            values = [None if value is None else _encodable(value) for value in values]
        arrays.append(pa.array(values, type=kinds[column.kind]))
    schema = pa.schema([pa.field(column.name, kinds[column.kind]) for column in columns])
    return pa.Table.from_arrays(arrays, schema=schema)


def _encodable(text: str) -> str:
    # A lone surrogate (broken source file) is no character and cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def trend_document(analyses: Sequence[Analysis], standings: Sequence[Standing] = ()) -> dict[str, Any]:
    """Give trend.json of the contract: per series its trends, loops, ideas, alerts and findings.

    Numbers are plain floats; null means unknown, and there is no NaN. Pieces are `meeting#index.piece`.
    `comparison` has a row for each measure and series, where there are several.
    """
    ordered = by_series(analyses)
    document: dict[str, Any] = {"series": {analysis.series: _series(analysis) for analysis in ordered}}
    if standings:
        document["comparison"] = [_plain(_standing(one)) for one in standings]
    return document


def _standing(one: Standing) -> dict[str, Any]:
    row = {"series": one.series, "measure": one.measure, "weight": one.weight}
    return row | _bounds("own", one.own) | _bounds("shrunk", one.shrunk)


def _raised(one: Raised) -> dict[str, Any]:
    row = {"party": one.party, "topics": one.topics} | _bounds("decided", one.decided)
    return {key: _plain(value) for key, value in row.items()}


def _bounds(name: str, figure: Figure) -> dict[str, float | None]:
    if isinstance(figure, Estimate):
        return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
    return {name: None, f"{name}_low": None, f"{name}_high": None}


def write_json(results: Results, folder: Path) -> None:
    """Write trend.json."""
    _write(folder / "trend.json", json_text(trend_document(results.analyses, results.standings)))


def write_html(results: Results, folder: Path) -> None:
    """Write report.html, and for many series a page for each beside it."""
    for name, page in render_pages(results.analyses, failures=results.failures, run=results.run):
        _write(folder / name, page)


def write_markdown(results: Results, folder: Path) -> None:
    """Write report.md."""
    _write(
        folder / "report.md", render_markdown(results.analyses, failures=results.failures, run=results.run)
    )


def json_text(content: Mapping[str, Any]) -> str:
    """Write a JSON document as all files of a run are written."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A way to write results: its name, what it writes into a folder; `always` needs no asking."""

    name: str
    about: str
    write: Callable[[Results, Path], None]
    always: bool = False


EXPORTS = (
    Export(
        name="parquet", about="the tables utterances, meetings and topics", write=write_parquet, always=True
    ),
    Export(
        name="json", about="trend.json: trends, loops, ideas, alerts, findings", write=write_json, always=True
    ),
    Export(
        name="html",
        about="report.html: one offline page; of many series an overview, and a page for each",
        write=write_html,
        always=True,
    ),
    Export(name="csv", about="the tables as CSV", write=write_csv),
    Export(
        name="markdown", about="report.md: the digest, the figures and the loop ledger", write=write_markdown
    ),
    Export(name="svg", about="each chart as a picture", write=partial(write_pictures, kind="svg")),
    Export(name="png", about="each chart as a picture of dots", write=partial(write_pictures, kind="png")),
)


def write_exports(results: Results, folder: Path, formats: Iterable[str] = ()) -> None:
    """Write what every run leaves, and the formats asked for.

    Args:
        results: in any order.
        folder: must exist.
        formats: names of further exports.

    Raises:
        OSError: if a file cannot be written.
    """
    asked = set(formats)
    for export in EXPORTS:
        if export.always or export.name in asked:
            export.write(results, folder)


def _series(analysis: Analysis) -> dict[str, Any]:
    return {
        "trends": [_trend(trend) for trend in analysis.trends],
        "topic_trends": [_trend(trend) for trend in analysis.topic_trends],
        "loops": [_plain(asdict(loop)) for loop in analysis.loops],
        "raised": [_raised(one) for one in analysis.raised],
        "actions": [_plain(asdict(action)) for action in analysis.actions],
        "ideas": [_plain(asdict(idea)) for idea in analysis.ideas],
        "alerts": [_plain(asdict(alert)) for alert in analysis.alerts],
        "findings": [_plain(asdict(finding)) for finding in analysis.findings],
    }


def _trend(trend: Trend) -> dict[str, Any]:
    slope = trend.slope if isinstance(trend.slope, Estimate) else None
    known = sum(isinstance(figure, Estimate) for _, figure in trend.points)
    document = {
        "measure": trend.measure,
        "verdict": trend.verdict,
        "slope": slope.value if slope else None,
        "low": slope.low if slope else None,
        "high": slope.high if slope else None,
        "n": slope.n if slope else known,
        "changes": [asdict(change) for change in trend.changes],
    }
    return {key: _plain(value) for key, value in document.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _encodable(value)
    if value is None or isinstance(value, bool | int):
        return value
    number = float(value)  # numpy's floats too
    return round(number, 6) if math.isfinite(number) else None
