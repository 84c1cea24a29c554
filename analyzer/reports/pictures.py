"""Each chart of a series as a file of its own, for slides and papers: SVG, or PNG for what cannot scale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis
from analyzer.reports.renaming import Results
from analyzer.reports.svg import standing_alone, to_png

Kind = Literal["svg", "png"]

_CHARTS = ("ribbon", "mode_mix", "trend_lines", "barrier_map", "talk_shares")
_WIDTH = 880  # pixels


def write_pictures(results: Results, folder: Path, *, kind: Kind) -> None:
    """Write the charts of each series, as in `bank_it-mode_mix.svg`."""
    taken: set[str] = set()
    for analysis in sorted(results.analyses, key=lambda analysis: analysis.series):
        name = _file_name(analysis.series, taken)
        for chart, draw in _drawn(analysis):
            file = folder / f"{name}-{chart}.{kind}"
            if kind == "svg":
                file.write_text(standing_alone(draw(), f"{name}-{chart}"), encoding="utf-8", newline="\n")
            else:
                file.write_bytes(to_png(draw()))


def _file_name(series: str, taken: set[str]) -> str:
    """Name the files of a series: letters, digits, hyphens; no two series share one."""
    wanted = re.sub(r"[^\w]+", "-", series.encode("utf-8", "replace").decode())[:60].strip("-") or "series"
    name, count = wanted, 1
    while name.casefold() in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name.casefold())
    return name


def _drawn(analysis: Analysis) -> Iterator[tuple[str, Callable[[], Any]]]:
    from analyzer.reports import charts

    keys = [default_codebook().role(role) for role in ("circular", "generative")]
    followed = {trend.measure for trend in analysis.trends}
    for name in _CHARTS if analysis.meetings else ():
        if name != "trend_lines" or followed & {f"share_{key}" for key in keys}:
            yield name, partial(getattr(charts, name), analysis, width=_WIDTH)
