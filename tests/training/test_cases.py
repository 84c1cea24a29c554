from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from analyzer.codebook import default_codebook
from analyzer.errors import DataError
from analyzer.training.cases import Case, is_suite, load_suite
from analyzer.training.data import read_rows

CODEBOOK = default_codebook()
SUITE = Path(__file__).parents[2] / "data" / "behaviour"
PLAIN = {"id": "a", "test": "minimum functionality", "capability": "x", "said": {"Ana": "Okay."}}


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    return load_suite(SUITE, CODEBOOK)


def write(folder: Path, *cases: dict[str, object]) -> Path:
    file = folder / "cases.yaml"
    file.write_text(yaml.safe_dump({"cases": list(cases)}), encoding="utf-8")
    return file


def test_the_shipped_suite_covers_every_label_in_every_kind_of_text(suite: list[Case]) -> None:
    asked = Counter(key for case in suite for key in (case.mode, *case.flags) if key)
    settled = Counter(case.gone for case in suite if case.gone)
    forbidden = Counter(key for case in suite for key in case.never)

    assert len(suite) >= 350
    assert min(asked[label.key] for label in CODEBOOK.labels) >= 12
    assert min(settled[key] for key in CODEBOOK.barriers) >= 4
    assert min(forbidden[key] for key in (*CODEBOOK.barriers, "circular", "generative")) >= 12
    assert {case.kind for case in suite} == {"transcript", "minutes", "email"}


def test_circular_cases_bring_the_ground_that_was_covered(suite: list[Case]) -> None:
    assert [case.id for case in suite if case.mode == "circular" and not case.before] == []


def test_length_does_not_give_the_label_away(suite: list[Case]) -> None:
    by_mode: dict[str, list[int]] = {}
    for case in suite:
        if case.mode in ("transactional", "circular", "generative"):
            by_mode.setdefault(case.mode, []).append(len(case.said.text.split()))

    assert all(min(lengths) <= 12 and max(lengths) >= 24 for lengths in by_mode.values()), by_mode


def test_no_case_is_a_labelled_row(suite: list[Case]) -> None:
    files = [*(SUITE.parent / "partnerships").glob("*/m*.jsonl")]
    labelled = {row["text"] for file in files for row in read_rows(file)}

    assert labelled
    assert [case.id for case in suite if case.said.text in labelled] == []


def test_a_case_is_read_with_what_was_said_before_it(tmp_path: Path) -> None:
    row = PLAIN | {"before": [{"Ben": "So?"}, "Silence."], "mode": "procedural", "never": "barriers"}

    (case,) = load_suite(write(tmp_path, row), CODEBOOK)

    assert [(turn.speaker, turn.text) for turn in case.before] == [("Ben", "So?"), (None, "Silence.")]
    assert case.never == CODEBOOK.barriers


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "rotational"}, "'rotational' is no label"),
        ({"said": {"Ana": 40}, "mode": "procedural"}, "garbles the text 40"),
        ({"said": {"Ana": "One", "Ben": "Two"}, "mode": "procedural"}, "lacks or garbles"),
        ({}, "it asks nothing"),
        ({"mode": "procedural", "mood": "bad"}, "'mood' is no field"),
        ({"test": "magic", "mode": "procedural"}, "'magic' is no test"),
        ({"test": "invariance", "with": {"a": ["x"]}}, "it asks nothing"),
        ({"test": "directional", "then": "Yes."}, "it asks nothing"),
        ({"kind": "opera", "mode": "procedural"}, "'opera' is no kind"),
    ],
)
def test_a_broken_case_is_named_with_what_is_wrong(tmp_path: Path, change: dict, said: str) -> None:
    with pytest.raises(DataError, match=f"cases.yaml, case a: .*{said}"):
        load_suite(write(tmp_path, PLAIN | change), CODEBOOK)


def test_two_cases_of_one_id_are_refused(tmp_path: Path) -> None:
    case = PLAIN | {"mode": "procedural"}

    with pytest.raises(DataError, match="two cases are called 'a'"):
        load_suite(write(tmp_path, case, case), CODEBOOK)


def test_what_is_no_yaml_of_cases_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("- just\n- a list\n", encoding="utf-8")

    with pytest.raises(DataError, match="cannot be read as cases"):
        load_suite(file, CODEBOOK)


def test_a_labels_folder_is_no_suite(labels_folder: Path) -> None:
    assert is_suite(SUITE)
    assert not is_suite(labels_folder)
