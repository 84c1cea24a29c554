"""A chart as static SVG that can stand many times in one page: no script, no network, equal bytes.

vl-convert bundles Vega, so no browser is needed; what it leaves unstable or heavy is mended here.
"""

from __future__ import annotations

import json
import re
import threading
from html import escape
from typing import Any

from analyzer.reports.words import printable

_BASE = re.compile(r'xlink:href="[^"#]*#([a-zA-Z0-9-]+)"')
_LINKLESS = re.compile(r'<a xlink:href="[^"#]*">(.*?)</a>', re.DOTALL)
_LABELLED = re.compile(r'<path aria-label="([^"]*)"([^>]*?)/>')
_NOISE = re.compile(r' (?:role="graphics-(?:symbol|object)"|aria-roledescription="[^"]*"|aria-hidden="true")')
_AXIS = re.compile(r' aria-label="(?:[XY]-axis|Symbol legend|Title text)[^"]*"')
_EMPTY = re.compile(r'<path class="(?:foreground|background)"[^>]*/>')
_PLACED = re.compile(r' (?:d|transform|[xy]2?|fill-opacity)="[^"]*\d\.\d{3}[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_UNASKED = re.compile(r' aria-label="[^"]*"')  # Vega's own words for marks that were given none
_ID = re.compile(r'(id="|url\(#)([A-Za-z_]+\d+)')
_NAMESPACES = re.compile(r' xmlns(?::xlink)?="[^"]*"| version="1\.1"')

# One renderer serves the whole process: of charts that two threads draw at once, one comes out with the
# other's data. A web page asks for all its charts at the same time.
_RENDERER = threading.Lock()


def to_svg(chart: Any, prefix: str) -> str:
    """Draw an Altair chart.

    Args:
        chart: with all its data inside.
        prefix: begins every id, so that two charts of one page never share one.

    Returns:
        An `<svg>` element with the chart's description as its name; links are fragments of the page,
        marks carry their words as titles.
    """
    import vl_convert

    described = _printable(chart.to_dict())
    spec = json.dumps(described, ensure_ascii=False)
    with _RENDERER:
        svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    svg = _NAMESPACES.sub("", svg, count=3)
    # Vega makes fragments absolute; keyboards reach the same places by the table under the chart.
    svg = _LINKLESS.sub(r"\1", svg)  # a mark without a link got one to nowhere
    svg = _BASE.sub(r'href="#\1" tabindex="-1"', svg)
    svg = _EMPTY.sub("", svg)
    svg = _AXIS.sub("", _NOISE.sub("", svg))
    svg = _LABELLED.sub(r"<path\2><title>\1</title></path>", svg)
    svg = _PLACED.sub(lambda found: _LONG_NUMBER.sub(_rounded, found[0]), _UNASKED.sub("", svg))
    about = escape(str(described.get("description", "")), quote=True)
    role = "group" if "<a " in svg else "img"  # an image has no parts that can be opened
    return _renumber(svg.replace("<svg", f'<svg role="{role}" aria-label="{about}"', 1), prefix)


def standing_alone(chart: Any, prefix: str) -> str:
    """Draw a chart as an SVG file on white, with equal bytes every time."""
    import vl_convert

    spec = _on_white(chart)
    with _RENDERER:
        svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return _renumber(_LINKLESS.sub(r"\1", svg), prefix) + "\n"


def to_png(chart: Any, *, scale: float = 2) -> bytes:
    """Draw a chart as a PNG file on white, at twice the dots of the page."""
    import vl_convert

    spec = _on_white(chart)
    with _RENDERER:
        return bytes(vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=[]))


def _on_white(chart: Any) -> str:
    described = _printable(chart.to_dict())
    return json.dumps({**described, "background": "#ffffff"}, ensure_ascii=False)


def _printable(value: Any) -> Any:
    # The renderer does not raise on what is no character of XML: it aborts the whole process.
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return printable(value) if isinstance(value, str) else value


def _rounded(number: re.Match[str]) -> str:
    # Seventeen digits of a pixel are half of a picture's bytes.
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _renumber(svg: str, prefix: str) -> str:
    # Vega counts ids through the life of the process: number them anew, by first appearance.
    known: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        new = known.setdefault(match[2], f"{prefix}-{len(known)}")
        return f"{match[1]}{new}"

    return _ID.sub(name, svg)
