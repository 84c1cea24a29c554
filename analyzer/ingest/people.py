"""Names to people: what is name, party and role in a display name.

Every reader passes the names it found through `build_people`; `roster` then applies people.csv,
which overrides what was read.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from analyzer.ingest.initials import same_names
from analyzer.records.meeting import Person

_NAME_CHARS = 200  # a longer "name" is a sentence; it is cut, not refused
_MAIL = r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+"
_MAIL_ONLY = re.compile(rf"<?({_MAIL})>?")
_MAIL_AFTER = re.compile(rf"^(.*?)(?<!\s)\s*+[<(\[]\s*+(?:mailto:)?({_MAIL})\s*+[>)\]]$")
_MAIL_BEFORE = re.compile(rf"^({_MAIL}|\S+ at \S+\.\w+)\s*\(([^()]+)\)$")
_BRACKETED = re.compile(r"^(.+?)(?<!\s)\s*+(?:\(([^()]*+)\)|\[([^\[\]]*+)\])$")
_BARRED = re.compile(r"^([^|]+?)\s*\|\s*([^|]+)(?:\|.*)?$")
_DASHED = re.compile(r"^(\S.*?)(?<!\s)\s++[-–—]\s++([^\W\d_].*)$")
_WORDS = r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,2}"
_SURNAME_FIRST = re.compile(rf"^({_WORDS}), ?({_WORDS})$")
_AFTER_COMMA = {
    "jr",
    "sr",
    "ii",
    "iii",
    "iv",
    "phd",
    "md",
    "msc",
    "mba",
    "esq",
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "co",
}
_PLACEHOLDER = re.compile(
    r"^(?:unknown|unidentified)?\s*+(?:speaker|participant)?[\s_-]*+\d*+$|^spk_\d++$", re.I
)
_PRONOUNS = re.compile(
    r"^(?:he|she|they|him|her|hers|them|his|theirs|ze|xe|any|all|er|ihm|sie|ihr|el|ella|il|elle)"
    r"(?:\s*[/,|]\s*\w+)+$",
    re.I,
)
# What meeting tools and minute takers put into brackets after a name.
_TOOL_MARKS = frozenset(
    mark.strip()
    for mark in """
    guest, gast, invité, invitée, invitado, invitada, convidado, convidada, ospite, gäst, gæst, gjest, gość
    гость, misafir, ゲスト, 来宾, 來賓, 게스트
    external, extern, externe, externo, externa, esterno, esterna, ekstern, zewnętrzny, внешний, 外部
    unverified, nicht überprüft, non vérifié, no verificado, não verificado, non verificato, niet geverifieerd
    me, you, ich, moi, yo, eu, io, ik, jag, remote, online, phone, mobile, in person
    """.replace("\n", ",").split(",")
    if mark.strip()
)
_ROLES = {
    "chair", "co-chair", "vice-chair", "vice chair", "chairman", "chairwoman", "chairperson", "host",
    "co-host", "moderator", "facilitator", "scribe", "secretary", "note taker", "notetaker", "minutes",
    "presenter",
    "speaker", "treasurer", "president", "director", "interviewer", "editor",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A display name taken apart; `aliases` are other spellings of the same name."""

    name: str
    party: str | None = None
    role: str | None = None
    aliases: tuple[str, ...] = ()


def split_name(spelled: str) -> Display:
    """Take a display name apart into name, party, role and aliases.

    Example:
        split_name("Lee, Ann (Acme)") is name "Ann Lee", party "Acme", alias "Lee, Ann".
    """
    text = clean_name(spelled)
    if _PLACEHOLDER.match(text):
        return Display(name=text)
    if found := _MAIL_ONLY.fullmatch(text):
        return Display(name=found[1])
    if address := _split_mail(text):
        mail, name = address
        inner = split_name(name)
        return replace(inner, aliases=distinct((*inner.aliases, mail), but=inner.name))
    if text.startswith("[") and text.endswith("]") and "[" not in text[1:]:
        inner = split_name(text[1:-1])
        return replace(inner, aliases=distinct(inner.aliases, but=inner.name))
    for pattern in (_BRACKETED, _BARRED, _DASHED):
        if found := pattern.match(text):
            return _with_note(
                split_name(found[1]), next(note for note in found.groups()[1:] if note is not None)
            )
    found = _SURNAME_FIRST.match(text)
    if found and found[2].strip(". ").casefold() not in _AFTER_COMMA:
        return Display(name=f"{found[2].strip()} {found[1].strip()}", aliases=(text,))
    return Display(name=text)


