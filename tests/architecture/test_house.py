"""The habits that a reader counts on: short modules, labels spelled once, pins that agree."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.codebook import default_codebook

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "analyzer").rglob("*.py"))
MOST_LINES = 300
# module -> its lines; the list may only shrink, and so may the numbers
LONG: dict[str, int] = {}


def test_no_module_is_long_and_the_exceptions_shrink():
    counted = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
    }

    assert {name: lines for name, lines in counted.items() if lines > LONG.get(name, MOST_LINES)} == {}
    assert {name for name in LONG if counted.get(name, 0) <= MOST_LINES} == set(), "take these off the list"


def strings(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield the string constants of a module with the node each stands in; docstrings are prose."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            is_prose = isinstance(node, ast.Expr)
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and not is_prose:
                yield node, child.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_barrier_is_spelled_in_code(path):
    keys = default_codebook().barriers

    spelled = [text for _, text in strings(ast.parse(path.read_text())) if any(key in text for key in keys)]

    assert spelled == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modes_are_asked_for_by_role_not_by_key(path):
    # The shipped codebook spells its modes like their roles, so the word alone proves nothing: a key is
    # what is compared with, looked up by, or part of a column's name.
    modes = default_codebook().modes
    column = re.compile(rf"^(?:p|share|rate)_(?:{'|'.join(modes)})\b")

    spelled = [
        text
        for node, text in strings(ast.parse(path.read_text()))
        if column.match(text) or (text in modes and isinstance(node, ast.Compare | ast.Subscript))
    ]

    assert spelled == []


def setup_cfg() -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def test_every_package_is_listed():
    on_disk = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for path in (ROOT / "analyzer").rglob("__init__.py")
    }

    listed = set(setup_cfg()["options"]["packages"].split())

    assert listed == on_disk | {"analyzer._data", "analyzer._models"}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)


def test_every_declared_dependency_is_pinned():
    config = setup_cfg()
    extras = config["options.extras_require"].values()
    wanted = "\n".join([config["options"]["install_requires"], *extras])
    names = {found[1].lower().replace("_", "-") for found in re.finditer(r"(?m)^([\w.-]+)", wanted)}

    pinned = {name.lower().replace("_", "-") for name in pins()}

    assert names - pinned == set()


def test_pins_name_releases_only():
    assert [
        name for name, version in pins().items() if not re.fullmatch(r"[\d.]+(?:post\d+)?", version)
    ] == []


def test_torch_is_one_release_everywhere():
    spelled = {
        name: set(re.findall(r"torch==([\w.+]+)", (ROOT / name).read_text(encoding="utf-8")))
        for name in ("setup.cfg", "constraints.txt", "Makefile", "README.md")
    }

    assert set(map(frozenset, spelled.values())) == {frozenset({pins()["torch"]})}


def test_the_readme_gives_the_commands_that_run():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"(?m)^test:.*\n((?:\t.*\n)+)", makefile)[1]
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]

    assert "make demo" in readme
    assert "make test" in readme
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [command for command in commands if command not in readme] == []
