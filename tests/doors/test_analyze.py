"""`analyzer analyze`: files and folders in, a results folder out, whatever some of the files are."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from analyzer.cli import cli
from analyzer.tables import meeting_columns, topic_columns, utterance_columns

RESULTS = {
    "failures.jsonl",
    "meetings.parquet",
    "report.html",
    "run.json",
    "topics.parquet",
    "trend.json",
    "utterances.parquet",
}


@pytest.fixture
def analyze(model_folder):
    """The command, on the tiny model."""

    def run(*arguments: str | Path) -> Result:
        line = ["analyze", *map(str, arguments), "--model", str(model_folder)]
        return CliRunner().invoke(cli, line, catch_exceptions=False)

    return run


@pytest.fixture(scope="module")
def results(model_folder, samples, tmp_path_factory):
    """What the samples give, and what was printed."""
    out = tmp_path_factory.mktemp("results")
    line = ["analyze", str(samples), "--out", str(out), "--model", str(model_folder), "--format", "csv"]
    done = CliRunner().invoke(cli, line, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return out, done.output


def rows(folder: Path, table: str) -> list[dict]:
    return pyarrow.parquet.read_table(folder / f"{table}.parquet").to_pylist()


def failures(folder: Path) -> dict[str, dict]:
    lines = (folder / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["where"]: row for row in map(json.loads, lines)}


def test_the_samples_are_one_series_of_six_meetings_and_their_mail(results):
    meetings = rows(results[0], "meetings")
    dates = [row["date"] for row in meetings if row["kind"] != "email"]

    assert {row["series"] for row in meetings} == {"bank_it"}
    assert sorted(dates) == [
        "2025-03-06",
        "2025-04-10",
        "2025-05-22",
        "2025-07-03",
        "2025-09-11",
        "2025-11-20",
    ]
    assert any(row["kind"] == "email" for row in meetings)
    assert [row["meeting"] for row in meetings if row["date"] is None] == []
    assert failures(results[0]) == {}


def test_the_folder_holds_what_the_contract_says(results):
    names = {path.name for path in results[0].iterdir()}

    assert names == RESULTS | {"utterances.csv", "meetings.csv", "topics.csv"}
    for table, columns in (
        ("utterances", utterance_columns()),
        ("meetings", meeting_columns()),
        ("topics", topic_columns()),
    ):
        schema = pyarrow.parquet.read_schema(results[0] / f"{table}.parquet")
        assert {column.name for column in columns} - set(schema.names) == set()


def test_run_json_says_what_made_the_results(results, samples):
    run = json.loads((results[0] / "run.json").read_text(encoding="utf-8"))

    assert {"versions", "model", "codebook", "settings", "inputs", "started", "finished"} <= set(run)
    assert len(run["inputs"]) == len(list(samples.iterdir())) - 1  # the roster is no meeting


def test_the_last_lines_say_what_was_found_and_where_the_report_lies(results):
    folder, printed = results

    assert "bank_it" in printed
    assert printed.rstrip().endswith(str(folder / "report.html"))
    findings = json.loads((folder / "trend.json").read_text())["series"]["bank_it"]["findings"]
    told = printed.partition("\nbank_it\n")[2].partition("\n\n")[0].splitlines()
    assert findings
    assert len(told) <= 8
    assert findings[0]["sentence"][:60] in told[0]
    assert told[0].strip().startswith("What changed")
    assert f"and {len(findings) - len(told) + 1} more findings in the report" in told[-1]


def test_the_shares_of_a_line_add_up_with_what_is_unsure(results):
    lines = [line for line in results[1].splitlines() if re.match(r" \d{4}-\d\d-\d\d ", line)]

    shares = [[int(share) for share in re.findall(r"(\d+)%", line)] for line in lines]

    assert len(shares) == 9
    assert all(len(each) == 6 and abs(sum(each[:5]) - 100) <= 2 for each in shares)  # each is rounded


def test_the_trends_can_be_shown_again(results):
    folder = str(results[0])
    written = json.loads((results[0] / "trend.json").read_text(encoding="utf-8"))

    shown = CliRunner().invoke(cli, ["trend", folder], catch_exceptions=False)
    raw = CliRunner().invoke(cli, ["trend", folder, "--format", "json"], catch_exceptions=False)

    assert shown.exit_code == 0
    assert "bank_it" in shown.output
    assert all(row["sentence"] in shown.output for row in written["series"]["bank_it"]["findings"])
    assert json.loads(raw.stdout) == written


def test_every_speaker_of_the_samples_speaks_for_a_party(results):
    unknown = [row for row in rows(results[0], "utterances") if row["speaker"] and not row["party"]]

    assert {row["speaker"] for row in unknown} <= {"Unknown Speaker"}


def test_broken_files_get_one_sentence_each_and_the_others_go_on(analyze, archive, broken, limit, tmp_path):
    done = analyze(archive, "--out", tmp_path / "out", *limit)

    failed = failures(tmp_path / "out")
    assert done.exit_code == 0
    assert set(failed) == set(broken)
    assert {row["source"] for row in rows(tmp_path / "out", "utterances")} == {
        "2025-09-04 call.txt",
        "notes-jsc-july.md",
    }
    for name, words in broken.items():
        assert words in failed[name]["what"]


def test_every_failure_says_what_where_and_the_remedy_on_one_line(analyze, archive, limit, tmp_path):
    done = analyze(archive, "--out", tmp_path / "out", *limit)

    for row in failures(tmp_path / "out").values():
        assert set(row) == {"what", "where", "remedy", "stage"}
        assert all(row.values())
        assert f"{row['where']}: {row['what']}; {row['remedy']}." in done.stderr.replace("\n", " ")
        assert "Error" not in row["what"]
    assert "Traceback" not in done.output


def test_text_in_an_old_charset_is_read(analyze, archive, limit, tmp_path):
    analyze(archive, "--out", tmp_path / "out", *limit)

    said = [row["text"] for row in rows(tmp_path / "out", "utterances") if row["source"].endswith("call.txt")]

    assert said[0] == "Größe again."


def test_a_folder_of_broken_files_only_is_exit_code_1(analyze, archive, broken, limit, tmp_path):
    (archive / "notes-jsc-july.md").unlink()
    (archive / "2025-09-04 call.txt").unlink()

    done = analyze(archive, "--out", tmp_path / "out", *limit)

    assert done.exit_code == 1
    assert set(failures(tmp_path / "out")) == set(broken)


def test_a_path_that_does_not_exist_is_a_failure_of_its_own(analyze, samples, tmp_path):
    done = analyze(samples / "notes-jsc-july.md", tmp_path / "nowhere.vtt", "--out", tmp_path / "out")

    assert done.exit_code == 0
    (failed,) = failures(tmp_path / "out").values()
    assert failed["where"].endswith("nowhere.vtt")
    assert "cannot be opened" in failed["what"]


def test_an_empty_folder_is_exit_code_1(analyze, tmp_path):
    (tmp_path / "empty").mkdir()

    done = analyze(tmp_path / "empty", "--out", tmp_path / "out")

    assert done.exit_code == 1
    assert "no file" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        ["analyze"],
        ["analyze", "x.vtt"],
        ["analyse", "x.vtt"],
        ["analyze", "x.vtt", "--out", "o", "--date", "May"],
    ],
)
def test_wrong_use_is_exit_code_2(line):
    done = CliRunner().invoke(cli, line)

    assert done.exit_code == 2


def test_the_same_input_gives_the_same_bytes_in_any_order(analyze, samples, tmp_path):
    files = sorted(path for path in samples.iterdir() if path.name != "people.csv")

    analyze(*files, "--out", tmp_path / "there", "--format", "csv")
    analyze(*reversed(files), "--out", tmp_path / "back", "--format", "csv")

    for path in (tmp_path / "there").iterdir():
        other = tmp_path / "back" / path.name
        if path.name == "run.json":
            assert without_times(path) == without_times(other)
        else:
            assert path.read_bytes() == other.read_bytes(), path.name


def without_times(path: Path) -> dict:
    run = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in run.items() if key not in ("started", "finished")}


@pytest.mark.parametrize("names", ["roles", "pseudonyms"])
def test_no_name_of_a_known_person_is_in_any_file(analyze, samples, tmp_path, names):
    shutil.copytree(samples, tmp_path / "in")
    (tmp_path / "in" / "empty note of Annika Feldborg.txt").touch()
    with (samples / "people.csv").open(encoding="utf-8") as roster:
        known = {name for row in csv.DictReader(roster) for name in re.findall(r"[^\W\d_]{3,}", row["name"])}
    asked = [part for name in ("csv", "markdown", "svg") for part in ("--format", name)]

    done = analyze(tmp_path / "in", "--out", tmp_path / "out", "--names", names, *asked)

    texts = {
        path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir() if text(path)
    }
    for table in ("utterances", "meetings", "topics"):
        texts[f"{table}.parquet"] = json.dumps(rows(tmp_path / "out", table), ensure_ascii=False)
    texts["the terminal"] = done.stdout
    left = {
        (file, name)
        for file, content in texts.items()
        for name in known - {"van"}
        if re.search(rf"(?<![^\W\d_]){name}(?![^\W\d_])", content, re.I)
    }
    assert {"report.html", "report.md", "run.json", "trend.json", "utterances.csv"} <= set(texts)
    assert left == set()
    assert json.loads(texts["run.json"])["names"] == names


def text(path: Path) -> bool:
    return path.suffix != ".parquet"


def test_files_of_the_user_in_the_results_folder_stay(analyze, samples, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")

    analyze(samples / "notes-jsc-july.md", "--out", tmp_path)

    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert not list(tmp_path.glob(".writing-*"))
