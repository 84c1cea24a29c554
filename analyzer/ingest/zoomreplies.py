"""What messages of a chat say to other messages: reactions, which are no words, and replies, which quote.

    Reacted to "Shall we meet..." with 👍
    Replying to "Shall we meet..."         the answer stands below, after an empty line

In a language that is not known by its words, a quote is known by what it quotes: a message of the chat.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable

_REACTION = re.compile(
    r'^(?:(?:reacted to|reaccionó a|reagiu a|a réagi à|hat auf)|removed an? .{1,20} reaction from)\s+["“]',
    re.I,
)
_REACTION_UNQUOTED = re.compile(r'^reacted to \S.{0,400} with ["“]?[^\w\s"”]{1,12}["”]?$', re.I | re.S)
_REPLY = re.compile(
    r"^(?:replying to|respondiendo a|en respuesta a|respondendo a|em resposta a|répondre à|en réponse à"
    r'|antwort(?:en)? auf)\s+["“](.*?)(?:\.\.\.|…)?["”][ \t]*\n',
    re.I | re.S,
)
_QUOTING = re.compile(r'^([^\n"“«„]{0,40})["“«„](.{1,400}?)(?:\.\.\.|…)?\s?["”»“]([^\n]{0,40})(\n.*)?$', re.S)
_FEW = 6  # words around a quote
_KEY_CHARS = 200


class Quotes:
    """Knows what messages of one chat may quote."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the texts of all messages of the chat."""
        self._texts = sorted({_key(text) for text in texts})

    def is_reaction(self, text: str) -> bool:
        """Say whether a message only reacts to another, with an emoji."""
        if _REACTION.match(text) or _REACTION_UNQUOTED.match(text):
            return True
        found = self._quoting(text)
        return found is not None and not found[4] and _has_symbol(found[1] + found[3])

    def answer(self, text: str) -> str:
        """Give a message without what it quotes of the one that it answers."""
        rest = _REPLY.sub("", text, count=1)
        if rest != text:
            return rest
        found = self._quoting(text)
        return found[4].strip() if found and found[4] and found[4].strip() else text

    def _quoting(self, text: str) -> re.Match[str] | None:
        """Match a message that begins with the quote of another; the words around it are few."""
        found = _QUOTING.match(text)
        if not found or len((found[1] + " " + found[3]).split()) > _FEW:
            return None
        quote = _key(found[2])
        place = bisect_left(self._texts, quote)
        return found if place < len(self._texts) and self._texts[place].startswith(quote) else None


def _key(text: str) -> str:
    return " ".join(text[:_KEY_CHARS].split())


def _has_symbol(text: str) -> bool:
    return any(unicodedata.category(mark) == "So" for mark in text)
