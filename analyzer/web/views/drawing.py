"""The report's charts for pages, every mark leading to its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from analyzer.reports.marks import mode_colours
from analyzer.reports.selection import MEETINGS
from analyzer.reports.svg import to_svg
from analyzer.web.views.overview import Overview

WIDTHS = {"wide": 880, "narrow": 330}  # pixels: for a desk and for a telephone
CHARTS = ("ribbon", "trend_lines", "mode_mix", "barrier_map", "loop_lanes", "talk_shares")
_LINKED = ("ribbon", "barrier_map", "loop_lanes")  # take `link` themselves
_FRAGMENT = re.compile(r'href="#([a-z0-9-]+)"')
_DIGITS = re.compile(r"(\d{4}) ")  # of `marks.axis_keys` and `marks.column_keys`: which meeting of the chart


class _Described:
    """A chart's description, for `to_svg`."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._described = described

    def to_dict(self) -> dict[str, Any]:
        """Give it."""
        return self._described


def draw(overview: Overview, name: str, width: str, part: str = "") -> str:
    """Draw a chart as SVG.

    Args:
        overview: of the partnership.
        name: of CHARTS.
        width: of WIDTHS.
        part: `earlier` for the ribbon's folded meetings.
    """
    chart = _Described(describe(overview, name, width, part))
    return _FRAGMENT.sub(lambda found: _led(found, overview), to_svg(chart, f"{name}-{width}{part}"))


def describe(overview: Overview, name: str, width: str, part: str = "") -> dict[str, Any]:
    """Describe a chart in Vega-Lite, every mark with the anchor that it opens; takes what `draw` does."""
    from analyzer.reports import charts, lanes

    home: Any = lanes if name == "loop_lanes" else charts
    given: dict[str, Any] = {"link": overview.link} if name in _LINKED else {}
    if name == "ribbon":
        given["meetings"] = overview.ribbons[part == "earlier"]
    described: dict[str, Any] = getattr(home, name)(overview.analysis, width=WIDTHS[width], **given).to_dict()
    return described if name in _LINKED else _linked(described, overview)


def _led(found: re.Match[str], overview: Overview) -> str:
    address = overview.addresses.opened(found[1])
    return f'href="{escape(address)}"' if address else found[0]


def _linked(described: dict[str, Any], overview: Overview) -> dict[str, Any]:
    """Let each mark that has words for it open the pieces behind it."""
    panels = described.get("hconcat") or described.get("vconcat") or [described]
    held = described.get("datasets", {})
    for panel, measure in zip(panels, _measures(overview, len(panels)), strict=True):
        for name in set(_names(panel)):
            for row in held.get(name, ()):
                if anchor := _anchor(row, measure, overview):
                    row["link"] = f"#{anchor}"
        for unit in _units(panel):
            if "description" in unit.get("encoding", {}):
                unit["encoding"]["href"] = {"field": "link", "type": "nominal"}
    return described


def _measures(overview: Overview, panels: int) -> list[str | None]:
    wanted = [f"share_{key}" for role in ("circular", "generative") if (key := overview.codebook.role(role))]
    found = [measure for measure in wanted if overview.trend(measure)]
    return [*found] if len(found) == panels else [None] * panels


def _anchor(row: dict[str, Any], measure: str | None, overview: Overview) -> str | None:
    digits = _DIGITS.match(str(row.get("meeting", "")))
    if digits is None:
        return None
    number = int(digits[1])
    if "part" in row:
        place = max(0, len(overview.analysis.meetings) - MEETINGS) + number
        return _part_anchor(str(row["part"]), place, overview)
    trend = overview.trend(measure) if measure else None
    if trend is None or measure is None:
        return None
    at = overview.place_of(trend.points[-MEETINGS:][number][0])
    column = overview.codebook.modes.index(measure.partition("_")[2])
    return None if at is None else f"{overview.anchor}-mode{column}-m{at}"


def _part_anchor(part: str, place: int, overview: Overview) -> str | None:
    modes, _ = mode_colours(overview.codebook)
    for kind, names in (("party", overview.columns), ("mode", modes)):
        if part in names:
            return f"{overview.anchor}-{kind}{names.index(part)}-m{place}"
    return None


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        data = node.get("data")
        if isinstance(data, dict) and "name" in data:
            yield str(data["name"])
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _units(node: Any) -> Iterator[dict[str, Any]]:
    if "layer" in node:
        for layer in node["layer"]:
            yield from _units(layer)
    else:
        yield node
