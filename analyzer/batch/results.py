"""The results folder: what a run leaves, complete and written whole.

Every file is written under another name and renamed, so a reader never sees half of one. The same
input gives the same bytes; only run.json holds time stamps.
"""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import StoreError
from analyzer.records.analysis import Analysis, Failure, by_series
from analyzer.records.meeting import Meeting
from analyzer.settings import Settings
from analyzer.tagging.tagger import Tagger

if TYPE_CHECKING:
    from analyzer.reports.names import Names
    from analyzer.reports.renaming import Results

_DRAFT = ".writing-"
_STALE_SECONDS = 3_600  # a draft that is older was left by a kill
_LIBRARIES = ("governance-analyzer", "numpy", "onnxruntime", "tokenizers", "spacy", "pyarrow", "scipy")


def describe_run(
    analyses: Sequence[Analysis], tagger: Tagger, settings: Settings, *, started: datetime
) -> dict[str, Any]:
    """Say what made the results: versions, model, codebook, settings, inputs. Times are UTC."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version()} | library_versions(),
        "model": tagger.model,
        "model_metrics": dict(tagger.metrics),
        "codebook": {"version": tagger.codebook.version, "hash": tagger.codebook.hash},
        "policy": asdict(tagger.policy),
        "settings": settings.as_dict(),
        "inputs": _inputs(measured.meeting for analysis in analyses for measured in analysis.meetings),
    }


def library_versions() -> dict[str, str]:
    """Give the versions of the libraries that results depend on."""
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:  # a checkout that was never installed
            found[library] = "not installed"
    return found


def _inputs(meetings: Iterable[Meeting]) -> list[dict[str, Any]]:
    sources = {(meeting.source.name, meeting.source.sha256): meeting.source for meeting in meetings}
    return [asdict(sources[key]) for key in sorted(sources)]


def sweep(folder: Path) -> None:
    """Clear a results folder of drafts that a killed run left in it; those of a run going on stay."""
    for draft in folder.glob(f"{_DRAFT}*"):
        with contextlib.suppress(OSError):
            if time.time() - draft.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(draft, ignore_errors=True)


def write_results(
    analyses: Sequence[Analysis],
    failures: Sequence[Failure],
    folder: Path,
    *,
    run: Mapping[str, Any],
    formats: Iterable[str] = (),
    names: Names = "given",
    revise: Callable[[Results], Results] | None = None,
) -> Results:
    """Write the results folder of the contract; files of another name in it are left alone.

    Args:
        analyses: one a series, in any order.
        failures: what could not be analysed.
        folder: made where it does not exist.
        run: what made the results.
        formats: exports beyond those of the contract (`analyzer.reports.exports.EXPORTS`).
        names: how people are named, in every file.
        revise: changes the results once people are named as asked, so that it sees no other names.

    Returns:
        The results as they were written, with people named as asked.

    Raises:
        StoreError: if the folder cannot be written; what was there before stays as it was.
    """
    from analyzer.reports.exports import json_text, write_exports
    from analyzer.reports.renaming import Results, under_names
    from analyzer.trends.compare import compare

    results = under_names(
        Results(
            analyses=by_series(analyses),
            failures=tuple(
                sorted(failures, key=lambda failure: (failure.where, failure.stage, failure.what))
            ),
            run=run,
        ),
        names,
    )
    if revise is not None:
        results = revise(results)
    if len(results.analyses) > 1:
        results = replace(results, standings=compare(results.analyses))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        try:
            write_exports(results, draft, formats)
            lines = (json.dumps(asdict(failure), ensure_ascii=False) for failure in results.failures)
            _write(draft / "failures.jsonl", "".join(line + "\n" for line in lines))
            _write(draft / "run.json", json_text(results.run))
            for file in sorted(draft.iterdir()):
                file.replace(folder / file.name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            what=f"the results cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="name a folder you may write to with --out",
        ) from error
    return results


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
