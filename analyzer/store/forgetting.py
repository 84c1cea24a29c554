"""An Analysis without meetings that are deleted now, seen until the worker has concluded the others anew.

What is concluded over a series may quote any of its meetings: a topic's name, a sentence of the digest, an
idea that was gone on with. All of that goes. Of the meetings that are left the talk and the figures stay, and
the measures over time are followed anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Measured


def without(analysis: Analysis, keys: Collection[str]) -> Analysis | None:
    """Give what is left of an analysis that was kept.

    Args:
        analysis: the last one.
        keys: of the meetings that are deleted.

    Returns:
        None where no meeting is left.
    """
    from analyzer.trends.series import trends

    left = tuple(_unlinked(one, keys) for one in analysis.meetings if one.meeting.id not in keys)
    if not left:
        return None
    files = {one.meeting.source.sha256 for one in left}
    inputs = [row for row in analysis.run.get("inputs", ()) if row["sha256"] in files]
    return Analysis(
        series=analysis.series,
        meetings=left,
        trends=trends(left, default_codebook()),
        run={**analysis.run, "inputs": inputs},
    )


def _unlinked(measured: Measured, keys: Collection[str]) -> Measured:
    """Let a meeting name no topics, and no earlier pieces of the meetings that go."""
    returns = {
        piece: ref for piece, ref in measured.tagged.returns.items() if ref.rpartition("#")[0] not in keys
    }
    return replace(measured, tagged=replace(measured.tagged, returns=returns), topics=())
