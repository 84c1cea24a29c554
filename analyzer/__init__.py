"""Analyze governance talk: read meetings, tag each piece, measure, trend, report.

    import analyzer

    meetings = analyzer.read_all("minutes/")        # Meetings, with .failures
    tagger = analyzer.Tagger.load()                 # the model that travels with the package
    analysis = analyzer.analyze(meetings, tagger)["minutes"]
    analysis.to_frame("utterances")                 # pandas
    analyzer.report(analysis, "report.html")        # one offline page

Names are resolved on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.codebook import Codebook as Codebook
    from analyzer.codebook import default_codebook as default_codebook
    from analyzer.errors import AnalyzerError as AnalyzerError
    from analyzer.errors import ReadError as ReadError
    from analyzer.ingest.formats import read as read
    from analyzer.ingest.formats import read_all as read_all
    from analyzer.measures.meeting import measure as measure
    from analyzer.pipeline import analyze as analyze
    from analyzer.records.analysis import Analysis as Analysis
    from analyzer.records.figures import Estimate as Estimate
    from analyzer.records.figures import Unknown as Unknown
    from analyzer.records.meeting import Meeting as Meeting
    from analyzer.records.meeting import Utterance as Utterance
    from analyzer.records.tagged import Tagged as Tagged
    from analyzer.reports.html import report as report
    from analyzer.tagging.policy import decide as decide
    from analyzer.tagging.tagger import Tagger as Tagger
    from analyzer.trends.compare import compare as compare
    from analyzer.trends.series import trend as trend

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "analyzer.records.analysis",
    "AnalyzerError": "analyzer.errors",
    "Codebook": "analyzer.codebook",
    "Estimate": "analyzer.records.figures",
    "Meeting": "analyzer.records.meeting",
    "ReadError": "analyzer.errors",
    "Tagged": "analyzer.records.tagged",
    "Tagger": "analyzer.tagging.tagger",
    "Unknown": "analyzer.records.figures",
    "Utterance": "analyzer.records.meeting",
    "analyze": "analyzer.pipeline",
    "compare": "analyzer.trends.compare",
    "decide": "analyzer.tagging.policy",
    "default_codebook": "analyzer.codebook",
    "measure": "analyzer.measures.meeting",
    "read": "analyzer.ingest.formats",
    "read_all": "analyzer.ingest.formats",
    "report": "analyzer.reports.html",
    "trend": "analyzer.trends.series",
}

__all__ = [
    "Analysis",
    "AnalyzerError",
    "Codebook",
    "Estimate",
    "Meeting",
    "ReadError",
    "Tagged",
    "Tagger",
    "Unknown",
    "Utterance",
    "__version__",
    "analyze",
    "compare",
    "decide",
    "default_codebook",
    "measure",
    "read",
    "read_all",
    "report",
    "trend",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
