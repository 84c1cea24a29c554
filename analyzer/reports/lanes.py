"""The loop ledger as a picture: a lane a topic, a disc for each meeting that it came back in.

The larger a disc, the more words it took; its colour says how the matter stood after that meeting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt

from analyzer.records.analysis import Analysis, Loop, Measured, TopicMeeting, TopicStatus
from analyzer.records.tagged import Row
from analyzer.reports.charts import COLUMNS, as_chart, configured
from analyzer.reports.marks import NARROW, Link, column_keys, no_link
from analyzer.reports.selection import MEETINGS
from analyzer.reports.words import day, meeting_name, shorten

LANES = 10
STATES: dict[TopicStatus, tuple[str, str]] = {  # what is said of a topic after a meeting, and its colour
    "opened": ("Still open", "#5a6270"),
    "revisited": ("Still open", "#5a6270"),
    "deferred": ("Put off", "#d9a441"),
    "decided": ("Decided", "#1a9b6c"),
}
_LABEL, _SHORT = 34, 17  # characters of a topic's name


def loop_lanes(
    analysis: Analysis, *, width: int = 720, link: Link = no_link, loops: Sequence[Loop] | None = None
) -> alt.LayerChart:
    """Draw when each topic of the ledger came up, how long it took and how it stood then.

    Args:
        analysis: the series.
        width: of the whole picture, in pixels.
        link: gives the anchor that a topic opens.
        loops: the topics to draw; the first of the ledger by default.
    """
    loops = analysis.loops[:LANES] if loops is None else loops
    is_narrow = width < NARROW
    meetings = analysis.meetings[-MEETINGS:]
    keys = column_keys(meetings)
    columns = {one.meeting.id: (key, one) for key, one in zip(keys, meetings, strict=True)}
    lanes = [
        f"{place:04d} {shorten(loop.label, _SHORT if is_narrow else _LABEL)}"
        for place, loop in enumerate(loops)
    ]
    rows = [
        row
        for lane, loop in zip(lanes, loops, strict=True)
        for row in _visits(lane, loop, analysis, columns, link)
    ]
    bare: dict[str, Any] = {"domain": False, "ticks": False}
    dates: dict[str, Any] = {**COLUMNS, "orient": "top", "labelAngle": 0, "labelOverlap": True}
    if is_narrow:
        dates |= {"labelAngle": -50, "labelExpr": "replace(slice(datum.label, 5), '|', ' ')"}
    elif any(not key.endswith("|") for key in keys):
        dates["labelPadding"] = 20  # a second line grows downwards
    base = as_chart(rows).encode(
        x=alt.X("meeting:N").sort(keys).scale(domain=keys).title(None).axis(**dates),
        y=alt.Y("lane:N")
        .sort(lanes)
        .scale(domain=lanes)
        .title(None)
        .axis(labelLimit=128 if is_narrow else 230, labelExpr="slice(datum.label, 5)", **bare),
    )
    names = list(dict.fromkeys(name for name, _ in STATES.values()))
    colours = list(dict.fromkeys(colour for _, colour in STATES.values()))
    legend: dict[str, Any] = {"orient": "top", "title": None, "symbolType": "circle", "offset": 14}
    discs = base.mark_circle(opacity=1).encode(
        size=alt.Size("words:Q").scale(range=[30, 150 if is_narrow else 520]).legend(None),
        color=alt.Color("state:N").scale(domain=names, range=colours).legend(**legend),
        href="link:N",
        description="about:N",
    )
    way = base.mark_line(color="#9aa2ad", strokeWidth=1.5, opacity=0.6).encode(detail="lane:N")
    about = (
        f"When each of {len(loops)} topics came up; larger discs are more words; colours say how it stood."
    )
    room = width - 150 if is_narrow else min(width - 260, 84 * len(meetings))
    chart = alt.layer(way, discs).properties(width=max(room, 40), height=alt.Step(30), description=about)
    finished: alt.LayerChart = configured(chart)
    return finished


def _visits(
    lane: str, loop: Loop, analysis: Analysis, columns: Mapping[str, tuple[str, Measured]], link: Link
) -> Iterator[Row]:
    rows: list[TopicMeeting] = [row for row in analysis.topics if row.topic == loop.topic]
    for row in rows:
        if row.meeting not in columns:
            continue
        key, measured = columns[row.meeting]
        state, _ = STATES[row.status]
        circles = f", {row.circular} circular" if row.circular else ""
        yield {
            "meeting": key,
            "lane": lane,
            "words": row.words,
            "state": state,
            "link": link(f"{loop.topic}@{row.meeting}"),
            "about": f"{loop.label}, {meeting_name(measured.meeting)}, {day(measured.meeting.date)}: "
            f"{row.words:,} words{circles}; then {state.lower()}",
        }
