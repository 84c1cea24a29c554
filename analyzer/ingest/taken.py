"""What a scribe has taken down of one speaker, before it becomes an utterance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzer.records.meeting import UtteranceKind

_WORD = re.compile(r"\w")


@dataclass(slots=True)
class Turn:
    """An utterance in the making."""

    speaker: str | None  # display name
    kind: UtteranceKind
    topic: str | None
    line: int
    indent: int
    start: float | None = None
    paragraphs: list[list[str]] = field(default_factory=list)  # the lines of each, as it was wrapped

    @property
    def has_words(self) -> bool:
        """Whether any line of it has a word."""
        return any(_WORD.search(line) for lines in self.paragraphs for line in lines)
