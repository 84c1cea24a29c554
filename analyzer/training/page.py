"""An evaluation as one offline page that runs no script, and as JSON.

The page holds the texts of what went wrong, for whoever has the labels has the texts; the JSON holds ids
and numbers only, so that it can be shared where the texts may not.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from analyzer import reports
from analyzer.errors import StoreError
from analyzer.reports.svg import to_svg
from analyzer.reports.words import printable
from analyzer.tagging.tagger import Tagger
from analyzer.training.agreement import second_rows
from analyzer.training.behaviour import Outcome, pass_rates
from analyzer.training.charts import confusion_chart, curves_chart, reliability_chart
from analyzer.training.curves import Curve, as_rows, curves_of, reliability
from analyzer.training.measured import Measured
from analyzer.training.mistakes import Mistake, mistakes
from analyzer.training.words import (
    ANNOTATORS,
    TESTS,
    error_lists,
    figure_rows,
    group_tables,
    label_rows,
    set_about,
    set_title,
    test_rows,
)

_WIDE, _NARROW = 880, 330  # pixels: a chart is drawn for a desk and for a telephone
_REPORTS = Path(reports.__file__).parent / "templates"
_TEMPLATES = Path(__file__).parent / "templates"


def write_evaluation(out: Path, tagger: Tagger, measured: Sequence[Measured], data: Path) -> None:
    """Write evaluation.json and evaluation.html into the folder `out`, which is made.

    Raises:
        StoreError: if a file cannot be written.
    """
    sets = {one.name: _looked_into(one, tagger) for one in measured}
    content = {
        "model": tagger.model,
        "annotators": ANNOTATORS,
        "sets": {one.name: one.figures for one in measured},
        "curves": {name: as_rows(curves) for name, (curves, _) in sets.items()},
        "calibration": {
            one.name: {key: [asdict(each) for each in own] for key, own in _bins(one, tagger).items()}
            for one in measured
        },
        "errors": {name: [_as_id(error) for error in errors] for name, (_, errors) in sets.items()},
    }
    rows = sum(len(one.rows) for one in measured)
    page = _render(
        "evaluation.html",
        model=tagger.model,
        extent=f"{rows:,} labelled pieces of {data.name}",
        note=ANNOTATORS,
        modes=[label.name for label in tagger.codebook.task("mode").labels],
        sets=[_section(one, tagger, *sets[one.name]) for one in measured],
    )
    _write(out, {"evaluation.json": _json(content), "evaluation.html": page})


def write_behaviour(out: Path, tagger: Tagger, outcomes: Sequence[Outcome]) -> None:
    """Write behaviour.json and behaviour.html into the folder `out`, which is made.

    Raises:
        StoreError: if a file cannot be written.
    """
    rates = pass_rates(outcomes)
    tests = [
        {
            "title": test.capitalize(),
            "about": TESTS[test],
            "rows": test_rows(counts),
            "failed": [one for one in outcomes if one.case.test == test and not one.is_passed],
        }
        for test, counts in rates["tests"].items()
    ]
    page = _render("behaviour.html", model=tagger.model, rates=rates, tests=tests)
    failed = {one.case.id: one.why for one in outcomes if not one.is_passed}
    content = {"model": tagger.model, **rates, "failed": failed}
    _write(out, {"behaviour.json": _json(content), "behaviour.html": page})


def _looked_into(one: Measured, tagger: Tagger) -> tuple[list[Curve], list[Mistake]]:
    second = second_rows(one.stretches, tagger.codebook)
    return curves_of(one.rows, second, tagger.codebook), mistakes(one.rows, one.stretches, tagger.codebook)


def _bins(one: Measured, tagger: Tagger) -> Mapping[str, Any]:
    return reliability(one.rows, tagger.codebook)


def _section(
    one: Measured, tagger: Tagger, curves: Sequence[Curve], errors: Sequence[Mistake]
) -> dict[str, Any]:
    codebook = tagger.codebook
    table = one.figures["confusion"]["mode"]
    precision = {curve.label: curve.average_precision for curve in curves}
    return {
        "anchor": f"set-{one.name.replace('_', '-')}",
        "title": set_title(one.name),
        "about": set_about(one, tagger.metrics),
        "figures": figure_rows(one.figures, codebook),
        "labels": label_rows(one.figures, precision, codebook),
        "groups": group_tables(one.figures, codebook),
        "errors": error_lists(errors, one.rows),
        "confusion": _drawn(lambda width: confusion_chart(table, codebook, width=width), f"{one.name}-a"),
        "curves": _drawn(lambda width: curves_chart(curves, codebook, width=width), f"{one.name}-b")
        if curves
        else None,
        "reliability": _drawn(
            lambda width: reliability_chart(_bins(one, tagger), codebook, width=width), f"{one.name}-c"
        ),
    }


def _drawn(draw: Callable[[int], Any], prefix: str) -> tuple[Markup, Markup]:
    wide, narrow = (to_svg(draw(width), f"{prefix}{width}") for width in (_WIDE, _NARROW))
    return Markup(wide), Markup(narrow)  # Vega escapes every text it draws


def _as_id(error: Mistake) -> dict[str, Any]:
    return {
        "kind": error.kind,
        "id": error.place.key,
        "meeting": error.place.meeting,
        "labelled": error.gold,
        "tagged": error.said,
        "second": error.place.second,
        "sureness": round(error.sureness, 4),
    }


def _render(template: str, **values: Any) -> str:
    css = Markup((_REPORTS / "report.css").read_text(encoding="utf-8"))
    return printable(_environment().get_template(template).render(css=css, **values))


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _write(out: Path, files: Mapping[str, str]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(
            what=f"the evaluation cannot be written ({error.strerror or error})",
            where=str(out),
            remedy="name a folder you may write to",
        ) from error


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([_TEMPLATES, _REPORTS]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
