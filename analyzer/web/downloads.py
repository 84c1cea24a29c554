"""Results as files made at once: a table, the trends, the corrections. The report is drawn by the worker."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from analyzer.codebook import default_codebook
from analyzer.errors import NotThere
from analyzer.records.analysis import Analysis
from analyzer.reports.exports import EXPORTS
from analyzer.reports.renaming import Results
from analyzer.store import changes
from analyzer.store.workspace import Tenant
from analyzer.web.views.training_rows import training_rows

_TABLES = ("utterances", "meetings", "topics")
FILES = {  # file → the export that writes it, what it is
    **{f"{table}.csv": ("csv", f"{table} as CSV") for table in _TABLES},
    **{f"{table}.parquet": ("parquet", f"{table} as Parquet") for table in _TABLES},
    "trend.json": ("json", "trends, loops, ideas, alerts and findings as JSON"),
    "report.md": ("markdown", "the digest and the figures as text"),
}
CORRECTIONS = "corrections.jsonl"


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
