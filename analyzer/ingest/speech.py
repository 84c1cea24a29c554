"""The JSON of speech recognisers and meeting assistants, told apart by their keys.

`speechwords` reads those that list words, `speechrows` those that list segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from analyzer.errors import NoSpeech
from analyzer.ingest.drops import Drops
from analyzer.ingest.scribed import read_text
from analyzer.ingest.several import check_meetings
from analyzer.ingest.sources import Document
from analyzer.ingest.speechcalls import recordings_in
from analyzer.ingest.speechrows import holder_of
from analyzer.ingest.speechsearch import find_units, whole_text
from analyzer.ingest.speechtree import parse, without_drafts
from analyzer.ingest.speechvalues import CHANNEL, YEARS, Row, label_of, moment, row_in
from analyzer.ingest.turns import Unit, build_meeting, check_count, in_time_order
from analyzer.records.meeting import Locator, Meeting

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
_JSON = re.compile(rb'\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:\{\s*["}]|\[\s*[{\["\]])')
_OTHER_CERTAINTY = 0.25  # no other reader knows JSON: this one says that nobody speaks in it
_LONG_HEAD = 30_000  # bytes, NULs of wide charsets not counted
_ABOUT = ("metadata", "meta", "metaData", "info", "session", "meeting")  # objects beside the talk
_TITLES = ("title", "meeting_title", "meetingTitle")
_REPEATS = 4  # a sentence said more often than this in a row is a recogniser's loop


def sniff_speech(head: bytes) -> float:
    """Say 0.97 for JSON with a list, words, and times or speakers; 0.6 for such rows; 0.25 for other JSON."""
    head = head.replace(b"\x00", b"")
    if not _OPENS.match(head):
        return 0.0
    other = _OTHER_CERTAINTY if _JSON.match(head) else 0.0
    if not _WORDS.search(head):
        return other
    if not _FACTS.search(head):
        # The whole text may come first, and be longer than the head; or there is nothing else.
        return 0.65 if len(head) > _LONG_HEAD or _BARE.search(head) else other
    if _LISTS.search(head):
        return 0.97
    return 0.6


def read_speech(document: Document) -> Iterator[Meeting]:
    """Read recognised speech.

    Raises:
        DamagedFile: if it is no JSON, or nested too deeply.
        TooLarge: if it would take too much memory once parsed.
        NoSpeech: if it holds no speech in any layout known.
    """
    parsed = parse(document)
    drops = Drops()
    drops.add("lines that are no JSON", count=parsed.broken)
    number = 0
    recordings = recordings_in(without_drafts(parsed.data, drops))
    check_meetings(len(recordings), document)
    for recording in recordings:
        if meeting := _meeting(recording, drops, document):
            number += 1
            yield replace(meeting, id=document.name + (f"~{number}" if number > 1 else ""))
            drops = Drops()
    if not number:
        raise NoSpeech(
            what="it is JSON, and no words with times or speakers are in it",
            where=document.name,
            remedy="export the transcript with times or speakers",
        )


def _meeting(data: object, drops: Drops, document: Document) -> Meeting | None:
    found = find_units(data, drops, most=document.limits.units)
    if found is None:
        text = whole_text(data)
        return _of_text(text, document) if text else None
    check_count(len(found.units), document)
    units = _without_echo(found.units, drops)
    _tell_loops(units, drops)
    about = {**holder_of(data), **row_in(found.place)}
    for key in _ABOUT:
        about |= row_in(row_in(data).get(key))
    about |= row_in(data)
    began = min((unit.start for unit in units if unit.start is not None), default=0.0)
    return build_meeting(
        document,
        "speech-json",
        in_time_order(_from_start(units, began), drops),
        drops,
        title=next((title for key in _TITLES if (title := label_of(about.get(key)))), None),
        date=_date(about) or (_day(began) if began > YEARS else None),
    )


def _of_text(text: str, document: Document) -> Meeting:
    """Read a text that is all that a file holds: as notes where lines say who speaks, else as one unit."""
    (notes,) = read_text(Document(name=document.name, content=text.encode(), limits=document.limits))
    if notes.people:
        source = replace(notes.source, sha256=document.sha256, format="speech-json", size=len(document.data))
        return replace(notes, source=source)
    unit = Unit(text=text, at=Locator(unit="segment", number=1))
    return build_meeting(document, "speech-json", [unit], Drops())


def _from_start(units: list[Unit], began: float) -> list[Unit]:
    """Turn dates with times into seconds from the first; offsets stay."""
    if began < YEARS:
        return units
    return [
        replace(
            unit,
            start=round(unit.start - began, 3) if unit.start is not None else None,
            end=round(unit.end - began, 3) if unit.end is not None else None,
        )
        for unit in units
    ]


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
        if seconds is not None and seconds > YEARS:
            return _day(seconds)
    return None


def _day(seconds: float) -> date:
    """Give the day of a moment in seconds, or milliseconds, since 1970."""
    return datetime.fromtimestamp(seconds * (1e-3 if seconds > 1e11 else 1.0), tz=UTC).date()
