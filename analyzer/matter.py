"""What the pieces of a meeting are about, as arrays, and where a new matter is likely to begin.

Apart from the stages, because both a single meeting and a whole series look for topics.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.terms import terms

Floats = NDArray[np.float32]

FULL_WEIGHT = 10  # content words from which a piece counts fully
LEAST_WEIGHT = 0.02  # of pieces without any
_HASHED = 512  # dimensions that words are hashed to; two words rarely share one within a meeting


# What stands before the matter in a heading: numbers; and behind it: times in brackets.
_NUMBERING = re.compile(
    r"(?i)^\W*(?:(?:agenda )?item\s+)?"
    r"(?:\d{1,3}[.):]|\d{1,3}(?:\.\w+)+[.):]?|[ivx]+(?:\.\w+)+[.):]?|[a-z][.)])\s+"
)
_ASIDE = re.compile(r"(?i)\s*\((?:\d+\s*m(?:in(?:ute)?s?)?|cont(?:inued|['’]d)?\.?|continuation)\)\s*$")
# A heading made of nothing but these words names no matter, or only a part of the item above it.
_HOUSEKEEPING = frozenset(
    """action actions adjourn adjourned adjournment adoption agenda and any aob apologies approval attendance
    attendees business call close closing confirmation follow from housekeeping introduction introductions
    item items last logistics meeting meetings minutes next notes of opening order other participants points
    present previous review roll rollcall scribe scribes steps the to up welcome""".split()  # noqa: SIM905
)
_PARTS = frozenset(
    """and conclusion conclusions decision decisions discussion key of outcome outcomes points resolution
    resolutions speaker speakers summary""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the pieces of one meeting are about.

    `points` are the pieces' vectors around the mean of their meeting, of unit length: what all of a
    meeting has in common tells none of its topics apart. `bags` are content words without the names of
    people and parties.
    """

    points: Floats  # (n, dim)
    weights: Floats  # (n,) how much a piece says, 0 to about 1
    bags: tuple[frozenset[str], ...]


def matter_of(encoded: Encoded) -> Matter:
    """Give what the pieces of a meeting are about."""
    names = names_of(encoded.meeting)
    found = [terms(encoded.text(number)) for number in range(len(encoded.pieces))]
    counts = np.array([len(words) for words in found], dtype=np.float32)
    weights = np.minimum(counts / FULL_WEIGHT, 1.0) + np.float32(LEAST_WEIGHT)
    vectors = encoded.vectors.astype(np.float32)
    if len(vectors):  # the mean of nothing is not a number
        vectors = vectors - (weights[:, None] * vectors).sum(0) / weights.sum()
    return Matter(
        points=unit(vectors),
        weights=weights,
        bags=tuple(frozenset(words) - names for words in found),
    )


def heading_matter(heading: str) -> str | None:
    """Give the part of a heading that names a matter, None where it names housekeeping.

    A heading is a path, "Notes of May / 3. Gate / Conclusion"; the last part counts that is no mere part
    of an item ("Conclusion"), without numbers and times.
    """
    parts = [_ASIDE.sub("", _NUMBERING.sub("", part)).strip() for part in heading.split(" / ")]
    named = [part for part in parts if not _is_made_of(part, _PARTS)]
    return named[-1] if named and not _is_made_of(named[-1], _HOUSEKEEPING) else None


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    found = text.casefold().replace("'s", "s").replace("’s", "s")
    return all(word in words for word in _WORD.findall(found))


def names_of(meeting: Meeting) -> frozenset[str]:
    """Give the words of the names of people and parties, as `terms` spells them."""
    named = [person.name for person in meeting.people] + list(meeting.parties)
    named += [person.party for person in meeting.people if person.party]
    return frozenset(word for name in named for word in terms(name.replace("-", " ")))


def unit(vectors: Floats) -> Floats:
    """Scale rows to length 1; rows of zeros stay."""
    sizes = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(sizes, 1e-6), dtype=np.float32)


def hashed_words(bags: Sequence[frozenset[str]]) -> Floats:
    """Give each bag as a hashed vector, rare words weighing more; words of one bag only weigh nothing.

    Returns:
        (n, 512), not scaled.
    """
    counts = Counter(word for bag in bags for word in bag)
    places = {word: zlib.crc32(word.encode()) % _HASHED for word, count in counts.items() if count > 1}
    rarity = {word: float(np.log(len(bags) / counts[word])) for word in places}
    vectors = np.zeros((len(bags), _HASHED), dtype=np.float32)
    for row, bag in enumerate(bags):
        for word in sorted(bag):  # the order of a set differs from run to run, and sums with it
            if word in places:
                vectors[row, places[word]] += rarity[word]
    return vectors
