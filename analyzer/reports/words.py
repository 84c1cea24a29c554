"""Names and numbers as people read them: dates, shares with intervals, measures, places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from analyzer.codebook import Codebook
from analyzer.figures import figure_title
from analyzer.records.analysis import Analysis
from analyzer.records.figures import Estimate, Figure
from analyzer.records.meeting import Meeting, MeetingKind

CERTAINTY = ((0.9, "very likely"), (0.66, "likely"), (0.33, "maybe"), (0.0, "a hint"))  # from a belief on
_UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
_NBSP = "\u00a0"  # a number and its sign stay on one line
_KINDS: dict[MeetingKind, str] = {"transcript": "", "minutes": "minutes", "email": "mail"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def printable(text: str) -> str:
    """Replace what is no character of XML or HTML: controls, lone surrogates, non-characters."""
    return _UNPRINTABLE.sub("\ufffd", text)


def day(when: date | None) -> str:
    """Write a date as in `6 Mar 2025`; the same in every locale."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}" if when else "undated"


def short_days(meetings: Sequence[Meeting]) -> list[str]:
    """Write dates for a narrow axis, as in `6 Mar`; with the year where there are several."""
    years = {meeting.date.year for meeting in meetings if meeting.date}
    return [
        f"{day(meeting.date)[:-5]}{f' {meeting.date.year % 100:02d}' if len(years) > 1 else ''}"
        if meeting.date
        else "undated"
        for meeting in meetings
    ]


def meeting_name(meeting: Meeting) -> str:
    """Name a meeting for people: its title, else its id."""
    return meeting.title or meeting.id


def distinct_names(meetings: Sequence[Meeting], limit: int) -> list[str]:
    """Name meetings; where names are longer than `limit`, without the words they all begin with."""
    names = [meeting_name(meeting).split() for meeting in meetings]
    shared = 0
    if len(names) > 1 and max(len(" ".join(name)) for name in names) > limit:
        for words in zip(*(name[:-1] for name in names), strict=False):
            if len(set(words)) > 1:
                break
            shared += 1
    return [" ".join(name[shared:]) for name in names]


def shorten(text: str, limit: int) -> str:
    """Cut a text at `limit` characters, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def kind_word(meeting: Meeting) -> str:
    """Say what a source is where it is no transcript of a meeting: `minutes` or `mail`."""
    return _KINDS[meeting.kind]


def dated(meeting: Meeting) -> str:
    """Date a source, and say what it is, as in `17 Mar 2025, mail`."""
    kind = kind_word(meeting)
    return f"{day(meeting.date)}, {kind}" if kind else day(meeting.date)


def certainty(belief: float) -> str:
    """Say how sure a belief is, as people do.

    The bounds at a third, two thirds and nine tenths are those of Mastrandrea et al. (2010), Guidance
    Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties.
    """
    # Rounded as it is shown, so that word and number agree.
    return next(words for bound, words in CERTAINTY if round(belief, 2) >= bound)


def percent(value: float) -> str:
    """Write a share as in `27 %`; small ones keep a digit, so that 0.4 % is not shown as none."""
    digits = 1 if 0 < abs(value) < 0.095 else 0
    return f"{value * 100:.{digits}f}{_NBSP}%".replace("-", "−")


def share(figure: Figure | None) -> str:
    """Write the value of a share, or `unknown`."""
    return percent(figure.value) if isinstance(figure, Estimate) else "unknown"


def interval(figure: Figure | None) -> str:
    """Write the 95 % interval of a share, or why there is none."""
    if isinstance(figure, Estimate):
        return f"{percent(figure.low).removesuffix(_NBSP + '%')}{_NBSP}to{_NBSP}{percent(figure.high)}"
    return figure.reason if figure else "not measured"


def points(value: float) -> str:
    """Write a change of a share in percentage points, with its sign."""
    return f"{value * 100:+.1f}".replace("-", "−")


def measure_name(measure: str, codebook: Codebook) -> str:
    """Name a measure for people, as in `Circular talk` or `Talk share of Bank`."""
    return figure_title(measure, codebook) or measure.replace("_", " ").replace(":", " of ").capitalize()


def extent(analysis: Analysis) -> str:
    """Say how much was read, as in `6 meetings, 3 mail threads · 681 pieces · 6 Mar to 11 Dec 2025`."""
    names = {
        "transcript": ("meeting", "meetings"),
        "minutes": ("set of minutes", "sets of minutes"),
        "email": ("mail thread", "mail threads"),
    }
    kinds = [measured.meeting.kind for measured in analysis.meetings]
    counted = [
        f"{kinds.count(kind):,} {many if kinds.count(kind) > 1 else one}"
        for kind, (one, many) in names.items()
        if kind in kinds
    ]
    pieces = sum(len(measured.tagged) for measured in analysis.meetings)
    dates = sorted(m.meeting.date for m in analysis.meetings if m.meeting.date)
    span = (
        (f"{day(dates[0])} to {day(dates[-1])}" if dates[0] != dates[-1] else day(dates[0])) if dates else ""
    )
    return " · ".join(part for part in (", ".join(counted), f"{pieces:,} pieces", span) if part)
