"""Zoom's text files: the chat in its layouts of 2020 to today, and saved captions.

A chat holds private messages that its owner wrote or got: they are left out and counted. Line ends mean
nothing in these files (a lone CR stands within a message, CR CR LF after a header), so a message is what
stands between two headers.

    08:58:13<TAB> From Ann Lee : text                     2020
    08:58:13 From  Ann Lee  to  Everyone : text           2021
    08:58:13 From Ann Lee to Everyone:                    since 2022, the text indented below
    00:13:46<TAB>Ann Lee:<TAB>text                        cloud recordings
    From Ann Lee to Everyone:  02:01 PM                   copied from the window, the text below
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from analyzer.ingest.bytes import looks_like_text
from analyzer.ingest.clocks import clock_seconds, day_seconds, from_start
from analyzer.ingest.dates import find_date
from analyzer.ingest.drops import Drops
from analyzer.ingest.lines import clean_text
from analyzer.ingest.recorders import is_credit
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Joining, Unit, build_meeting, check_count
from analyzer.ingest.zoomheaders import (
    DAY,
    STAMP,
    Addresses,
    Header,
    copied_header,
    headers_of,
    is_copied_chat,
)
from analyzer.ingest.zoomreplies import Quotes
from analyzer.records.meeting import Locator, Meeting

_ANY_STAMP = re.compile(rf"{DAY}{STAMP}(?:[ \t]+|$)")
_NAMED = re.compile(rf"\[(.{{1,200}})\][ \t]+{STAMP}(?:[ \t]+|$)")
# Lines of captions without names, each layout only where the one before it is not found.
_TIMES = (
    _ANY_STAMP,
    re.compile(r"\[(\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,3})?)\](?:[ \t]+|$)"),
    re.compile(r"(\d{1,3}:[0-5]\d(?::[0-5]\d)?)(?:[ \t]+|$)"),  # as YouTube's page shows them; counts from 0
)
_MESSAGES = Joining(separator="\n", longest_pause=60.0, joins_unnamed=False)
_HEAD_LINES = 200
_MOST = 0.8
_LABELLED = re.compile(r"\S[^:]{0,40}: ")
_IRC = ("<", "*", "[", "-!-", "→", "←")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    header: Header
    number: int
    text: str

    @property
    def at(self) -> Locator:
        return Locator(unit="message", number=self.number)


def sniff_chat(head: bytes) -> float:
    """Say 0.9 where half of the lines that begin with a time are headers of messages."""
    lines = _head_lines(head)
    stamped = sum(bool(_ANY_STAMP.match(line)) for line in lines)
    header_of = headers_of(lines)
    headers = [header for line in lines if (header := header_of(line)) is not None]
    if header_of is copied_header and not is_copied_chat(headers):
        return 0.0
    return 0.9 if headers and len(headers) >= 0.5 * stamped else 0.0


def sniff_captions(head: bytes) -> float:
    """Say 0.9 for lines "[Name] time", 0.5 where times begin nearly every line, or stand alone above it."""
    lines = [line for line in _head_lines(head) if line.strip()]
    if any(_NAMED.match(line) for line in lines[:10]):
        return 0.9
    pattern = _times_of(lines)
    texts = [line[found.end() :] if (found := pattern.match(line)) else None for line in lines]
    stamped = [text for text in texts if text is not None]
    others = [text or line for text, line in zip(texts, lines, strict=True)]
    is_other = sum(text.startswith(_IRC) or bool(_LABELLED.match(text)) for text in others)
    # The words stand behind the time, or on the lines below it.
    fewest = _MOST if any(stamped) else 1 - _MOST
    is_stamped = len(stamped) >= max(3, fewest * len(lines)) and texts[0] is not None
    return 0.5 if is_stamped and is_other < 0.5 * len(stamped) else 0.0


def _times_of(lines: Sequence[str]) -> re.Pattern[str]:
    """Choose how the lines write their times, by the first that is not empty."""
    first = next(filter(None, map(str.strip, lines)), "")
    found = next((pattern for pattern in _TIMES if pattern.match(first)), _ANY_STAMP)
    return found if found is not _TIMES[-1] or _caption_seconds(first.split()[0]) < 60 else _ANY_STAMP


def _caption_seconds(clock: str) -> float:
    """Read a time of captions: one of two parts has minutes in front."""
    return clock_seconds(clock) if clock[-1:].isdigit() else day_seconds(clock)


def _head_lines(head: bytes) -> list[str]:
    if not looks_like_text(head):
        return []
    text = head.replace(b"\x00", b"").decode("utf-8", "ignore").lstrip("\ufeff")
    return re.split(r"[\r\n]+", text)[:_HEAD_LINES]


def read_chat(document: Document) -> Iterator[Meeting]:
    """Read a saved chat: what was written to everyone, without reactions and quoted messages.

    Raises:
        ReadError: if the bytes are no text.
    """
    drops = Drops()
    messages = _messages(_lines(document, drops), drops, most=document.limits.units)
    check_count(len(messages), document)
    addresses = Addresses([message.header for message in messages])
    quotes = Quotes(message.text for message in messages)
    starts = from_start(message.header.seconds for message in messages)
    units: list[Unit] = []
    for message, start in zip(messages, starts, strict=True):
        if addresses.is_private(message.header):
            drops.add("private messages, left out", message.at)
        elif quotes.is_reaction(message.text):
            drops.add("reactions, no words", message.at)
        else:
            text = quotes.answer(message.text)
            sender = addresses.sender(message.header)
            units.append(Unit(text=text, at=message.at, speaker=sender, start=start))
    day = find_date(messages[0].header.day) if messages else None
    yield build_meeting(document, "zoom-chat", units, drops, date=day, joining=_MESSAGES)


def _lines(document: Document, drops: Drops) -> list[str]:
    return clean_text(document, drops).replace("\r", "\n").split("\n")


def _messages(lines: Sequence[str], drops: Drops, *, most: int) -> list[_Message]:
    header_of = headers_of(lines)
    found_headers = ((index, found) for index, line in enumerate(lines) if (found := header_of(line)))
    headers = list(islice(found_headers, most + 1))
    first = headers[0][0] if headers else len(lines)
    stray = sum(bool(line.strip()) for line in lines[:first])
    drops.add("lines before the first message", Locator(unit="line", number=1), count=stray)
    messages: list[_Message] = []
    for number, (index, header) in enumerate(headers, start=1):
        end = headers[number][0] if number < len(headers) else len(lines)
        body = (header.text, *(line.strip() for line in lines[index + 1 : end]))
        messages.append(_Message(header=header, number=number, text="\n".join(body).strip()))
    return messages


def read_captions(document: Document) -> Iterator[Meeting]:
    """Read saved captions, with names before the times or without.

    Raises:
        ReadError: if the bytes are no text.
    """
    drops = Drops()
    lines = _lines(document, drops)
    pattern = _NAMED if any(_NAMED.match(line) for line in lines) else _times_of(lines)
    found_headers = ((index, found) for index, line in enumerate(lines) if (found := pattern.match(line)))
    headers = list(islice(found_headers, document.limits.units + 1))
    check_count(len(headers), document)
    first = headers[0][0] if headers else len(lines)
    stray = sum(bool(line.strip()) for line in lines[:first])
    drops.add("lines before the first caption", Locator(unit="line", number=1), count=stray)
    starts = from_start(_caption_seconds(found[found.re.groups]) for _, found in headers)
    units: list[Unit] = []
    for number, ((index, found), start) in enumerate(zip(headers, starts, strict=True), start=1):
        end = headers[number][0] if number < len(headers) else len(lines)
        said = [line for line in lines[index + 1 : end] if not is_credit(line)]
        credited = end - index - 1 - len(said)
        drops.add("lines of the recorder, no speech", Locator(unit="cue", number=number), count=credited)
        text = " ".join((lines[index][found.end() :], *said)).strip()
        name = found[1] if pattern is _NAMED else None
        units.append(Unit(text=text, at=Locator(unit="cue", number=number), speaker=name, start=start))
    yield build_meeting(document, "zoom-captions", units, drops)
