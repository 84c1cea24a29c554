"""What was said: a meeting, its people and its utterances, each with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

LocatorUnit = Literal["line", "cue", "page", "paragraph", "row", "message", "segment"]
UtteranceKind = Literal["speech", "statement", "decision", "action"]
MeetingKind = Literal["transcript", "minutes", "email"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A place in the source file that a reader can go to; `number` counts from 1."""

    unit: LocatorUnit
    number: int

    def __str__(self) -> str:
        return f"{self.unit} {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who takes part. `key` is unique within a meeting and stable within a series."""

    key: str
    name: str
    party: str | None = None
    role: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One speaker's uninterrupted turn, or one statement of minutes or mail.

    `index` counts from 0 within the meeting, without gaps; `start` and `end` are seconds from the
    start of the recording; `units` is how many cues, messages or paragraphs of the file it joins; 0 for
    a further paragraph of a message that was counted with its first.
    """

    index: int
    text: str
    speaker: str | None = None  # key of a Person of the same meeting
    start: float | None = None
    end: float | None = None
    topic: str | None = None  # the heading it stands under, as the document spells it
    kind: UtteranceKind = "speech"
    units: int = 1
    at: Locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What did not become an utterance, and why: nothing is lost silently."""

    reason: str
    at: Locator | None = None  # the first place, where there are several
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a meeting was read from. `name` is the path as given, relative to the folder given."""

    name: str
    sha256: str
    format: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting, one set of minutes or one mail thread."""

    id: str
    series: str
    title: str | None = None
    date: Date | None = None
    kind: MeetingKind = "transcript"
    language: str | None = None  # ISO 639-1, None where it could not be told
    parties: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    notices: tuple[Notice, ...] = ()
    source: Source

    def person(self, key: str | None) -> Person | None:
        """Find a person by key; None for None and for keys that nobody has."""
        return next((person for person in self.people if person.key == key), None)

    def party_of(self, utterance: Utterance) -> str | None:
        """Name the party that speaks, None where the speaker or the party is unknown."""
        person = self.person(utterance.speaker)
        return person.party if person else None
