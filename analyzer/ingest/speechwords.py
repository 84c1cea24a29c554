"""Speech JSON that lists words: AWS, Google, Deepgram, Speechmatics, IBM Watson, Vosk, Recall.

Runs of words of one speaker become one unit. Words without a speaker become a unit a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from analyzer.ingest.speechvalues import (
    CHANNEL,
    Row,
    end_of,
    first_in,
    in_seconds,
    label_of,
    moment,
    results_in,
    row_in,
    rows_in,
    speaker_of,
    start_of,
)
from analyzer.ingest.turns import Unit, is_nobody
from analyzer.records.meeting import Locator

_SENTENCE_END = re.compile(r"[.!?。！？]$")
_LONGEST_RUN = 60  # words of nobody without a full stop
_LONGEST_PAUSE = 2.0
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
    if run.speaker is not None:
        return False
    last = run.words[-1]
    pause = (word.start - last.end) * scale if word.start is not None and last.end is not None else 0.0
    is_long = len(run.words) >= _LONGEST_RUN
    return is_long or pause > _LONGEST_PAUSE or bool(_SENTENCE_END.search(last.text))


def aws_words(data: Row) -> list[Word] | None:
    """Read AWS Transcribe: items and speaker segments are joined by equal start times, both strings."""
    results = row_in(data.get("results"))
    if not isinstance(results.get("items"), list):
        return None
    speakers: dict[object, str] = {}
    for segment in rows_in(row_in(results.get("speaker_labels")).get("segments")):
        for item in (segment, *rows_in(segment.get("items"))):
            label = label_of(item.get("speaker_label")) or label_of(segment.get("speaker_label"))
            if label is not None:
                speakers.setdefault(item.get("start_time"), label)
    for channel in rows_in(row_in(results.get("channel_labels")).get("channels")):
        for item in rows_in(channel.get("items")):
            speakers.setdefault(item.get("start_time"), label_of(channel.get("channel_label")) or "")
    return [
        Word(
            text=str(first_in(item.get("alternatives")).get("content", "")),
            speaker=label_of(item.get("speaker_label")) or speakers.get(item.get("start_time")),
            start=start_of(item),
            end=end_of(item),
            clings=item.get("type") == "punctuation",
        )
        for item in rows_in(results["items"])
    ]


def google_words(data: Row) -> list[Word] | None:
    """Read Google's recogniser. With speakers, its last result repeats every word: it alone counts then."""
    results = [first_in(result.get("alternatives")) for result in results_in(data)]
    listed = [rows_in(alternative.get("words")) for alternative in results]
    if not any("word" in word for words in listed for word in words):
        return None
    tagged = [any(_google_speaker(word) for word in words) for words in listed]
    others = sum(len(words) for words in listed[:-1])
    if len(listed) > 1 and tagged[-1] and not any(tagged[:-1]) and len(listed[-1]) >= 0.9 * others:
        listed = listed[-1:]
    return [
        Word(
            text=str(word.get("word", "")),
            speaker=_google_speaker(word),
            start=start_of(word),
            end=end_of(word),
        )
        for words in listed
        for word in words
    ]


def _google_speaker(word: Row) -> str | None:
    label = speaker_of(word, {})
    return None if label == "0" else label  # 0 is the tag of words that no speaker was found for


def deepgram_words(data: Row) -> list[Word] | None:
    """Read Deepgram's channels; where there are several, each is a speaker."""
    channels = rows_in(row_in(data.get("results")).get("channels"))
    listed = [rows_in(first_in(channel.get("alternatives")).get("words")) for channel in channels]
    if not any(listed):
        return None
    words = [
        Word(
            text=str(word.get("punctuated_word") or word.get("word", "")),
            speaker=label_of(word.get("speaker")) or (f"{CHANNEL}{number}" if len(listed) > 1 else None),
            start=start_of(word),
            end=end_of(word),
        )
        for number, channel in enumerate(listed)
        for word in channel
    ]
    return sorted(words, key=lambda word: word.start or 0.0) if len(listed) > 1 else words


def speechmatics_words(data: Row) -> list[Word] | None:
    """Read Speechmatics: results of words and marks; in its first version speakers are spans of time."""
    results = rows_in(data.get("results"))
    if any(result.get("type") == "word" for result in results):
        return [
            Word(
                text=str(first_in(result.get("alternatives")).get("content", "")),
                speaker=label_of(first_in(result.get("alternatives")).get("speaker")),
                start=start_of(result),
                end=end_of(result),
                clings=result.get("type") == "punctuation"
                and result.get("attaches_to", "previous") != "next",
            )
            for result in results
        ]
    words = rows_in(data.get("words"))
    if not words or not all({"name", "time"} <= word.keys() for word in words):
        return None
    return list(_by_span(words, rows_in(data.get("speakers"))))


def _by_span(words: Sequence[Row], speakers: Sequence[Row]) -> Iterator[Word]:
    """Give words the speaker whose span has begun last; both lists are in order of time."""
    spans = sorted(
        ((start, label_of(span.get("name"))) for span in speakers if (start := start_of(span)) is not None),
        key=lambda span: span[0],
    )
    current, speaker = 0, None
    for word in words:
        start = start_of(word)
        while start is not None and current < len(spans) and spans[current][0] <= start + 1e-6:
            speaker = spans[current][1]
            current += 1
        text = str(word.get("name", ""))
        yield Word(
            text=text, speaker=speaker, start=start, end=end_of(word), clings=not any(map(str.isalnum, text))
        )


def watson_words(data: Row) -> list[Word] | None:
    """Read IBM Watson: [word, from, to] lists, speakers joined by equal start times, results in results."""
    outer = rows_in(data.get("results"))
    parts = [part for part in outer if rows_in(part.get("results"))] or [data]
    words: list[Word] = []
    for part in parts:
        speakers = {
            label.get("from"): label_of(label.get("speaker"))
            for label in rows_in(part.get("speaker_labels"))
            if isinstance(label.get("from"), int | float)
        }
        for result in rows_in(part.get("results")):
            stamps = first_in(result.get("alternatives")).get("timestamps")
            for stamp in stamps if isinstance(stamps, list) else ():
                if not isinstance(stamp, list) or len(stamp) != 3 or not isinstance(stamp[1], int | float):
                    continue
                start, end = moment(stamp[1]), moment(stamp[2])
                words.append(Word(text=str(stamp[0]), speaker=speakers.get(stamp[1]), start=start, end=end))
    return words or None


def plain_words(data: Row) -> list[Word] | None:
    """Read a bare list of words: Vosk's `result`, or `words` without anything that joins them."""
    for key in ("result", "words"):
        words = rows_in(data.get(key))
        if words and all(isinstance(word.get("word", word.get("text")), str) for word in words):
            return [
                Word(
                    text=word.get("punctuated_word") or word.get("word") or word.get("text") or "",
                    speaker=speaker_of(word, {}),
                    start=start_of(word),
                    end=end_of(word),
                )
                for word in words
            ]
    return None


WordLayout = Callable[[Row], list[Word] | None]
# The most specific first: the first that finds words reads the file.
WORD_LAYOUTS: tuple[WordLayout, ...] = (
    aws_words,
    deepgram_words,
    speechmatics_words,
    watson_words,
    google_words,
    plain_words,
)
