"""The digest's sentences on what changed: since the meeting before, and over the series."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.records.analysis import Change, Finding, Measured
from analyzer.records.figures import Estimate
from analyzer.trends import evidence
from analyzer.trends.digest_basis import Basis, figure_names
from analyzer.trends.evidence import refs
from analyzer.trends.phrases import amount, capital, label_name, percent, points, when, with_interval
from analyzer.trends.significance import difference_p

CLEARLY = 0.05  # p from which a difference between two meetings is put into words
TURNS = 2  # earlier turns that are recalled
ROLES = ("circular", "generative")


def now(basis: Basis) -> Iterator[Finding]:
    """Say how much of the latest meeting went in circles or opened something, and what it was before."""
    latest, previous = basis.latest, basis.previous
    for role in ROLES:
        key = basis.codebook.role(role)
        measure = f"share_{key}"
        figure = latest.figures.get(measure)
        if key is None or not isinstance(figure, Estimate):
            continue
        name = f"{capital(label_name(key, basis.codebook))} talk"
        stands = f"{with_interval(figure)} of the pieces on {when(latest.meeting)}"
        before = previous.figures.get(measure) if previous else None
        figures = figure_names(measure, latest)
        if previous and isinstance(before, Estimate):
            then = f"{with_interval(before)} on {when(previous.meeting)}"
            figures = figure_names(measure, latest, previous)
            turn = _turn(basis, measure, latest)
            if difference_p(before, figure) <= CLEARLY:
                sentence = f"{name} {_way(before.value, figure)} to {stands}, from {then}."
            elif turn is not None and not figure.low <= turn.before <= figure.high:
                # Against all that was before it is a step, though not against the last meeting alone.
                usual = f"{percent(turn.before)} on average before"
                sentence = f"{name} probably {_way(turn.before, figure)} to {stands}, from {usual}."
                figures = (*figure_names(measure, latest), measure)
            else:
                sentence = f"{name} has not clearly changed: {stands}, {then}."
        else:
            sentence = f"{name} made up {stands}."
        pieces = refs(evidence.of_mode(latest, key, basis.codebook)) or _opening(latest)
        yield Finding(sentence=sentence, figures=figures, pieces=pieces)


def _way(before: float, after: Estimate) -> str:
    return "rose" if after.value > before else "fell"


def _opening(measured: Measured) -> tuple[str, ...]:
    return (measured.tagged.encoded.ref(0),) if len(measured.tagged) else ()


def moved(basis: Basis) -> Iterator[Finding]:
    """Name the barriers that are clearly more or less voiced than in the meeting before."""
    previous, latest = basis.previous, basis.latest
    if previous is None:
        return
    for key in basis.codebook.barriers:
        measure = f"rate_{key}"
        before, after = previous.figures.get(measure), latest.figures.get(measure)
        if not isinstance(before, Estimate) or not isinstance(after, Estimate):
            continue
        if difference_p(before, after) > CLEARLY or _turn(basis, measure, latest) is None:
            continue
        risen = after.value > before.value
        sentence = (
            f"{capital(label_name(key, basis.codebook))} is voiced {'more' if risen else 'less'} than on "
            f"{when(previous.meeting)}: in {with_interval(after)} of the pieces, not {with_interval(before)}."
        )
        pieces = evidence.of_barrier(latest if risen else previous, key, basis.codebook)
        yield Finding(sentence=sentence, figures=figure_names(measure, previous, latest), pieces=refs(pieces))


def _turn(basis: Basis, measure: str, measured: Measured) -> Change | None:
    """Find the shift that a measure makes at a meeting."""
    trend = basis.trend(measure)
    changes = trend.changes if trend else ()
    return next((change for change in changes if change.meeting == measured.meeting.id), None)


def turns(basis: Basis) -> Iterator[Finding]:
    """Recall the greatest earlier shifts of circular and generative talk, oldest first."""
    places = {measured.meeting.id: place for place, measured in enumerate(basis.compared)}
    found: list[tuple[Change, str]] = []
    for role in ROLES:
        key = basis.codebook.role(role)
        trend = basis.trend(f"share_{key}")
        if key is not None and trend is not None:
            found += [(change, key) for change in trend.changes if places[change.meeting] + 1 < len(places)]
    greatest = sorted(found, key=lambda turn: -abs(turn[0].after - turn[0].before))[:TURNS]
    for change, key in sorted(greatest, key=lambda turn: places[turn[0].meeting]):
        measured, rose = basis.measured(change.meeting), change.after > change.before
        sentence = (
            f"Earlier, on {when(measured.meeting)}, {label_name(key, basis.codebook)} talk "
            f"{'rose' if rose else 'fell'} from an average of {percent(change.before)} of the pieces to "
            f"{percent(change.after)}."
        )
        shows = measured if rose else basis.compared[places[change.meeting] - 1]
        pieces = evidence.of_mode(shows, key, basis.codebook)
        yield Finding(sentence=sentence, figures=(f"share_{key}",), pieces=refs(pieces) or _opening(shows))


def over_the_series(basis: Basis) -> Iterator[Finding]:
    """Name the kinds of talk and the barriers that rise or fall over the whole series."""
    modes = [key for role in ROLES if (key := basis.codebook.role(role))]
    for key in (*modes, *basis.codebook.barriers):
        is_mode = key in modes
        measure = f"share_{key}" if is_mode else f"rate_{key}"
        trend = basis.trend(measure)
        if trend is None or not isinstance(trend.slope, Estimate) or trend.verdict not in _DIRECTIONS:
            continue
        low, high = sorted((abs(trend.slope.low), abs(trend.slope.high)))
        name = label_name(key, basis.codebook) + (" talk" if is_mode else "")
        sentence = (
            f"Over {amount(trend.slope.n, 'meeting')} {name} is {trend.verdict}, by "
            f"{points(trend.slope.value)} points a meeting ({points(low)} to {points(high)} points)."
        )
        shows = basis.latest if trend.verdict == "rising" else basis.compared[0]
        find = evidence.of_mode if is_mode else evidence.of_barrier
        pieces = refs(find(shows, key, basis.codebook)) or _opening(shows)
        yield Finding(sentence=sentence, figures=(measure,), pieces=pieces)


_DIRECTIONS = ("rising", "falling")


def undated(basis: Basis) -> Iterator[Finding]:
    """Say what stands outside the comparison for want of a date."""
    without = [measured for measured in basis.analysis.meetings if measured.meeting.date is None]
    pieces = tuple(ref for one in without for ref in _opening(one))
    if len(without) == 1:
        sentence = "1 meeting has no date, so it is left out of what changed."
    else:
        sentence = f"{len(without):,} meetings have no date, so they are left out of what changed."
    if without:
        yield Finding(sentence=sentence, figures=("meetings",), pieces=pieces[: evidence.SHOWN])
