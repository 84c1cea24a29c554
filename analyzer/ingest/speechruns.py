"""Recognised words to units: runs of one speaker, sentences of nobody, channels that speak at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from analyzer.ingest.speechvalues import Row, in_seconds, label_of, speaker_of, start_of
from analyzer.ingest.turns import Unit, is_nobody
from analyzer.records.meeting import Locator

_SENTENCE_END = re.compile(r"[.!?。！？]$")
_LONGEST_RUN = 60  # words of nobody without a full stop
_LONGEST_PAUSE = 2.0
_LONGEST_GAP = 40  # characters of the text between two words
_GAP = re.compile(r"(\S*)(\s*)(.*)", re.S)
HESITATION = "%HESITATION"  # IBM's word for "uh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word, or a punctuation mark that clings to the word before."""

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    clings: bool = False


@dataclass
class _Run:
    speaker: str | None
    words: list[Word] = field(default_factory=list)

    def unit(self, number: int, scale: float) -> Unit:
        text = "".join(word.text if word.clings else f" {word.text}" for word in self.words)
        starts = [word.start for word in self.words if word.start is not None]
        ends = [word.end for word in self.words if word.end is not None]
        return Unit(
            text=text.strip(),
            at=Locator(unit="segment", number=number),
            speaker=self.speaker,
            start=round(starts[0] * scale, 3) if starts else None,
            end=round(max(ends) * scale, 3) if ends else None,
        )


def units_of_words(words: Iterable[Word]) -> list[Unit]:
    """Join words to units: one for each run of a speaker, one for each sentence of nobody."""
    listed = [word for word in words if word.text.strip() and word.text != HESITATION]
    scale = in_seconds([word.start for word in listed], words=len(listed))
    runs: list[_Run] = []
    for word in listed:
        speaker = None if is_nobody(word.speaker) else word.speaker
        clings = bool(runs) and word.clings
        if not clings and (not runs or runs[-1].speaker != speaker or _is_over(runs[-1], word, scale)):
            runs.append(_Run(speaker=speaker))
        runs[-1].words.append(word)
    return [run.unit(number, scale) for number, run in enumerate(runs, start=1)]


def _is_over(run: _Run, word: Word, scale: float) -> bool:
    """Say whether a run of nobody ends before this word."""
    return run.speaker is None and _begins_anew(run.words, word, scale)


def _begins_anew(said: Sequence[Word], word: Word, scale: float) -> bool:
    """Say whether a word begins another sentence than those before it."""
    last = said[-1]
    pause = (word.start - last.end) * scale if word.start is not None and last.end is not None else 0.0
    is_long = len(said) >= _LONGEST_RUN
    return is_long or pause > _LONGEST_PAUSE or bool(_SENTENCE_END.search(last.text))


def interleaved(channels: Iterable[Sequence[Word]]) -> list[Word]:
    """Put the words of channels in order of time, sentence by sentence: people speak at once."""
    runs: list[list[Word]] = []
    for channel in channels:
        for number, word in enumerate(channel):
            if not number or (not word.clings and _begins_anew(runs[-1], word, 1.0)):
                runs.append([])
            runs[-1].append(word)
    return [word for run in sorted(runs, key=lambda run: run[0].start or 0.0) for word in run]


def by_span(words: Iterable[Word], speakers: Sequence[Row]) -> list[Word]:
    """Give words the speaker whose span has begun last; both lists are in order of time."""
    spans = sorted(
        (
            (start, speaker_of(span, {}) or label_of(span.get("name")))
            for span in speakers
            if (start := start_of(span)) is not None
        ),
        key=lambda span: span[0],
    )
    current, speaker = 0, None
    placed: list[Word] = []
    for word in words:
        while word.start is not None and current < len(spans) and spans[current][0] <= word.start + 1e-6:
            speaker = spans[current][1]
            current += 1
        placed.append(replace(word, speaker=speaker))
    return placed


def as_written(words: list[Word], text: str) -> list[Word]:
    """Give words the marks and blanks that the whole text has around them.

    They stay as they are where the text has other words: some services list words without any mark, and
    some languages have no blanks between them.
    """
    if not words:
        return words
    lower = text.lower()
    places: list[tuple[int, int]] = []
    at = 0
    for word in words:
        sought = word.text.strip().lower()
        found = lower.find(sought, at, at + len(sought) + _LONGEST_GAP)
        if found < 0 or len(lower) != len(text):
            return words
        at = found + len(sought)
        places.append((found, at))
    written: list[Word] = []
    before, clings = text[: places[0][0]].strip(), False
    for word, (start, end), (following, _) in zip(words, places, [*places[1:], (len(text), 0)], strict=True):
        gap = _GAP.fullmatch(text[end:following])
        after, blank, next_before = gap.groups() if gap else ("", " ", "")
        written.append(replace(word, text=before + text[start:end] + after, clings=clings))
        before, clings = next_before.strip(), not blank
    return written
