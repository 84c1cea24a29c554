"""Which language a meeting is in. A wrong "not English" would drop a meeting, so doubt says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from analyzer.records.meeting import Utterance

# The languages a partnership's files are likely to be in; each one more costs memory and certainty.
_LANGUAGES = (
    "ENGLISH", "GERMAN", "FRENCH", "SPANISH", "PORTUGUESE", "ITALIAN", "DUTCH", "POLISH", "CZECH",
    "SWEDISH", "RUSSIAN", "CHINESE", "JAPANESE",
)  # fmt: skip
_SAMPLE_CHARS = 2_000
_ENOUGH_CHARS = 200  # below, names and acronyms decide
_ENOUGH_CHARS_WIDE = 40  # of scripts that say in a sign what others say in a word
_SURE_ENGLISH = 0.6
_SURE_OTHER = 0.95  # noisy English (recognised speech, chat, acronyms) stays below


def language_of(utterances: Sequence[Utterance]) -> str | None:
    """Tell the language as ISO 639-1; None where there is too little text or too much doubt.

    Another language than English is told only if both halves of a sample, taken from all over the
    meeting, agree on it.
    """
    sample = _sample(utterances)
    if len(sample) < (_ENOUGH_CHARS_WIDE if _is_wide(sample) else _ENOUGH_CHARS):
        return None
    language, confidence = _guess(sample)
    if language == "en":
        return "en" if confidence >= _SURE_ENGLISH else None
    half = len(sample) // 2
    halves = [_guess(sample[:half]), _guess(sample[half:])]
    sure = all(
        found == language and share >= _SURE_OTHER for found, share in [(language, confidence), *halves]
    )
    return language if sure else None


def _sample(utterances: Sequence[Utterance]) -> str:
    """Take text from all over the meeting, without links, code and words that are no words."""
    step = max(1, len(utterances) // 40)
    texts = " ".join(utterance.text[:400] for utterance in utterances[::step])
    words = re.sub(
        r"https?://\S+|`[^`]*`|\S*[\d_@/\\<>{}()=]\S*|\b[A-Z]{2,}\b", " ", texts[: 4 * _SAMPLE_CHARS]
    )
    return re.sub(r"\s+", " ", words).strip()[:_SAMPLE_CHARS]


def _is_wide(text: str) -> bool:
    """Say whether the text is in Chinese, Japanese or Korean characters for the most part."""
    return sum("\u3040" <= mark <= "\u9fff" or "\uac00" <= mark <= "\ud7a3" for mark in text) * 2 > len(text)


def _guess(text: str) -> tuple[str, float]:
    best = _detector().compute_language_confidence_values(text)[0]
    return str(best.language.iso_code_639_1.name).lower(), float(best.value)


@cache
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _LANGUAGES]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
