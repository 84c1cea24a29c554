"""Values in the JSON of speech recognisers: the same few facts under many keys, in many units."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from analyzer.ingest.cues import seconds

Row = Mapping[str, Any]

YEARS = 1e8  # seconds: more is a date, no offset
_YEARS_MS = 1e11
CONVERSATIONS = ("conversation_id", "conversationId", "dialogue_id", "dialog_id", "root")
CHANNEL = "Channel "  # what a speaker is called where the recording has a channel each

_PLAIN = re.compile(r"(\d{1,13}(?:\.\d{1,12})?)s?")
_CLOCK = re.compile(r"\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?")
_DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?")
_ENTITY = re.compile(r"&(?:#\d{1,6}|amp|quot|apos|lt|gt|nbsp);")
_TEXTS = (
    "text", "transcript", "body", "words_str", "sentence", "content", "display", "displayText", "DisplayText",
    "caption", "utterance", "message", "raw_text", "words", "Content", "transcription", "spokenText", "Text",
    "FinalSentence", "segment",
)  # fmt: skip
# Names before labels and numbers. Not speaker_index: the Council Data Project counts turns with it.
_SPEAKERS = (
    "speaker_name", "speakerName", "speakerDisplayName", "speaker_info", "display_name", "user_profile",
    "user_name", "username", "userName", "participant", "ParticipantDetails", "users",
    "speaker", "Speaker", "speaker_label", "speakerLabel", "speakerTag", "speaker_tag", "speaker_id",
    "speakerId", "SpeakerId", "speakerID", "ParticipantRole", "ParticipantId", "user", "from",
    "speaker_model_label", "author", "sender", "spk", "SpeakerName", "participant_name",
    "nickname", "name",
)  # fmt: skip
_NAMES = (
    "real_name", "name", "username", "display_name", "displayName", "speaker_name", "ParticipantRole",
    "label", "id",
)  # fmt: skip
_PARTIES = ("party", "organization", "organisation", "company", "affiliation")
_CHANNELS = ("channel", "ChannelNumber", "channelTag", "channel_index", "channel_label")
# key -> seconds in one of its units
_STARTS = {
    "start": 1.0, "start_time": 1.0, "startTime": 1.0, "start_ts": 1.0, "start_timestamp": 1.0,
    "startOffset": 1.0, "start_offset": 1.0, "begin": 1.0, "start_ms": 1e-3, "startMs": 1e-3,
    "startTimeMs": 1e-3, "offsetMilliseconds": 1e-3, "tStartMs": 1e-3, "BeginOffsetMillis": 1e-3,
    "offsetInTicks": 1e-7, "Offset": 1e-7, "time_begin": 1.0, "data_start": 1.0, "BeginAudioTime": 1.0,
    "audio_start": 1.0, "begin_time": 1.0, "beginTime": 1.0, "StartTime": 1.0, "start_seconds": 1.0,
    "startSeconds": 1.0, "StartMs": 1e-3, "timestamp_ms": 1e-3, "t0": 1e-2, "date_unixtime": 1.0,
    "offset": 1.0, "ts": 1.0, "time": 1.0, "timestamp": 1.0, "from": 1.0,
    "created_at": 1.0, "createdAt": 1.0,
}  # fmt: skip
_ENDS = {
    "end": 1.0, "end_time": 1.0, "endTime": 1.0, "end_ts": 1.0, "end_timestamp": 1.0, "endOffset": 1.0,
    "end_offset": 1.0, "end_ms": 1e-3, "endMs": 1e-3, "endTimeMs": 1e-3, "EndOffsetMillis": 1e-3, "to": 1.0,
    "time_end": 1.0, "data_end": 1.0, "EndAudioTime": 1.0, "audio_end": 1.0, "EndTime": 1.0,
    "end_seconds": 1.0, "endSeconds": 1.0, "EndMs": 1e-3, "t1": 1e-2,
}  # fmt: skip
_LENGTHS = {
    "durationMilliseconds": 1e-3, "dDurationMs": 1e-3, "durationInTicks": 1e-7, "Duration": 1e-7,
    "duration_ms": 1e-3, "durationMs": 1e-3, "duration_seconds": 1.0, "duration": 1.0, "dur": 1.0,
}  # fmt: skip


# What rows of canonical JSONL do not have under these names.
FOREIGN_KEYS = frozenset({*_SPEAKERS, *_STARTS, *_ENDS, *_LENGTHS, *CONVERSATIONS}) - {
    "speaker", "start", "end", "name", "time", "from", "to",
}  # fmt: skip


def rows_in(value: object) -> list[Row]:
    """Give the objects of a list; nothing where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def row_in(value: object) -> Row:
    """Give an object, or an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def first_in(value: object) -> Row:
    """Give the first object of a list: the likeliest alternative."""
    return next(iter(rows_in(value)), {})


def results_in(data: Row) -> list[Row]:
    """Give the results of Google's recogniser: bare, in an operation, or by file as batches have them."""
    if found := rows_in(data.get("results")) or rows_in(row_in(data.get("response")).get("results")):
        return [result for result in found if not is_draft(result)]
    if found := rows_in(data.get("speech_transcriptions")):  # of the recogniser for films
        return found
    files = map(row_in, row_in(data.get("results")).values())
    inner = (
        row_in(file.get("transcript") or row_in(file.get("inlineResult")).get("transcript")) for file in files
    )
    return [result for transcript in inner for result in rows_in(transcript.get("results"))]


