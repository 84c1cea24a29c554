"""Headers of Zoom's chat messages in their layouts and languages: when, from whom, to whom.

A display name may hold any word, "to" among them; which word stands between sender and receiver is
learnt from the messages to everyone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analyzer.ingest.clocks import day_seconds

STAMP = r"(\d{1,2}:[0-5]\d:[0-5]\d(?: ?[AP]M)?)"
DAY = r"(?:\d{4}-\d\d-\d\d[ T])?"
_CLOUD = re.compile(rf"({DAY}){STAMP}\t([^\t]{{1,300}}?):\t(.*)")
_FROM = re.compile(rf"({DAY}){STAMP}[ \t]+([^\W\d_]{{1,12}})[ \t]+(\S.*)")
# As the window shows it: "From Ann Lee to Everyone:  02:01 PM", the text below.
_COPIED = re.compile(
    r"(?:[Ff]rom[ \t]+)?(\S.{0,200}?[ \t]to[ \t]\S.{0,200}?):?[ \t]+"
    r"(\((?:Privately|Direct Message)\)[ \t]+)?(\d{1,2}:[0-5]\d(?::[0-5]\d)?(?: ?[AP]M)?)"
)
# "From" as clients in other languages write it; another word counts if it begins nearly every message.
_FROM_WORDS = frozenset(
    re.findall(
        r"\w+", "From De Von Da Van Från Fra Od От Kimden Dari Từ Desde Lähettäjä 从 來自 来自 寄件者 開始"
    )
)
_TO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "to a à an para aan til till do per pour naar tot kepada кому đến pro zu vastaanottaja Kime"
        " 到 至 に 終了",
    )
)
_RECEIVER_WIDE = re.compile(r"^(\S.*) {2,}\S{1,10} {2,}(\S.*)$")
_EVERYONE_WORDS = (
    r"(?:everyone|everybody|all(?: panelists)?|hosts? (?:and|&) panelists|panelists|meeting group chat"
    r"|waiting room participants|todos|todas|todo el mundo|alle|allen|jede[rn]|jeder|tous|tout le monde|tutti"
    r"|iedereen|alla|wszyscy|wszystkich|все|всем|herkes|semua|mọi người|všichni|kaikki|所有人|大家|全員|모두)"
)
_EVERYONE = re.compile(rf"^{_EVERYONE_WORDS}\b", re.I)
_TO_EVERYONE = re.compile(rf"\s(\S{{1,12}}) {_EVERYONE_WORDS}[^()]{{0,40}}$", re.I)
_MARKED = re.compile(r"\([^()]{1,40}\)$")  # (Direct Message), (Privately), in any language
_MARKED_TEXT = re.compile(r"^\((?:privately|direct message)\)\s*", re.I)
_SELF = frozenset(["me", "you", "yo", "mí", "mir", "mich", "moi", "mij", "eu", "mim"])
_ADDRESS_CHARS = 400
_MOST_CUTS = 4  # words for "to" in one address
_MOST_EVERYONE = 6  # words for "to everyone"
_MOST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line of a message taken apart; `address` is sender and receiver as written."""

    clock: str
    address: str
    text: str
    day: str = ""  # as written, where the day is

    @property
    def seconds(self) -> float:
        """Its time: of the day, or since the recording began."""
        return day_seconds(self.clock)

    @property
    def is_marked_private(self) -> bool:
        """Whether the text itself begins with "(Privately)"."""
        return bool(_MARKED_TEXT.match(self.text))


def headers_of(lines: Sequence[str]) -> Callable[[str], Header | None]:
    """Choose the layout of a file: what reads the header in a line, and gives None for other lines."""
    words = Counter(found[3] for line in lines if (found := _FROM.match(line)) and ":" in found[4])
    word, count = words.most_common(1)[0] if words else ("", 0)
    clouds = sum(bool(_CLOUD.match(line)) for line in lines)
    if clouds >= max(count, 1) and not (word in _FROM_WORDS and count == clouds):
        return _cloud_header
    if word in _FROM_WORDS or (count > 2 and count >= _MOST * words.total()):
        return lambda line: _from_header(line, word)
    return copied_header


def _cloud_header(line: str) -> Header | None:
    found = _CLOUD.match(line)
    return Header(clock=found[2], address=found[3].strip(), text=found[4], day=found[1]) if found else None


def copied_header(line: str) -> Header | None:
    """Read a header as the window shows it, without seconds."""
    found = _COPIED.fullmatch(line.rstrip()) if len(line) < _ADDRESS_CHARS else None
    if not found:
        return None
    return Header(clock=found[3], address=found[1].strip(), text=(found[2] or "").strip())


