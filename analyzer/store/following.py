"""An Analysis as people see it a moment after they corrected something, before the worker has concluded.

Labels and decisions change what is asserted, never what is believed. So signals and figures of the meetings
they speak of, and the measures over time, are made anew from what is kept, in a fraction of a second; loops,
ideas, alerts and findings follow when the worker has concluded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analyzer.codebook import default_codebook
from analyzer.errors import NotThere
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.slimming import slim_meeting
from analyzer.records.tagged import Policy, Signals
from analyzer.store import changes, shelf
from analyzer.store.models import Change
from analyzer.store.workspace import Tenant


def followed(tenant: Tenant, analysis: Analysis) -> Analysis:
    """Give an analysis with the labels and decisions that people say now.

    Args:
        tenant: whose changes and prepared meetings count.
        analysis: the last one, made of an earlier state of the changes.

    Returns:
        The very same analysis where nothing differs.
    """
    policy = _policy(analysis.run)
    if policy is None:
        return analysis
    said = changes.history(tenant)
    in_force = changes.in_force(said)
    labelled, decided = _meetings_of(said, "label"), _meetings_of(said, "decision")
    meetings = list(analysis.meetings)
    for place, measured in enumerate(analysis.meetings):
        key = measured.meeting.id
        if key not in labelled | decided:
            continue
        signals = _decided(measured, policy, in_force)
        if key in decided or not _equal(signals, measured.signals):
            meetings[place] = _renewed(tenant, measured, signals, analysis.run)
    if all(new is old for new, old in zip(meetings, analysis.meetings, strict=True)):
        return analysis
    from analyzer.trends.series import trends

    return replace(analysis, meetings=tuple(meetings), trends=trends(meetings, default_codebook()))


def _meetings_of(said: Sequence[Change], kind: str) -> set[str]:
    # Of all that was ever said: what was taken back has to go as well.
    return {change.subject.rpartition("#")[0] for change in said if change.kind == kind}


def _decided(measured: Measured, policy: Policy, in_force: Sequence[Change]) -> Signals:
    from analyzer.tagging.policy import decide

    return decide(measured.tagged, policy, changes.corrections(in_force), default_codebook())


def _renewed(tenant: Tenant, measured: Measured, signals: Signals, run: Mapping[str, Any]) -> Measured:
    from analyzer.measures.adjusted import confusion_of
    from analyzer.measures.meeting import figures_of

    codebook = default_codebook()
    before = measured.tagged.encoded
    try:
        prepared = shelf.encoded_of(tenant, measured.meeting.id)
    except NotThere:  # deleted meanwhile
        return measured
    if prepared.pieces != before.pieces:  # prepared anew meanwhile: other beliefs are on their way
        return measured
    if prepared.meeting.utterances == before.meeting.utterances and _equal(signals, measured.signals):
        return measured
    tagged = replace(measured.tagged, encoded=prepared)
    figures = figures_of(tagged, signals, codebook, confusion_of(run.get("model_metrics", {}), codebook))
    return slim_meeting(replace(measured, tagged=tagged, signals=signals, figures=figures))


def _equal(one: Signals, other: Signals) -> bool:
    names = ("mode", "flags", "corrected")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def _policy(run: Mapping[str, Any]) -> Policy | None:
    """Give the policy that an analysis was made by; None where it does not say."""
    kept = run.get("policy")
    if not isinstance(kept, Mapping) or "thresholds" not in kept:
        return None
    return Policy(
        thresholds=dict(kept["thresholds"]),
        unsure_below=kept["unsure_below"],
        mode_offsets=dict(kept.get("mode_offsets", {})),
    )
