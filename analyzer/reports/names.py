"""Whose names people see: as given, parties only, or pseudonyms.

Known are the people whom the files name as speakers or present. Their names and aliases are found in
running text too: whole names, first names, surnames, with and without accents, in other order, run together,
in possessives and file names, and every mail address. Who is only talked about, misspelt by a recogniser or
known by a nickname that no file lists is not known, and stays; the report says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from analyzer.records.analysis import Analysis
from analyzer.records.meeting import Person

Names = Literal["given", "roles", "pseudonyms"]
NAMES: tuple[Names, ...] = get_args(Names)

PSEUDONYMS = (
    *("Alder", "Aspen", "Beech", "Birch", "Cedar", "Cypress", "Elm", "Fir", "Hawthorn", "Hickory"),
    *("Hornbeam", "Juniper", "Larch", "Linden", "Magnolia", "Maple", "Mulberry", "Oak", "Osier", "Poplar"),
    *("Quince", "Sequoia", "Spruce", "Sumac", "Sycamore", "Tamarind", "Teak", "Walnut", "Whitebeam", "Yew"),
)
_WORD = re.compile("(?:[^\\W\\d_][\u0300-\u036f]*)+")  # letters, with accents written apart
_ADDRESS = re.compile(r"[\w.+%&*/=?^{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_INITIALS = re.compile(r"[A-Z]{2,4}")
_BETWEEN = re.compile(r"[\s.,'’_-]{1,3}")  # words of one name
_TOGETHER = re.compile(r"[\s.,_-]{0,2}")  # names of one person: "Lee, Ann"
_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"\d\.?\s?$"), re.compile(r"\s?\d")
# Parts of names that say nothing of a person when they stand alone.
_PARTICLES = (
    *("al", "ap", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn"),
    *("la", "le", "ten", "ter", "van", "von"),
)
_COMMON = (
    *("admin", "all", "and", "attendee", "caller", "chair", "chairman", "chairwoman", "dr", "everyone"),
    *("facilitator", "guest", "host", "ii", "iii", "info", "jr", "mail", "meeting", "moderator", "mr", "mrs"),
    *("ms", "no", "noreply", "office", "participant", "phd", "phone", "prof", "reply", "room", "secretary"),
    *("sir", "speaker", "sr", "support", "team", "the", "unknown", "user"),
)
# How letters are written where a keyboard lacks them: as others, or without their stroke.
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_MONTHS = ("april", "august", "june", "may", "march")  # that are names too


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Characters of a text, and what stands there instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """Words that name some people; nobody, where they name a party and stay."""

    words: tuple[str, ...]
    people: frozenset[int]


class Cast:
    """The known people of some analyses, and what each is called.

    Args:
        analyses: all of one run, so that a person is called the same throughout.
        names: how people are named; as `given`, nothing is changed.
    """

    def __init__(self, analyses: Sequence[Analysis], names: Names) -> None:
        self.names = names
        self._numbers: dict[tuple[str, ...], int] = {}  # how a person is known → person
        self._parties: dict[int, set[str | None]] = {}
        self._initials: set[str] = set()  # names of some capitals, of people who have a longer one
        self._phrases: dict[str, dict[tuple[str, ...], frozenset[int]]] = {}  # first word → phrases
        if names == "given":
            return
        ordered = sorted(analyses, key=lambda analysis: analysis.series)
        parties = {
            party for one in ordered for measured in one.meetings for party in measured.meeting.parties
        }
        for analysis in ordered:
            for measured in analysis.meetings:
                for person in measured.meeting.people:
                    self._add(person, analysis.series)
        for party in parties:
            self._learn(_words(party), frozenset())
        self._pseudonyms = self._chosen(parties)
        self._ordinary = self._ordinary_words(ordered)

    def _add(self, person: Person, series: str) -> None:
        """Know a person by key, and by full name across meetings."""
        known: list[tuple[str, ...]] = [("key", series, person.key)]
        if words := _words(person.name):
            known.append(("name", "" if len(words) > 1 else series, *words))
        number = next((self._numbers[one] for one in known if one in self._numbers), len(self._parties))
        for one in known:
            self._numbers.setdefault(one, number)
        self._parties.setdefault(number, set()).add(person.party)
        names = (person.name, *person.aliases)
        if not all(name.isupper() for name in names):
            self._initials |= {name.lower() for name in names if _INITIALS.fullmatch(name)}
        for name in names:
            for words in _spoken(name):
                self._learn(words, frozenset({number}))

    def _learn(self, words: tuple[str, ...], people: frozenset[int]) -> None:
        if words:
            found = self._phrases.setdefault(words[0], {})
            # Words that name a party stay: whoever speaks for it is hidden by nothing.
            found[words] = found.get(words, frozenset()) | people if people else people

    def _chosen(self, parties: Iterable[str]) -> dict[int, str]:
        taken = {word for name in parties for word in _words(name)}
        taken |= {word for phrases in self._phrases.values() for words in phrases for word in words}
        free = [name for name in PSEUDONYMS if name.casefold() not in taken]
        return {
            number: free[place % len(free)] + (f" {place // len(free) + 1}" if place >= len(free) else "")
            for place, number in enumerate(self._parties)
        }

    def _ordinary_words(self, analyses: Iterable[Analysis]) -> frozenset[str]:
        """Find the names that are words too ("will"): in text that has capitals, mostly written small."""
        single = {first for first, phrases in self._phrases.items() if (first,) in phrases}
        small: Counter[str] = Counter()
        for analysis in analyses:
            for measured in analysis.meetings:
                for utterance in measured.meeting.utterances:
                    if utterance.text.islower():
                        continue
                    for match in _WORD.finditer(utterance.text):
                        if (word := _folded(match[0])) in single:
                            small[word] += 1 if match[0][0].islower() else -1
        return frozenset(word for word, more in small.items() if more > 0)

    def number(self, person: Person, series: str) -> int:
        """Give the number of a person who takes part in a series."""
        return self._numbers["key", series, person.key]

    def present(self, people: Iterable[Person], series: str) -> frozenset[int]:
        """Give the numbers of people, to tell two of one first name apart."""
        return frozenset(self.number(person, series) for person in people)

    def shown(self, person: Person, series: str) -> str:
        """Name a person where he or she speaks."""
        if self.names == "given":
            return person.name
        if self.names == "pseudonyms":
            return self._pseudonyms[self.number(person, series)]
        return f"a speaker of {person.party}" if person.party else "a speaker"

    def text(self, text: str, present: frozenset[int] = frozenset()) -> str:
        """Give a text with all known names replaced."""
        return edited(text, self.edits(text, present))

    def edits(self, text: str, present: frozenset[int] = frozenset()) -> list[Edit]:
        """Find the known names in a text, in order, and what stands there instead.

        Args:
            text: anything that people read.
            present: numbers of the people who take part where it was said.
        """
        if self.names == "given":
            return []
        addresses = [
            Edit(start=found.start(), end=found.end(), text="[mail address]")
            for found in _ADDRESS.finditer(text)
        ]
        found = [
            Edit(start=start, end=end, text=self._instead(people, present))
            for start, end, people in self._joined(text)
            if not any(one.start < end and start < one.end for one in addresses)
        ]
        return sorted([*addresses, *found], key=lambda edit: edit.start)

    def _instead(self, people: frozenset[int], present: frozenset[int]) -> str:
        people = (people & present) or people
        if self.names == "pseudonyms":
            return self._pseudonyms[next(iter(people))] if len(people) == 1 else "[someone]"
        parties = set().union(*(self._parties[number] for number in people))
        party = parties.pop() if len(parties) == 1 else None
        return f"[someone at {party}]" if party else "[someone]"

    def _joined(self, text: str) -> Iterator[tuple[int, int, frozenset[int]]]:
        """Walk the names in a text; those of one person beside each other are one."""
        last: tuple[int, int, frozenset[int]] | None = None
        for start, end, people in self._found(text):
            if last and _TOGETHER.fullmatch(text, last[1], start) and (both := last[2] & people):
                last = (last[0], end, both)
                continue
            if last:
                yield last
            last = (start, end, people)
        if last:
            yield last

    def _found(self, text: str) -> Iterator[tuple[int, int, frozenset[int]]]:
        matches = list(_WORD.finditer(text))
        words = [_folded(match[0]) for match in matches]
        place = 0
        while place < len(matches):
            length, people = self._longest(text, matches, words, place)
            if length and people:
                yield matches[place].start(), matches[place + length - 1].end(), people
            place += max(1, length)

    def _longest(
        self, text: str, matches: Sequence[re.Match[str]], words: Sequence[str], place: int
    ) -> tuple[int, frozenset[int]]:
        """Give how many words from `place` on are the longest known phrase, and whom it names."""
        phrases = self._phrases.get(words[place])
        if not phrases:
            return 0, frozenset()
        for phrase in sorted(phrases, key=len, reverse=True):
            length = len(phrase)
            if tuple(words[place : place + length]) != phrase:
                continue
            if length == 1 and self._is_a_word(text, matches[place], words[place]):
                continue
            run = matches[place : place + length]
            if all(_BETWEEN.fullmatch(text, a.end(), b.start()) for a, b in pairwise(run)):
                return length, phrases[phrase]
        return 0, frozenset()

    def _is_a_word(self, text: str, match: re.Match[str], word: str) -> bool:
        """Say whether a name that is a word or a month is meant as such."""
        if word in self._initials and not match[0].isupper():
            return True
        is_small, is_ordinary = match[0][0].islower(), word in self._ordinary
        if (is_small and is_ordinary) or (len(word) < 3 and (is_small or is_ordinary)):
            return True
        beside = _NUMBER_AFTER.match(text, match.end()) or _NUMBER_BEFORE.search(text[: match.start()][-4:])
        return word in _MONTHS and beside is not None


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits that are in order and do not overlap."""
    parts, place = [], 0
    for edit in edits:
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])


def _spoken(name: str) -> set[tuple[str, ...]]:
    """Give the ways in which a name may be said: whole, surname with its particles, each part alone."""
    ways: set[tuple[str, ...]] = set()
    for words in {
        _words(name.partition("@")[0]),
        _words(name.partition("@")[0].casefold().translate(_SPELT)),
    }:
        telling = [word for word in words if word not in _COMMON and word not in _PARTICLES]
        ways |= {(word,) for word in telling if len(word) > 1 or len(words) == 1}
        ways |= {(f"{word}s",) for word in telling if len(word) > 4}  # "Annikas", a genitive without a mark
        if telling and len(words) > 1:
            ways |= {words, ("".join(words),)}  # "ann_lee" is two words, "AnnLee" one
            ways |= {words[at:] for at, word in enumerate(words) if word in _PARTICLES and at}
    return ways


def _words(text: str) -> tuple[str, ...]:
    return tuple(_folded(match[0]) for match in _WORD.finditer(text))


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_BARE))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))
