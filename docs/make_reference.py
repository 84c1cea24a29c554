"""Write docs/reference.md from the code, and the README's figures from the model's metrics.json.

    .venv/bin/python docs/make_reference.py

So neither can say anything else; a test writes both again and compares.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import analyzer
from analyzer import errors
from analyzer.cli import COMMANDS
from analyzer.codebook import default_codebook
from analyzer.figures import FIGURES
from analyzer.ingest.formats import FORMATS
from analyzer.ingest.limits import Limits
from analyzer.resources import models_folder
from analyzer.settings import SETTINGS
from analyzer.tables import Column, meeting_columns, topic_columns, utterance_columns
from analyzer.trends.alerts import ALERTS, FALSE_ALARMS
from analyzer.trends.verdicts import FEWEST, LEVEL

PAGE = Path(__file__).with_name("reference.md")
README = Path(__file__).parents[1] / "README.md"
_LIMIT = re.compile(r"(?m)^    (\w+): \w+ = ([\d_.]+)  # (.+)$")
_MARKED = re.compile(r"(<!-- figures[^\n]*-->\n).*?(<!-- end of figures -->)", re.S)

_ALERTS = f"""\
Each alert is a test, and the tests of one series are adjusted together (Benjamini-Hochberg): of a hundred
series in which labels fall at random, or in which meetings lie in any order, at most {FALSE_ALARMS * 100:.0f}
show any (`benchmarks/nulls.py`)."""
_TRENDS = f"""\
A trend is asserted from {FEWEST} dated meetings on, by Mann-Kendall's test with Theil-Sen's slope, at
{LEVEL * 100:.0f} %, adjusted over the measures of a kind. Meetings that resemble their neighbours make it err
oftener: in 1 to 3 of 100 series without a trend where they do not, in 3 to 7 where neighbours correlate by
0.3, in 5 to 9 where by 0.5 (`benchmarks/nulls.py`)."""


def limit_rows() -> list[tuple[str, str, str]]:
    """Give the limits with their defaults and what stands beside them in the code."""
    return [
        (found[1], found[2].replace("_", ","), found[3])
        for found in _LIMIT.finditer(inspect.getsource(Limits))
    ]


def render() -> str:
    """Give the page in Markdown."""
    parts = [
        "# Reference",
        "Written by docs/make_reference.py from the code; a test holds the two together.",
        "## Commands",
        "Data go to standard output, everything else to standard error. Exit codes: 0 something was "
        "analysed, 1 nothing was, 2 wrong use.",
        *(part for name in COMMANDS for part in command_parts(name)),
        "## Settings",
        "A value on the command line wins over the environment, that over the file given with `--config` "
        "(one `key: value` a line), that over the default. What was in force is in `run.json`. "
        "`$ANALYZER_MODELS` names a folder of further models.",
        table(
            ("key", "variable", "unit", "default", "what it does"),
            ((s.key, s.variable, s.unit, s.default, s.about) for s in SETTINGS),
        ),
        "## Formats",
        "Content decides which reader is used, the suffix only breaks ties.",
        table(("format", "suffixes"), ((known.name, " ".join(known.suffixes)) for known in FORMATS)),
        "## Limits",
        "What is over one is refused with a sentence, before it costs more. `max_file_mb` sets the first; "
        "from Python all can be set: `Document(name=..., path=..., limits=Limits(units=1_000_000))`, from "
        "`analyzer.ingest.sources` and `analyzer.ingest.limits`.",
        table(("limit", "default", "of what"), limit_rows()),
        "## Python",
        "`import analyzer` gives these names and imports nothing before they are used; `help(analyzer.read)` "
        "and the like say more.",
        table(("name", "what it is"), public_rows()),
        "## Labels",
        table(
            ("key", "name", "meaning"),
            ((label.key, label.name, label.definition) for label in default_codebook().labels),
        ),
        "## Columns of utterances.parquet",
        columns_table(utterance_columns()),
        "## Columns of meetings.parquet",
        "Further figures add three columns each, named in the same way; not those of a party that are "
        "unknown in all meetings.",
        columns_table(meeting_columns()),
        "## Figures of a meeting",
        "Each is an estimate with its 95 % interval, or unknown with the reason.",
        table(("figure", "what it says"), ((f"`{kind.name}`", kind.about) for kind in FIGURES)),
        "## Columns of topics.parquet",
        columns_table(topic_columns()),
        "## Alerts",
        _ALERTS,
        table(
            ("alert", "raised where"),
            ((one.kind, one.about) for one in ALERTS),
        ),
        "## Trends",
        _TRENDS,
        "## Errors",
        "Every one says in one sentence what is wrong, where, and what to do, and has these three as "
        "`what`, `where` and `remedy`.",
        table(("error", "kind of", "raised when"), error_rows()),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Give a Markdown table; None is shown as a dash."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value: object) -> str:
    """Write one cell on one line."""
    return "–" if value in (None, "") else " ".join(str(value).replace("|", "\\|").split())


def columns_table(columns: Iterable[Column]) -> str:
    """Give the table of a result table's columns."""
    return table(("column", "kind", "what it holds"), ((c.name, c.kind, c.about) for c in columns))


