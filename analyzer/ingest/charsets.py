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
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "ąćęłńóśźż",  # Polish
        "áéíóöőúüű",  # Hungarian
        "čćđšž",  # Croatian, Slovene
        "ăâîşţ",  # Romanian
    ),
    "iso8859_2": (
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "ąćęłńóśźż",
        "čćđšž",
    ),
    "mac_roman": (
        "àâæçéèêëîïôœùûüÿ",
        "äöüß",
        "áéíñóúüªº",
        "ãõáâàçéêíóôúüªº",
        "àèéìíîòóù",
        "æøåäöéü",
    ),
    "cp1254": ("âçğıîöşü\u0307",),  # Turkish
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),  # Lithuanian, Latvian, Estonian
}
# "przysz³ym": no language writes so; an apostrophe or a dash it does.
_WITHIN_WORD = re.compile("(?<=[^\\W\\d_])[^\x00-\x7f’‘´–—…·\u0307](?=[^\\W\\d_])")
_CAPITAL_WITHIN_WORD = re.compile("(?<=[a-z])[À-Þ](?=[a-z])")  # "donÕt": no language writes so
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5")  # the first wins a tie
_CYRILLIC_WORD = re.compile("(?<![\u0400-\u04ff])[\u0400-\u04ff][\u0430-\u045f]*(?![\u0400-\u04ff])")
_CYRILLIC_LETTERS = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєўґђјљњћџ")
_CYRILLIC_COMMON = frozenset("оеаинті")  # half of all letters; Hebrew read as Cyrillic has far fewer
_FEWEST_COMMON = 0.36
_CYRILLIC_MARKS = frozenset("«»—–№“”’…\xa0")
_SURE = 0.9  # of the letters beyond ASCII belong to one language
_NO_LETTERS = bytes(byte for byte in range(0x80) if not chr(byte).isalpha())
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


def cyrillic_charset(data: bytes) -> str | None:
    """Name the charset in which a text is words of Cyrillic letters, small but for the first; else None."""
    if sum(byte >= 0x80 for byte in data) < _LATIN * len(data.translate(None, _NO_LETTERS)):
        return None
    shares = {charset: _cyrillic_share(data, charset) for charset in _CYRILLIC}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _SURE else None


def _cyrillic_share(data: bytes, charset: str) -> float:
    text = data.decode(charset, "replace")
    high = [mark.lower() for mark in text if ord(mark) >= 0x80 and mark not in _CYRILLIC_MARKS]
    if sum(mark in _CYRILLIC_COMMON for mark in high) < max(1, _FEWEST_COMMON * len(high)):
        return 0.0
    in_words = sum(len(word[0]) for word in _CYRILLIC_WORD.finditer(text))
    strays = sum(mark not in _CYRILLIC_LETTERS for mark in high)
    return (in_words - strays) / len(high)


def _share(data: bytes, charset: str, alphabets: tuple[str, ...]) -> float:
    """Give the share of letters beyond ASCII, and of marks within words, that one language has."""
    try:
        cased = data.decode(charset)
    except UnicodeDecodeError:
        return 0.0
    text = cased.lower()
    letters = Counter(mark for mark in text if ord(mark) >= 0x80 and (mark.isalpha() or mark == "\u0307"))
    strays = sum(not mark.isalpha() for mark in _WITHIN_WORD.findall(text))
    strays += sum("\x80" <= mark <= "\x9f" for mark in text)  # controls, no marks
    strays += 2 * len(_CAPITAL_WITHIN_WORD.findall(cased))
    total = letters.total() + strays
    if not total:
        return 1.0
    return max(sum(letters[mark] for mark in set(alphabet)) for alphabet in alphabets) / total