def _split_mail(text: str) -> tuple[str, str] | None:
    """Give (address, name) of "Name <mail>" and of "mail (Name)"; None where one is missing."""
    if found := _MAIL_BEFORE.match(text):
        return found[1], found[2]
    found = _MAIL_AFTER.match(text)
    return (found[2], found[1]) if found and clean_name(found[1]) else None


def _with_note(display: Display, note: str) -> Display:
    """Read what stands in brackets or after a bar: a party, a role, pronouns, or a tool's mark."""
    note = note.strip()
    if not note or _PRONOUNS.match(note) or note.casefold() in _TOOL_MARKS or note.isdigit():
        return display
    if note.startswith("@"):  # a user's name
        return replace(display, aliases=distinct((*display.aliases, note), but=display.name))
    if note.casefold() in _ROLES:
        return replace(display, role=display.role or note.casefold())
    return replace(display, party=display.party or note)


def clean_name(spelled: str) -> str:
    """Drop control and direction characters, quotes and Markdown marks around a name; one blank a gap."""
    kept = unicodedata.normalize("NFC", spelled[: 4 * _NAME_CHARS])
    if not kept.isprintable():  # else nothing to drop: no need to look at each character
        kept = "".join(
            " " if mark in "\t\r\n" else mark
            for mark in kept
            if mark in "\t\r\n\u200c\u200d" or not unicodedata.category(mark).startswith("C")
        )
    return re.sub(r"\s+", " ", kept).strip(' *_`"“”«»,;:')[:_NAME_CHARS].strip()


def slug(name: str) -> str:
    """Give a stable key for a name: lower case, Latin accents dropped, words joined by hyphens.

    A name without a letter or digit (an emoji) gets a key from its hash.
    """
    folded = name.casefold() if name.isascii() else _without_accents(name.casefold())
    words = re.findall(r"\w+", unicodedata.normalize("NFC", folded).replace("_", " "))
    return "-".join(words) or "speaker-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]


def _without_accents(name: str) -> str:
    folded = ""
    for mark in unicodedata.normalize("NFKD", name):
        if unicodedata.combining(mark) and folded[-1:].isascii():
            continue  # only Latin letters lose their marks: か and が are different sounds
        folded += mark
    return folded


def initials_of(name: str) -> str:
    """Give the first letters of the words of a name that begin with a capital: "Ann van Lee" is AL."""
    return "".join(word[0] for word in name.replace("-", " ").split() if word[0].isupper())


def build_people(names: Iterable[str]) -> tuple[tuple[Person, ...], dict[str, str]]:
    """Make people of display names, in order of first appearance.

    Spellings that differ in case, accents, brackets or order of surname are one person, and so is a name
    with a middle initial where only one has it. The same name with two parties is two people.

    Returns:
        The people, and a map from each name as spelled to the key of its person; names that are
        empty once cleaned are left out of both.
    """
    people: dict[str, Person] = {}
    keys: dict[str, str] = {}  # name as spelled -> key
    aliased: dict[str, str] = {}  # alias -> key of the first person who has it
    displays = {spelled: split_name(spelled) for spelled in names}
    same = _same_people(displays.values())
    for spelled, display in displays.items():
        if not display.name:
            continue
        key = _key_for(display, people, aliased, same)
        keys[spelled] = key
        people[key] = _joined(people[key], display) if key in people else _person(key, display)
        for alias in people[key].aliases:
            aliased.setdefault(alias, key)
    return tuple(people.values()), keys


def _same_people(displays: Collection[Display]) -> dict[str, str]:
    return same_names([(display.name, display.party) for display in displays], slug)


def _key_for(
    display: Display, people: dict[str, Person], aliased: dict[str, str], same: Mapping[str, str]
) -> str:
    key = slug(display.name)
    key = same.get(key, key)
    if key not in people:
        key = aliased.get(display.name, key)  # an address alone, after "Name <address>"
    known = people.get(key)
    if known and known.party and display.party and slug(known.party) != slug(display.party):
        return f"{key}-{slug(display.party)}"
    return key


def _person(key: str, display: Display) -> Person:
    aliases = distinct(display.aliases, but=display.name)
    return Person(key=key, name=display.name, party=display.party, role=display.role, aliases=aliases)


def _joined(person: Person, display: Display) -> Person:
    return replace(
        person,
        party=person.party or display.party,
        role=person.role or display.role,
        aliases=distinct((*person.aliases, display.name, *display.aliases), but=person.name),
    )


def distinct(names: Iterable[str], *, but: str) -> tuple[str, ...]:
    """Give the names that are not empty, each once, in order, without the main name."""
    return tuple(name for name in dict.fromkeys(names) if name and name != but)
