"""Entries of attendance lists: "Ann Lee (AL)", "Ann Lee, Acme", "Ann Lee – Chair", "Acme: Ann Lee"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

_NAME = re.compile(r"[^\W\d_][\w'’.\-]{0,40}(?: [\w'’.\-]{1,40}){0,5}")
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
    "y",
}
_BRACKETS = re.compile(r"(?<!\s)\s*+[(\[]([^()\[\]]*+)[)\]]")
_DASH = re.compile(r"\s+(?:[-–—]|//?)\s+|\)/\s*|\s*\|\s*|\t| {2,}")
_INITIALS = re.compile(r"^[A-Z][A-Z0-9]{1,3}$")
_OFFICES = (
    r"chair\w*|co-chair|vice|secretary|director|manager|officer|lead|leader|engineer|head|counsel|"
    r"president|treasurer|scribe|clerk|minutes?|note ?taker|analyst|coordinator|observer|member|advis[eo]r|"
    r"consultant|architect|developer|professor|researcher|scientist|assistant|deputy|partner|owner|sponsor|"
    r"facilitator|moderator|host|guest|c[etifo]o|cio|ciso|pm|vp|ceo|administrator|representative|trustee"
)
_ROLE = re.compile(rf"(?i)\b(?:{_OFFICES})\b")
# How and when somebody took part: no party, no role.
_MANNER = re.compile(
    r"(?i)^(?:from|until|till|to|via|by|for|items?|part|left|arrived|joined|remote|remotely|online|phone|virtual|"
    r"virtually|video|in person|on site|dialled|dial-in|late|partial|he/|she/|they/|part[- ]time|excused)\b"
)
_NOBODY = re.compile(r"(?i)^(?:none|n/a|tbd|all|nobody|various|others?|everyone|as above)$")
_PARTS = re.compile(r"[,;]\s+(?![^()]*\))|\s+(?:and|und|et)\s+|,(?=[A-Z])|[、，]")
# What is an office and no name: "Director", "Head of Sales", "Finance Director".
_OFFICE = re.compile(
    rf"(?i)^(?:(?:the |[a-z]+ (?:and )?){{0,3}}(?:{_OFFICES})|(?:{_OFFICES}) (?:of|for|to) .{{2,60}})$"
)
_PLURAL = re.compile(
    r"^(?:Councill?ors|Council ?[Mm]embers|Messrs|Aldermen|Trustees|Commissioners|Directors)\.? "
)
_ONE = re.compile(r"^[^,;]{2,60}\s[-–—/]\s")
_SIDE = re.compile(r"^(?:(?:for|from|on behalf of|representing) )?(?:the )?([^:;,()]{2,60}):\s+(.+)$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody listed as present."""

    name: str
    short: str = ""  # the abbreviation the notes use
    party: str = ""
    role: str = ""


def read_entries(texts: Sequence[str], *, labels: Collection[str] = ()) -> list[Entry]:
    """Read the lines of one list.

    Args:
        texts: the lines, wrapped ones joined.
        labels: what stands before a colon elsewhere: an abbreviation there is a speaker, not a party.
    """
    by_comma = _has_one_a_line(texts)
    parts = (part for text in texts for part in _parts(text, by_comma=by_comma))
    found = (_entry(part, party, by_comma=by_comma, labels=labels) for party, part in parts)
    return [entry for entry in found if entry]


def is_entry(text: str) -> bool:
    """Say whether a line names somebody first, and goes on as lists of people do."""
    if len(text.split()) > 8 and text.endswith("."):
        return False
    party, part = next(_parts(text, by_comma=False), ("", ""))
    return _entry(part, party, by_comma=False, labels=()) is not None


def _has_one_a_line(texts: Sequence[str]) -> bool:
    """Say whether a comma stands between a person and where they are from, one person a line."""
    commas = [text.count(",") for text in texts]
    if len(texts) < 2 or max(commas) > 2 or sum(count > 0 for count in commas) < 0.5 * len(texts):
        return False
    after = [text.partition(",")[2].strip() for text in texts if "," in text]
    return not all(_is_name(rest) and " " in rest and not _ROLE.search(rest) for rest in after)


def _parts(text: str, *, by_comma: bool) -> Iterator[tuple[str, str]]:
    """Give party and words of each person in a line."""
    text = re.sub(r"^\((.*)\)$", r"\1", text.strip().rstrip("."))
    side = _SIDE.match(text)
    party, text = (side[1].strip(), side[2]) if side else ("", text)
    if by_comma:
        yield party, text
        return
    # "Ann Lee – Finance and Planning": what stands behind a dash is one thing.
    pieces = text.split(";") if ";" in text else [text] if _ONE.match(text) else _PARTS.split(text)
    people: list[str] = []
    for piece in (piece.strip() for piece in pieces if piece and piece.strip()):
        if people and _OFFICE.match(piece):
            people[-1] += f" – {piece}"  # "Bo Ray, Finance Director"
        else:
            people += _PARTS.split(piece) if _PLURAL.match(piece) else [piece]
    yield from ((party, person) for person in people)


def _entry(text: str, party: str, *, by_comma: bool, labels: Collection[str]) -> Entry | None:
    notes = [note.strip() for note in _BRACKETS.findall(text)]
    bare = _PLURAL.sub("", _BRACKETS.sub("", text).strip(" .-–*"))
    name, *more = _DASH.split(bare, maxsplit=1)
    if by_comma or _ROLE.search(name.partition(",")[2]) or (more and "," in name):
        name, _, rest = name.partition(",")
        more = [*filter(None, [rest.strip()]), *more]
    name = re.sub(r"(?<=\w)_(?=[A-Z])", " ", name.strip())  # "Ann_Lee" of a chat
    if not _is_name(name) or _NOBODY.match(name):
        return None
    entry = Entry(name=name, party=party)
    if name == name.lower() and " " not in name and notes and _is_name(notes[0]) and " " in notes[0]:
        entry, notes = replace(entry, name=notes[0], short=name), notes[1:]  # "annie (Ann Lee)"
    for note in (part.strip() for rest in (*notes, *more) for part in rest.split(",")):
        entry = _with(entry, note, labels)
    return entry


def _is_name(text: str) -> bool:
    if len(text) > 80 or not _NAME.fullmatch(text):
        return False
    words = text.split()
    return len(words) == 1 or all(word in _PARTICLES or not word[0].islower() for word in words)


def _with(entry: Entry, note: str, labels: Collection[str]) -> Entry:
    """Add what stands beside a name: initials, how they took part, a role or a party."""
    if not re.search(r"[^\W\d_]", note) or _MANNER.match(note):
        return entry
    if note.startswith("@"):
        return replace(entry, short=entry.short or note)
    if _INITIALS.match(note) and (note in labels or _is_short_for(note, entry.name)):
        return replace(entry, short=entry.short or note)
    if _ROLE.search(note):
        return replace(entry, role=f"{entry.role}, {note}" if entry.role else note)
    return replace(entry, party=entry.party or note)


def _is_short_for(short: str, name: str) -> bool:
    """Say whether the letters of an abbreviation stand in a name in this order, the first in front."""
    letters = iter(name.casefold())
    return short[0].casefold() == name[0].casefold() and all(mark in letters for mark in short.casefold())
