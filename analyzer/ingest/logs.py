"""Lines of chat logs (IRC, Matrix): who writes, and for whom; bots and commands are nobody's words.

A scribe writes down what others say: "ann: text" in the line of a scribe is Ann's. Some scribes are
programs that recognise speech, so a scribe is known by the command that makes it one, not by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from analyzer.ingest.labels import Labelled, take_apart
from analyzer.ingest.wording import CONTINUED, is_field

# "16:04:11 <ann> text", "[Tue 11:04:42] <ann> text", "[2023-03-21T16:04:11Z] * ann waves"
_STAMP = (
    r"[\[(]?(?:[A-Za-z]{3,9},? (?:\d{1,2} )?"
    r"|\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?[\])]?"
)
_LOGGED = re.compile(rf"(?m)^{_STAMP}\s+(?:<[^<>\n]{{1,80}}>|\*\s)".encode())
_ACTION = re.compile(rf"^(?:{_STAMP}\s+)?\*\s+\S")
# "10:00:15 -!- cy [~cy@a.example] has joined", "2025-03-06 10:00:19 --> cy has joined"
_EVENT = re.compile(
    rf"^{_STAMP}\s+(?:-!-|-->|<--|--|\*{{2,3}}|[→←⇐⇒])\s+\S|^-!-\s+\S"
    # what a client writes of itself
    r"|^--- (?:Log (?:opened|closed)|Day changed)\b|^(?:\*{4} )?(?:BEGIN|ENDING) LOGGING AT\b"
    r"|^=== \S+ is now known as \S+$"
)
# Blanks are counted: without a bound, a long run of tabs is tried in every way to part it.
_TABBED = re.compile(
    rf"(?m)^(?P<stamp>{_STAMP}) {{0,8}}\t[ \t]{{0,8}}"
    rf"(?P<nick>[^\s\t][^\t\n]{{0,40}}?) {{0,8}}\t[ \t]{{0,8}}(?=\S)"
)
_SCRIBE = re.compile(r"(?i)^scribe(?:nick)?(?::\s*([^\s,]+)|\+(?:\s*([^\s,]+))?)")
_MOVED = re.compile(
    r"(?i) (?:has (?:joined|left|quit|changed the topic)|is now known as|"
    r"(?:joined|left) (?:the )?(?:channel|#))|^topic: .* set by"
)
_BOT = re.compile(
    r"(?i)^(?:rrsagent|zakim\d*|trackbot|agendabot|meetingology|chanserv|\w*-?bot\d*|\w*devmeet|\w*meet(?:ing)?bot|github-bot|logger|voip\S*)$"
)
# "#topic Budget" of the bots that keep the minutes of OpenStack, Debian and Fedora
_HASHED = re.compile(r"^#(\w+)(?:\s+|$)(.*)$", re.S)
_HASHED_FIELDS = {
    "topic": "topic",
    "subtopic": "subtopic",
    "agreed": "resolution",
    "agree": "resolution",
    "accepted": "resolution",
    "action": "action",
}
_HASHED_COMMANDS = {
    "startmeeting", "endmeeting", "meetingname", "chair", "unchair", "link", "undo", "startvote", "endvote",
    "showvote", "commands", "lurk", "unlurk", "nick", "save", "restrictlogs",
}  # fmt: skip
_SAMPLE = 16_384
_HASHED_WORDS = {"info", "idea", "help", "halp", "note", "rejected", "vote"}
_COMMAND = re.compile(
    r"(?i)^(?:(?:rrsagent|zakim|trackbot|agendabot|github-bot|voip)[,:]|q[+?\-]|ack |agenda[+?]|"
    r"present[+=\-]|(?:prev|next)?scribe(?:nick|options)?[:+\-]|s/[^/]+/[^/]*/?|i/|rrsagent$|-> ?https?:|"
    r"chairs?[:+]|regrets[+:\-]|agenda:|date:|meeting:)"
)
_FEWEST_DICTATED = 3
_DICTATED_SHARE = 0.7  # of a nick's lines that name others: it writes down what they say
_DICTATED = re.compile(r"^[^\s:<>]{2,60}$|^[A-Z][\w'’.-]*(?: (?:[A-Z(][\w'’.,()/-]*|de|van|von|//)){1,6}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What one line of a log says; nobody's where `nick` is empty: it goes on with what was said before."""

    nick: str
    text: str


def is_log(head: bytes) -> bool:
    """Say whether the first bytes are those of a chat log: half of its lines have a time and a nick."""
    lines = sum(bool(line.strip()) for line in head[:_SAMPLE].splitlines()[:100])
    sample = head[:_SAMPLE]
    logged = len(_LOGGED.findall(sample)) + sum(
        1 for _ in _TABBED.finditer(sample.decode("utf-8", "replace") if b"\t" in sample else "")
    )
    return lines >= 3 and logged >= 0.5 * lines


def without_tabs(text: str) -> str:
    """Write the lines of a log with tabs between time, nick and words (WeeChat) as "time <nick> words"."""
    if sum(1 for _ in _TABBED.finditer(text[:_SAMPLE])) < _FEWEST_DICTATED:
        return text
    return _TABBED.sub(_untabbed, text)


def _untabbed(line: re.Match[str]) -> str:
    nick = line["nick"]
    is_event = not re.search(r"\w", nick)
    return f"{line['stamp']} {nick} " if is_event else f"{line['stamp']} <{nick.strip('<>')}> "


def plain_command(text: str) -> str:
    """Write "#topic Budget" as "topic: Budget", "#info words" as the words; other commands become nothing."""
    found = _HASHED.match(text)
    if not found:
        return text
    command = found[1].casefold()
    if field := _HASHED_FIELDS.get(command):
        return f"{field}: {found[2]}"
    return found[2] if command in _HASHED_WORDS else "" if command in _HASHED_COMMANDS else text


def dictating(remarks: Iterable[tuple[str, str]]) -> set[str]:
    """Find the nicks, folded, that write down what others say: nearly all their lines name somebody else."""
    lines: Counter[str] = Counter()
    named: dict[str, Counter[str]] = {}  # nick -> labels within its lines
    for nick, text in remarks:
        lines[nick] += 1
        inner = take_apart(text)
        if inner and not inner.is_chat and _DICTATED.match(inner.label) and not is_field(inner.label):
            named.setdefault(nick, Counter())[inner.label] += 1
    return {
        nick.casefold()
        for nick, labels in named.items()
        if labels.total() >= max(_FEWEST_DICTATED, _DICTATED_SHARE * lines[nick]) and len(labels) > 1
    }


def is_event(text: str) -> bool:
    """Say whether a line tells that somebody comes, goes or takes another name."""
    return bool(_EVENT.match(text))


def is_action(text: str) -> bool:
    """Say whether a line tells what somebody does ("* ann waves")."""
    return bool(_ACTION.match(text))


class Log:
    """Reads the lines of one log in order; knows who scribes and when it began."""

    def __init__(self, scribes: Iterable[str] = ()) -> None:
        """Start at the top; `scribes` are known to write for others, without a command that says so."""
        self._scribes = set(scribes)
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
