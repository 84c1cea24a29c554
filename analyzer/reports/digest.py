"""The digest as people read it: findings under short headings, in full or in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.records.analysis import Finding, FindingKind

HEADINGS: tuple[tuple[FindingKind | None, str], ...] = (
    ("change", "What changed"),
    ("loop", "Loops that cost most"),
    ("next", "To raise next time"),
    ("barrier", "In the way"),
    ("idea", "Ideas"),
    ("practice", "What the field recommends"),
    (None, "Also found"),
)
BRIEF_LINES = 7
_BRIEF_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings of one kind under their heading."""

    kind: FindingKind | None
    heading: str
    findings: tuple[Finding, ...]


def grouped(findings: Sequence[Finding]) -> list[Group]:
    """Put findings under their headings, in the order of a reader with little time; none is lost."""
    known = {kind for kind, _ in HEADINGS}
    groups = []
    for kind, heading in HEADINGS:
        found = tuple(
            finding
            for finding in findings
            if finding.kind == kind or (kind is None and finding.kind not in known)
        )
        if found:
            groups.append(Group(kind=kind, heading=heading, findings=found))
    return groups


def brief(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Give headings with the first sentence of each, and more of what changed while there is room.

    Returns:
        At most BRIEF_LINES pairs; the heading is empty where it is that of the line above. A long sentence
        is cut and ends in an ellipsis.
    """
    groups = grouped(findings)
    spare = max(0, BRIEF_LINES - len(groups))
    lines: list[tuple[str, str]] = []
    for group in groups[:BRIEF_LINES]:
        shown = group.findings[: 1 + spare] if not lines else group.findings[:1]
        for place, finding in enumerate(shown):
            lines.append(("" if place else group.heading, _short(finding.sentence)))
    return lines


def _short(sentence: str) -> str:
    """Cut a sentence at a comma or the like, so that no number loses its interval; else at a word."""
    if len(sentence) <= _BRIEF_CHARACTERS:
        return sentence
    head = sentence[:_BRIEF_CHARACTERS]
    clause = max(head.rfind(mark) for mark in (", ", "; ", ": ", ". "))
    return (head[:clause] if clause > _BRIEF_CHARACTERS // 2 else head.rpartition(" ")[0]) + " …"
