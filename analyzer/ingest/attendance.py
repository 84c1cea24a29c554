"""Who was there, as notes say it: tables, lists, "Name (AB), Name (AB)", "Presenter: Name (AB)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analyzer.errors import TooLarge
from analyzer.ingest.outline import Line, cells, tables
from analyzer.ingest.people import build_people, initials_of
from analyzer.ingest.rolls import is_entry, read_entries
from analyzer.ingest.sources import Document
from analyzer.ingest.wording import ABSENT, PRESENT, is_field
from analyzer.records.meeting import Person

ROLE = re.compile(
    r"(?i)^(?:meeting )?(chair|co-chair|vice-chair|chairman|chairwoman|chairperson|facilitator|moderator|"
    r"secretary|(?:jabber )?scribe|clerk|treasurer|note[- ]?taker|minute[- ]?taker|responsible ad)"
    r"(?:\(s\)|s)?$"
)
_NAMES = re.compile(
    r"^(?:(?:[A-Z][\w'’-]{0,40}\.? ){0,3}[A-Z][\w'’-]{0,40}(?: \([^()]{1,40}\))?(?:, |; | and |$)){1,4}$"
)
_NAME = r"[^\W\d_][\w'’.\-]{0,40}(?: [\w'’.\-]{1,40}){0,5}"
_PRESENTER = re.compile(rf"^\(?({_NAME})(?:, | \(|\) )([A-Z]{{2,4}})\)*$")
_SHORT = re.compile(r"\([A-Z][A-Z0-9]{1,3}\)")
_PAIRS = re.compile(
    rf"^{_NAME} \([A-Z][A-Z0-9]{{1,3}}\)(?:,? (?:and )?{_NAME} \([A-Z][A-Z0-9]{{1,3}}\))+\.?$"
)
_INITIALS = re.compile(r"[A-Z]{2,4}")
_LIST_CHARS = 10_000  # of one line; a list of names that is longer is none
_PAIR_CHARS = 160
_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2}){0,2}[.):]?\s+")  # "1. Attendance"
_SEPARATOR = re.compile(r"[,;]")
_PEOPLE = ("attendee", "name", "participant", "delegate", "member", "present")
_COLUMNS = {
    "name": (*_PEOPLE, "person", "full name", "first name", "who", "nom", "nombre", "teilnehmer", "氏名"),
    "short": ("abbreviation", "abbr", "initials", "tla", "acronym", "handle"),
    "party": (
        "organi", "affiliation", "company", "org", "party", "employer", "institution", "representing", "firm",
        "on behalf of", "team", "department", "side", "partner", "organisme", "entidad", "firma", "所属",
    ),
    "role": ("role", "position", "function", "title", "job", "funktion", "fonction", "cargo", "役職"),
}  # fmt: skip


@dataclass(slots=True)
class Attendance:
    """The people named, and the lines that name them, which are no speech."""

    names: dict[str, str] = field(default_factory=dict)  # short or full name, folded -> display name
    shorts: dict[str, list[str]] = field(default_factory=dict)  # display name -> abbreviations
    roles: dict[str, str] = field(default_factory=dict)  # display name -> role
    lines: set[int] = field(default_factory=set)
    speaking: set[str] = field(default_factory=set)  # labels that come back, as speakers' do ("Chair")
    _half_names: dict[str, str | None] = field(default_factory=dict)
    _initials: dict[str, str | None] | None = None  # None until somebody asks, when all are known

    def add(self, name: str, *, short: str = "", party: str = "", role: str = "") -> None:
        """Note a person; the first to claim an abbreviation keeps it."""
        name = name.strip(" .-–*")
        if not re.search(r"[^\W\d_]{2}", name) or len(name) > 80:
            return
        known = self.names.get(name.casefold())
        display = known or (f"{name} ({party})" if party.strip("-– ") else name)
        self.names.setdefault(name.casefold(), display)
        self.shorts.setdefault(display, [])
        if re.search(r"\w", short) and short.casefold() not in self.names:
            self.names[short.casefold()] = display
            self.shorts[display].append(short)
        if role:
            self.roles.setdefault(display, role)

    def find(self, label: str) -> str | None:
        """Give the display name that a label, or half of it, stands for; None where nobody or two have it."""
        folded = label.casefold()
        if found := self.names.get(folded):
            return found
        if _INITIALS.fullmatch(label) and (found := self._named_by(label)):
            return found
        if not folded.isalpha() or len(folded) < 3:
            return None
        if folded not in self._half_names:  # asked once a line: a search each time would be slow
            named = {display for name, display in self.names.items() if folded in _halves(name)}
            self._half_names[folded] = named.pop() if len(named) == 1 else None
        return self._half_names[folded]

    def _named_by(self, initials: str) -> str | None:
        """Give the only one whose initials these are; None where the list tells abbreviations of its own."""
        if self._initials is None:
            self._initials = {}
            for display in () if any(self.shorts.values()) else self.shorts:
                name = initials_of(re.sub(r" \(.*\)$", "", display))
                self._initials[name] = None if name in self._initials else display
        return self._initials.get(initials)

    def people(self, others: Sequence[str]) -> tuple[tuple[Person, ...], dict[str, str]]:
        """Make people of those listed and of other speakers; abbreviations become aliases."""
        people, keys = build_people((*self.shorts, *others))
        added: dict[str, list[str]] = {}
        roles: dict[str, str] = {}
        for display, shorts in self.shorts.items():
            if display in keys:
                added.setdefault(keys[display], []).extend(shorts)
                if display in self.roles:
                    roles[keys[display]] = self.roles[display]
        complete = (
            replace(
                person,
                aliases=tuple(dict.fromkeys((*person.aliases, *added.get(person.key, ())))),
                role=person.role or roles.get(person.key),
            )
            for person in people
        )
        return tuple(complete), keys


def _halves(name: str) -> tuple[str, ...]:
    """Give first name and surname, as minutes use them alone; nothing of a name of one word."""
    first, _, last = name.partition(" ")
    return (first, last.rpartition(" ")[2]) if last else ()


def find_attendance(lines: Sequence[Line], document: Document) -> Attendance:
    """Collect the people named by a document's lists, tables and presenter lines.

    Raises:
        TooLarge: if more lines list people than the limit allows.
    """
    labels = Counter(line.text.partition(":")[0].strip() for line in lines if ":" in line.text[:40])
    attendance = Attendance(speaking={label for label, count in labels.items() if count > 1})
    for rows in tables(lines):
        _from_table(rows, attendance)
    roll = _Roll(attendance)
    for line in lines:
        roll.take(line)
        if len(attendance.lines) + roll.open_lines > document.limits.people:
            raise TooLarge(
                what=f"more than {document.limits.people:,} lines of it list who was there",
                where=document.name,
                remedy="leave the list out",
            )
    roll.close()
    return attendance


def names_people(head: Sequence[str]) -> bool:
    """Say whether a table with this head lists people: names beside parties, roles or initials."""
    places = _places(head)
    is_people = head[places["name"]].startswith(_PEOPLE) if places["name"] is not None else False
    return places["name"] is not None and (
        places["short"] is not None
        or places["party"] is not None
        or (places["role"] is not None and is_people)
    )


def _places(head: Sequence[str]) -> dict[str, int | None]:
    return {
        key: next((at for at, cell in enumerate(head) if cell.startswith(words)), None)
        for key, words in _COLUMNS.items()
    }


def _from_table(rows: Sequence[Line], attendance: Attendance) -> None:
    head = [cell.casefold().rstrip(":") for cell in cells(rows[0].text)]
    if not names_people(head):
        return
    places = _places(head)
    attendance.lines.update(row.number for row in rows)
    for row in rows[1:]:
        values = cells(row.text)
        found = {
            key: values[place] if place is not None and place < len(values) else ""
            for key, place in places.items()
        }
        attendance.add(found["name"], short=found["short"], party=found["party"], role=found["role"])


class _Roll:
    """Follows the lines and gathers those of one list of people after the other."""

    def __init__(self, attendance: Attendance) -> None:
        self._attendance = attendance
        self._is_open = False  # whether a heading or label says that people follow
        self._is_absent = False
        self._lines: list[Line] = []

    @property
    def open_lines(self) -> int:
        """How many lines the list has that is open."""
        return len(self._lines)

    def take(self, line: Line) -> None:
        """Take the next line."""
        if line.kind == "heading":
            self.close()
            self._open(line.text.rstrip(":"))
        elif line.kind == "blank":
            # A list may have gaps, a paragraph ends.
            if self._lines and self._lines[-1].kind == "text":
                self.close()
        elif line.kind == "table" and self._is_open and line.number not in self._attendance.lines:
            self._gather(replace(line, text=", ".join(filter(None, cells(line.text)))))
        elif line.kind in ("text", "item") and (self._is_open or not line.is_link):
            self._take_words(line)  # below such a label, links lead to those who were there

    def _open(self, label: str) -> None:
        label = _NUMBER.sub("", label)
        self._is_absent = bool(ABSENT.match(label))
        self._is_open = self._is_absent or bool(PRESENT.match(label))

    def _take_words(self, line: Line) -> None:
        attendance = self._attendance
        label, colon, rest = (part.strip() for part in line.text.partition(":"))
        found = _PRESENTER.match(line.text)
        if found and found[1] != found[1].upper():
            attendance.add(found[1], short=found[2])
            attendance.lines.add(line.number)
        elif colon and (PRESENT.match(label) or ABSENT.match(label)):
            self.close()
            self._open(label)
            attendance.lines.add(line.number)
            if rest:
                self._gather(replace(line, text=rest))
        elif (role := ROLE.match(label)) and _NAMES.match(rest) and label not in attendance.speaking:
            self.close()
            attendance.lines.add(line.number)
            for entry in read_entries([rest]):
                attendance.add(entry.name, short=entry.short, party=entry.party, role=role[1].lower())
        elif self._goes_on(line, label if colon else ""):
            self._gather(line)
        else:
            self.close()
            self._take_stray(line)

    def _goes_on(self, line: Line, label: str) -> bool:
        """Say whether a line belongs to the list that is open."""
        if not self._is_open or (label and (is_field(label) or label in self._attendance.speaking)):
            return False
        last = self._lines[-1] if self._lines else None
        if last and last.kind == "text" and not line.fresh:
            return True  # wrapped
        if not is_entry(line.text):
            return False
        if last is None:
            return True
        if last.number in self._attendance.lines:  # "Present: Ann, Bo": the list stands behind its label
            return last.text.endswith((",", ";"))
        return line.kind == last.kind and (line.kind == "item" or " " in line.text or " " not in last.text)

    def _take_stray(self, line: Line) -> None:
        """Read a list of names with initials that nothing announces."""
        text = line.text[:_LIST_CHARS]
        pairs = len(_SHORT.findall(text))
        is_list = pairs >= 3 and len(text.split()) <= 6 * pairs  # no sentence with three names in brackets
        if is_list or (pairs == 2 and len(text) <= _PAIR_CHARS and _PAIRS.match(text)):
            self._gather(line)
            self._is_open = True

    def _gather(self, line: Line) -> None:
        self._lines.append(replace(line, text=line.text[:_LIST_CHARS]))

    def close(self) -> None:
        """End the list that is open."""
        gathered, self._lines = self._lines, []
        is_absent, self._is_open, self._is_absent = self._is_absent, False, False
        self._attendance.lines.update(line.number for line in gathered)
        if not is_absent:
            for entry in read_entries(_unwrapped(gathered), labels=self._attendance.speaking):
                self._attendance.add(entry.name, short=entry.short, party=entry.party, role=entry.role)


def _unwrapped(lines: Sequence[Line]) -> list[str]:
    """Join what was one line of several names before it was wrapped."""
    texts: list[str] = []
    for line in lines:
        is_wrapped = line.kind == "text" and not line.fresh
        goes_on = texts and is_wrapped and len(texts[-1]) < _LIST_CHARS
        if goes_on and (len(_SEPARATOR.findall(texts[-1])) >= 2 or texts[-1][-1:] in ",;/"):
            texts[-1] += " " + line.text
        else:
            texts.append(line.text)
    return texts
