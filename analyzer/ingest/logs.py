"""Lines of chat logs (IRC, Matrix): who writes, and for whom; bots and commands are nobody's words.

A scribe writes down what others say: "ann: text" in the line of a scribe is Ann's. Some scribes are
programs that recognise speech, so a scribe is known by the command that makes it one, not by its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from analyzer.ingest.labels import Labelled, take_apart
from analyzer.ingest.wording import CONTINUED, is_field

# "16:04:11 <ann> text", "[Tue 11:04:42] <ann> text", "[2023-03-21T16:04:11Z] * ann waves"
_STAMP = r"[\[(]?(?:[A-Za-z]{3,9},? |\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?[\])]?"
_LOGGED = re.compile(rf"(?m)^{_STAMP}\s+(?:<[^<>\n]{{1,80}}>|\*\s)".encode())
_ACTION = re.compile(rf"^(?:{_STAMP}\s+)?\*\s+\S")
_SCRIBE = re.compile(r"(?i)^scribe(?:nick)?(?::\s*([^\s,]+)|\+(?:\s*([^\s,]+))?)")
_MOVED = re.compile(
    r"(?i) (?:has (?:joined|left|quit|changed the topic)|is now known as|"
    r"(?:joined|left) (?:the )?(?:channel|#))|^topic: .* set by"
)
_BOT = re.compile(r"(?i)^(?:rrsagent|zakim\d*|trackbot|agendabot|\w*-?bot|github-bot|logger|voip\S*)$")
_COMMAND = re.compile(
    r"(?i)^(?:(?:rrsagent|zakim|trackbot|agendabot|github-bot|voip)[,:]|q[+?\-]|ack |agenda[+?]|"
    r"present[+=\-]|(?:prev|next)?scribe(?:nick|options)?[:+\-]|s/[^/]+/[^/]*/?|i/|rrsagent$|-> ?https?:|"
    r"chairs?[:+]|regrets[+:\-]|agenda:|date:|meeting:)"
)
_DICTATED = re.compile(r"^[^\s:<>]{2,60}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What one line of a log says; nobody's where `nick` is empty: it goes on with what was said before."""

    nick: str
    text: str


def is_log(head: bytes) -> bool:
    """Say whether the first bytes are those of a chat log: half of its lines have a time and a nick."""
    lines = sum(bool(line.strip()) for line in head[:16_384].splitlines()[:100])
    return lines >= 3 and len(_LOGGED.findall(head[:16_384])) >= 0.5 * lines


def is_action(text: str) -> bool:
    """Say whether a line tells what somebody does ("* ann waves"), or that somebody comes and goes."""
    return bool(_ACTION.match(text))


class Log:
    """Reads the lines of one log in order; knows who scribes and when it began."""

    def __init__(self) -> None:
        """Start at the top: nobody scribes yet."""
        self._scribes: set[str] = set()
        self._clock: float | None = None  # time of day of the first message

    def read(self, found: Labelled, *, known: Collection[str]) -> Remark | None:
        """Read a line; None for bots, commands, joins and parts. `known`: labels that speakers have."""
        nick, text = found.label, found.rest.strip()
        if scribe := _SCRIBE.match(text):
            self._scribes.add((scribe[1] or scribe[2] or nick).casefold())
        if _BOT.match(nick) or _MOVED.search(text) or _COMMAND.match(text) or not text:
            return None
        remark = Remark(nick=nick, text=text)
        inner = take_apart(text)
        dictated = inner if inner and not inner.is_chat and not is_field(inner.label) else None
        if dictated and dictated.label.casefold() == nick.casefold():
            return replace(remark, text=dictated.rest)
        if nick.casefold() not in self._scribes:
            return remark
        if CONTINUED.match(text):
            return replace(remark, nick="", text=CONTINUED.sub("", text))
        if dictated and (_DICTATED.match(dictated.label) or dictated.label in known):
            return replace(remark, nick=dictated.label, text=dictated.rest.strip())
        return remark

    def since(self, time: float | None) -> float | None:
        """Give the seconds from the first message to one at this time of day."""
        if time is None:
            return None
        if self._clock is None:
            self._clock = time
        return round(max(0.0, time - self._clock), 3)
