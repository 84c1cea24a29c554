"""The rows that charts draw: what stands where, how it is said in words and what it opens.

Apart from the specifications, so that a chart reads as a chart. `about` becomes a mark's title: the
words that a pointer shows and a screen reader speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Measured, Trend
from analyzer.records.figures import Estimate
from analyzer.records.tagged import UNSURE, Row
from analyzer.reports.words import (
    dated,
    day,
    distinct_names,
    interval,
    kind_word,
    meeting_name,
    percent,
    share,
    short_days,
    shorten,
)

Link = Callable[[str], str | None]  # a piece's ref, or `barrier@meeting` → anchor

NARROW = 480  # pixels; below it labels are short
UNSURE_NAME, UNSURE_COLOUR = "Unsure", "#e6e8ec"
OTHERS, NOBODY = "Others", "Party unknown"
_LABEL_CHARACTERS = 26
_TALK = "talk_share:"


def no_link(ref: str) -> None:
    """Open nothing."""


def axis_keys(meetings: Sequence[Measured], width: int) -> list[str]:
    """Give each meeting its place on an axis: four digits that keep it apart, a blank, its label."""
    held = [one.meeting for one in meetings]
    if width < NARROW:
        labels = [f"{day} {kind_word(one)}".strip() for day, one in zip(short_days(held), held, strict=True)]
    else:
        labels = [
            f"{day(one.date)} · {shorten(f'{kind_word(one)}: {name}'.removeprefix(': '), _LABEL_CHARACTERS)}"
            for one, name in zip(held, distinct_names(held, _LABEL_CHARACTERS), strict=True)
        ]
    return [f"{place:04d} {label}" for place, label in enumerate(labels)]


def column_keys(meetings: Sequence[Measured]) -> list[str]:
    """Give each meeting its place on an axis of narrow columns: digits, date, a bar, what it is."""
    held = [one.meeting for one in meetings]
    return [
        f"{place:04d} {day}|{kind_word(one)}"
        for place, (day, one) in enumerate(zip(short_days(held), held, strict=True))
    ]


def mode_colours(codebook: Codebook) -> tuple[list[str], list[str]]:
    """Give names and colours of the modes, and last of what is unsure."""
    labels = codebook.task("mode").labels
    names = [label.name for label in labels]
    return [*names, UNSURE_NAME], [*(label.colour for label in labels), UNSURE_COLOUR]


def segment_rows(measured: Measured, key: str, codebook: Codebook, link: Link) -> Iterator[Row]:
    """Give the segments of a meeting's strip: runs of pieces of one mode."""
    names, _ = mode_colours(codebook)
    decided = enumerate(int(column) for column in measured.signals.mode)
    for column, run in groupby(decided, key=lambda pair: pair[1]):
        numbers = [number for number, _ in run]
        name = UNSURE_NAME if column == UNSURE else names[column]
        places = "1 piece" if len(numbers) == 1 else f"{len(numbers)} pieces"
        at = measured.tagged.utterance(numbers[0]).at
        refs = (measured.tagged.encoded.ref(number) for number in numbers)
        yield {
            "meeting": key,
            "start": numbers[0],
            "end": numbers[-1] + 1,
            "mode": name,
            "link": next((found for ref in refs if (found := link(ref))), None),
            "about": f"{meeting_name(measured.meeting)}, from {at}: {name}, {places}",
        }


def tick_rows(measured: Measured, key: str, codebook: Codebook, link: Link) -> Iterator[Row]:
    """Give a tick for each piece that voices a barrier."""
    names = [label.name for label in codebook.task("barrier").labels]
    for number in np.flatnonzero(measured.signals.flags.any(axis=1)).tolist():
        flagged = [name for name, is_set in zip(names, measured.signals.flags[number], strict=True) if is_set]
        at = measured.tagged.utterance(number).at
        yield {
            "meeting": key,
            "middle": number + 0.5,
            "link": link(measured.tagged.encoded.ref(number)),
            "about": f"{meeting_name(measured.meeting)}, {at}: {', '.join(flagged)}",
        }


