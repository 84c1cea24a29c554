"""Which pieces a page holds: all of a small archive, the most telling ones of a large one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analyzer.codebook import Codebook
from analyzer.records.analysis import Action, Analysis, Measured

MEETINGS = 60  # the latest ones of a series; more rows than this nobody can read
STRONGEST = 4  # pieces a list shows in full
IDEAS = 24  # ideas shown
ACTIONS = 12  # pieces that gave out work and came back unfinished, the latest ones
CIRCLES = 12  # circular pieces shown with what they go back to
STRIPS = 12  # meetings of the first ribbon; the others are folded
PARTY_TABLES = 12  # meetings whose parties are compared in a table
RIBBON_PIECES = 8000  # of all strips


def ribbon_meetings(analysis: Analysis) -> list[Measured]:
    """Give as many of the latest meetings as a ribbon of bounded size can hold, and at least one."""
    chosen: list[Measured] = []
    room = RIBBON_PIECES
    for measured in reversed(analysis.meetings[-MEETINGS:]):
        room -= len(measured.tagged)
        if room < 0 and chosen:
            break
        chosen.append(measured)
    return chosen[::-1]


def strongest(analysis: Analysis, task: str, column: int, limit: int) -> list[str]:
    """List the pieces most believed to carry a label, among those it is asserted of."""
    found: list[tuple[float, int, int, str]] = []
    for place, measured in enumerate(analysis.meetings):
        signals = measured.signals
        asserted = signals.flags[:, column] if task == "barrier" else signals.mode == column
        beliefs = measured.tagged.beliefs[task][:, column] if len(measured.tagged) else np.zeros(0)
        found += [
            (-float(beliefs[number]), place, number, measured.tagged.encoded.ref(number))
            for number in np.flatnonzero(asserted).tolist()
        ]
    return [ref for *_, ref in sorted(found)[:limit]]


def unfinished(analysis: Analysis) -> list[Action]:
    """Give the actions that came back unfinished, those given out last first; of many, the latest."""
    return [action for action in reversed(analysis.actions) if action.came_back][:ACTIONS]


def most_telling(
    analysis: Analysis, meetings: Sequence[Measured], codebook: Codebook, per_meeting: int
) -> Iterator[str]:
    """Choose the pieces that stand for a series too large to print; refs may come twice.

    Args:
        analysis: the series.
        meetings: those of its meetings that the page holds.
        codebook: gives the order of labels.
        per_meeting: how many pieces of each of these meetings, at most.
    """
    for finding in analysis.findings:
        yield from finding.pieces
    ideas = sorted(analysis.ideas, key=lambda idea: (-idea.belief, idea.piece))
    yield from (idea.piece for idea in ideas[:IDEAS])
    for action in unfinished(analysis):
        yield from (action.piece, *action.came_back[-1:])
    for column in range(len(codebook.barriers)):
        yield from strongest(analysis, "barrier", column, STRONGEST)
    roles = [key for role in ("circular", "generative") if (key := codebook.role(role))]
    columns = [codebook.modes.index(key) for key in roles]
    for measured in meetings:
        tells = measured.signals.flags.any(axis=1) | np.isin(measured.signals.mode, columns)
        for number in np.flatnonzero(tells)[:per_meeting].tolist():
            yield measured.tagged.encoded.ref(number)
            if number in measured.tagged.returns:
                yield measured.tagged.returns[number]
