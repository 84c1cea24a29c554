"""The page of an evaluation: offline, without scripts, with the texts that the JSON does not have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import StoreError
from analyzer.records.tagged import Policy
from analyzer.tagging.tagger import Tagger
from analyzer.training.data import Stretch, real_stretch
from analyzer.training.evaluate import decided, described
from analyzer.training.measured import Measured
from analyzer.training.page import write_evaluation

CODEBOOK = default_codebook()
SECRET = "the sheds <i>leak</i> & nobody pays"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load(threads=1)  # its name is used, it tags nothing here


def stretches() -> list[Stretch]:
    """Six meetings of two sources, ten pieces each: one in five is circular, the last carries a barrier."""
    found = []
    for meeting in range(6):
        rows = []
        for number in range(10):
            mode = "circular" if number in (3, 7) else "transactional"
            barriers = [CODEBOOK.barriers[0]] if number == 9 else []
            label = {"mode": mode, "barriers": barriers}
            source = "north" if meeting % 2 else "south"
            rows.append(
                {"k": f"m{meeting}-{number}", "source": source, "meeting": f"{source}/{meeting}"}
                | {"text": f"{SECRET} {number}", "speaker": "Ana", "second": label, **label}
            )
        found.append(real_stretch(f"m{meeting}", rows, CODEBOOK, Path("made")))
    return found


@pytest.fixture(scope="module")
def measured() -> Measured:
    """A tagger that believes every piece to be transactional, and flags what it should once too often."""
    own = stretches()
    policy = Policy(thresholds=dict.fromkeys(CODEBOOK.barriers, 0.5), unsure_below=0.0)
    count = sum(map(len, own))
    mode = np.tile([0.7, 0.1, 0.1, 0.1], (count, 1))
    barrier = np.full((count, len(CODEBOOK.barriers)), 0.01)
    barrier[8::10, 0] = barrier[9::10, 0] = 0.99
    rows = decided(mode, barrier, own, policy, CODEBOOK)
    return Measured(name="dev", stretches=own, rows=rows, figures=described(rows, own, CODEBOOK))


@pytest.fixture(scope="module")
def written(tagger: Tagger, measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluation")
    write_evaluation(folder / "out", tagger, [measured], folder)
    return folder / "out"


def test_the_page_stands_alone_and_runs_nothing(written: Path) -> None:
    page = (written / "evaluation.html").read_text(encoding="utf-8")

    assert "default-src 'none'" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
    assert page.count("<svg") == 6  # three charts, wide and narrow
    assert len(re.findall(r'<svg role="(?:img|group)" aria-label="[^"]+', page)) == 6
    assert "not by people" in page


def test_texts_are_on_the_page_escaped_and_not_in_the_json(written: Path) -> None:
    page = (written / "evaluation.html").read_text(encoding="utf-8")
    content = (written / "evaluation.json").read_text(encoding="utf-8")

    assert "the sheds &lt;i&gt;leak&lt;/i&gt; &amp; nobody pays 3" in page
    assert "sheds" not in content


def test_the_json_has_what_the_page_draws_and_the_errors_by_id(written: Path) -> None:
    content = json.loads((written / "evaluation.json").read_text(encoding="utf-8"))
    errors = content["errors"]["dev"]

    assert set(content["calibration"]["dev"]) == {"mode", "transactional", "circular", CODEBOOK.barriers[0]}
    assert {curve["label"] for curve in content["curves"]["dev"]} == set(content["calibration"]["dev"]) - {
        "mode"
    }
    assert {(one["kind"], one["labelled"]) for one in errors} == {
        ("mode", "circular"),
        ("false flag", "none"),
    }
    assert len([one for one in errors if one["kind"] == "mode"]) == 12
    assert errors[0]["id"] == "m0-3"


def test_figures_stand_beside_the_second_annotator_with_their_intervals(measured: Measured) -> None:
    figures = measured.figures

    assert figures["annotators"]["mode_macro_f1"] == pytest.approx(0.5)  # two of four modes occur
    assert figures["f1_transactional"] == pytest.approx(2 * 48 / (60 + 48))
    assert figures["f1_transactional_ci95"] == pytest.approx([figures["f1_transactional"]] * 2)
    assert figures["barrier_precision"] == pytest.approx(0.5)
    assert set(figures["by_source"]) == {"north", "south"}
    assert figures["by_source"]["north"]["annotators"]["f1_circular"] == 1.0
    assert figures["ece_circular"] == pytest.approx(0.1)


def test_a_place_that_cannot_be_written_is_named(tagger: Tagger, measured: Measured, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    with pytest.raises(StoreError, match="the evaluation cannot be written"):
        write_evaluation(tmp_path / "out", tagger, [measured], tmp_path)
