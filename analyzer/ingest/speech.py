"""The JSON of speech recognisers and meeting assistants, told apart by their keys.

`speechwords` reads those that list words, `speechrows` those that list segments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from analyzer.errors import DamagedFile, NoSpeech, TooLarge
from analyzer.ingest.bytes import decode
from analyzer.ingest.drops import Drops
from analyzer.ingest.sources import Document
from analyzer.ingest.speechrows import holder_of, recordings_in, units_of_rows, units_of_transcripts
from analyzer.ingest.speechvalues import CHANNEL, Row, label_of, moment, row_in
from analyzer.ingest.speechwords import HESITATION, WORD_LAYOUTS, units_of_words
from analyzer.ingest.turns import Unit, build_meeting, check_count, in_time_order
from analyzer.records.meeting import Meeting

_OPENS = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*[{\[]")
_LISTS = re.compile(
    rb'"(?:segments|utterances|monologues|speech_segments|recognizedPhrases|recognizedphrases|speaker_labels'
    rb"|speaker_blocks|chunks|sentences|alternatives|words|phrases|transcription|events|elements|items"
    rb'|entries|transcript|transcripts|transcriptEntries|Transcript|result)"\s*:\s*[{\[]'
)
_WORDS = re.compile(
    rb'"(?:text|transcript|body|words_str|sentence|content|display|displayText|DisplayText|word|punctuated_word'
    rb'|value|utf8|timestamps|name|Content)"\s*:\s*["\[]|"(?:speaker|channel)_labels"\s*:\s*[{\[]'
)
_FACTS = re.compile(
    rb'"(?:start|start_time|startTime|start_ts|start_timestamp|startOffset|startMs|ts|offset|offsetInTicks'
    rb"|offsetMilliseconds|Offset|tStartMs|timestamp|from|begin|time|offsets|speaker\w*|resultEnd(?:Time|Offset)"
    rb'|BeginOffsetMillis|ParticipantRole|participant)"\s*:'
)
_BARE = re.compile(rb'"alternatives"\s*:\s*\[\s*\{[^{}]{0,200}"transcript"\s*:')
_LONG_HEAD = 30_000  # bytes, NULs of wide charsets not counted
_REPEATS = 4  # a sentence said more often than this in a row is a recogniser's loop


def sniff_speech(head: bytes) -> float:
    """Say 0.97 for JSON with a list, words, and times or speakers; 0.6 for a bare list of such rows."""
    head = head.replace(b"\x00", b"")
    if not _OPENS.match(head) or not _WORDS.search(head):
        return 0.0
    if not _FACTS.search(head):
        # The whole text may come first, and be longer than the head; or there is nothing else.
        return 0.65 if len(head) > _LONG_HEAD or _BARE.search(head) else 0.0
    if _LISTS.search(head):
        return 0.97
    return 0.6 if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"[") else 0.0


def read_speech(document: Document) -> Iterator[Meeting]:
    """Read recognised speech.

    Raises:
        DamagedFile: if it is no JSON, or nested too deeply.
        TooLarge: if it would take too much memory once parsed.
        NoSpeech: if it holds no speech in any layout known.
    """
    number = 0
    for recording in recordings_in(_parsed(document)):
        if meeting := _meeting(recording, document):
            number += 1
            yield replace(meeting, id=document.name + (f"~{number}" if number > 1 else ""))
    if not number:
        raise NoSpeech(
            what="it is JSON, and no words with times or speakers are in it",
            where=document.name,
            remedy="export the transcript with times or speakers",
        )


def _meeting(data: object, document: Document) -> Meeting | None:
    drops = Drops()
    units = _units(data, drops, most=document.limits.units)
    if units is None:
        return None
    check_count(len(units), document)
    units = _without_echo(units, drops)
    _tell_loops(units, drops)
    about = {**holder_of(data), **row_in(data)}
    about |= row_in(about.get("metaData"))
    return build_meeting(
        document,
        "speech-json",
        in_time_order(units, drops),
        drops,
        title=label_of(about.get("title")),
        date=_date(about),
    )


def _parsed(document: Document) -> object:
    _weigh(document)
    # Recognisers write all of it on one line.
    limits = replace(document.limits, line_chars=len(document.data) + 1)
    text = decode(document.data, name=document.name, limits=limits).removeprefix("\ufeff")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DamagedFile(
            what="its JSON is nested too deeply", where=document.name, remedy="export it again"
        ) from error
    except ValueError as error:
        raise DamagedFile(
            what=f"its JSON is broken or cut off ({str(error)[:80]})",
            where=document.name,
            remedy="export it again",
        ) from error


def _weigh(document: Document) -> None:
    """Refuse what would take too much memory as objects: each costs far more than its few bytes."""
    data = document.data
    bytes_ = 2 * len(data) + 230 * data.count(b"{") + 90 * data.count(b"[") + 60 * data.count(b",")
    if bytes_ > document.limits.tree_mb * 1e6:
        raise TooLarge(
            what=f"its JSON would take about {bytes_ / 1e6:,.0f} MB of memory, over the limit",
            where=document.name,
            remedy="export the transcript without word details, or split it",
        )


def _units(data: object, drops: Drops, *, most: int) -> list[Unit] | None:
    """Read rows where there are any: they have the recogniser's own turns; else words."""
    if (units := units_of_rows(data, most=most)) is not None:
        return units
    for layout in WORD_LAYOUTS:
        if words := layout(row_in(data)):
            marks = sum(word.text == HESITATION for word in words)
            drops.add("marks of hesitation, no words", count=marks)
            return units_of_words(words)
    return units_of_transcripts(row_in(data))


def _without_echo(units: list[Unit], drops: Drops) -> list[Unit]:
    """Read channels that say the same once: a recording in stereo of one microphone."""
    texts: dict[str, list[str]] = {}
    for unit in units:
        if unit.speaker is None or not unit.speaker.startswith(CHANNEL):
            return units
        texts.setdefault(unit.speaker, []).append(unit.text)
    first, *others = texts.values() if texts else [[]]
    if not others or any(other != first for other in others):
        return units
    kept = [replace(unit, speaker=None) for unit in units if unit.speaker == next(iter(texts))]
    drops.add("segments of channels that repeat the first", count=len(units) - len(kept))
    return kept


def _tell_loops(units: list[Unit], drops: Drops) -> None:
    """Count the repetitions of recognisers that got stuck; they stay, since people repeat themselves too."""
    run = 1
    for before, unit in pairwise(units):
        run = run + 1 if unit.text and unit.text == before.text else 1
        if run > _REPEATS:
            drops.add(
                "segments that say the same as those before: the recogniser may have been stuck", unit.at
            )


def _date(about: Row) -> date | None:
    """Give the date of a meeting assistant's file; that of a recogniser's run says nothing of the meeting."""
    keys = ["date", "dateString", "meeting_date", "session_datetime", "start_datetime", "started"]
    if "title" in about:
        keys += ["start_time", "created_at"]
    for key in keys:
        stamp = about.get(key)
        if isinstance(stamp, str) and re.match(r"\d{4}-\d\d-\d\d", stamp):
            try:
                return date.fromisoformat(stamp[:10])
            except ValueError:
                continue
        seconds = moment(stamp)
        if seconds is not None and seconds > 1e8:
            return datetime.fromtimestamp(seconds * (1e-3 if seconds > 1e11 else 1.0), tz=UTC).date()
    return None
