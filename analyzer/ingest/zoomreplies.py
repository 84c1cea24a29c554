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
from dataclasses import dataclass
from itertools import islice

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
_CUT = re.compile(r"(?:\.\.\.|…)$")
_MARK = re.compile(r'["“”«»„]')
_FEW = 6  # words around a quote
_MOST_MARKS = 8  # a quote may hold quotes
_AROUND_CHARS = 40  # before and behind a quote
_KEY_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quoting:
    around: str  # words before and behind the quote
    answer: str  # what stands on the lines below


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
        return found is not None and not found.answer and _has_symbol(found.around)

    def answer(self, text: str) -> str:
        """Give a message without what it quotes of the one that it answers."""
        rest = _REPLY.sub("", text, count=1)
        if rest != text:
            return rest
        found = self._quoting(text)
        return found.answer if found and found.answer else text

    def _quoting(self, text: str) -> _Quoting | None:
        """Take a message apart that begins with the quote of another; the words around it are few."""
        marks = [found.start() for found in islice(_MARK.finditer(text[: 2 * _KEY_CHARS]), _MOST_MARKS)]
        if len(marks) < 2 or marks[0] > _AROUND_CHARS:
            return None
        for close in marks[1:]:
            behind, _, answer = text[close + 1 :].partition("\n")
            around = f"{text[: marks[0]]} {behind}"
            is_short = len(behind) <= _AROUND_CHARS and len(around.split()) <= _FEW
            if is_short and self._is_said(text[marks[0] + 1 : close]):
                return _Quoting(around=around, answer=answer.strip())
        return None

    def _is_said(self, quote: str) -> bool:
        """Say whether a message of the chat begins with these words, or with what is left of them."""
        key = _key(_CUT.sub("", quote.strip()))
        place = bisect_left(self._texts, key)
        return bool(key) and place < len(self._texts) and self._texts[place].startswith(key)


def _key(text: str) -> str:
    return " ".join(text[:_KEY_CHARS].split())


def _has_symbol(text: str) -> bool:
    return any(unicodedata.category(mark) == "So" for mark in text)
