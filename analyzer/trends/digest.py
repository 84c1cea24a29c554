"""The digest: one page of plain English, every sentence written from measured facts.

A sentence names the figures that it uses and the pieces that show it; `digest_check` holds it to them.
The order is that of a reader with little time: what changed, what it costs, what to raise next, what is in
the way, what is worth keeping, what may be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Finding, FindingKind
from analyzer.trends.choice import compared
from analyzer.trends.digest_basis import Basis
from analyzer.trends.digest_changes import moved, now, over_the_series, turns, undated
from analyzer.trends.digest_matters import barriers, ideas, loops, next_time, options, unfinished
from analyzer.trends.practices import Practice, default_practices

Part = Callable[[Basis], Iterator[Finding]]

# To add a sentence, write a function and put it where a reader would look for it.
PARTS: tuple[tuple[FindingKind, Part], ...] = (
    ("change", now),
    ("change", moved),
    ("change", turns),
    ("change", over_the_series),
    ("loop", loops),
    ("next", next_time),
    ("next", unfinished),
    ("barrier", barriers),
    ("idea", ideas),
    ("practice", options),
    ("change", undated),
)


def write_digest(
    analysis: Analysis, codebook: Codebook, practices: Mapping[str, Practice] | None = None
) -> tuple[Finding, ...]:
    """Write the digest of one series; nothing where nothing was said.

    Args:
        analysis: all that is concluded about the series, but for its findings.
        codebook: the label scheme.
        practices: what the field recommends, by barrier; that of the distribution by default.
    """
    basis = Basis(
        analysis=analysis,
        compared=compared(analysis.meetings) or [one for one in analysis.meetings if len(one.tagged)],
        codebook=codebook,
        practices=default_practices() if practices is None else practices,
        by_id={measured.meeting.id: measured for measured in analysis.meetings},
    )
    if not any(len(measured.tagged) for measured in basis.compared):
        return ()
    found = [replace(finding, kind=kind) for kind, part in PARTS for finding in part(basis)]
    return tuple(finding for finding in found if finding.pieces)
