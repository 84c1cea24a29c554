"""What an assistant program wrote about a meeting is no talk: such notes are refused, not read as speech."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.errors import NoSpeech
from analyzer.ingest.sources import Document

_FRONT = 15  # lines at either end, where such programs name themselves
_ASSISTANT = re.compile(
    r"(?i)\bnotes by gemini\b|\breview gemini['’]s notes\b|\bai[- ]generated (?:summary|notes|content)\b|"
    r"\b(?:summary|notes|recap|minutes) (?:was |were |is |are )?(?:automatically )?(?:generated|created|"
    r"written) by (?:an? )?(?:ai|copilot|otter|fireflies|fathom|zoom|gemini)\b|\bai companion\b"
)


def refuse_assistants(lines: Sequence[str], document: Document) -> None:
    """Refuse what says of itself that a program wrote it.

    Raises:
        NoSpeech: if one of the first or last lines says so.
    """
    if any(_ASSISTANT.search(line) for line in (*lines[:_FRONT], *lines[-_FRONT:])):
        raise NoSpeech(
            what="it holds what an assistant program wrote about a meeting, not what was said",
            where=document.name,
            remedy="give the transcript itself",
        )
