"""Who has the floor, who is taken up and who is in the way: one table of parties a meeting.

Of parties, never of persons. A measure that is known of no party is not a row of unknowns: it is named
below the table, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.codebook import Codebook
from analyzer.figures import figure_kind
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.figures import Estimate, Figure
from analyzer.reports.views import FigureView, figure_view
from analyzer.reports.words import interval, points

PARTIES = 8  # columns that a table can hold; the most talkative ones
_UNKNOWN_PARTY = "party unknown"

# measure → its name in a table whose columns are parties
MEASURES = (
    ("talk_share", "Share of the words"),
    ("turn_share", "Share of the turns"),
    ("question_share", "Turns that ask"),
    ("unanswered_share", "Questions left unanswered"),
    ("uptake", "Is taken up by others"),
    ("uptake_asymmetry", "Is taken up more than it takes up"),
    ("interruption_share", "Cuts others off"),
    ("interrupted_share", "Is cut off"),
    ("coordination", "Echoes the others' wording"),
    ("rate_any_barrier", "Voices a barrier"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """One measure of each party."""

    name: str
    about: str
    cells: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyTable:
    """The parties of one meeting, side by side; `unknown` names measures known of none, with the reason."""

    parties: tuple[str, ...]
    rows: tuple[PartyRow, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRow:
    """How many pieces of each party voice a barrier."""

    name: str
    anchor: str | None
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTable:
    """Barriers by party: flagged pieces, and how many pieces each party said in all."""

    parties: tuple[str, ...]
    pieces: tuple[int, ...]
    rows: tuple[VoiceRow, ...]


def party_table(measured: Measured, parties: Sequence[str], codebook: Codebook) -> PartyTable:
    """Lay out what is known of parties in one meeting.

    Args:
        measured: the meeting.
        parties: its columns; those of which nothing is known in the meeting are left out.
        codebook: names the figures.
    """
    figures = measured.figures
    here = [party for party in parties if any(f"{name}:{party}" in figures for name, _ in MEASURES)]
    rows, unknown = [], []
    for measure, name in MEASURES:
        found = [figures.get(f"{measure}:{party}") for party in here]
        kind = figure_kind(f"{measure}:x", codebook)
        is_signed = kind is not None and kind.least < 0
        if any(isinstance(figure, Estimate) for figure in found):
            cells = tuple(_cell(party, figure, is_signed) for party, figure in zip(here, found, strict=True))
            rows.append(PartyRow(name=name, about=kind.about if kind else "", cells=cells))
        elif any(figure is not None for figure in found):
            reasons = dict.fromkeys(
                interval(figure).replace(party, "each party")
                for party, figure in zip(here, found, strict=True)
                if figure is not None
            )
            unknown.append(f"{name}: {'; '.join(reasons)}")
    return PartyTable(parties=tuple(here), rows=tuple(rows), unknown=tuple(unknown))


def _cell(party: str, figure: Figure | None, is_signed: bool) -> FigureView:
    view = figure_view(party, figure)
    if not is_signed or not isinstance(figure, Estimate):
        return view
    return FigureView(
        name=party,
        value=f"{points(figure.value)} points",
        interval=f"{points(figure.low)} to {points(figure.high)}",
        is_known=True,
    )


def voice_table(
    analysis: Analysis, parties: Sequence[str], codebook: Codebook, anchors: Sequence[str | None]
) -> VoiceTable:
    """Count the pieces that voice each barrier, by party, over all meetings of a series.

    Args:
        analysis: the series.
        parties: columns; whatever others say is counted under none of them.
        codebook: names the barriers.
        anchors: of each barrier, where its pieces are listed.
    """
    columns = {party: place for place, party in enumerate(parties)}
    voiced = np.zeros((len(codebook.barriers), len(parties) + 1), dtype=np.int64)
    pieces = np.zeros(len(parties) + 1, dtype=np.int64)  # last column: of unknown party
    for measured in analysis.meetings:
        people = {person.key: person.party for person in measured.meeting.people}
        said_by = [
            people.get(measured.tagged.utterance(n).speaker or "") for n in range(len(measured.tagged))
        ]
        for number, party in enumerate(said_by):
            place = len(parties) if party is None else columns.get(party)
            if place is not None:
                pieces[place] += 1
                voiced[:, place] += measured.signals.flags[number]
    has_unknown = bool(voiced[:, -1].any())
    shown = len(parties) + has_unknown
    rows = (
        VoiceRow(name=label.name, anchor=anchor, counts=tuple(counts.tolist()))
        for label, anchor, counts in zip(
            codebook.task("barrier").labels, anchors, voiced[:, :shown], strict=True
        )
        if counts.any()
    )
    return VoiceTable(
        parties=(*parties, _UNKNOWN_PARTY) if has_unknown else tuple(parties),
        pieces=tuple(pieces[:shown].tolist()),
        rows=tuple(sorted(rows, key=lambda row: -sum(row.counts))),
    )


def talkative(meetings: Iterable[Measured], limit: int = PARTIES) -> list[str]:
    """Name the parties that say most, by words over all meetings."""
    words: dict[str, int] = {}
    for measured in meetings:
        people = {person.key: person.party for person in measured.meeting.people}
        for utterance in measured.meeting.utterances:
            if party := people.get(utterance.speaker or ""):
                words[party] = words.get(party, 0) + len(utterance.text.split())
    return sorted(words, key=lambda party: (-words[party], party))[:limit]
