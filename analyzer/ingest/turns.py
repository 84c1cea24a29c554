"""Units to turns: what the readers of captions, chats and recognised speech share.

A unit is one cue, message or segment as the file stores it. Consecutive units of one speaker become one
utterance, and its `units` says how many, so that nothing can be lost or counted twice unseen. Units
without a speaker are nobody's turn: they join only while a sentence goes on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from analyzer.errors import TooLarge
from analyzer.ingest.drops import Drops
from analyzer.ingest.lines import visible
from analyzer.ingest.people import build_people, clean_name
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Meeting, Source, Utterance

_NOBODY = re.compile(
    r"^(?:(?:unknown|unidentified|unnamed)(?:[ _-]?(?:speaker|participant|person|user))?"
    r"|uu|none|null|n/a|[\s?._-]*)$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_CHANGE_MARK = re.compile(r"^(?:[-–—]\s?|>>|\[|\(|♪)")  # captions of unnamed speakers begin a turn with these
_LONGEST_UNNAMED = 60  # words
_LONGEST_PAUSE = 2.0  # seconds within a sentence of an unnamed speaker
_LONGEST_STEP = 10.0  # from start to start, where no unit says when it ended
# A recording that begins again (two files in one) steps back by more, and both parts are longer.
_RESTART_SECONDS = 60.0
_RESTART_UNITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One cue, message or segment as stored; `speaker` is the display name as spelled.

    Units with the same `group` and speaker are one utterance, even if somebody else spoke between.
    """

    text: str
    at: Locator
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """How units become turns: what stands between their texts, and after which pause a turn ends."""

    separator: str = " "
    longest_pause: float | None = None  # seconds; None: only another speaker ends a turn
    joins_unnamed: bool = True


CUES = Joining()


@lru_cache(maxsize=4_096)  # a name comes back with every cue
def is_nobody(name: str | None) -> bool:
    """Say whether a display name means that the speaker is unknown."""
    return name is None or bool(_NOBODY.match(clean_name(name)))


def check_count(count: int, document: Document) -> None:
    """Refuse a file of more units than any meeting has, before the work is done.

    Raises:
        TooLarge: if there are more than the limit.
    """
    if count > document.limits.units:
        raise TooLarge(
            what=f"it has {count:,} cues or messages, more than the limit of {document.limits.units:,}",
            where=document.name,
            remedy="split it",
        )


def build_meeting(
    document: Document,
    format_name: str,
    units: Iterable[Unit],
    drops: Drops,
    *,
    title: str | None = None,
    date: date | None = None,
    joining: Joining = CUES,
) -> Meeting:
    """Make a meeting of units in the order they were said; units without words become a notice.

    Raises:
        TooLarge: if there are more units than the limit.
    """
    stored = list(units)
    check_count(len(stored), document)
    worded = (unit for unit in stored if _has_words(unit, drops))  # the others need no cleaning
    said = [unit for unit in map(_cleaned, worded) if _has_words(unit, drops)]
    names = [unit.speaker for unit in said if unit.speaker is not None]
    people, keys = build_people(names)
    for person in people:
        if _mixes_alphabets(person.name):
            drops.add(f"the name {person.name!r} mixes alphabets")
    turns = _turns(said, keys, joining)
    return Meeting(
        id=document.name,
        series="",
        title=title,
        date=date,
        people=people,
        utterances=tuple(turn.utterance(index, joining.separator) for index, turn in enumerate(turns)),
        notices=drops.notices(),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
    )


def _cleaned(unit: Unit) -> Unit:
    text = "\n".join(filter(None, map(visible, unit.text.split("\n"))))
    speaker = None if is_nobody(unit.speaker) else unit.speaker
    end = unit.end if unit.start is None or unit.end is None or unit.end >= unit.start else None
    if (text, speaker, end) == (unit.text, unit.speaker, unit.end):
        return unit  # most are clean: no copy is made of them
    return replace(unit, text=text, speaker=speaker, end=end)


def _has_words(unit: Unit, drops: Drops) -> bool:
    if not unit.text or unit.text.isspace():
        drops.add(f"{unit.at.unit}s without words", unit.at)
        return False
    return True


