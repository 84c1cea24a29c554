"""Who was there, as notes say it: tables, lists, "Name (AB), Name (AB)", "Presenter: Name (AB)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analyzer.ingest.outline import Line, cells, tables
from analyzer.ingest.people import build_people
from analyzer.records.meeting import Person

PRESENT = re.compile(
    r"^(?:(?:list of |in[- ]person |on[- ]?site |remote |other |and |voting |members? )*"
    r"(?:attendees|attendance|attending|present|participants|remote|in[- ]person|delegates present|guests|"
    r"members present|on the call|in the room|presenters?|notetakers|note takers)(?: present)?(?: \(.*\))?)$",
    re.I,
)
ROLE = re.compile(
    r"(?i)^(?:meeting )?(chair|co-chair|vice-chair|chairman|chairwoman|chairperson|facilitator|moderator|"
    r"secretary|scribe|clerk|treasurer|note[- ]?taker|minute[- ]?taker)(?:\(s\)|s)?$"
)
_NAMES = re.compile(
    r"^(?:(?:[A-Z][\w'’-]*\.? ){0,3}[A-Z][\w'’-]*(?: \([^()]{1,40}\))?(?:, |; | and |$)){1,4}$"
)
_NAME = r"[^\W\d_][\w'’.\-]*(?: [\w'’.\-]+){0,5}"
_ABBREVIATED = re.compile(rf"({_NAME}),? ?\(([A-Z][A-Z0-9]{{1,3}})\)")
_PRESENTER = re.compile(rf"^\(?({_NAME})(?:, | \(|\) )([A-Z]{{2,4}})\)*$")
_SHORT = re.compile(r"\([A-Z][A-Z0-9]{1,3}\)")
_LIST_CHARS = 10_000  # of one line; a list of names that is longer is none
_COLUMNS = {
    "name": ("name", "attendee", "delegate", "participant", "member", "person"),
    "short": ("abbreviation", "abbr", "initials", "tla", "acronym", "handle"),
    "party": (
        "organization",
        "organisation",
        "affiliation",
        "company",
        "org",
        "party",
        "employer",
        "institution",
    ),
    "role": ("role", "position", "function"),
}


@dataclass(slots=True)
class Attendance:
    """The people named, and the lines that name them, which are no speech."""

    names: dict[str, str] = field(default_factory=dict)  # short or full name, folded -> display name
    shorts: dict[str, list[str]] = field(default_factory=dict)  # display name -> abbreviations
    roles: dict[str, str] = field(default_factory=dict)  # display name -> role
    lines: set[int] = field(default_factory=set)
    speaking: set[str] = field(default_factory=set)  # labels that come back, as speakers' do ("Chair")
    _half_names: dict[str, str | None] = field(default_factory=dict)

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
        if not folded.isalpha() or len(folded) < 3:
            return None
        if folded not in self._half_names:  # asked once a line: a search each time would be slow
            named = {display for name, display in self.names.items() if folded in _halves(name)}
            self._half_names[folded] = named.pop() if len(named) == 1 else None
        return self._half_names[folded]

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


def find_attendance(lines: Sequence[Line]) -> Attendance:
    """Collect the people named by a document's lists, tables and presenter lines."""
    labels = Counter(line.text.partition(":")[0].strip() for line in lines if ":" in line.text[:40])
    attendance = Attendance(speaking={label for label, count in labels.items() if count > 1})
    for rows in tables(lines):
        _from_table(rows, attendance)
    listing = False
    last = 0  # number of the last line of names
    for line in lines:
        if line.kind == "heading":
            listing = bool(PRESENT.match(line.text.rstrip(":")))
        elif line.kind == "blank" and last == line.number - 1:
            listing = listing and lines[last - 1].kind == "item"  # a list may have gaps, a paragraph ends
        elif line.kind in ("text", "item") and not line.is_link:
            listing = _from_line(line, attendance, listing)
            last = line.number if line.number in attendance.lines and not line.text.endswith(":") else last
    return attendance


def _from_table(rows: Sequence[Line], attendance: Attendance) -> None:
    head = [cell.casefold() for cell in cells(rows[0].text)]
    places = {
        key: next((at for at, cell in enumerate(head) if cell.startswith(words)), None)
        for key, words in _COLUMNS.items()
    }
    if places["name"] is None or (places["short"] is None and places["party"] is None):
        return
    attendance.lines.update(row.number for row in rows)
    for row in rows[1:]:
        values = cells(row.text)
        found = {
            key: values[place] if place is not None and place < len(values) else ""
            for key, place in places.items()
        }
        attendance.add(found["name"], short=found["short"], party=found["party"], role=found["role"])


def _from_line(line: Line, attendance: Attendance, listing: bool) -> bool:
    """Read one line; gives whether a list of people goes on after it."""
    if found := _PRESENTER.match(line.text):
        attendance.add(found[1], short=found[2])
        attendance.lines.add(line.number)
        return False
    label, colon, rest = line.text.partition(":")
    role = ROLE.match(label.strip())
    if role and label.strip() not in attendance.speaking and _NAMES.match(rest.strip()):
        attendance.lines.add(line.number)
        _add_names(rest, attendance, role=role[1].lower())
        return False
    if colon and PRESENT.match(label.strip()):
        attendance.lines.add(line.number)
        _add_names(rest, attendance)
        return not rest.strip()
    text = line.text[:_LIST_CHARS]
    pairs = len(_SHORT.findall(text))
    if colon and len(label) <= 40 and not pairs:
        return False
    is_list = pairs >= 3 and len(text.split()) <= 6 * pairs  # no sentence with three names in brackets
    if listing or is_list:
        attendance.lines.add(line.number)
        _add_names(line.text, attendance)
    return listing


def _add_names(text: str, attendance: Attendance, *, role: str = "") -> None:
    listed = re.sub(r"^\((.*)\)$", r"\1", text[:_LIST_CHARS].strip())  # the whole list in brackets
    for name in re.split(r"[,;]\s+(?![^()]*\))| and ", listed):
        name = name.strip()
        if found := _ABBREVIATED.fullmatch(name if name.endswith(")") else name + ")"):
            attendance.add(found[1], short=found[2], role=role)
        elif re.fullmatch(rf"{_NAME}(?: ?\([^()]*\))?", name) and not re.fullmatch(
            r"(?i)none|n/a|tbd|all", name
        ):
            base, _, party = name.rstrip(")").partition("(")
            attendance.add(base, party=party, role=role)