def is_draft(value: Row) -> bool:
    """Say whether a result of a stream is one that a later result replaces."""
    if any(value.get(key) is False for key in ("is_final", "isFinal", "final", "end_of_turn")):
        return True
    if value.get("IsPartial") is True:
        return True
    kind = value.get("message_type") or value.get("message") or value.get("type")
    return isinstance(kind, str) and len(kind) < 40 and "partial" in kind.casefold()


def text_of(row: Row) -> str | None:
    """Give the words of a row, under whichever key they stand."""
    text = next((text for key in _known(row, _TEXTS) if (text := _joined(row[key])) is not None), None)
    return unescape(text) if text is not None and "&" in text and _ENTITY.search(text) else text


def _joined(value: object) -> str | None:
    """Give a text, also one that is cut where a link or a name stands in it (Telegram)."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not any(isinstance(part, str) for part in value):
        return None
    return "".join(part if isinstance(part, str) else str(row_in(part).get("text", "")) for part in value)


def _known(row: Row, keys: Iterable[str]) -> Iterator[str]:
    """Give the keys that a row has with a value, in the order of `keys`: most rows have few of many."""
    return (key for key in keys if key in row and row[key] is not None)


def speaker_of(row: Row, names: Mapping[str, str]) -> str | None:
    """Give the speaker of a row as text; 0 is a speaker, null is none. `names` resolves ids."""
    for key in _known(row, _SPEAKERS):
        if (label := label_of(row.get(key))) is not None:
            return names.get(label, label)
    return None


def with_party(speaker: str | None, row: Row) -> str | None:
    """Add the party that a row or its speaker's object names, as display names have it."""
    if speaker is None or "(" in speaker:
        return speaker
    for holder in (row, row_in(row.get("speaker"))):
        for key in _known(holder, _PARTIES):
            if party := label_of(holder[key]):
                return f"{speaker} ({party})"
    return speaker


def channel_of(row: Row) -> str | None:
    """Give the name of the channel that a row was heard on; None where it has none."""
    label = next((label for key in _known(row, _CHANNELS) if (label := label_of(row[key])) is not None), None)
    return f"{CHANNEL}{label}" if label is not None and label.isdigit() else label


