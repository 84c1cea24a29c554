"""What can be set, called, raised or read is documented, and the page is the code's own."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from analyzer import errors
from analyzer.cli import COMMANDS
from analyzer.codebook import default_codebook
from analyzer.settings import SETTINGS
from analyzer.tables import meeting_columns, topic_columns, utterance_columns

ROOT = Path(__file__).resolve().parents[2]
ERRORS = [found for found in vars(errors).values() if inspect.isclass(found) and issubclass(found, Exception)]


@pytest.fixture(scope="module")
def script():
    spec = spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says(script):
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")

    assert page == script.render(), "run: make generated"


def test_the_figures_of_the_readme_are_those_of_the_model(script):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme == script.render_readme(), "run: make generated"
    assert "macro-F1" in readme


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_setting_says_its_unit_and_what_it_does(setting):
    assert setting.unit
    assert setting.about


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_every_option_too(name):
    command = import_module(f"analyzer.cli.{name}").command
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]

    assert COMMANDS[name].endswith(".")
    assert command.help
    assert [option.name for option in options if not option.help] == []


def test_every_command_module_is_in_the_table():
    modules = {path.stem for path in (ROOT / "analyzer" / "cli").glob("*.py")}

    assert modules - {"__init__", "common"} == set(COMMANDS)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_its_own_docstring_and_a_place_in_the_tree(error):
    assert "__doc__" in vars(error)
    assert error.__name__ in errors.__doc__


def test_every_column_says_what_it_holds_and_appears_once():
    for columns in (utterance_columns(), meeting_columns(), topic_columns()):
        names = [column.name for column in columns]

        assert len(set(names)) == len(names)
        assert [column.name for column in columns if not column.about] == []


def test_every_label_has_a_definition_and_a_colour_of_its_own():
    labels = default_codebook().labels

    assert [label.key for label in labels if not label.definition] == []
    assert len({label.colour for label in labels}) == len(labels)