def _mixes_alphabets(name: str) -> bool:
    """Say whether a word of a name has letters of two alphabets that look alike."""
    if name.isascii():
        return False
    for word in name.split():
        alphabets = {unicodedata.name(mark, "").partition(" ")[0] for mark in word if mark.isalpha()}
        if len(alphabets & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            return True
    return False


def in_time_order(units: Sequence[Unit], drops: Drops) -> list[Unit]:
    """Sort units by start; those without a start stay behind the one before them.

    A recording that starts again keeps the order of the file: sorting would mix two conversations.
    """
    keys: list[float] = []
    latest = 0.0
    part = 0  # later parts sort behind earlier ones
    restarts = _restarts(units)
    for index, unit in enumerate(units):
        part += index in restarts
        latest = unit.start if unit.start is not None else latest
        keys.append(part * 1e9 + latest)
    order = sorted(range(len(units)), key=keys.__getitem__)
    moved = [units[index] for place, index in enumerate(order) if place != index]
    if moved:
        drops.add(f"{moved[0].at.unit}s out of time order, sorted", moved[0].at, count=len(moved))
    if restarts:
        at = units[min(restarts)].at
        drops.add(
            "places where the time starts again: kept in the order of the file", at, count=len(restarts)
        )
    return [units[index] for index in order]


def _restarts(units: Sequence[Unit]) -> set[int]:
    """Find where the time starts again: steps far back, with long ascending runs on both sides."""
    steps: list[int] = [0]
    latest = None
    for index, unit in enumerate(units):
        if unit.start is None:
            continue
        if latest is not None and unit.start < latest - _RESTART_SECONDS:
            steps.append(index)
        latest = unit.start
    steps.append(len(units))
    runs = [after - before for before, after in pairwise(steps)]
    return {
        step
        for step, before, after in zip(steps[1:-1], runs[:-1], runs[1:], strict=True)
        if min(before, after) >= _RESTART_UNITS
    }


@dataclass
class _Turn:
    """The units of one utterance so far."""

    speaker: str | None
    at: Locator
    start: float | None = None
    end: float | None = None
    latest: float | None = None  # when the last unit ended, or began where its end is not known
    texts: list[str] = field(default_factory=list)
    words: int = 0
    has_end: bool = False  # whether `latest` is when the last unit ended

    def add(self, unit: Unit) -> None:
        if not self.texts:
            self.start = unit.start  # where only later units have a time, when it began is not known
        self.texts.append(unit.text)
        self.words += unit.text.count(" ") + 1
        self.has_end = unit.end is not None
        self.latest = unit.end if unit.end is not None else unit.start
        if unit.end is not None:
            self.end = max(unit.end, self.end or 0.0)

    def utterance(self, index: int, separator: str) -> Utterance:
        return Utterance(
            index=index,
            text=separator.join(self.texts),
            speaker=self.speaker,
            start=self.start,
            end=self.end,
            units=len(self.texts),
            at=self.at,
        )


def _turns(units: Sequence[Unit], keys: Mapping[str, str], joining: Joining) -> list[_Turn]:
    turns: list[_Turn] = []
    groups: dict[tuple[str, str | None], _Turn] = {}
    named = _names_of_groups(units)
    for unit in units:
        name = unit.speaker if unit.speaker is not None else named.get(unit.group)
        speaker = keys.get(name) if name is not None else None
        turn = groups.get((unit.group, speaker)) if unit.group is not None else None
        if turn is None and turns and _goes_on(turns[-1], unit, speaker, joining):
            turn = turns[-1]
        if turn is None:
            turn = _Turn(speaker=speaker, at=unit.at)
            turns.append(turn)
        turn.add(unit)
        if unit.group is not None:
            groups[unit.group, speaker] = turn
    return turns


def _names_of_groups(units: Sequence[Unit]) -> dict[str | None, str]:
    """Give the speaker of each group: what its pieces without a name belong to."""
    named: dict[str | None, str] = {}
    for unit in units:
        if unit.group is not None and unit.speaker is not None:
            named.setdefault(unit.group, unit.speaker)
    return named


def _goes_on(turn: _Turn, unit: Unit, speaker: str | None, joining: Joining) -> bool:
    if turn.speaker != speaker:
        return False
    pause = unit.start - turn.latest if unit.start is not None and turn.latest is not None else None
    if speaker is not None:
        return joining.longest_pause is None or pause is None or pause <= joining.longest_pause
    return (
        joining.joins_unnamed
        and turn.words < _LONGEST_UNNAMED
        and (pause is None or pause <= (_LONGEST_PAUSE if turn.has_end else _LONGEST_STEP))
        and not _SENTENCE_END.search(turn.texts[-1][-4:])
        and not _CHANGE_MARK.match(unit.text)
    )
