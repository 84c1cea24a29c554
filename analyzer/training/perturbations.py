"""Changes of a text that change nothing of what it says: for tests, never for training.

Each keeps the words in order, so that what a model makes of the talk should stay as it was. The same
text gives the same change every time.

Source:
    Ribeiro et al. (2020), Beyond accuracy: behavioral testing of NLP models with CheckList, ACL.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping

_OPENERS, _FILLERS = ("Um,", "Uh,", "Well,", "So,"), ("um", "uh", "you know,")
_EVERY = 8  # words between two fillers, about as in unprepared speech
_SHORT = 5  # words; "Okay, next slide" is not reported
_THIRD = {
    "i'm": "they are", "i am": "they are", "i was": "they were", "i've": "they have", "i have": "they have",
    "i'll": "they would", "i'd": "they would", "i": "they", "me": "them", "my": "their", "mine": "theirs",
    "myself": "themselves", "we're": "they are", "we've": "they have", "we'll": "they would",
    "we'd": "they would", "we": "they", "us": "them", "our": "their", "ours": "theirs",
    "ourselves": "themselves", "you're": "the others are", "you've": "the others have",
    "you'll": "the others would", "you": "the others", "your": "the others'",
}  # fmt: skip
_PERSON = re.compile(
    r"\b(?:" + "|".join(sorted(_THIRD, key=len, reverse=True)).replace("'", "['’]") + r")\b(?!['’])",
    re.IGNORECASE,
)


def lower_case(text: str) -> str:
    """Write everything small."""
    return text.lower()


def unpunctuated(text: str) -> str:
    """Write everything small and without marks, as a plain speech recogniser does."""
    bare = re.sub(r"[^\w\s'-]|(?<!\w)[-']|[-'](?!\w)", " ", text.lower())
    return " ".join(bare.split())


def with_fillers(text: str) -> str:
    """Put a filler before the text, and one after every eight words or so; the text decides which."""
    rng = random.Random(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    said = text.split()
    out, since = [rng.choice(_OPENERS)], 0
    for number, word in enumerate(said):
        out.append(word)
        since += 1
        # Within a clause, and never at the end: a trailing filler would be a sentence of its own.
        if since >= _EVERY and word[-1].isalnum() and number + 2 < len(said):
            out.append(rng.choice(_FILLERS))
            since = 0
    return " ".join(out)


def reported(text: str, speaker: str | None) -> str:
    """Write what somebody said as minutes would: "Ana said that", third person; short turns stay.

    Mechanical, so tenses stay and "they" may be one or many; what is said and in which words does not
    change.
    """
    if len(text.split()) < _SHORT:
        return text
    told = _PERSON.sub(lambda found: _THIRD[found[0].lower().replace("’", "'")], text)
    return f"{speaker or 'A member'} said that {told[0].lower()}{told[1:]}"


PERTURBATIONS: Mapping[str, Callable[[str], str]] = {
    "lower case": lower_case,
    "no punctuation": unpunctuated,
    "fillers": with_fillers,
}
