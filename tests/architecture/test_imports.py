"""Who may import whom: the layers, the heavy libraries, the light doors, the declared dependencies."""

from __future__ import annotations

import ast
import configparser
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import analyzer
from analyzer.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "analyzer").rglob("*.py"))

# library -> where it may be imported; a trailing slash names a package
HOMES = {
    "torch": ("training/",),
    "transformers": ("training/",),
    "datasets": ("training/",),
    "onnx": ("training/",),
    "onnxruntime": ("tagging/runtime.py", "training/"),
    "tokenizers": ("tagging/runtime.py", "training/"),
    "huggingface_hub": ("tagging/models.py",),
    "spacy": ("tagging/pieces.py",),
    "pandas": ("records/frames.py",),
    "pyarrow": ("tables.py", "batch/", "reports/exports.py", "store/runs.py"),
    "altair": ("reports/charts.py", "reports/lanes.py", "training/charts.py"),
    "vl_convert": ("reports/svg.py",),
    "sklearn": ("measures/", "trends/", "training/"),
    "scipy": ("measures/", "trends/", "training/"),
    "ruptures": ("trends/",),
    "pymannkendall": ("trends/",),
    "lxml": ("ingest/",),
    "docx": ("ingest/",),
    "pdfplumber": ("ingest/",),
    "pdfminer": ("ingest/",),
    "charset_normalizer": ("ingest/",),
    "lingua": ("ingest/",),
    "mailparser_reply": ("ingest/",),
    "sqlalchemy": ("store/", "web/"),
    "alembic": ("store/",),
    "argon2": ("store/accounts.py",),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "uvicorn": ("web/",),
    "pydantic": ("web/schemas.py",),
    "joserfc": ("web/openid.py",),
    "httpx": ("web/openid.py",),
    "click": ("cli/",),
    "rich": ("cli/",),
}
# Imported at the head of a module that is itself only imported when it is needed.
HEADS = {
    "alembic",
    "altair",
    "click",
    "fastapi",
    "onnx",
    "pydantic",
    "scipy",
    "sqlalchemy",
    "starlette",
    "torch",
}
HEAVY = ("torch", "transformers", "spacy", "onnxruntime", "pandas", "sqlalchemy", "fastapi")


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield each imported library, and whether it stands at the module's head; type hints do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from ((name.name.partition(".")[0], isinstance(tree, ast.Module)) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], isinstance(tree, ast.Module)
        else:
            yield from imports(node)


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        place = path.relative_to(ROOT / "analyzer").as_posix()
        yield place, ast.parse(path.read_text(encoding="utf-8"))


def modules_after(code: str) -> set[str]:
    """Run code in a bare interpreter; give the top-level names of the modules it left behind."""
    show = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def run_quietly(*arguments: str) -> str:
    return (
        f"import contextlib, io, sys\nsys.argv = ['analyzer', *{arguments!r}]\n"
        "from analyzer.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main()"
    )


def test_the_layers_hold():
    contract = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([contract], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stdout


def test_heavy_libraries_stay_in_their_homes():
    astray = [
        f"{place} imports {library}"
        for place, tree in parsed()
        for library, _ in imports(tree)
        if library in HOMES and not place.startswith(HOMES[library])
    ]

    assert astray == []


def test_heavy_libraries_are_imported_where_they_are_used():
    at_head = [
        f"{place} imports {library} at its head"
        for place, tree in parsed()
        for library, is_head in imports(tree)
        if is_head and library in HOMES and library not in HEADS
    ]

    assert at_head == []


@pytest.mark.parametrize("library", HEAVY)
def test_importing_the_package_imports_nothing_heavy(library):
    assert library not in modules_after("import analyzer")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_imports_nothing_heavy(command):
    loaded = modules_after(run_quietly(*([command] if command else []), "--help"))

    assert not loaded & set(HEAVY)


def test_help_of_the_group_imports_no_command():
    no_command = "assert not [name for name in sys.modules if name.startswith('analyzer.cli.')]"

    assert "analyzer" in modules_after(run_quietly("--help") + "\n" + no_command)


def test_public_names_are_listed_resolved_and_typed():
    tree = ast.parse((ROOT / "analyzer" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        name.asname: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }

    assert analyzer.__all__ == sorted(analyzer.__all__)
    assert dir(analyzer) == analyzer.__all__
    assert typed == analyzer._HOMES
    assert {*typed, "__version__"} == set(analyzer.__all__)
    for name in analyzer.__all__:
        assert getattr(analyzer, name) is not None
        assert analyzer.__getattr__(name) if name in typed else True


def test_no_public_name_is_a_package():
    # The package would win over the function as soon as anything imports it.
    names = {path.stem for path in (ROOT / "analyzer").iterdir()}

    assert not names & set(analyzer.__all__)


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        analyzer.analyse  # noqa: B018


def declared(section: str, option: str) -> set[str]:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config[section][option].splitlines()
    return {canonical(found[0]) for line in lines if (found := re.match(r"[\w.-]+", line))}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    distributions = packages_distributions()
    needed: dict[bool, set[str]] = {True: set(), False: set()}  # for training only? -> distributions
    for place, tree in parsed():
        for library, _ in imports(tree):
            if library != "analyzer" and library not in sys.stdlib_module_names:
                names = {canonical(name) for name in distributions.get(library, [library])}
                needed[place.startswith("training/")] |= names
    to_run, to_train = declared("options", "install_requires"), declared("options.extras_require", "train")
    to_team = declared("options.extras_require", "team")
    # of pdfplumber; of Jinja2; of FastAPI; asked for only where it is there
    come_with_others = {"pdfminer-six", "markupsafe", "starlette", "huggingface-hub"}
    not_imported = {"python-multipart", "psycopg"}  # FastAPI and SQLAlchemy do it

    assert needed[False] - to_run - to_team - come_with_others == set()
    assert needed[True] - to_run - to_train - come_with_others == set()
    assert (to_run | to_team) - needed[False] - not_imported == set()
    assert to_train - needed[True] - {"onnxscript"} == set()  # torch.onnx imports it
