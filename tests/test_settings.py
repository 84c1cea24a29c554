"""One table of settings, four sources: defaults < file < environment < command line."""

from __future__ import annotations

import pytest

from analyzer.errors import SettingsError
from analyzer.settings import SETTINGS, Settings, load_settings


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "settings.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_anything_the_defaults_are_in_force():
    settings = load_settings(environment={})

    assert settings.as_dict() == {setting.key: setting.default for setting in SETTINGS}
    assert set(Settings.__slots__) == {setting.key for setting in SETTINGS}


def test_each_source_wins_over_the_one_before(file):
    path = file("threads: 2\nmax_file_mb: 5\nmodel: own\n")
    environment = {"ANALYZER_THREADS": "3", "ANALYZER_MAX_FILE_MB": "7.5"}

    settings = load_settings(path, environment=environment, threads=4, model=None)

    assert (settings.threads, settings.max_file_mb, settings.model) == (4, 7.5, "own")


def test_an_empty_variable_is_no_value():
    assert load_settings(environment={"ANALYZER_THREADS": ""}).threads is None


def test_an_empty_file_says_nothing(file):
    assert load_settings(file(""), environment={}) == load_settings(environment={})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("thread: 2\n", "there is no setting 'thread'"),
        ("threads: two\n", "threads is 'two', which is no int"),
        ("- threads\n- 2\n", "the settings cannot be read"),
        ("threads: [\n", "the settings cannot be read"),
    ],
)
def test_a_file_that_makes_no_sense_is_named_with_its_remedy(file, text, what):
    path = file(text)

    with pytest.raises(SettingsError) as caught:
        load_settings(path, environment={})

    assert what in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.yaml", environment={})


def test_a_variable_that_makes_no_sense_is_named():
    with pytest.raises(SettingsError, match="ANALYZER_MAX_FILE_MB: max_file_mb is 'lots'"):
        load_settings(environment={"ANALYZER_MAX_FILE_MB": "lots"})
