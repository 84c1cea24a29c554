"""The bare wheel: what travels in it, and that it works where there is no checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT_FROM = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "analyzer", "models", "data")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The wheel, built from a copy without leftovers and unpacked like an installed one."""
    copy, unpacked = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("site")
    for name in BUILT_FROM:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, copy / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, *offline, "--wheel-dir", str(copy / "wheel"), str(copy)], check=True)
    (wheel,) = (copy / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        package.extractall(unpacked)
    return unpacked


def run(site: Path, code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    environment.pop("ANALYZER_MODELS", None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=site
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_that_is_needed_travels(site):
    inside = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    expected = {
        path.relative_to(ROOT).as_posix()
        for pattern in (
            "analyzer/**/*.py",
            "analyzer/*/templates/**/*",
            "analyzer/web/static/*",
            "analyzer/py.typed",
        )
        for path in ROOT.glob(pattern)
        if path.is_file()
    }
    expected |= {f"analyzer/_{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("data/samples/*/*")}
    expected |= {f"analyzer/_{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("models/*/*")}
    expected |= {"analyzer/_data/codebook.yaml"}

    assert expected - inside == set()


def test_labels_stay_at_home(site):
    assert list(site.rglob("m1.jsonl")) == []


def test_data_are_found_where_there_is_no_checkout(site):
    code = (
        "import json, analyzer, analyzer.resources as resources\n"
        "print(json.dumps([analyzer.__file__, str(resources.data_folder()), str(resources.models_folder()),\n"
        "    analyzer.default_codebook().version]))"
    )

    package, data, models, version = json.loads(run(site, code))

    assert Path(package) == site / "analyzer" / "__init__.py"
    assert Path(data) == site / "analyzer" / "_data"
    assert Path(models) == site / "analyzer" / "_models"
    assert version


def test_the_default_model_is_complete(site):
    code = "from analyzer.tagging.models import find_model; print(find_model().name)"

    name = run(site, code).strip()

    assert (site / "analyzer" / "_models" / name / "config.json").is_file()


def test_a_sample_is_read(site):
    code = (
        "import analyzer, analyzer.resources as resources\n"
        "readings = analyzer.read_all(resources.data_folder() / 'samples' / 'bank_it')\n"
        "print(len(readings.meetings), len(readings.failures))"
    )

    meetings, failures = map(int, run(site, code).split())

    assert meetings >= 7
    assert failures == 0
