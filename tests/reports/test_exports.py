"""Tables and trend document are those of the contract, and the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

import analyzer
from analyzer.cli.analyze import command
from analyzer.records.figures import Unknown
from analyzer.reports import exports
from analyzer.reports.exports import EXPORTS, trend_document, write_csv, write_exports, write_parquet
from analyzer.reports.names import NAMES
from analyzer.reports.renaming import Results
from analyzer.tables import meeting_columns, topic_columns, utterance_columns

TABLES = ("utterances", "meetings", "topics")


def write_tables(analyses, folder):
    write_parquet(Results(analyses=tuple(analyses)), folder)
    write_csv(Results(analyses=tuple(analyses)), folder)


@pytest.fixture
def written(small, tmp_path):
    write_tables([small], tmp_path)
    return tmp_path


def test_tables_have_the_columns_of_the_contract(written):
    read = {name: pq.read_table(written / f"{name}.parquet") for name in TABLES}

    assert read["utterances"].column_names == [column.name for column in utterance_columns()]
    assert read["topics"].column_names == [column.name for column in topic_columns()]
    expected = [column.name for column in meeting_columns()]
    assert read["meetings"].column_names[: len(expected)] == expected
    assert "talk_share:Bank_low" in read["meetings"].column_names


def test_column_types_are_those_of_the_list(written):
    kinds = {"text": "string", "integer": "int64", "number": "double", "flag": "bool"}

    schema = pq.read_schema(written / "utterances.parquet")

    assert [str(field.type) for field in schema] == [kinds[column.kind] for column in utterance_columns()]


def test_rows_are_in_order_and_the_same_whatever_the_order_given(small, build, said, tmp_path):
    other = build([[said(text="Yes.", mode="")]], series="Beta", dated=False)
    folders = [tmp_path / name for name in "ab"]
    for folder, analyses in zip(folders, ([small, other], [other, small]), strict=True):
        folder.mkdir()
        write_tables(analyses, folder)

    names = [f"{table}.{end}" for table in TABLES for end in ("parquet", "csv")]
    assert [(folders[0] / name).read_bytes() for name in names] == [
        (folders[1] / name).read_bytes() for name in names
    ]
    rows = pq.read_table(folders[0] / "utterances.parquet").to_pylist()
    assert [(row["meeting"], row["index"]) for row in rows[:7]] == [
        *(("m1", index) for index in range(4)),
        *(("m2", index) for index in range(3)),
    ]
    assert rows[-1]["series"] == "Beta"


def test_a_party_of_which_nothing_is_known_has_no_columns(small, tmp_path):
    [first, second] = small.meetings
    nothing = {"talk_share:Sponsor": Unknown(reason="no times"), "talk_share": Unknown(reason="no times")}
    known = replace(second, figures={**second.figures, **nothing})

    write_tables([replace(small, meetings=(first, known))], tmp_path)

    names = pq.read_schema(tmp_path / "meetings.parquet").names
    assert {"talk_share:Bank", "talk_share"} <= set(names)
    assert "talk_share:Sponsor" not in names


def test_many_rows_are_written_in_parts_and_read_as_one_table(build, said, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "_ROWS", 2)
    analyses = [
        build([[said(text=f"{number}")] for number in range(5)], series=series)
        for series in ("Beta", "Alpha")
    ]

    write_tables(analyses, tmp_path)

    rows = pq.read_table(tmp_path / "utterances.parquet").to_pylist()
    assert [(row["series"], row["text"]) for row in rows] == [
        (series, f"{number}") for series in ("Alpha", "Beta") for number in range(5)
    ]
    assert len((tmp_path / "utterances.csv").read_text().splitlines()) == 11


def test_evidence_is_json_and_unknown_is_null(written):
    rows = pq.read_table(written / "utterances.parquet").to_pylist()

    assert all(isinstance(json.loads(row["evidence"]), list) for row in rows)
    assert rows[3]["speaker"] is None
    assert rows[3]["unsure"] is True
    assert rows[4]["returns_to"] == "m1#1.0"


def test_the_trend_document_has_the_shape_of_the_contract(small):
    document = json.loads(json.dumps(trend_document([small]), allow_nan=False))

    series = document["series"]["Alpha"]
    known = {"trends", "topic_trends", "loops", "raised", "actions", "ideas", "alerts", "findings"}
    assert set(series) == known
    assert set(series["trends"][0]) == {"measure", "verdict", "slope", "low", "high", "n", "changes"}
    assert series["trends"][0]["slope"] is None
    assert series["trends"][0]["n"] == 2
    assert set(series["alerts"][0]) == {"kind", "meeting", "measure", "sentence"}
    assert set(series["findings"][0]) == {"sentence", "figures", "pieces", "kind", "reworded_from"}
    assert series["loops"][0]["person_minutes"] is None


def test_known_slopes_and_changes_are_numbers(build, said):
    meeting = [said(text="Yes.", mode="")]

    trend = trend_document([build([meeting] * 6)])["series"]["Alpha"]["trends"][0]

    assert (trend["slope"], trend["low"], trend["high"], trend["n"]) == (0.021, -0.004, 0.05, 6)
    assert trend["changes"] == [{"meeting": "m4", "before": 0.2, "after": 0.1}]


def test_text_that_is_not_unicode_is_written(build, said, tmp_path):
    write_tables([build([[said(text="a\ud800b", mode="")]])], tmp_path)

    assert pq.read_table(tmp_path / "utterances.parquet")["text"].to_pylist() == ["a?b"]


def test_no_analysis_gives_empty_tables_of_the_same_columns(tmp_path):
    write_tables([], tmp_path)

    table = pq.read_table(tmp_path / "utterances.parquet")
    assert (table.num_rows, table.column_names) == (0, [column.name for column in utterance_columns()])


def test_every_run_leaves_the_contract_and_further_formats_on_request(small, tmp_path):
    results = Results(analyses=(small,))
    for formats in ((), ("csv", "markdown", "svg", "png")):
        folder = tmp_path / str(len(formats))
        folder.mkdir()
        write_exports(results, folder, formats)

    names = {file.name for file in (tmp_path / "0").iterdir()}
    more = {file.name for file in (tmp_path / "4").iterdir()} - names
    assert names == {*(f"{table}.parquet" for table in TABLES), "report.html", "trend.json"}
    assert {name.rpartition(".")[2] for name in more} == {"csv", "md", "svg", "png"}


def test_the_command_offers_every_export_and_every_way_to_name():
    options = {parameter.name: parameter.type for parameter in command.params}

    asked = {export.name for export in EXPORTS if not export.always}
    assert set(options["formats"].choices) == asked | {"parquet"}
    assert tuple(options["names"].choices) == NAMES
    assert len({export.name for export in EXPORTS}) == len(EXPORTS)


def test_several_series_are_put_side_by_side(build, said):
    rows = [[said(text="Yes, as we said.", mode="circular")] * 20 + [said(text="It runs.")] * 60] * 3
    analyses = [build(rows, series=name) for name in ("Alpha", "Beta", "Gamma")]

    document = json.loads(json.dumps(trend_document(analyses, analyzer.compare(analyses)), allow_nan=False))

    rows = {(row["series"], row["measure"]): row for row in document["comparison"]}
    alpha = rows["Alpha", "share_circular"]
    assert alpha["own"] == pytest.approx(0.25)
    assert alpha["shrunk_low"] < alpha["shrunk"] < alpha["shrunk_high"]
    assert alpha["shrunk_high"] - alpha["shrunk_low"] < alpha["own_high"] - alpha["own_low"]
    assert {name for name, _ in rows} == {"Alpha", "Beta", "Gamma"}


def test_one_series_is_beside_nothing(small):
    assert "comparison" not in trend_document([small])