def command_parts(name: str) -> Iterator[str]:
    """Give heading, help and options of one command."""
    command: click.Command = import_module(f"analyzer.cli.{name}").command
    context = click.Context(command, info_name=f"analyzer {name}")
    yield from parts_of(command, context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.commands[inner]
            yield from parts_of(found, click.Context(found, info_name=inner, parent=context))


def parts_of(command: click.Command, context: click.Context) -> Iterator[str]:
    """Give heading, help and options of one command, without those within it."""
    yield f"### {' '.join([context.command_path, *command.collect_usage_pieces(context)])}"
    yield inspect.cleandoc(command.help or "")
    records = [parameter.get_help_record(context) for parameter in command.params]
    options = [record for record in records if record is not None]
    if options:
        yield table(("option", "what it does"), options)


def public_rows() -> Iterator[tuple[str, str]]:
    """Give each public name with the first line of its docstring."""
    for name in analyzer.__all__:
        about = "the version" if name == "__version__" else inspect.getdoc(getattr(analyzer, name)) or ""
        yield f"analyzer.{name}", about.partition("\n\n")[0]


def error_rows() -> Iterator[tuple[str, str, str]]:
    """Give each error with its parent and its docstring."""
    for name, found in vars(errors).items():
        if inspect.isclass(found) and issubclass(found, errors.AnalyzerError):
            yield name, found.__bases__[0].__name__, inspect.getdoc(found) or ""


def render_readme() -> str:
    """Give the README with the figures of the default model."""
    name = (models_folder() / "DEFAULT").read_text(encoding="utf-8").strip()
    metrics = json.loads((models_folder() / name / "metrics.json").read_text(encoding="utf-8"))
    return _MARKED.sub(
        lambda found: f"{found[1]}\n{model_figures(name, metrics)}\n\n{found[2]}",
        README.read_text(encoding="utf-8"),
    )


def model_figures(name: str, metrics: Mapping[str, Any]) -> str:
    """Give the table of a model's main figures beside the agreement of annotators."""
    model, annotators = metrics["cross_fitted"], metrics["cross_fitted"]["annotators"]
    low, high = model["mode_macro_f1_ci95"]
    names = {f"f1_{label.key}": label.name for label in default_codebook().task("mode").labels}
    rows = [
        ("mode, macro-F1", f"{model['mode_macro_f1']:.2f} ({low:.2f} to {high:.2f})", "mode_macro_f1"),
        *((f"{label}, F1", f"{model[key]:.2f}", key) for key, label in names.items()),
        ("any barrier, F1", f"{model['any_barrier_f1']:.2f}", "any_barrier_f1"),
    ]
    head = (f"{model['n']:,.0f} real pieces", name, f"second annotator ({annotators['n']:,.0f} of them)")
    return table(head, ((what, figure, f"{annotators[key]:.2f}") for what, figure, key in rows))


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    README.write_text(render_readme(), encoding="utf-8")