def is_copied_chat(headers: Sequence[Header]) -> bool:
    """Say whether these are headers of a chat's window: at least two, most of them to everyone."""
    cuts = [_split(header.address, _TO_WORDS) for header in headers]
    public = sum(cut is not None and bool(_EVERYONE.match(cut[1])) for cut in cuts)
    return len(headers) > 1 and public >= len(headers) / 2


def _from_header(line: str, word: str) -> Header | None:
    found = _FROM.match(line)
    if found is None or found[3] != word:
        return None
    rest = found[4].replace("\xa0:", " :").replace(":\t", ": ")  # of French, of the cloud
    address, colon, text = rest.partition(" : ")
    if not colon:
        address, colon, text = _before_colon(rest)
    if not colon or len(address) > _ADDRESS_CHARS:
        return None
    address = address.replace("（", " (").replace("）", ")").strip()  # of Japanese and Chinese
    return Header(clock=found[2], address=address, text=text, day=found[1])


def _before_colon(rest: str) -> tuple[str, str, str]:
    """Split a header whose colon stands at the end of the line, or right after the receiver."""
    if rest.rstrip().endswith(":"):
        return rest.rstrip()[:-1].rstrip(), ":", ""
    address, colon, text = rest.partition(": ")
    is_addressed = len(address) <= _ADDRESS_CHARS and _split(address, _TO_WORDS)
    return (address, colon, text) if is_addressed else ("", "", "")


def _split(address: str, to_words: Iterable[str], everyone: str = "") -> tuple[str, str] | None:
    """Give sender and receiver where the receiver is plainly one; else None."""
    if found := _RECEIVER_WIDE.match(address):
        return found[1].strip(), found[2].strip()
    for sender, receiver in _cuts(address, to_words):
        is_known = _EVERYONE.match(receiver) or receiver == everyone or receiver.casefold() in _SELF
        if is_known or _MARKED.search(receiver):
            return sender, receiver
    return None


def _cuts(address: str, to_words: Iterable[str]) -> list[tuple[str, str]]:
    """Give each way to cut an address at a word for "to", the last first."""
    words = address.split(" ")
    known = set(to_words)
    places = [at for at, word in enumerate(words) if word in known and 0 < at < len(words) - 1]
    return [
        (" ".join(words[:at]).strip(), " ".join(words[at + 1 :]).strip())
        for at in places[: -_MOST_CUTS - 1 : -1]
    ]


def _to_everyone(addresses: Iterable[str]) -> tuple[str, str]:
    """Learn how a language that is not known writes "to" and "Everyone"; empty where it cannot be told.

    The two end nearly every address that is not marked as private, whoever the sender.
    """
    public = [address.split() for address in addresses if not _MARKED.search(address)]
    best: tuple[str, ...] = ()
    fewest = max(2, _MOST * len(public))
    for size in range(2, _MOST_EVERYONE + 1):
        tails = Counter(tuple(words[-size:]) for words in public if len(words) > size)
        tail, count = tails.most_common(1)[0] if tails else ((), 0)
        if count >= fewest and not tail[0][:1].isupper():  # a name of the family begins large
            best = tail
    return (best[0], " ".join(best[1:])) if best else ("", "")


class Addresses:
    """Knows, for one chat, who writes and to whom."""

    def __init__(self, headers: Sequence[Header]) -> None:
        """Learn the words for "to" and "everyone", and the senders of a chat."""
        addresses = Counter(header.address for header in headers)
        to_words = _TO_WORDS | {found[1] for address in addresses if (found := _TO_EVERYONE.search(address))}
        self._everyone = ""
        self._known = {address: _split(address, to_words) for address in addresses}
        if not any(cut and _EVERYONE.match(cut[1]) for cut in self._known.values()):
            to_word, self._everyone = _to_everyone(addresses)
            to_words |= {to_word}
            self._known = {address: _split(address, to_words, self._everyone) for address in addresses}
        senders = {cut[0] if cut else address for address, cut in self._known.items()}
        addressed = sum(count for address, count in addresses.items() if self._known[address])
        is_addressed = addressed >= len(headers) / 2  # else most name the sender only
        for address in addresses:
            if self._known[address] is None:
                # "Kim to Board": a cut where one of the two writes elsewhere too.
                cuts = _cuts(address, to_words)
                known = (cut for cut in cuts if is_addressed or cut[0] in senders or cut[1] in senders)
                self._known[address] = next(known, None)

    def sender(self, header: Header) -> str:
        """Give who wrote a message."""
        cut = self._known[header.address]
        return cut[0] if cut else header.address

    def is_private(self, header: Header) -> bool:
        """Say whether a message went to one person or some, not to everyone."""
        cut = self._known[header.address]
        if header.is_marked_private or cut is None:
            return header.is_marked_private
        return not _EVERYONE.match(cut[1]) and cut[1] != self._everyone
