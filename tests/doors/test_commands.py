"""The program as people start it: a process of its own, its exit code, its streams."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import COMMANDS, cli

PROGRAM = Path(sys.executable).with_name("analyzer")


def run(*arguments, program=(PROGRAM,), **more):
    return subprocess.run([*program, *map(str, arguments)], capture_output=True, text=True, **more)


@pytest.mark.parametrize(
    "program", [(PROGRAM,), (sys.executable, "-m", "analyzer")], ids=["script", "module"]
)
def test_help_lists_every_command_with_its_line(program):
    done = run("--help", program=program)

    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stderr == ""


def test_the_version_is_told():
    assert analyzer.__version__ in run("--version").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_helps(name):
    done = CliRunner().invoke(cli, [name, "--help"])

    assert done.exit_code == 0
    assert done.output.startswith("Usage: ")


def test_an_unknown_command_is_wrong_use():
    done = run("analyse")

    assert done.returncode == 2
    assert "No such command 'analyse'" in done.stderr


def test_a_model_that_does_not_exist_is_one_sentence(samples, tmp_path):
    done = run("tag", samples / "notes-jsc-july.md", "--model", "cocreaton")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("analyzer: cocreaton: there is no such model; name a folder")
    assert "Traceback" not in done.stderr


def test_a_setting_that_makes_no_sense_is_one_sentence(samples, tmp_path):
    (tmp_path / "settings.yaml").write_text("max_file_mb: lots\n")

    done = run("read", samples / "notes-jsc-july.md", "--config", tmp_path / "settings.yaml")

    assert done.returncode == 2
    assert "max_file_mb is 'lots'" in done.stderr


def test_a_closed_pipe_is_no_error(samples, model_folder):
    line = f"{PROGRAM} tag '{samples}/notes-jsc-july.md' --model '{model_folder}' --format jsonl | head -n 1"

    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True)

    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_whole_run_as_a_process(samples, model_folder, tmp_path):
    out = tmp_path / "out"

    done = run("analyze", samples, "--out", out, "--model", model_folder)
    again = run("trend", out)

    assert done.returncode == 0
    assert done.stdout.rstrip().endswith(str(out / "report.html"))
    assert (out / "report.html").stat().st_size > 10_000
    assert again.returncode == 0
    assert "bank_it" in again.stdout


def test_trends_of_no_results_folder_are_one_sentence(tmp_path):
    done = run("trend", tmp_path)

    assert done.returncode == 2
    assert "there are no trends to show" in done.stderr


def test_the_models_that_there_are_are_listed_with_their_figures(model_folder, tmp_path, monkeypatch):
    shutil.copytree(model_folder, tmp_path / "measured-1.0.0")
    shutil.copytree(model_folder, tmp_path / "unmeasured-1.0.0")
    shutil.copytree(model_folder, tmp_path / "damaged-1.0.0")
    agreed = {"mode_macro_f1": 0.83}
    figures = {"n": 2448.0, "mode_macro_f1": 0.54, "mode_macro_f1_ci95": [0.5, 0.56], "annotators": agreed}
    metrics = json.dumps({"cross_fitted": figures})
    (tmp_path / "measured-1.0.0" / "metrics.json").write_text(metrics)
    (tmp_path / "damaged-1.0.0" / "encoder.onnx").write_bytes(b"other")
    monkeypatch.setenv("ANALYZER_MODELS", str(tmp_path))

    done = CliRunner().invoke(cli, ["models"])

    assert done.exit_code == 0
    assert "mode macro-F1 0.54 (0.50 to 0.56), a second annotator 0.83, on 2,448 pieces" in done.stdout
    assert "unmeasured-1.0.0\n" in done.stdout
    assert "not measured on real talk" in done.stdout
    assert "its hash differs" in done.stderr


def test_results_that_cannot_be_written_are_one_sentence(samples, model_folder, tmp_path):
    (tmp_path / "file").write_text("in the way")

    done = run(
        "analyze", samples / "notes-jsc-july.md", "--out", tmp_path / "file" / "out", "--model", model_folder
    )

    assert done.returncode == 2
    assert "the results cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_series_are_shown_side_by_side(tmp_path):
    empty = {"trends": [], "alerts": [], "findings": []}
    known = {
        "own": 0.25,
        "own_low": 0.2,
        "own_high": 0.3,
        "shrunk": 0.24,
        "shrunk_low": 0.2,
        "shrunk_high": 0.28,
    }
    unknown = dict.fromkeys(known)
    rows = [
        {"series": name, "measure": "share_circular", "weight": 1.0, **figures}
        for name, figures in (("alpha", known), ("beta", known | {"shrunk": None}), ("gamma", unknown))
    ]
    document = {"series": dict.fromkeys(("alpha", "beta", "gamma"), empty), "comparison": rows}
    (tmp_path / "trend.json").write_text(json.dumps(document), encoding="utf-8")

    shown = CliRunner().invoke(cli, ["trend", str(tmp_path)]).output

    assert "24.0% (20.0% to 28.0%)" in shown
    assert "25.0% (20.0% to 30.0%)" in shown  # too few series to learn from: as measured
    assert "gamma" in shown
