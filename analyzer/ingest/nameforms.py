"""Which labels have the form of a name, judged by the label alone: a hint for those who count over a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from analyzer.ingest.wording import is_field

_PHONE = re.compile(r"\+?[\d*x][\d*x() .-]{6,}")  # who dials in is shown by the number
_SENTENCE = re.compile(r"[?!;…]|[^\W\d_]{4,}\.(?:\s|$)|,\s[^\W\d_]\w*\s\S+\s")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PARTICLES = frozenset(
    re.findall(
        r"\w+", "de da di del della der den van von la le el al bin ibn ten ter dos das du zu y e and of"
    )
)
_NICK = re.compile(r"[^\W\d_][\w.-]{1,24}")
_ELISION = re.compile(r"[dlo]['’][^\W\d_]", re.I)
_ROLE = re.compile(
    r"(?i)\b(?:hon|mrs?|ms|dr|prof|sir|lord|baroness|manager|designer|chair(?:man|woman|person)?|moderator|interviewer|facilitator|host|director"
    r"|president|secretary|officer|professor|doctor|minister|member|speaker|participant|operator|analyst"
    r"|engineer|marketing|lead|expert|client|guest|student|teacher|counsel|clerk|witness)s?\b"
)
# "Project Manager: …", with a time before it or behind
_LABEL = re.compile(r"^(?:[\[(]?[\d:.]+[\])]? )?([^\s:\[\]()][^:\[\]()]{2,59}?)(?: [\[(][\d:.]+[\])]|:)")
_LABEL_CHARS = 100
_OFTEN = 4  # times
# First words of a sentence, and of credits, that stand before a colon and name nobody.
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    and as at because but by for from how if in it its like now of on one or first second third finally
    remember right same say said see so still subtitles subtitle captions caption translation synced sync
    that the then there these this those to two warning what which with year years yes you your
    today tomorrow yesterday okay ok well look listen plus minus ps fact rule tip tips hint spoiler
    reminder correction disclaimer credits music source transcript transcribed transcription
    """,
    )
)


def is_like_name(label: str) -> bool:
    """Say whether a label has the form of a name: few words with capitals, no field of notes."""
    bare = _BRACKETS.sub(" ", label).strip()  # "Lee, Ann (Acme: Support)" is a name
    if _SENTENCE.search(bare) or _is_field(bare or label):
        return False
    core = re.split(r"\s[|/–—-]\s|\s?\|", bare)[0].replace(",", " ").split()
    if not 0 < len(core) <= 5 or not any(map(str.isalnum, core[0])):
        return False
    if core[0].casefold() in _NO_NAMES and not _ROLE.search(label):
        return False
    return all(_is_name_word(word) for word in core)


def _is_field(label: str) -> bool:
    """Say whether a label names a part of notes; roles are no parts ("Project Manager")."""
    return is_field(label) and not _ROLE.search(label)


def speaking_roles(texts: Iterable[str]) -> set[str]:
    """Give the labels that name a role, and open so many lines that somebody speaks by it.

    "Project Manager: Ann Lee" is said once; where it comes back, the manager speaks.
    """
    labels = Counter(
        found[1] for text in texts if ":" in text[:_LABEL_CHARS] and (found := _LABEL.match(text))
    )
    return {label for label, count in labels.items() if count >= _OFTEN and _ROLE.search(label)}


def is_nick(label: str) -> bool:
    """Say whether a label is a single word that may be a user's name."""
    return bool(_NICK.fullmatch(label)) and not is_field(label) and label.casefold() not in _NO_NAMES


def _is_name_word(word: str) -> bool:
    if word.casefold() in _PARTICLES:
        return True
    letters = [mark for mark in word if mark.isalpha()]
    begins_small = bool(letters) and letters[0].islower() and not _ELISION.match(word)
    return not begins_small and (bool(letters) or word.isdigit() or not any(map(str.isalnum, word)))


def is_display_name(label: str, count: int) -> bool:
    """Say whether a label can be a display name in a file that names the speaker in every cue."""
    words = label.split()
    if _PHONE.fullmatch(label):
        return True
    if _SENTENCE.search(label) or len(words) > 12:
        return False
    return count > 1 or (len(words) <= 3 and not is_field(label) and words[0].casefold() not in _NO_NAMES)
