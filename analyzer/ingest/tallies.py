"""What of the mails of a file did not become an utterance, counted by reason with its first place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.records.meeting import Locator, Notice


class Tally:
    """Counts what did not become an utterance, by reason, with its first place."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, Locator | None] = {}

    def add(self, reason: str, number: int, count: int = 1) -> None:
        """Count a reason at a mail."""
        self._counts[reason] += count
        self._first.setdefault(reason, Locator(unit="message", number=number))

    def merge(self, notices: Sequence[Notice]) -> None:
        """Count what another tally counted."""
        for notice in notices:
            self._counts[notice.reason] += notice.count
            self._first.setdefault(notice.reason, notice.at)

    def notices(self) -> tuple[Notice, ...]:
        """Give a notice for each reason."""
        return tuple(
            Notice(reason=reason, at=self._first[reason], count=count)
            for reason, count in self._counts.items()
        )
