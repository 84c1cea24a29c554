"""Zoom's text files: the chat in its layouts of 2020 to today, and saved captions.

A chat holds private messages that its owner wrote or got: they are left out and counted. Line ends mean
nothing in these files (a lone CR stands within a message, CR CR LF after a header), so a message is what
stands between two headers.

    08:58:13<TAB> From Ann Lee : text                     2020
    08:58:13 From  Ann Lee  to  Everyone : text           2021
    08:58:13 From Ann Lee to Everyone:                    since 2022, the text indented below
    00:13:46<TAB>Ann Lee:<TAB>text                        cloud recordings
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from analyzer.ingest.bytes import looks_like_text
from analyzer.ingest.clocks import clock_seconds, from_start
from analyzer.ingest.drops import Drops
from analyzer.ingest.lines import clean_text
from analyzer.ingest.sources import Document
from analyzer.ingest.turns import Joining, Unit, build_meeting, check_count
from analyzer.records.meeting import Locator, Meeting

_STAMP = r"(\d{1,2}:[0-5]\d:[0-5]\d)(?: ?[AP]M)?"
_CLOUD = re.compile(rf"{_STAMP}\t([^\t]{{1,300}}?):\t(.*)")
_FROM = re.compile(rf"{_STAMP}[ \t]+([^\W\d_]{{1,12}})[ \t]+(\S.*)")
_ANY_STAMP = re.compile(rf"{_STAMP}(?:[ \t]+|$)")
_NAMED = re.compile(rf"\[(.{{1,200}})\][ \t]+{_STAMP}(?:[ \t]+|$)")
# "From" as clients in other languages write it; another word counts if it begins nearly every message.
_FROM_WORDS = frozenset(
    re.findall(r"\w+", "From De Von Da Van Från Fra Od От Kimden Dari Từ Desde 从 寄件者 開始")
)
_TO = r"(?:to|a|à|an|para|aan|til|till|do|per|pour|naar|kepada|кому)"
_RECEIVER = re.compile(rf"^(.+) {_TO} (.+)$")
_RECEIVER_WIDE = re.compile(r"^(\S.*?) {2,}\S{1,10} {2,}(\S.*)$")
_EVERYONE = re.compile(
    r"^(?:everyone|everybody|all(?: panelists)?|hosts?(?: (?:and|&) panelists)?|panelists"
    r"|waiting room participants|todos|todas|todo el mundo|alle|allen|jeder|tous|tout le monde|tutti"
    r"|iedereen|alla|wszyscy|всем|herkes|semua|所有人|全員|모두)\b",
    re.I,
)
_MARKED = re.compile(r"\([^()]{1,40}\)$")  # (Direct Message), (Privately), in any language
_SELF = frozenset(["me", "yo", "mí", "mir", "mich", "moi", "mij", "eu", "mim"])
_REACTION = re.compile(
    r'^(?:(?:reacted to|reaccionó a|reagiu a|a réagi à|hat auf)|removed an? .{1,20} reaction from)\s+["“]',
    re.I,
)
_REPLY = re.compile(
    r"^(?:replying to|respondiendo a|en respuesta a|respondendo a|em resposta a|répondre à|en réponse à"
    r'|antwort(?:en)? auf)\s+["“](.*?)(?:\.\.\.|…)?["”][ \t]*\n',
    re.I | re.S,
)
_MESSAGES = Joining(separator="\n", longest_pause=60.0, joins_unnamed=False)
_HEAD_LINES = 200
_ADDRESS_CHARS = 400
_MOST = 0.8
_LABELLED = re.compile(r"\S[^:]{0,40}: ")
_IRC = ("<", "*", "[", "-!-", "→", "←")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """The first line of a message taken apart."""

    clock: str
    sender: str
    receiver: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    header: _Header
    number: int
    text: str

    @property
    def at(self) -> Locator:
        return Locator(unit="message", number=self.number)


def sniff_chat(head: bytes) -> float:
    """Say 0.9 where half of the lines that begin with a time are headers of messages."""
    lines = _head_lines(head)
    stamped = sum(bool(_ANY_STAMP.match(line)) for line in lines)
    word = _from_word(lines)
    headers = sum(_header(line, word) is not None for line in lines)
    return 0.9 if headers and headers >= 0.5 * stamped else 0.0


def sniff_captions(head: bytes) -> float:
    """Say 0.9 for lines "[Name] time", 0.5 where times begin nearly every line, or stand alone above it."""
    lines = [line for line in _head_lines(head) if line.strip()]
    if any(_NAMED.match(line) for line in lines[:10]):
        return 0.9
    texts = [line[found.end() :] if (found := _ANY_STAMP.match(line)) else None for line in lines]
    stamped = [text for text in texts if text is not None]
    others = [text or line for text, line in zip(texts, lines, strict=True)]
    is_other = sum(text.startswith(_IRC) or bool(_LABELLED.match(text)) for text in others)
    # The words stand behind the time, or on the lines below it.
    fewest = _MOST if any(stamped) else 1 - _MOST
    is_stamped = len(stamped) >= max(3, fewest * len(lines)) and texts[0] is not None
    return 0.5 if is_stamped and is_other < 0.5 * len(stamped) else 0.0


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
    senders = {message.header.sender for message in messages}
    starts = from_start(clock_seconds(message.header.clock) for message in messages)
    units: list[Unit] = []
    for message, start in zip(messages, starts, strict=True):
        if _is_private(message.header.receiver, senders):
            drops.add("private messages, left out", message.at)
        elif _REACTION.match(message.text):
            drops.add("reactions, no words", message.at)
        else:
            text = _REPLY.sub("", message.text, count=1)
            units.append(Unit(text=text, at=message.at, speaker=message.header.sender, start=start))
    yield build_meeting(document, "zoom-chat", units, drops, joining=_MESSAGES)


def _lines(document: Document, drops: Drops) -> list[str]:
    return clean_text(document, drops).replace("\r", "\n").split("\n")


def _messages(lines: Sequence[str], drops: Drops, *, most: int) -> list[_Message]:
    word = _from_word(lines)
    found_headers = ((index, found) for index, line in enumerate(lines) if (found := _header(line, word)))
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


def _from_word(lines: Sequence[str]) -> str | None:
    """Find what stands for "From" in this file; None in cloud chats, whose headers have no such word."""
    words = Counter(found[2] for line in lines if (found := _FROM.match(line)) and ":" in found[3])
    clouds = sum(bool(_CLOUD.match(line)) for line in lines)
    if not words:
        return None
    word, count = words.most_common(1)[0]
    if clouds >= count:
        return None
    return word if word in _FROM_WORDS or (count > 2 and count >= _MOST * words.total()) else None


def _header(line: str, word: str | None) -> _Header | None:
    if word is None:
        found = _CLOUD.match(line)
        return (
            _Header(clock=found[1], sender=found[2].strip(), receiver=None, text=found[3]) if found else None
        )
    found = _FROM.match(line)
    if found is None or found[2] != word:
        return None
    address, colon, text = found[3].partition(" : ")
    if not colon:
        address, colon, text = _before_colon(found[3])
    if not colon or len(address) > _ADDRESS_CHARS:
        return None
    sender, receiver = _sender_and_receiver(address.strip())
    return _Header(clock=found[1], sender=sender, receiver=receiver, text=text)


def _before_colon(rest: str) -> tuple[str, str, str]:
    """Split a header whose colon stands at the end of the line, or right after the receiver."""
    if rest.rstrip().endswith(":"):
        return rest.rstrip()[:-1], ":", ""
    address, colon, text = rest.partition(": ")
    is_addressed = len(address) <= _ADDRESS_CHARS and _sender_and_receiver(address)[1]
    return (address, colon, text) if is_addressed else ("", "", "")


def _sender_and_receiver(address: str) -> tuple[str, str | None]:
    if found := _RECEIVER_WIDE.match(address):
        return found[1].strip(), found[2].strip()
    found = _RECEIVER.match(address)
    if found and (_EVERYONE.match(found[2]) or _MARKED.search(found[2]) or found[2].casefold() in _SELF):
        return found[1].strip(), found[2].strip()
    return address, None


def _is_private(receiver: str | None, senders: set[str]) -> bool:
    if receiver is None or _EVERYONE.match(receiver):
        return False
    return bool(_MARKED.search(receiver)) or receiver.casefold() in _SELF or receiver in senders


def read_captions(document: Document) -> Iterator[Meeting]:
    """Read saved captions, with names before the times or without.

    Raises:
        ReadError: if the bytes are no text.
    """
    drops = Drops()
    lines = _lines(document, drops)
    pattern = _NAMED if any(_NAMED.match(line) for line in lines) else _ANY_STAMP
    found_headers = ((index, found) for index, line in enumerate(lines) if (found := pattern.match(line)))
    headers = list(islice(found_headers, document.limits.units + 1))
    check_count(len(headers), document)
    first = headers[0][0] if headers else len(lines)
    stray = sum(bool(line.strip()) for line in lines[:first])
    drops.add("lines before the first caption", Locator(unit="line", number=1), count=stray)
    starts = from_start(clock_seconds(found[found.re.groups]) for _, found in headers)
    units: list[Unit] = []
    for number, ((index, found), start) in enumerate(zip(headers, starts, strict=True), start=1):
        end = headers[number][0] if number < len(headers) else len(lines)
        text = " ".join((lines[index][found.end() :], *lines[index + 1 : end])).strip()
        name = found[1] if pattern is _NAMED else None
        units.append(Unit(text=text, at=Locator(unit="cue", number=number), speaker=name, start=start))
    yield build_meeting(document, "zoom-captions", units, drops)
