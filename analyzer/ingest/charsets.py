"""Old Latin charsets, told apart by which language's letters come out.

`charset-normalizer` reads French in cp1252 as Baltic ("ą tous" for "à tous"): few letters differ, and
its statistics of noise see no difference. The alphabets do.
"""

from __future__ import annotations

import re
from collections import Counter

# charset -> the letters beyond ASCII of each language written in it; the first charset wins a tie
_ALPHABETS = {
    "cp1252": (
        "àâæçéèêëîïôœùûüÿ",  # French
        "äöüß",  # German
        "áéíñóúüªº",  # Spanish
        "ãõáâàçéêíóôúüªº",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "æøåäöéü",  # Danish, Norwegian, Swedish, Finnish
        "éèëêïíóöüáç",  # Dutch, English loan words
        "áðéíóúýþæö",  # Icelandic
        "àçèéíïòóúü",  # Catalan
    ),
    "cp1250": (
        "áäčďéěíĺľňóôŕřšťúůýž",  # Czech, Slovak
        "ąćęłńóśźż",  # Polish
        "áéíóöőúüű",  # Hungarian
        "čćđšž",  # Croatian, Slovene
        "ăâîşţ",  # Romanian
    ),
    "cp1254": ("âçğıîöşü\u0307",),  # Turkish
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),  # Lithuanian, Latvian, Estonian
}
# "przysz³ym": no language writes so; an apostrophe or a dash it does.
_WITHIN_WORD = re.compile("(?<=[^\\W\\d_])[^\x00-\x7f’‘´–—…·\u0307](?=[^\\W\\d_])")
_SURE = 0.9  # of the letters beyond ASCII belong to one language
_LATIN = 0.6  # of all letters are ASCII in any language written so


def latin_charset(data: bytes) -> str | None:
    """Name the charset in which a text in Latin letters makes sense; None where none does."""
    high = sum(byte >= 0x80 for byte in data)
    ascii_letters = sum(0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A for byte in data)
    if not high or ascii_letters < _LATIN * (ascii_letters + high):
        return None
    shares = {charset: _share(data, charset, alphabets) for charset, alphabets in _ALPHABETS.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _SURE else None


def _share(data: bytes, charset: str, alphabets: tuple[str, ...]) -> float:
    """Give the share of letters beyond ASCII, and of marks within words, that one language has."""
    try:
        text = data.decode(charset).lower()
    except UnicodeDecodeError:
        return 0.0
    letters = Counter(mark for mark in text if ord(mark) >= 0x80 and (mark.isalpha() or mark == "\u0307"))
    strays = sum(not mark.isalpha() for mark in _WITHIN_WORD.findall(text))
    total = letters.total() + strays
    if not total:
        return 1.0
    return max(sum(letters[mark] for mark in set(alphabet)) for alphabet in alphabets) / total
