"""The work on a file to take away: a report takes many seconds to draw, so the worker does it.

The Vega runtime and the code that describes charts are warm from the second file on, since one process draws
all of them.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from analyzer.errors import NotThere
from analyzer.records.analysis import Analysis, Failure
from analyzer.reports.names import Names
from analyzer.store import analyses, exports, jobs
from analyzer.store.database import Database
from analyzer.store.files import Files
from analyzer.store.models import AnalysisRow
from analyzer.store.runs import write_tables
from analyzer.web.heart import beating
from analyzer.web.preparation import enter

_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # the same results give the same bytes
MEDIA = {"report": "text/html; charset=utf-8", "tables": "application/zip"}
SUFFIXES = {"report": "html", "tables": "zip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    kind: str
    names: Names
    analysis: Analysis
    digest: str | None


class Exporting:
    """The work on one export."""

    def __init__(self, database: Database, files: Files, worker: str, task: exports.Task) -> None:
        self._database = database
        self._files = files
        self._worker = worker
        self._task = task

    def run(self) -> None:
        """Make the file; a failure becomes one sentence on the export."""
        from analyzer.pipeline import SerialExecutor

        wanted = self._wanted()
        if wanted is None:
            self._end(
                Failure(what="there are no figures", where="export", remedy="ask again", stage="export")
            )
            return
        with beating(self._beat, jobs.BEAT_SECONDS):
            outcome = next(SerialExecutor().map(_made, [wanted], "export"))
        self._end(outcome, wanted.digest)

    def _wanted(self) -> _Wanted | None:
        with self._database.reading() as session:
            tenant = enter(session, self._task.partnership_id, self._files)
            asked = exports.offered(tenant, self._task.export_id)
            kept = analyses.load(tenant)
            row = session.scalars(tenant.select(AnalysisRow)).first()
            if kept is None or row is None:
                return None
            names = cast("Names", asked.names)
            return _Wanted(kind=asked.kind, names=names, analysis=kept[1], digest=row.digest)

    def _end(self, outcome: bytes | Failure, digest: str | None = None) -> None:
        with self._database.writing() as session:
            try:
                tenant = enter(session, self._task.partnership_id, self._files)
            except NotThere:  # deleted meanwhile
                return
            if isinstance(outcome, Failure):
                exports.fail(tenant, self._task, self._worker, str(outcome))
            else:
                exports.keep(tenant, self._task, self._worker, outcome, digest)

    def _beat(self) -> bool:
        with self._database.writing() as session:
            return exports.beat(session, self._task, self._worker)


def _made(wanted: _Wanted) -> bytes:
    if wanted.kind == "report":
        return report_bytes(wanted.analysis, wanted.names)
    return tables_bytes(wanted.analysis, wanted.names)


def report_bytes(analysis: Analysis, names: Names) -> bytes:
    """Give the report as one page that needs nothing else."""
    from analyzer.reports.html import render
    from analyzer.reports.renaming import Results, under_names

    shown = under_names(Results(analyses=(analysis,), run=analysis.run), names)
    return render(shown.analyses, run=shown.run).encode("utf-8", "replace")


def tables_bytes(analysis: Analysis, names: Names) -> bytes:
    """Give the results folder without its report, as a zip: Parquet, CSV, trend.json and run.json."""
    with tempfile.TemporaryDirectory(prefix="analyzer-") as folder:
        write_tables(analysis, Path(folder), names)
        return _zipped(Path(folder))


def _zipped(folder: Path) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name, _ZIPPED_AT), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()
