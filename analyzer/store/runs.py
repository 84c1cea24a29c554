"""Results folders and partnerships: what an analyst's run left opens here, and what is here opens there.

A run holds words, people and places, and no vectors. So its meetings are taken in like files, one upload for
each source, under the ids they have in the run, and are tagged anew by the model of this server: by the same
model, the same tables come out again. Lost are people who were present and never spoke, and corrections.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.errors import DamagedFile, NotThere, StoreError, TooLarge
from analyzer.records.analysis import Analysis
from analyzer.records.tagged import Row
from analyzer.reports.names import Names
from analyzer.store import analyses, uploads
from analyzer.store.uploads import Received
from analyzer.store.workspace import Tenant

TABLES = ("utterances.parquet", "meetings.parquet")  # of a results folder: what a run is read from
_MOST_ROWS = 2_000_000
_MOST_BYTES = 2_000_000_000  # of a table, unpacked
_SPOKEN = (
    *("series", "meeting", "source", "index", "piece", "speaker", "party", "start", "end"),
    *("heading", "kind", "text", "at"),
)
_HELD = ("series", "meeting", "title", "date", "kind")


def load_folder(tenant: Tenant, folder: Path, *, limit_bytes: int) -> list[Received]:
    """Take the meetings of a results folder in; raises as `load_run`, and NotThere if it is none."""
    try:
        tables = {name: (folder / name).read_bytes() for name in TABLES}
    except OSError as error:
        raise NotThere(
            what="this is no results folder",
            where=str(folder),
            remedy="name one that analyzer analyze wrote with --out",
        ) from error
    return load_run(tenant, tables, limit_bytes=limit_bytes)


def load_run(tenant: Tenant, tables: Mapping[str, bytes], *, limit_bytes: int) -> list[Received]:
    """Take the meetings of a run in.

    Args:
        tenant: opened with the role lead.
        tables: the bytes of each of TABLES.
        limit_bytes: larger sources are refused.

    Returns:
        What became of each source.

    Raises:
        DamagedFile: if a table cannot be read or lacks a column, or there are several series.
        TooLarge: if there is more in it than can be taken in.
    """
    spoken = _rows("utterances.parquet", tables, _SPOKEN)
    held = {row["meeting"]: row for row in _rows("meetings.parquet", tables, _HELD)}
    series = sorted({str(row["series"]) for row in held.values()})
    if len(series) > 1:
        raise DamagedFile(
            what=f"there are {len(series)} series in it, such as {series[0]!r} and {series[1]!r}",
            where="meetings.parquet",
            remedy="analyse one partnership at a time, and take each in where it belongs",
        )
    received = []
    for source, lines in _sources(spoken, held).items():
        content = [json.dumps(line).encode() + b"\n" for line in lines]
        received.append(uploads.receive(tenant, source, content, limit_bytes=limit_bytes))
    tenant.note("run taken in", str(len(received)))
    return received


def save_folder(tenant: Tenant, folder: Path, *, names: Names = "given") -> None:
    """Write a partnership's last analysis as a results folder: tables, trend.json, run.json, failures.jsonl.

    Args:
        tenant: opened with the role viewer.
        folder: must exist.
        names: how people are called.

    Raises:
        NotThere: if there are no figures yet.
        StoreError: if the folder cannot be written.
    """
    kept = analyses.load(tenant)
    if kept is None:
        raise NotThere(
            what="there are no figures yet", where=tenant.partnership.name, remedy="give a file first"
        )
    failed = [json.dumps(row, ensure_ascii=False) + "\n" for row in _failures(tenant)]
    try:
        write_tables(kept[1], folder, names)
        # A file that could not be read is named after people often enough.
        _write(folder / "failures.jsonl", "".join(failed) if names == "given" else "")
    except OSError as error:
        raise StoreError(
            what=f"the results cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="check that the disk has room and can be written",
        ) from error


def write_tables(analysis: Analysis, folder: Path, names: Names) -> None:
    """Write the tables of an analysis as Parquet and CSV, trend.json and run.json; raises OSError."""
    from analyzer.reports.exports import json_text, write_csv, write_json, write_parquet
    from analyzer.reports.renaming import Results, under_names

    results = under_names(Results(analyses=(analysis,), run=analysis.run), names)
    for write in (write_parquet, write_csv, write_json):
        write(results, folder)
    _write(folder / "run.json", json_text(results.run))


def _rows(name: str, tables: Mapping[str, bytes], columns: Sequence[str]) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(tables[name]))
        about = file.metadata
        size = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
        if about.num_rows > _MOST_ROWS or size > _MOST_BYTES:
            raise TooLarge(
                what=f"it has {about.num_rows} rows", where=name, remedy=f"take in at most {_MOST_ROWS}"
            )
        rows: list[Row] = file.read(columns=list(columns)).to_pylist()
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise DamagedFile(
            what=f"the table cannot be read ({type(error).__name__})",
            where=name,
            remedy="make the results again",
        ) from error
    if rows and set(columns) - set(rows[0]):
        raise DamagedFile(
            what=f"the column {min(set(columns) - set(rows[0]))!r} is missing",
            where=name,
            remedy="make the results again with this version",
        )
    return rows


def _sources(spoken: Sequence[Row], held: Mapping[str, Row]) -> dict[str, list[Row]]:
    """Give the canonical rows of each source, in the order of the run."""
    of_meeting: dict[str, list[Row]] = {}
    for row in spoken:
        of_meeting.setdefault(str(row["meeting"]), []).append(row)
    sources: dict[str, list[Row]] = {}
    for key, rows in of_meeting.items():
        source = str(rows[0]["source"] or key)
        lines = sources.setdefault(source, [])
        lines.append(_meeting(key, rows, held.get(key, {})))
        lines += _utterances(rows)
    return sources


def _meeting(key: str, rows: Sequence[Row], about: Mapping[str, Any]) -> Row:
    people = {row["speaker"]: row["party"] for row in rows if row["speaker"]}
    return {
        "meeting": {
            # No series: the id stays as it is in the run, so that its refs hold here too.
            **{"id": key, "title": about.get("title"), "date": about.get("date"), "kind": about.get("kind")},
            "parties": list(dict.fromkeys(party for party in people.values() if party)),
            "people": [{"name": name, "party": party} for name, party in people.items()],
        }
    }


def _utterances(rows: Sequence[Row]) -> Iterator[Row]:
    """Put the pieces of each utterance together again."""
    ordered = sorted(rows, key=lambda row: (row["index"], row["piece"]))
    texts: dict[int, list[str]] = {}
    for row in ordered:
        texts.setdefault(row["index"], []).append(str(row["text"] or ""))
    for row in ordered:
        if row["piece"] == 0:
            yield {
                **{name: row[name] for name in ("index", "speaker", "party", "start", "end", "kind", "at")},
                "topic": row["heading"],
                "text": " ".join(texts[row["index"]]),
            }


def _failures(tenant: Tenant) -> Iterator[Row]:
    for one in uploads.listed(tenant):
        if one.failure:
            yield {"what": one.failure, "where": one.name, "remedy": "give the file again", "stage": "read"}


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
