"""Each chart of a series as a file of its own, for slides and papers: SVG, or PNG for what cannot scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, by_series
from analyzer.reports.naming import file_names
from analyzer.reports.renaming import Results
from analyzer.reports.svg import standing_alone, to_png

Kind = Literal["svg", "png"]

_CHARTS = ("ribbon", "mode_mix", "trend_lines", "barrier_map", "loop_lanes", "talk_shares")
_WIDTH = 880  # pixels


def write_pictures(results: Results, folder: Path, *, kind: Kind) -> None:
    """Write the charts of each series, as in `bank_it-mode_mix.svg`."""
    ordered = by_series(results.analyses)
    names = file_names([analysis.series for analysis in ordered])
    for analysis, name in zip(ordered, names, strict=True):
        for chart, draw in _drawn(analysis):
            file = folder / f"{name}-{chart}.{kind}"
            if kind == "svg":
                file.write_text(standing_alone(draw(), f"{name}-{chart}"), encoding="utf-8", newline="\n")
            else:
                file.write_bytes(to_png(draw()))


def _drawn(analysis: Analysis) -> Iterator[tuple[str, Callable[[], Any]]]:
    from analyzer.reports import charts, lanes

    keys = [default_codebook().role(role) for role in ("circular", "generative")]
    followed = {trend.measure for trend in analysis.trends}
    empty = set() if followed & {f"share_{key}" for key in keys} else {"trend_lines"}
    empty |= set() if analysis.loops else {"loop_lanes"}
    for name in _CHARTS if analysis.meetings else ():
        if name not in empty:
            home = lanes if name == "loop_lanes" else charts
            yield name, partial(getattr(home, name), analysis, width=_WIDTH)
