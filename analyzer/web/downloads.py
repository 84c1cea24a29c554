"""Results as files to take away: the report, the tables, the trends, the corrections."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from analyzer.codebook import default_codebook
from analyzer.errors import NotThere
from analyzer.records.analysis import Analysis
from analyzer.reports.exports import EXPORTS
from analyzer.reports.html import render
from analyzer.reports.names import Names
from analyzer.reports.renaming import Results, under_names
from analyzer.store import changes
from analyzer.store.workspace import Tenant
from analyzer.web.views.training_rows import training_rows

NAMES: tuple[Names, ...] = ("given", "roles", "pseudonyms")
_TABLES = ("utterances", "meetings", "topics")
FILES = {  # file → the export that writes it, what it is
    **{f"{table}.csv": ("csv", f"{table} as CSV") for table in _TABLES},
    **{f"{table}.parquet": ("parquet", f"{table} as Parquet") for table in _TABLES},
    "trend.json": ("json", "trends, loops, ideas, alerts and findings as JSON"),
    "report.md": ("markdown", "the digest and the figures as text"),
}
CORRECTIONS = "corrections.jsonl"


def report_file(analysis: Analysis, names: str) -> str:
    """Give the report as one page that needs nothing else, with people named as asked.

    Raises:
        NotThere: if there is no such way to name them.
    """
    chosen = next((one for one in NAMES if one == names), None)
    if chosen is None:
        raise NotThere(what=f"names cannot be {names!r}", where="report", remedy=f"say {', '.join(NAMES)}")
    shown = under_names(Results(analyses=(analysis,), run=analysis.run), chosen)
    return render(shown.analyses, run=shown.run)


def result_file(analysis: Analysis, name: str) -> bytes:
    """Give a file of a results folder, made of one partnership.

    Raises:
        NotThere: if there is none of that name.
    """
    if name not in FILES:
        raise NotThere(what="there is no such file", where=name, remedy="choose one from the page")
    export = next(one for one in EXPORTS if one.name == FILES[name][0])
    with tempfile.TemporaryDirectory(prefix="analyzer-") as folder:
        export.write(Results(analyses=(analysis,), run=analysis.run), Path(folder))
        return (Path(folder) / name).read_bytes()


def corrections_file(tenant: Tenant, analysis: Analysis) -> str:
    """Give what people decided as JSON lines that `analyzer train` reads."""
    in_force = changes.in_force(changes.history(tenant))
    rows = training_rows(analysis, in_force, default_codebook())
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
