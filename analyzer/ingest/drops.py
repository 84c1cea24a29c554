"""What a reader leaves out, counted by reason: the making of a meeting's notices."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.records.meeting import Locator, Notice


@dataclass
class Drops:
    """Counts of what did not become an utterance, each reason with the first place it was met."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, Locator | None] = field(default_factory=dict)

    def add(self, reason: str, at: Locator | None = None, *, count: int = 1) -> None:
        """Count something left out; a count of 0 is no news."""
        if count:
            self.counts[reason] = self.counts.get(reason, 0) + count
            self.first.setdefault(reason, at)

    def notices(self) -> tuple[Notice, ...]:
        """Give one notice a reason, in the order they were met."""
        return tuple(
            Notice(reason=reason, at=self.first[reason], count=count) for reason, count in self.counts.items()
        )
