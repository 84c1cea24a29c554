"""Which "Label: text" is a speaker, judged over the whole document.

"Present:", "Goal:", "Ticket 20 :" look like speakers and are none; one line cannot tell, the count
over the file, the attendance list and a small vocabulary of fields can.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analyzer.ingest.attendance import Attendance
from analyzer.ingest.clocks import clock_seconds, day_seconds
from analyzer.ingest.nameforms import speaking_roles
from analyzer.ingest.outline import Line
from analyzer.ingest.relays import spelled_out, without_microphone
from analyzer.ingest.wording import is_field

_TIME = r"((?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?)"
_DAY = (
    r"((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w{0,6},? |"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2} |"
    r"\d{4}-\d\d-\d\d[T ]|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? )?"
)
_HALF = r"(?:Z|[ \u202f]?([AP])\.?M\.?)?"
_TIMED = re.compile(rf"^[\[(<]?{_DAY}{_TIME}{_HALF}[\])>]?(?:\s*+[-–])?\s++(?=\S)", re.I)
_BRACKETED = re.compile(rf"^[\[(]{_TIME}[\])]\s*+")  # "Ann Lee: [00:00:04] text"
_CHAT = re.compile(r"^<[@+~% ]?([^<>\s/!?\"=][^<>\"=]{0,80})>\s*(.*)$", re.S)
_LABELLED = re.compile(r"^([^\s:<>|\"“”][^:<>\n]{0,60}?)\s?:(?!//)(\s+|$)?(.*)$", re.S)
_TO_TIME = r"(?:\s?(?:-|–|-->)\s?[\d:.,]{4,12})?"
_TIMED_LABEL = re.compile(
    rf"^([^\s:<>|][^:<>\n]{{0,60}}?)(?<!\s)\s*+[\[(]{_TIME}{_TO_TIME}[\])]\s*+:?\s*+(.*)$", re.S
)
# As Japanese assemblies write: a ring, the speaker, a wide blank.
_RINGS = "○◯〇◎◆◇●"
_RINGED = re.compile(rf"^[{_RINGS}]\s?([^\s　。、「]{{2,30}})[\s　]+(\S.*)$", re.S)
_OPENING = "<" + _RINGS  # of what names a speaker without a colon
_QUALIFIER = re.compile(r"(?<!\s)\s*+(?:[\[(][^\[\]()]*+[\])]|\?++|[\[(].{0,30}|\bon TCQ)\s*+$")
_WIDE_LABEL = 30  # characters before a wide colon, at most
_INITIALS = re.compile(r"^[A-Z]{2,4}\d?$")
_NICK = re.compile(r"^[a-z_][\w.|\-\[\]]{1,24}$", re.I)
_NUMBERED = re.compile(
    r"^(?:speaker|participant|person|interviewer|respondent|spk)[ _-]?(?:\d+|[A-Z])$", re.I
)
_ROLE_LABEL = re.compile(
    r"^(?:(?:unknown|unidentified) (?:speaker|participant)|(?:the )?(?:moderator|interviewer|facilitator|"
    r"host|chair(?:man|woman|person)?|president|clerk|secretary|speaker|audience|everyone|everybody|all|"
    r"transcriptionist))$",
    re.I,
)
_NOBODY = re.compile(
    r"[?\s]+|\(\?+\)|(?:unknown|unidentified|unid)(?: (?:speaker|person|male|female|voice))?|speaker unknown"
    r"|some(?:one|body)",
    re.I,
)
_SMALL = re.compile(r"(?<![\w'’.@/-])[^\W\d_A-Z]{3,20}(?![\w@/])")
_ENOUGH_TURNS = 4  # of speakers who come back
_TALK_SHARE = 0.2  # of all lines
_LOGGED_SHARE = 0.8  # of all lines that are no continuations
_PARTICLES = {
    "de",
    "da",
    "di",
    "del",
    "der",
    "den",
    "van",
    "von",
    "la",
    "le",
    "el",
    "al",
    "bin",
    "ten",
    "of",
    "the",
}
_AI = "AI"
_NO_INITIALS = {
    "TODO",
    "NOTE",
    "TBD",
    "FYI",
    "PR",
    "URL",
    "PS",
    "NB",
    "QA",
    "FAQ",
    "ETA",
    "CC",
    "TLDR",
    "OK",
    "AI",
    "ID",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A line taken apart: label, the words after it, and the time before it in seconds."""

    label: str
    rest: str
    start: float | None = None
    is_chat: bool = False  # `<nick> text`


