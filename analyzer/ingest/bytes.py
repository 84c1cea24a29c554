"""Bytes to text: byte order marks, UTF-8, UTF-16 without a mark, then the likeliest old charset."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from analyzer.errors import DamagedFile, TooLarge
from analyzer.ingest.charsets import cyrillic_charset, latin_charset
from analyzer.ingest.limits import DEFAULT_LIMITS, Limits

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# An escape begins a colour of a terminal or a charset of ISO 2022, else it is a control as the others.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]|\x1b(?![\[$()&])")
_TERMINAL = re.compile(r"\x1b\[[\d;?]{0,20}[A-Za-z]")
_END_OF_FILE = b"\x1a\r\n"  # of DOS, and line ends beside it
_JAPANESE_ESCAPE = b"\x1b$B"
_SAMPLE_BYTES = 65_536
_WHOLE = 3  # whole sequences of UTF-8 for each broken one


def decode(data: bytes, *, name: str, declared: str | None = None, limits: Limits = DEFAULT_LIMITS) -> str:
    """Decode text: by its mark, as UTF-8, by the declared charset, then by what fits best.

    NUL characters and a terminal's colours are dropped; line ends stay as they are.

    Raises:
        TooLarge: if one line is longer than the limit.
        DamagedFile: if it is no text.
    """
    text = _decoded(data, declared)
    if text is None:
        raise DamagedFile(what="it is no text", where=name, remedy="export it again as text in UTF-8")
    if len(text) > limits.line_chars and max(map(len, text.splitlines()), default=0) > limits.line_chars:
        raise TooLarge(
            what=f"a line has more than {limits.line_chars:,} characters",
            where=name,
            remedy="break the text into lines",
        )
    text = text.replace("\x00", "")
    return _TERMINAL.sub("", text) if "\x1b[" in text else text


def _decoded(data: bytes, declared: str | None) -> str | None:
    marked = next((charset for mark, charset in _MARKS if data.startswith(mark)), None)
    escaped = "iso2022_jp" if _JAPANESE_ESCAPE in data[:_SAMPLE_BYTES] else None  # seven bits: valid UTF-8
    for charset in (marked, _wide(data), escaped, "utf-8", declared):
        if charset and (text := _try(data, charset)) is not None:
            return text
    if (text := _nearly_utf8(data)) is not None:
        return text
    sample = data[:_SAMPLE_BYTES]
    known = latin_charset(sample) or cyrillic_charset(sample)
    if known and (text := _try(data, known)) is not None:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return data.decode(best.encoding, "replace") if best else _try(data, "cp1252")


def _try(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (ValueError, LookupError):  # a charset's name may hold anything, even NUL
        return None


def _nearly_utf8(data: bytes) -> str | None:
    """Decode UTF-8 in which a few bytes are broken; no other charset gives so many whole sequences."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(mark > "\x7f" for mark in text) - broken
    return text if whole >= _WHOLE * broken else None


def _wide(data: bytes) -> str | None:
    """Name UTF-16 without a mark: every other byte of Latin text is NUL then."""
    head = data[:2_000]
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * len(head) / 2 and odd == 0 else None


@lru_cache(maxsize=4)  # a dozen sniffers ask about the same bytes
def looks_like_text(head: bytes) -> bool:
    """Say whether the first bytes are text of some charset; cheap, any bytes."""
    if any(head.startswith(mark) for mark, _ in _MARKS):
        return True
    sample = head[:4_096]
    sample = sample.replace(b"\x00", b"") if _wide(head) else sample.rstrip(_END_OF_FILE)
    return len(_CONTROLS.findall(sample)) <= len(sample) // 200
