"""Speech JSON that lists words: AWS, Google, Deepgram, Speechmatics, IBM Watson, Soniox, Vosk, Recall."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from analyzer.ingest.speechruns import Word, as_written, by_span, interleaved
from analyzer.ingest.speechvalues import (
    CHANNEL,
    Row,
    channel_of,
    end_of,
    first_in,
    is_draft,
    label_of,
    moment,
    results_in,
    row_in,
    rows_in,
    speaker_of,
    start_of,
    text_of,
)
from analyzer.ingest.turns import is_nobody

_TOKEN_MARK = re.compile(r"\s*<(?:end|fin)>\s*")


def aws_words(data: Row) -> list[Word] | None:
    """Read AWS Transcribe: items and speaker segments are joined by equal start times, both strings."""
    results = row_in(data.get("results"))
    if not isinstance(results.get("items"), list):
        return None
    speakers: dict[str | None, str] = {}
    for segment in rows_in(row_in(results.get("speaker_labels")).get("segments")):
        for item in (segment, *rows_in(segment.get("items"))):
            label = label_of(item.get("speaker_label")) or label_of(segment.get("speaker_label"))
            if label is not None:
                speakers.setdefault(label_of(item.get("start_time")), label)
    channels = rows_in(row_in(results.get("channel_labels")).get("channels"))
    if len(channels) > 1:
        return interleaved(
            [
                _aws_word(item, label_of(channel.get("channel_label")))
                for item in rows_in(channel.get("items"))
            ]
            for channel in channels
        )
    return [
        _aws_word(item, label_of(item.get("speaker_label")) or speakers.get(label_of(item.get("start_time"))))
        for item in rows_in(results["items"])
    ]


def _aws_word(item: Row, speaker: str | None) -> Word:
    return Word(
        text=str(first_in(item.get("alternatives")).get("content", "")),
        speaker=speaker,
        start=start_of(item),
        end=end_of(item),
        clings=item.get("type") == "punctuation",
    )


def aws_live_words(data: Row) -> list[Word] | None:
    """Read the stream of AWS Transcribe or Chime, whose results say whether they are final."""
    results = [result for result in rows_in(data.get("Results")) if not is_draft(result)]
    best = [first_in(result.get("Alternatives")) for result in results]
    return [
        Word(
            text=str(item.get("Content", "")),
            speaker=_aws_live_speaker(item),
            start=start_of(item),
            end=end_of(item),
            clings=item.get("Type") == "punctuation",
        )
        for alternative in best
        for item in rows_in(alternative.get("Items"))
    ] or None


def _aws_live_speaker(item: Row) -> str | None:
    return label_of(item.get("Speaker")) or label_of(row_in(item.get("Attendee")).get("ExternalUserId"))


def google_words(data: Row) -> list[Word] | None:
    """Read Google's recogniser. With speakers, its last result repeats every word: it alone counts then."""
    results = [result for result in results_in(data) if result.get("isFinal", True)]
    listed = [rows_in(first_in(result.get("alternatives")).get("words")) for result in results]
    if not any("word" in word for words in listed for word in words):
        return None
    channels = [channel_of(result) for result in results]
    if len(set(channels)) > 1 and not any(_google_speaker(word) for words in listed for word in words):
        by_channel: dict[str | None, list[Word]] = {}
        for channel, words in zip(channels, listed, strict=True):
            by_channel.setdefault(channel, []).extend(_google_word(word, channel) for word in words)
        return interleaved(by_channel.values())
    if len(listed) > 1 and _repeats_all(listed):
        listed = listed[-1:]
    return [_google_word(word, _google_speaker(word)) for words in listed for word in words]


def _repeats_all(listed: Sequence[Sequence[Row]]) -> bool:
    """Say whether the last result has every word again: it alone has speakers, or all begin alike."""
    *others, last = listed
    if not any(map(_google_speaker, last)):
        return False
    if not any(_google_speaker(word) for words in others for word in words):
        return len(last) >= 0.9 * sum(map(len, others))
    first = next(filter(None, others), [])
    return bool(first) and _placed(first) == _placed(last[: len(first)])


def _placed(words: Sequence[Row]) -> list[object]:
    return [(word.get("word"), start_of(word)) for word in words]


def _google_word(word: Row, speaker: str | None) -> Word:
    text = str(word.get("word", "")).lstrip("▁")  # the model's own mark of a blank
    start, end = start_of(word), end_of(word)
    if start is None and end is not None:
        start = 0.0  # Google leaves out what is 0
    return Word(text=text, speaker=speaker, start=start, end=end)


def _google_speaker(word: Row) -> str | None:
    label = speaker_of(word, {})
    return None if label == "0" else label  # 0 is the tag of words that no speaker was found for