def take_apart(text: str) -> Labelled | None:
    """Split "Label: text" with a time before, after or behind its label, and "<nick> text"; else None."""
    if ":" not in text and text[:1] not in _OPENING:
        return None  # most lines of prose
    start = None
    if timed := _TIMED.match(text):
        day, clock, half = timed.groups()
        text = text[timed.end() :]
        is_day_time = day or half or text.startswith("<")
        stated = f"{clock} {half.upper()}M" if half else clock
        start = day_seconds(stated) if is_day_time else clock_seconds(clock)
    text = without_microphone(text)
    if (found := _CHAT.match(text)) and f"</{found[1]}>" not in found[2]:
        return Labelled(label=found[1], rest=found[2], start=start, is_chat=True)
    if found := _RINGED.match(text):
        return Labelled(label=found[1], rest=found[2], start=start)
    if start is None and (found := _TIMED_LABEL.match(text)):
        return Labelled(label=found[1].strip(), rest=found[3], start=clock_seconds(found[2]))
    found = _LABELLED.match(text)
    if not found or (found[2] is None and not _INITIALS.match(_base(found[1]))):
        return None
    label, rest = found[1].strip(), found[3]
    if label[0] == "[" and _NUMBERED.match(label[1:-1]):
        label = label[1:-1]  # "[SPEAKER_00]: text"
    if start is None and (timed := _BRACKETED.match(rest)):
        start, rest = clock_seconds(timed[1]), rest[timed.end() :]
    return Labelled(label=label, rest=rest, start=start)


def narrowed(line: Line) -> Line:
    """Write the wide colon of a label in Japanese or Chinese as others write theirs."""
    place = line.text.find("：", 1, _WIDE_LABEL)
    if place < 0 or line.text.find(":", 0, place) >= 0 or line.kind not in ("text", "item", "heading"):
        return line
    text = f"{line.text[:place].rstrip()}: {line.text[place + 1 :].lstrip()}".rstrip()
    return replace(line, text=text)


def _base(label: str) -> str:
    return _QUALIFIER.sub("", label).strip()


