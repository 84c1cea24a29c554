"""Speech JSON that lists segments, utterances or sentences: Whisper, AssemblyAI, Fireflies and many more.

The keys differ, the facts do not: who, from when to when, what. Summaries, topics and action items that
some tools put beside them are written by a machine and are no speech.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from analyzer.ingest.speechvalues import (
    Row,
    channel_of,
    end_of,
    first_in,
    in_seconds,
    moment,
    names_in,
    results_in,
    row_in,
    rows_in,
    speaker_of,
    start_of,
    text_of,
    with_party,
)
from analyzer.ingest.turns import Unit
from analyzer.records.meeting import Locator

# Where rows are kept; where a file has two, the first has the speakers.
_LISTS = (
    "utterances", "sentences", "monologues", "speech_segments", "speaker_blocks", "recognizedPhrases",
    "phrases", "segments", "transcript", "transcripts", "transcription", "speakers", "entries",
    "transcriptEntries", "chunks", "messages", "captions", "cues", "events", "prediction", "Transcript",
    "timeline", "paragraphs", "TranscriptSegments", "SegmentResults", "audio_segments",
    "sentence_info",
)  # fmt: skip
_WRAPPERS = (
    "results",
    "result",
    "data",
    "transcript",
    "transcription",
    "response",
    "prediction",
    "diarization",
    "speech",
)
# Under these the talk of one recording stands, not a recording by name.
KNOWN_KEYS = frozenset({*_LISTS, *_WRAPPERS, "words", "word_segments", "tokens", "channels"})
_OTTER_HERTZ = 16_000  # Otter's own files count samples of sound
_DEEPEST = 4
_TURN = "[SPEAKER_TURN]"  # whisper.cpp's mark, no word


def units_of_rows(data: object, *, most: int) -> list[Unit] | None:
    """Give the rows of a file as units; None where it has no list of rows with words.

    Not more than `most` and one are given: the caller refuses such a file.
    """
    rows, holder = find_rows(data)
    rows = rows[: most + 1]
    if not rows:
        return None
    names = names_in(row_in(data)) | names_in(holder)
    speakers = _with_channels([_speaker(row, names) for row in rows], [channel_of(row) for row in rows])
    texts = [_text(row) for row in rows]
    scale = in_seconds([_start(row) for row in rows], words=sum(len(text.split()) for text in texts))
    if {"audio_url", "audio_duration", "acoustic_model"} & holder.keys():
        scale = 1e-3  # AssemblyAI, whatever the speed of speech
    if rows[0].keys() >= {"start_offset", "alignment"}:
        scale = 1 / _OTTER_HERTZ
    return [
        Unit(
            text=text,
            at=Locator(unit="segment", number=number),
            speaker=speaker,
            start=_scaled(_start(row), scale),
            end=_scaled(_end(row), scale),
        )
        for number, (row, text, speaker) in enumerate(zip(rows, texts, speakers, strict=True), start=1)
    ]


def _with_channels(speakers: list[str | None], channels: list[str | None]) -> list[str | None]:
    """Name speakers by their channels where nothing else tells them apart.

    A recogniser that listens to each channel alone counts its speakers from 0 on each of them.
    """
    if len(set(channels)) < 2 or not all(speaker is None or speaker.isdigit() for speaker in speakers):
        return speakers
    pairs = set(zip(channels, speakers, strict=True))
    if len(pairs) == len(set(speakers)):
        return speakers
    if len(pairs) == len(set(channels)):
        return channels
    return [f"{channel}, {speaker}" for channel, speaker in zip(channels, speakers, strict=True)]


def find_rows(data: object, depth: int = 0) -> tuple[list[Row], Row]:
    """Find the list of rows with words, and the object that holds it."""
    if isinstance(data, list):
        rows = _sentences(rows_in(data))
        return (rows, {}) if _have_words(rows) else ([], {})
    holder = row_in(data)
    for key in _LISTS:
        if _have_words(rows := _sentences(rows_in(holder.get(key)))):
            return rows, holder
    if rows := _paired(holder):
        return rows, holder
    if depth < _DEEPEST:
        for key in _WRAPPERS:
            if isinstance(holder.get(key), dict):
                rows, inner = find_rows(holder[key], depth + 1)
                if rows:
                    return rows, inner
    return [], {}


def _paired(holder: Row) -> list[Row]:
    """Make rows of two lists, one of texts and one of who said them (MediaSum)."""
    texts, speakers = holder.get("utt") or holder.get("utterances"), holder.get("speaker")
    if not isinstance(texts, list) or not isinstance(speakers, list) or len(texts) != len(speakers):
        return []
    pairs = zip(texts, speakers, strict=True)
    return [{"text": text, "speaker": speaker} for text, speaker in pairs if isinstance(text, str)]


def _sentences(rows: list[Row]) -> list[Row]:
    """Put the sentences of each turn in its place, where turns hold nothing else (Gong)."""
    if not any("sentences" in row for row in rows):
        return rows
    return [{**row, **sentence} for row in rows for sentence in rows_in(row.get("sentences")) or (row,)]


def _have_words(rows: list[Row]) -> bool:
    return any(_text(row) for row in rows) and any(
        _start(row) is not None or speaker_of(row, {}) is not None for row in rows
    )


def _text(row: Row) -> str:
    """Give the words of a row: its own, its best alternative's, or its elements' put together."""
    if (text := text_of(row)) is not None:
        return text.replace(_TURN, "").strip()
    if (text := text_of(row_in(row.get("transcription")))) is not None:
        return text.strip()
    if best := first_in(row.get("nBest") or row.get("NBest")):
        return (text_of(best) or str(best.get("Display", ""))).strip()
    elements = rows_in(row.get("elements")) or rows_in(row.get("segs"))
    if elements:  # Rev.ai's marks carry the blanks, YouTube's pieces too
        return "".join(str(element.get("value", element.get("utf8", ""))) for element in elements).strip()
    words = rows_in(row.get("words"))
    if not words:  # Deepgram's paragraphs
        return " ".join(filter(None, (text_of(sentence) for sentence in rows_in(row.get("sentences")))))
    return " ".join(str(word.get("text", word.get("word", ""))).strip() for word in words)


def _speaker(row: Row, names: Mapping[str, str]) -> str | None:
    """Give the speaker of a row, or that of most of its words (WhisperX)."""
    if (speaker := speaker_of(row, names)) is not None:
        return with_party(speaker, row)
    spoken = (speaker_of(word, names) for word in rows_in(row.get("words")))
    common = Counter(speaker for speaker in spoken if speaker is not None).most_common(1)
    return common[0][0] if common else None


def _start(row: Row) -> float | None:
    if (start := start_of(row)) is not None:
        return start
    return next(filter(lambda time: time is not None, map(start_of, _pieces(row))), None)


def _end(row: Row) -> float | None:
    if (end := end_of(row)) is not None:
        return end
    ends = [end for piece in _pieces(row) if (end := end_of(piece)) is not None]
    return max(ends, default=None)


def _pieces(row: Row) -> Iterator[Row]:
    yield from rows_in(row.get("elements"))
    yield from rows_in(row.get("words"))
    yield from rows_in(row.get("instances"))  # Azure's Video Indexer


def _scaled(time: float | None, scale: float) -> float | None:
    return round(time * scale, 3) if time is not None else None


def holder_of(data: object) -> Row:
    """Give the object that holds the rows: title and date of the meeting stand there."""
    return find_rows(data)[1]


def _result_end(result: Row) -> float | None:
    """Give where a result of Google's ends; it does not say where it begins."""
    return moment(result.get("resultEndTime") or result.get("resultEndOffset"))


def units_of_transcripts(data: Row) -> list[Unit] | None:
    """Give results that have a text and nothing else, as recognisers give them without word times."""
    inner = row_in(data.get("results"))
    results = results_in(data) or rows_in(inner.get("channels")) or rows_in(inner.get("transcripts"))
    texts = [
        first_in(result.get("alternatives")).get("transcript", result.get("transcript")) for result in results
    ]
    units = [
        Unit(text=text, at=Locator(unit="segment", number=number), end=_result_end(result))
        for number, (result, text) in enumerate(zip(results, texts, strict=True), start=1)
        if isinstance(text, str)
    ]
    return units or None
