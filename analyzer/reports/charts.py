"""Charts of an Analysis as Altair objects: one specification for page, report and notebook.

No pandas: data are small lists of rows inside the chart. Colours are the codebook's; an unknown
figure is drawn as unknown, never as zero. `link` gives the anchor that a mark opens, or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Analysis, Measured, Trend
from analyzer.records.tagged import Row
from analyzer.reports.marks import (
    NARROW,
    NOBODY,
    OTHERS,
    UNSURE_COLOUR,
    Link,
    axis_keys,
    cell_rows,
    column_keys,
    mix_rows,
    mode_colours,
    no_link,
    party_names,
    point_rows,
    segment_rows,
    talk_rows,
    tick_rows,
)
from analyzer.reports.selection import MEETINGS, ribbon_meetings
from analyzer.reports.words import measure_name

_MANY = 24  # meetings from which marks are drawn smaller
_LONG = 14  # characters of a name of which no three stand beside each other on a telephone
_INK, _DARK, _HEAT = "#5a6270", "#1d2430", "#b5446e"
_PARTY_COLOURS = ("#3f6fb5", "#d9a441", "#7b5ea7", "#4aa3a1", "#b5607f", "#8a8f98")
_BARE: dict[str, Any] = {"domain": False, "ticks": False}
_KEYED: dict[str, Any] = {**_BARE, "labelExpr": "slice(datum.label, 5)"}  # without the digits of `axis_keys`
COLUMNS: dict[str, Any] = {**_BARE, "labelExpr": "split(slice(datum.label, 5), '|')"}  # of `column_keys`


def ribbon(
    analysis: Analysis,
    *,
    width: int = 720,
    link: Link = no_link,
    meetings: Sequence[Measured] | None = None,
) -> alt.LayerChart:
    """Draw each meeting as a strip of its pieces coloured by mode; ticks below mark barriers.

    Neighbours of one mode are one segment, so that a strip stays small however long the meeting.
    """
    codebook = default_codebook()
    meetings = ribbon_meetings(analysis) if meetings is None else meetings
    keys = axis_keys(meetings, width)
    pairs = list(zip(meetings, keys, strict=True))
    names, colours = mode_colours(codebook)
    y = alt.Y("meeting:N").sort(keys).axis(**_keyed(width)).title(None)
    opens: dict[str, Any] = {"href": "link:N", "description": "about:N"}
    strips = (
        as_chart(row for one, key in pairs for row in segment_rows(one, key, codebook, link))
        .mark_bar(height=16, yOffset=-5)
        .encode(
            x=alt.X("start:Q").axis(None).scale(nice=False),
            x2="end:Q",
            y=y,
            color=alt.Color("mode:N").scale(domain=names, range=colours).legend(**_legend(width)),
            **opens,
        )
    )
    ticks = (
        as_chart(row for one, key in pairs for row in tick_rows(one, key, codebook, link))
        .mark_tick(orient="vertical", height=5, thickness=1.6, yOffset=9, color=_INK, opacity=1)
        .encode(x="middle:Q", y=y, **opens)
    )
    about = f"Ribbon: the pieces of {len(meetings)} meetings in order, coloured by mode; ticks mark barriers."
    return _finish(alt.layer(strips, ticks), width, alt.Step(38), about)


def mode_mix(analysis: Analysis, *, width: int = 720) -> alt.LayerChart:
    """Draw the share of each mode in each meeting; what is asserted of no mode is shown as unsure."""
    codebook = default_codebook()
    meetings = analysis.meetings[-MEETINGS:]
    keys = axis_keys(meetings, width)
    rows = [row for one, key in zip(meetings, keys, strict=True) for row in mix_rows(one, key, codebook)]
    about = "Share of each mode in each meeting, stacked to the whole; the table below gives the intervals."
    return _stacked(rows, keys, *mode_colours(codebook), width, about)


def talk_shares(analysis: Analysis, *, width: int = 720) -> alt.LayerChart:
    """Draw how much of each meeting each party speaks; at most five parties by name."""
    meetings = analysis.meetings[-MEETINGS:]
    keys = axis_keys(meetings, width)
    parties = party_names(meetings)
    named = parties[: len(_PARTY_COLOURS) - 1]
    rows = [row for one, key in zip(meetings, keys, strict=True) for row in talk_rows(one, key, named)]
    names = [*named, OTHERS] if len(parties) > len(named) else named
    about = f"Share of talk by party in each meeting: {', '.join(names) or 'no party is known'}."
    colours = [*_PARTY_COLOURS[: len(names)], UNSURE_COLOUR]
    return _stacked(rows, keys, [*names, NOBODY], colours, width, about)


def trend_lines(analysis: Analysis, *, width: int = 720) -> alt.HConcatChart | alt.VConcatChart:
    """Draw circular and generative share over the dated meetings, each point with its 95 % interval."""
    codebook = default_codebook()
    wanted = [f"share_{key}" for role in ("circular", "generative") if (key := codebook.role(role))]
    trends = [trend for name in wanted for trend in analysis.trends if trend.measure == name]
    panel = width - 50 if width < NARROW else (width - 110) // 2
    panels = [_panel(trend, analysis, codebook, panel) for trend in trends]
    said = "; ".join(f"{measure_name(trend.measure, codebook)}: {trend.verdict}" for trend in trends)
    joined = alt.vconcat(*panels) if width < NARROW else alt.hconcat(*panels)
    chart: alt.HConcatChart | alt.VConcatChart = configured(
        joined.resolve_scale(y="shared").properties(
            description=f"Trends over the dated meetings, with 95 % intervals. {said}."
        )
    )
    return chart


def barrier_map(analysis: Analysis, *, width: int = 720, link: Link = no_link) -> alt.LayerChart:
    """Draw barriers by meeting: the darker the more often; the number counts flagged pieces."""
    codebook = default_codebook()
    is_narrow = width < NARROW
    meetings = analysis.meetings[-MEETINGS:]
    keys = column_keys(meetings)
    pairs = zip(meetings, keys, strict=True)
    names = [label.name for label in codebook.task("barrier").labels]
    dates: dict[str, Any] = {**COLUMNS, "orient": "top", "labelAngle": 0, "labelOverlap": True}
    if is_narrow:
        dates |= {"labelAngle": -50, "labelExpr": "replace(slice(datum.label, 5), '|', ' ')"}
    elif any(not key.endswith("|") for key in keys):
        dates["labelPadding"] = 20  # a second line grows downwards
    rows = [row for one, key in pairs for row in cell_rows(one, key, codebook, link)]
    base = as_chart(rows).encode(
        x=alt.X("meeting:N").sort(keys).title(None).scale(paddingInner=0.04).axis(**dates),
        y=alt.Y("barrier:N")
        .sort(names)
        .title(None)
        .scale(paddingInner=0.06)
        .axis(labelLimit=128 if is_narrow else 230, **_BARE),
    )
    # Never darker than ink stays readable on, in light and in dark.
    top = max([0.05, *(row["rate"] or 0 for row in rows)])
    depth = alt.FillOpacity("rate:Q").scale(domain=[0, top], range=[0.04, 0.6], clamp=True).legend(None)
    cells = base.mark_rect(cornerRadius=3).encode(
        fill=alt.condition("datum.unknown", alt.value("transparent"), alt.value(_HEAT)),
        fillOpacity=depth,
        stroke=alt.condition("datum.unknown", alt.value(_INK), alt.value("transparent")),
        strokeDash=alt.value([3, 3]),
        href="link:N",
        description="about:N",
    )
    counts = base.mark_text(fontSize=11 if len(meetings) <= 16 else 8, color=_DARK).encode(text="count:N")
    about = f"How often each barrier is voiced in each of {len(meetings)} meetings; numbers count pieces."
    room = width - 150 if is_narrow else min(width - 250, 72 * len(meetings))
    chart = alt.layer(cells, counts).properties(width=max(room, 40), height=alt.Step(28), description=about)
    finished: alt.LayerChart = configured(chart)
    return finished


def _panel(trend: Trend, analysis: Analysis, codebook: Codebook, width: int) -> Any:
    colour = codebook.label(trend.measure.partition("_")[2]).colour
    x = alt.X("meeting:N").title(None).axis(labelAngle=0, labelOverlap=True, labelSeparation=10, **COLUMNS)
    y = alt.Y("value:Q").title(None).axis(format="%", tickCount=4, **_BARE).scale(zero=True)
    base = as_chart(point_rows(trend, analysis, MEETINGS)).encode(x=x)
    known = base.transform_filter("isValid(datum.value)")
    is_dense = len(trend.points) > _MANY
    point: dict[str, Any] = {"color": colour, "size": 24 if is_dense else 60, "opacity": 1}
    point["strokeWidth"] = 1.2 if is_dense else 2
    unknown = base.transform_filter("!isValid(datum.value)")
    layers = (
        known.mark_line(color=colour, strokeWidth=1.5, opacity=0.55).encode(y=y),
        known.mark_rule(
            color=colour, strokeWidth=2 if is_dense else 5, opacity=0.28, strokeCap="round"
        ).encode(y="low:Q", y2="high:Q"),
        known.transform_filter("datum.kind == ''")
        .mark_point(filled=True, **point)
        .encode(y=y, description="about:N"),
        known.transform_filter("datum.kind != ''").mark_point(**point).encode(y=y, description="about:N"),
        unknown.mark_text(text="?", fontSize=13, dy=-8).encode(y=alt.datum(0), description="about:N"),
    )
    title = alt.Title(measure_name(trend.measure, codebook), subtitle=trend.verdict)
    return alt.layer(*layers).properties(width=width, height=150, title=title)


def _stacked(
    rows: Sequence[Row], keys: list[str], names: list[str], colours: list[str], width: int, about: str
) -> alt.LayerChart:
    y = alt.Y("meeting:N").sort(keys).axis(**_keyed(width)).title(None)
    x = alt.X("share:Q").stack("zero").scale(domain=[0, 1]).title(None)
    bars = (
        as_chart(row for row in rows if "share" in row)
        .mark_bar(height=16)
        .encode(
            x=x.axis(format="%", tickCount=4, grid=False, **_BARE),
            y=y,
            color=alt.Color("part:N").scale(domain=names, range=colours).legend(**_legend(width, names)),
            order="order:Q",
            description="about:N",
        )
    )
    unknown = (
        as_chart(row for row in rows if "share" not in row)
        .mark_text(align="left", dx=4, fontStyle="italic", color=_INK)
        .encode(x=alt.datum(0), y=y, text="unknown:N")
    )
    return _finish(alt.layer(bars, unknown), width, alt.Step(26 if len(keys) <= _MANY else 19), about)


def as_chart(rows: Iterable[Row]) -> alt.Chart:
    """Give a chart that holds its rows."""
    values: Any = {"values": list(rows)}
    return alt.Chart(values)


def _label_room(width: int) -> int:
    return 84 if width < NARROW else 240


def _keyed(width: int) -> dict[str, Any]:
    return {**_KEYED, "minExtent": _label_room(width) - 10}


def _legend(width: int, names: Sequence[str] = ()) -> dict[str, Any]:
    columns = 6 if width >= NARROW else 3 if max(map(len, names), default=0) < _LONG else 2
    return {"orient": "top", "title": None, "columns": columns, "symbolType": "square", "offset": 10}


def _finish(chart: Any, width: int, height: Any, about: str) -> alt.LayerChart:
    # `width` is the whole picture's; the labels' column has a fixed width, with room for wide fonts.
    finished: alt.LayerChart = configured(
        chart.properties(width=width - _label_room(width), height=height, description=about)
    )
    return finished


def configured(chart: Any) -> Any:
    """Give a chart the look of all charts."""
    ink: dict[str, Any] = {"labelFontSize": 12, "labelColor": _INK}
    return (
        chart.configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(gridColor="#9aa2ad", gridOpacity=0.3, labelPadding=6, labelLimit=260, **ink)
        .configure_legend(symbolSize=90, **ink)
        .configure_title(fontSize=13, anchor="start", color=_INK, subtitleColor=_INK, subtitleFontSize=12)
    )