def cell_rows(measured: Measured, key: str, codebook: Codebook, link: Link) -> Iterator[Row]:
    """Give a meeting's column of the barrier map: rates, and counts of flagged pieces."""
    counts = measured.signals.flags.sum(axis=0).tolist()
    for label, count in zip(codebook.task("barrier").labels, counts, strict=True):
        figure = measured.figures.get(f"rate_{label.key}")
        is_unknown = not isinstance(figure, Estimate)
        yield {
            "meeting": key,
            "barrier": label.name,
            "rate": figure.value if isinstance(figure, Estimate) else None,
            "unknown": is_unknown,
            "count": "?" if is_unknown else (str(count) if count else "·"),
            "link": link(f"{label.key}@{measured.meeting.id}") if count else None,
            "about": f"{label.name}, {meeting_name(measured.meeting)}: {share(figure)} ({interval(figure)})",
        }


def mix_rows(measured: Measured, key: str, codebook: Codebook) -> list[Row]:
    """Give a meeting's bar of modes; a row without `share` where any of them is unknown."""
    names, _ = mode_colours(codebook)
    figures = [measured.figures.get(f"share_{mode}") for mode in codebook.modes]
    values = [figure.value for figure in figures if isinstance(figure, Estimate)]
    if len(values) < len(figures):
        return [{"meeting": key, "unknown": "unknown"}]
    values.append(max(0.0, 1 - sum(values)))
    return [
        {"meeting": key, "part": name, "share": value, "order": place, "about": f"{name}: {percent(value)}"}
        for place, (name, value) in enumerate(zip(names, values, strict=True))
        if value > 0.0005  # what rounding leaves is not unsure
    ]


def talk_rows(measured: Measured, key: str, named: Sequence[str]) -> list[Row]:
    """Give a meeting's bar of parties; those not in `named` are others, the rest is of unknown party."""
    shares = _talk(measured)
    if not shares:
        return [{"meeting": key, "unknown": "unknown"}]
    rest = 1 - sum(shares.values())
    if rest > 0.005:
        shares[NOBODY] = rest
    order = {party: place for place, party in enumerate(named)}
    return [
        {
            "meeting": key,
            "part": party if party in order or party == NOBODY else OTHERS,
            "share": value,
            "order": order.get(party, len(order) + (party == NOBODY)),
            "about": f"{party}: {percent(value)}",
        }
        for party, value in sorted(shares.items())
    ]


def party_names(meetings: Sequence[Measured]) -> list[str]:
    """Name the parties that speak, most talkative first."""
    totals: dict[str, float] = {}  # party → sum of its talk shares
    for measured in meetings:
        for party, value in _talk(measured).items():
            totals[party] = totals.get(party, 0.0) + value
    return sorted(totals, key=lambda party: (-totals[party], party))


def _talk(measured: Measured) -> dict[str, float]:
    return {
        name.removeprefix(_TALK): figure.value
        for name, figure in measured.figures.items()
        if name.startswith(_TALK) and isinstance(figure, Estimate)
    }


def point_rows(trend: Trend, analysis: Analysis, limit: int) -> Iterator[Row]:
    """Give a trend's latest points with their intervals; `value` is missing where unknown."""
    meetings = {measured.meeting.id: measured.meeting for measured in analysis.meetings}
    points = [(meetings[name], figure) for name, figure in trend.points[-limit:] if name in meetings]
    days = short_days([meeting for meeting, _ in points])
    for place, ((meeting, figure), label) in enumerate(zip(points, days, strict=True)):
        kind = kind_word(meeting)
        row: Row = {
            "meeting": f"{place:04d} {label}|{kind}",
            "kind": kind,
            "about": f"{dated(meeting)}: {share(figure)} ({interval(figure)})",
        }
        if isinstance(figure, Estimate):
            row |= {"value": figure.value, "low": figure.low, "high": figure.high}
        yield row
