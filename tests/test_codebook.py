"""The label scheme: read from YAML, checked, hashed by tasks, keys and order alone."""

from __future__ import annotations

import pytest
import yaml

from analyzer.codebook import default_codebook, load_codebook
from analyzer.errors import CodebookError
from analyzer.resources import data_folder


@pytest.fixture
def changed(tmp_path):
    """Write the shipped scheme with a change, and load it."""

    def load(change):
        content = yaml.safe_load((data_folder() / "codebook.yaml").read_text(encoding="utf-8"))
        change(content["tasks"])
        path = tmp_path / "codebook.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return load_codebook(path)

    return load


def test_the_shipped_scheme_has_four_modes_and_eight_barriers():
    codebook = default_codebook()

    assert len(codebook.modes) == 4
    assert len(codebook.barriers) == 8
    assert [label.key for label in codebook.labels] == [*codebook.modes, *codebook.barriers]


def test_new_wording_leaves_the_hash_and_a_new_barrier_changes_it(changed):
    def reword(tasks):
        tasks["mode"]["labels"][0]["definition"] = "other words"

    def add(tasks):
        tasks["barrier"]["labels"].append({"key": "distance", "name": "Distance", "definition": "far apart"})

    assert changed(reword).hash == default_codebook().hash
    assert changed(add).hash != default_codebook().hash
    assert changed(add).barriers == (*default_codebook().barriers, "distance")


def test_a_mode_is_found_by_its_role_whatever_its_key(changed):
    def rename(tasks):
        for label in tasks["mode"]["labels"]:
            label["key"] = label["key"].upper()

    codebook = changed(rename)

    assert codebook.role("circular") == "CIRCULAR"
    assert codebook.role("prophetic") is None


def test_an_unknown_task_or_label_lists_the_known_ones():
    with pytest.raises(CodebookError, match="there is no task 'mood'; use one of mode, barrier"):
        default_codebook().task("mood")
    with pytest.raises(
        CodebookError, match=f"there is no label 'x'; use one of {default_codebook().modes[0]}"
    ):
        default_codebook().label("x")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda tasks: tasks["mode"]["labels"].append(dict(tasks["barrier"]["labels"][0])), "defined twice"),
        (lambda tasks: tasks.pop("barrier"), "there is no task 'barrier'"),
        (lambda tasks: tasks["mode"]["labels"][0].pop("name"), "cannot be read"),
        (lambda tasks: tasks["mode"]["labels"][0].update(role="circular"), "two labels play one role"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused(changed, change, what):
    with pytest.raises(CodebookError, match=what):
        changed(change)


def test_a_scheme_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CodebookError, match=r"none\.yaml: the label scheme cannot be read"):
        load_codebook(tmp_path / "none.yaml")