def deepgram_words(data: Row) -> list[Word] | None:
    """Read Deepgram's channels; where there are several, each is a speaker, or has its own."""
    channels = rows_in(row_in(data.get("results")).get("channels")) or [row_in(data.get("channel"))]
    listed = [rows_in(first_in(channel.get("alternatives")).get("words")) for channel in channels]
    if not any(listed):
        return None
    if len(listed) == 1:
        return [_deepgram_word(word, label_of(word.get("speaker"))) for word in listed[0]]
    return interleaved(
        [_deepgram_word(word, _of_channel(number, word, heard)) for word in heard]
        for number, heard in enumerate(listed)
    )


def _of_channel(number: int, word: Row, heard: Sequence[Row]) -> str:
    """Name who speaks on a channel: speakers are counted from 0 on each."""
    alone = len({label_of(other.get("speaker")) for other in heard}) == 1
    return f"{CHANNEL}{number}" if alone else f"{CHANNEL}{number}, {label_of(word.get('speaker'))}"


def _deepgram_word(word: Row, speaker: str | None) -> Word:
    text = str(word.get("punctuated_word") or word.get("word", ""))
    return Word(text=text, speaker=speaker, start=start_of(word), end=end_of(word))


def speechmatics_words(data: Row) -> list[Word] | None:
    """Read Speechmatics: results of words and marks; in its first version speakers are spans of time."""
    results = rows_in(data.get("results"))
    if any(result.get("type") == "word" for result in results):
        by_channel: dict[str | None, list[Word]] = {}
        for result in results:
            by_channel.setdefault(channel_of(result), []).append(_speechmatics_word(result))
        return interleaved(by_channel.values()) if len(by_channel) > 1 else next(iter(by_channel.values()))
    words = rows_in(data.get("words"))
    if not words or not all({"name", "time"} <= word.keys() for word in words):
        return None
    return by_span(map(_old_speechmatics_word, words), rows_in(data.get("speakers")))


def _speechmatics_word(result: Row) -> Word:
    best = first_in(result.get("alternatives"))
    speaker = label_of(best.get("speaker"))
    return Word(
        text=str(best.get("content", "")),
        speaker=channel_of(result) if is_nobody(speaker) else speaker,
        start=start_of(result),
        end=end_of(result),
        clings=result.get("type") == "punctuation" and result.get("attaches_to", "previous") != "next",
    )


def _old_speechmatics_word(word: Row) -> Word:
    text = str(word.get("name", ""))
    return Word(text=text, start=start_of(word), end=end_of(word), clings=not any(map(str.isalnum, text)))


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
            if result.get("final") is False:
                continue
            stamps = first_in(result.get("alternatives")).get("timestamps")
            for stamp in stamps if isinstance(stamps, list) else ():
                if not isinstance(stamp, list) or len(stamp) != 3 or not isinstance(stamp[1], int | float):
                    continue
                start, end = moment(stamp[1]), moment(stamp[2])
                words.append(Word(text=str(stamp[0]), speaker=speakers.get(stamp[1]), start=start, end=end))
    return words or None


def plain_words(data: Row) -> list[Word] | None:
    """Read a bare list of words: Vosk's `result`, or `words` without anything that joins them."""
    for key in ("result", "words", "word_segments"):
        rows = rows_in(data.get(key))
        if rows and all(isinstance(row.get("word", row.get("text")), str) for row in rows):
            words = [
                Word(
                    text=row.get("punctuated_word") or row.get("word") or row.get("text") or "",
                    speaker=speaker_of(row, {}),
                    start=None if row.get("case") == "not-found-in-audio" else start_of(row),
                    end=None if row.get("case") == "not-found-in-audio" else end_of(row),
                )
                for row in rows
            ]
            words = as_written([word for word in words if word.text.strip()], text_of(data) or "")
            spans = [span for span in rows_in(data.get("paragraphs")) if speaker_of(span, {}) is not None]
            return by_span(words, spans) if spans and not any(word.speaker for word in words) else words
    return None


def token_words(data: Row) -> list[Word] | None:
    """Read Soniox: pieces of words that carry their blanks; its marks and translations are no speech."""
    tokens = rows_in(data.get("tokens"))
    if not any("start_ms" in token and isinstance(token.get("text"), str) for token in tokens):
        return None
    return [
        Word(
            text=token["text"].strip(),
            speaker=label_of(token.get("speaker")),
            start=start_of(token),
            end=end_of(token),
            clings=not token["text"][:1].isspace(),
        )
        for token in tokens
        if isinstance(token.get("text"), str)
        and token.get("translation_status") != "translation"
        and not _TOKEN_MARK.fullmatch(token["text"])
    ]


WordLayout = Callable[[Row], list[Word] | None]
# The most specific first: the first that finds words reads the file.
WORD_LAYOUTS: tuple[WordLayout, ...] = (
    aws_words,
    aws_live_words,
    deepgram_words,
    speechmatics_words,
    watson_words,
    google_words,
    token_words,
    plain_words,
)