class Speakers:
    """Knows, for one document, who each label stands for."""

    def __init__(self, lines: Sequence[Line], attendance: Attendance) -> None:
        """Count the labels of a document's lines."""
        self.attendance = attendance
        self.counts: Counter[str] = Counter()
        self._roles = speaking_roles(line.text for line in lines)
        self._nicks: set[str] = set()  # of a chat, folded: they speak in its scribe's lines too
        self._in_a_row: set[str] = set()  # labels that follow themselves, as those of a list do
        before = ""
        stamped = 0
        candidates = others = 0
        opens_list = False
        self.remarks: list[tuple[str, str]] = []  # nick and words of each line of a chat
        for line in lines:
            if line.kind not in ("text", "item") or line.number in attendance.lines or line.is_link:
                continue
            found = take_apart(line.text)
            if found and found.is_chat:
                self.remarks.append((found.label, found.rest))
                self._nicks.add(found.label.casefold())
            if found and (not is_field(found.label) or found.label in self._roles):
                label = _base(spelled_out(found.label)) or found.label
                self.counts[label] += 1
                stamped += found.start is not None
                self._in_a_row |= {label} & {before}
                before = label
                candidates += 1
                opens_list = not found.rest
            elif line.kind == "item" and opens_list:
                continue  # "Ann:" alone, and what she said as a list
            elif line.fresh or line.kind == "item":
                opens_list = False
                others += 1
        self.is_dense = candidates >= max(others, 1) and (candidates >= 2 or not others)
        initials = (n for label, n in self.counts.items() if _INITIALS.match(label) and label != _AI)
        self.has_initials = sum(initials) >= 8
        # A log: each line has its time and who wrote it, one-word names of users too.
        self._is_logged = stamped >= max(_ENOUGH_TURNS - 1, _LOGGED_SHARE * (candidates + others))
        # Some speak again and again: then whoever is named once in the same way speaks too.
        named = Counter(
            {
                label: n
                for label, n in self.counts.items()
                if attendance.find(label) or (n > 1 and _is_like_name(label))
            }
        )
        self._is_talk = len(named) > 1 and named.total() >= max(
            _ENOUGH_TURNS, _TALK_SHARE * (candidates + others)
        )
        self._small = _small_words(lines) if self._is_talk and not self.is_dense else frozenset()

    def names(self, found: Labelled, *, is_cited: bool = False) -> tuple[str, ...]:
        """Give the speakers that a labelled line names, ("",) for an unknown one; () if it names nobody.

        `is_cited`: the document's own markup says that it is a speaker.
        """
        label = found.label
        if found.is_chat and found.start is None and not self.is_dense and not is_cited:
            return ()  # a tag in the text
        if found.is_chat:
            return (self.attendance.find(label) or spelled_out(label),)
        if _NOBODY.fullmatch(label):
            return ("",)
        label = spelled_out(label)
        base = _base(label)
        if known := self.attendance.find(base):
            return (known,)
        if is_cited:
            return (label,)
        first, twice, _ = base.partition(" // ")  # a nick and a name, as Jitsi shows them
        if twice and (self.attendance.find(first) or self._is_person(first)):
            return (self.attendance.find(first) or first,)
        parts = [part for part in re.split(r"\s*[/&+,]\s*|\s+and\s+", base) if part]
        if len(parts) > 1 and all(self._is_person(part) for part in parts):
            return tuple(self.attendance.find(part) or part for part in parts)
        if not self._is_person(base) or self.attendance.find(found.rest.strip()):
            return ()  # "Owner: Ann Lee" says who owns it; nobody speaks
        # "Ann Lee (Acme)" keeps its party; "PHE (via MBS)", "SFC [on queue]" lose the remark.
        return (
            label
            if re.search(r"\((?!via |from |on )[A-Z][^()?]+\)$", label) and not _INITIALS.match(base)
            else base,
        )

    def _is_person(self, label: str) -> bool:
        if self.attendance.find(label) or (self.is_dense and label.casefold() in self._nicks):
            return True
        if _NUMBERED.match(label) or _ROLE_LABEL.match(label):
            return self.is_dense or self.counts[label] >= 2
        if (is_field(label) and label not in self._roles) or not label:
            return False
        if label == _AI and self.is_dense and label not in self._in_a_row:
            # Among initials, and where it answers, it speaks; elsewhere it stands for "action item".
            return self.has_initials or self.counts[label] >= max(2, 0.4 * self.counts.total())
        if _INITIALS.match(label):
            return label not in _NO_INITIALS and (
                self.has_initials or self.counts[label] >= 2 or self.is_dense
            )
        words = label.split()
        if len(words) <= 5 and all(_is_name_word(word) for word in words):
            if self.counts[label] >= 2:
                return True
            # In prose "Eastern Region: ..." is no speaker; where nearly every line has a name, one is enough,
            # save where those present speak by initials: "Bracket Access: ..." is a point of somebody's.
            if self.is_dense:
                return not (self.has_initials and (len(words) == 1 or self.attendance.shorts))
            # "Budget Review: ..." is a point, and its words stand elsewhere in small letters.
            is_full = self._is_talk and 1 < len(words) < 4 and not self.has_initials
            return is_full and not any(word.casefold() in self._small for word in words)
        is_often = self.is_dense and self.counts[label] >= 3
        return bool(_NICK.match(label)) and (is_often or self._is_logged)


def _is_like_name(label: str) -> bool:
    words = label.split()
    return 0 < len(words) < 5 and all(map(_is_name_word, words)) and not is_field(label)


def _small_words(lines: Iterable[Line]) -> frozenset[str]:
    """Give the words that are written in small letters anywhere: no names."""
    return frozenset(word for line in lines for word in _SMALL.findall(line.text))


def _is_name_word(word: str) -> bool:
    if word.casefold() in _PARTICLES:
        return True
    first = word[0]
    return first.isalpha() and not first.islower() and all(mark.isalnum() or mark in "'’.-" for mark in word)