def label_of(value: object) -> str | None:
    """Give a speaker's label as text, also out of an object with a name; None where there is none."""
    if isinstance(value, list):  # Zoom lists who spoke at that time
        value = first_in(value)
    if isinstance(value, dict):
        return next((label for key in _NAMES if (label := _label(value.get(key))) is not None), None)
    return _label(value)


def _label(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    return str(value)


def names_in(data: Row) -> dict[str, str]:
    """Give the names by id of the lists of speakers or participants that some files have."""
    names: dict[str, str] = {}
    for key in ("speakers", "participants", "users", "attendees", "parties"):
        for person in rows_in(data.get(key)):
            identity = label_of(person.get("speakerId", person.get("id")))
            name = label_of(person.get("name", person.get("speaker_name")))
            if identity is not None and name is not None:
                names.setdefault(identity, name)
    return names


def start_of(row: Row) -> float | None:
    """Give the start of a row in seconds, as far as its keys tell the unit."""
    pair = _pair(row)
    return moment(pair[0]) if pair else next(_times(row, _STARTS), None)


def end_of(row: Row) -> float | None:
    """Give the end of a row in seconds, from its end or its length."""
    if pair := _pair(row):
        return moment(pair[1])
    if (end := next(_times(row, _ENDS), None)) is not None:
        return end
    start, length = start_of(row), next(_times(row, _LENGTHS), None)
    return start + length if start is not None and length is not None else None


def _pair(row: Row) -> list[Any] | None:
    """Give start and end where they stand together in a list."""
    stamp = row.get("timestamp", row.get("timestamps"))
    return stamp if isinstance(stamp, list) and len(stamp) == 2 else None


def _times(row: Row, units: Mapping[str, float]) -> Iterator[float]:
    """Give the times under the known keys, those under "offsets" (whisper.cpp) first."""
    if "offsets" in row:
        nested = row_in(row["offsets"])
        for key in ("from", "to"):
            if key in units and (found := moment(nested.get(key))) is not None:
                yield found * 1e-3
    for key in _known(row, units):
        if (found := moment(row[key])) is not None:
            # Only numbers are in the key's unit: "PT1.5S" and "00:01" say their own.
            yield found * units[key] if isinstance(row[key], int | float) else found


def moment(value: object) -> float | None:
    """Read a time: 1.5, "1.5", "1.500s", "0:01.5", "PT1.5S", {seconds, nanos}, an ISO date and time."""
    if isinstance(value, dict):
        if value and not {"relative", "seconds", "nanos"} & value.keys():
            return None
        # Google leaves out what is 0, and may leave nothing.
        whole, nanos = (_plain(value.get(key, 0)) for key in ("seconds", "nanos"))
        return _plain(value["relative"]) if "relative" in value else _sum(whole, nanos)
    return _plain(value)


def _sum(whole: float | None, nanos: float | None) -> float | None:
    return whole + nanos * 1e-9 if whole is not None and nanos is not None else None


def _plain(value: object) -> float | None:
    if isinstance(value, str):
        return _written(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e13:
        return None
    return float(value) if math.isfinite(value) else None


def _written(text: str) -> float | None:
    if found := _PLAIN.fullmatch(text):
        return float(found[1])
    if _CLOCK.fullmatch(text):
        return seconds(text)
    if (found := _DURATION.fullmatch(text)) and any(found.groups()):
        hours, minutes, rest = (float(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + rest
    if len(text) < 19 or not text[:4].isdigit():
        return None
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()


def in_seconds(times: Sequence[float | None], *, words: int) -> float:
    """Tell the unit of bare numbers by how fast people would speak: 1 for seconds, 0.001 for milliseconds."""
    known = [time for time in times if time is not None]
    if (latest := max(known, default=0.0)) > YEARS:
        return 1e-3 if latest > _YEARS_MS else 1.0
    span = latest - min(known, default=0.0)
    is_slow = span > 0 and words / span < 0.1
    return 1e-3 if is_slow and all(time.is_integer() for time in known) else 1.0
