"""A run that may be cut short: equal bytes at the end, nothing done twice, every change noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.batch import segments
from analyzer.cli import cli

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("utterances", "meetings", "topics")

# Ends itself like `kill -9` after some sources, in the middle of the work.
KILLED = """
import os, signal, sys
from pathlib import Path
from analyzer.batch import pool
from analyzer.batch.run import Batch
from analyzer.batch.segments import FolderShelf
from analyzer.ingest.sources import find_documents
from analyzer.pipeline import SerialExecutor
from analyzer.tagging.tagger import Tagger

if __name__ == "__main__":
    kind, archive, shelf, model = sys.argv[1:]

    def progress(event):
        if event.stage == "tag" and event.done == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    batch = Batch(
        documents=find_documents([archive]),
        tagger=Tagger.load(model, threads=1),
        shelf=FolderShelf(Path(shelf)),
        executor=SerialExecutor() if kind == "serial" else pool.PoolExecutor(2),
        progress=progress,
    )
    for failure in batch.prepare(batch.plan()):
        print(failure)
"""


@pytest.fixture
def archive(tmp_path) -> Path:
    """Two series of four meetings each, and two files that cannot be read."""
    folder = tmp_path / "archive"
    for series in ("alpha", "beta"):
        (folder / series).mkdir(parents=True)
        for month in range(1, 5):
            write(folder / series / f"2024-0{month}-10 board.md", f"{series} {month}")
    (folder / "alpha" / "empty.vtt").write_bytes(b"")
    (folder / "beta" / "picture.vtt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return folder


def write(file: Path, what: str) -> None:
    said = "".join(
        f"**Ann**: My report on {what}, point {n}.\n\n**Bob**: Imagine {n} again.\n\n" for n in range(9)
    )
    file.write_text(f"# Board\n\n{said}")


@pytest.fixture
def batch(model_folder, archive, tmp_path):
    """The command, on the tiny model."""

    def run(*more: object, command: str = "batch", out: str = "out", paths: tuple[Path, ...] = ()) -> Result:
        line = [command, *map(str, paths or (archive,)), "--out", str(tmp_path / out), *map(str, more)]
        if "--model" not in line:
            line += ["--model", str(model_folder)]
        if command == "batch" and "--executor" not in line:
            line += ["--executor", "serial"]  # starting processes is what costs here
        return CliRunner().invoke(cli, line, catch_exceptions=False)

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and file.name != "run.json"
    }


def kept(folder: Path) -> set[str]:
    return {file.name for file in (folder / ".prepared").glob("*.meetings")}


@pytest.mark.parametrize("executor", ["serial", "pool"])
def test_a_batch_leaves_what_analyze_leaves(batch, tmp_path, executor):
    done = batch("--executor", executor, "--format", "csv", out="batch")
    batch("--format", "csv", command="analyze", out="plain")

    assert done.exit_code == 0
    assert contents(tmp_path / "batch") == contents(tmp_path / "plain")
    assert {f"{table}.parquet" for table in TABLES} <= set(contents(tmp_path / "batch"))


@pytest.mark.parametrize("executor", ["serial", "pool"])
def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_bytes(
    batch, archive, model_folder, tmp_path, executor
):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    line = [executor, str(archive), str(tmp_path / "out" / ".prepared"), str(model_folder)]
    died = subprocess.run([sys.executable, str(script), *line], capture_output=True, text=True, cwd=ROOT)
    finished = kept(tmp_path / "out")

    again = batch("--executor", executor)
    batch(out="whole")

    assert died.returncode == -9
    assert 2 <= len(finished) < 8
    assert f"{len(finished)} finished before and taken up; {9 - len(finished)} to do" in again.stderr
    assert finished < kept(tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_second_run_does_nothing_anew(batch, tmp_path):
    batch()
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "out" / ".prepared").iterdir()}

    again = batch()

    assert "8 finished before and taken up; 1 to do; 1 cannot be opened." in again.stderr
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "out" / ".prepared").iterdir()} == before


def test_a_file_that_cannot_be_read_is_one_line_and_the_rest_goes_on(batch, tmp_path):
    done = batch()

    lines = (tmp_path / "out" / "failures.jsonl").read_text().splitlines()
    assert done.exit_code == 0
    assert [json.loads(line)["where"] for line in lines] == ["alpha/empty.vtt", "beta/picture.vtt"]


def test_a_changed_file_is_done_again_and_what_it_was_is_thrown_away(batch, archive, tmp_path):
    batch()
    before = kept(tmp_path / "out")
    write(archive / "alpha" / "2024-02-10 board.md", "something else")

    again = batch()
    batch(out="whole")

    assert "7 finished before and taken up; 2 to do, alpha/2024-02-10 board.md anew" in again.stderr
    assert len(before & kept(tmp_path / "out")) == 7
    assert len(kept(tmp_path / "out")) == 8
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_removed_file_is_missed_and_leaves_no_trace(batch, archive, tmp_path):
    batch()
    (archive / "beta" / "2024-03-10 board.md").unlink()

    again = batch()
    batch(out="whole")

    assert "not there any more: beta/2024-03-10 board.md" in again.stderr
    assert len(kept(tmp_path / "out")) == 7
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_roster_that_comes_later_counts(batch, archive, tmp_path):
    batch()
    (archive / "alpha" / "people.csv").write_text("name,party\nAnn,North\nBob,South\n")

    again = batch()
    batch(out="whole")

    assert "4 finished before and taken up" in again.stderr  # those of the other folder
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_other_options_make_everything_anew(batch, tmp_path):
    batch()

    again = batch("--series", "gamma")

    assert "taken up" not in again.stderr
    assert set(json.loads((tmp_path / "out" / "trend.json").read_text())["series"]) == {"gamma"}


def test_another_model_makes_everything_anew(batch, model_folder, tmp_path):
    import shutil

    batch()
    other = tmp_path / "models" / model_folder.name
    shutil.copytree(model_folder, other)
    config = json.loads((other / "config.json").read_text())
    config["calibration"]["mode"]["temperature"] = 2.0
    (other / "config.json").write_text(json.dumps(config))

    again = batch("--model", other)

    assert "taken up" not in again.stderr
    assert again.exit_code == 0


def test_what_is_read_from_disk_again_and_again_gives_the_same_bytes(batch, tmp_path, monkeypatch):
    formats = ("--format", "csv", "--format", "markdown")
    batch(*formats, out="held")
    monkeypatch.setattr(segments, "_HELD_BYTES", 0)

    batch(*formats, out="unheld")

    assert contents(tmp_path / "unheld") == contents(tmp_path / "held")


def test_names_that_are_hidden_are_not_kept_either(batch, tmp_path):
    done = batch("--names", "roles")

    assert done.exit_code == 0
    assert not (tmp_path / "out" / ".prepared").exists()
    assert "holds names and was thrown away" in done.stderr


def test_a_place_that_was_named_is_left_as_it_is(batch, archive, tmp_path):
    batch("--keep", tmp_path / "kept")
    (archive / "beta" / "2024-03-10 board.md").unlink()
    batch("--keep", tmp_path / "kept", "--names", "roles")

    assert len(list((tmp_path / "kept").glob("*.meetings"))) == 8
    assert not (tmp_path / "out" / ".prepared").exists()


def test_nothing_that_can_be_read_is_exit_code_1(batch, archive):
    done = batch(paths=(archive / "alpha" / "empty.vtt",))

    assert done.exit_code == 1
    assert "the file is empty" in done.stderr


@pytest.mark.parametrize("option", [("--workers", "0"), ("--executor", "ray"), ("--file-minutes", "no")])
def test_wrong_use_is_exit_code_2(batch, option):
    assert batch(*option).exit_code == 2


def test_work_that_cannot_be_kept_is_one_sentence(archive, model_folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    line = ["batch", str(archive), "--out", str(tmp_path / "file"), "--model", str(model_folder)]

    done = subprocess.run(
        [Path(sys.executable).with_name("analyzer"), *line], capture_output=True, text=True, cwd=ROOT
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") <= 4
    assert "Traceback" not in done.stderr


def test_a_full_disk_ends_the_run_with_one_sentence(archive, model_folder, tmp_path):
    # A file may not grow beyond 2 kB: what is written fails as on a full disk, whoever runs it.
    program = Path(sys.executable).with_name("analyzer")
    line = f"'{program}' batch '{archive}' --out '{tmp_path / 'out'}' --model '{model_folder}'"
    limited = f"trap '' XFSZ; ulimit -f 2; exec {line}"

    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 2
    assert "finished work cannot be kept (File too large)" in done.stderr
    assert done.stderr.count("cannot be kept") == 1
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "out" / ".prepared").glob("*.part")) == []
