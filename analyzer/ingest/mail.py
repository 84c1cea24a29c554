"""Mail → meetings: a thread is one meeting, a paragraph that is new one utterance.

`units` counts mails: the first paragraph of each mail of the file carries it (2 where the file holds the
mail twice), further ones and mails enclosed in it carry 0. So the sum is the number of mails of the file
that say something; the others are in the notices. `mbox` splits files, `messages` reads a mail, `quotes`
finds what is new in it, `threads` and `senders` see the whole file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from analyzer.errors import DamagedFile, ReadError, TooLarge
from analyzer.ingest.bytes import decode
from analyzer.ingest.calendars import as_mail, is_calendar
from analyzer.ingest.dates import date_from_path
from analyzer.ingest.mailparts import Attachment
from analyzer.ingest.mbox import looks_like_listserv, looks_like_mbox, split_listserv, split_mbox
from analyzer.ingest.messages import Mail, parse_mail, with_enclosed
from analyzer.ingest.quotes import NewText, new_text
from analyzer.ingest.senders import Senders, find_senders, organisation
from analyzer.ingest.sources import Document
from analyzer.ingest.tallies import Tally
from analyzer.ingest.threads import base_subject, threads
from analyzer.records.meeting import Locator, Meeting, Source, Utterance

TWICE = "mails that are there twice"
NOTHING_NEW = "mails without new text"
CALENDAR = "calendar entries, read as mails"

_MAILS_PER_MEMBER = 5  # mails that a file may hold for each file that an archive may hold
_KNOWN = re.compile(
    rb"(?mi)^(from|to|cc|subject|date|message-id|mime-version|content-type|received|return-path|delivered-to|reply-to|"
    rb"sender|x-[\w-]+|in-reply-to|references|dkim-signature|list-id|importance|thread-topic|bcc|status):"
)
_APPLE_COUNT = re.compile(rb"\A(\d{1,9}) *\r?\n")
_FIRST_LINE = re.compile(rb"[A-Za-z][\w-]{1,60}:[ \t\r\n]")
_SENDERS = {b"from", b"sender", b"return-path", b"received", b"delivered-to"}


def sniff_mbox(head: bytes) -> float:
    """Say 0.95 for what begins as an mbox, a Mailman month or a LISTSERV log."""
    return 0.95 if looks_like_mbox(head) or looks_like_listserv(head) else 0.0


def sniff_eml(head: bytes) -> float:
    """Say how much it begins with headers of a mail; 0.95 for a calendar entry, which came with one."""
    if is_calendar(head):
        return 0.95
    text = _APPLE_COUNT.sub(b"", head).replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not _FIRST_LINE.match(text):
        return 0.0
    top = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0]
    names = {name.lower() for name in _KNOWN.findall(top)}
    if not names & _SENDERS or len(names) < 3:
        return 0.0
    is_sure = names & {b"message-id", b"mime-version", b"received", b"return-path"}
    return 0.95 if is_sure else 0.8 if b"subject" in names else 0.5


def read_mbox(document: Document) -> Iterator[Meeting]:
    """Read the threads of an mbox, a Mailman month or a LISTSERV log.

    Raises:
        DamagedFile: if no mail begins in it.
        NoSpeech: if none of its mails says anything new.
    """
    data = _narrow(document)
    pieces = split_listserv(data) if looks_like_listserv(data[:10_000]) else split_mbox(data)
    yield from _meetings(document, pieces, "mbox")


def read_eml(document: Document) -> Iterator[Meeting]:
    """Read one mail as the thread it is (or the mails that it encloses), and its attachments.

    Raises:
        DamagedFile: if its parts are nested beyond all sense.
        NoSpeech: if it says nothing new.
    """
    data = document.data
    if counted := _APPLE_COUNT.match(data):  # an .emlx: its length, the mail, what Apple Mail notes about it
        data = data[counted.end() : counted.end() + int(counted[1])]
    if is_calendar(data):
        data = as_mail(data)
    yield from _meetings(document, iter((data,)), "eml")


def _narrow(document: Document) -> bytes:
    data = document.data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:40]:
        return decode(data, name=document.name, limits=document.limits).encode("utf-8", "replace")
    return data


def _meetings(document: Document, pieces: Iterator[bytes], format_name: str) -> Iterator[Meeting]:
    mails: list[Mail] = []
    unread = Tally()
    number = 0
    broken: ReadError | None = None
    most = _MAILS_PER_MEMBER * document.limits.members
    for number, piece in enumerate(pieces, start=1):
        if number > most:
            raise TooLarge(
                what=f"it holds more than {most:,} mails", where=document.name, remedy="split it by year"
            )
        try:
            mail = parse_mail(piece, number=number, name=document.name, limits=document.limits)
        except ReadError as error:
            unread.add(f"mails that cannot be read: {error.what}", number)
            broken = error
        else:
            mails += with_enclosed(mail)
        if number == document.limits.silent_mails and mails and _are_silent(mails):
            raise TooLarge(
                what=f"its first {number:,} mails say nothing new",
                where=document.name,
                remedy="leave out what is only quoted or automatic",
            )
    if not number:
        raise DamagedFile(what="no mail begins in it", where=document.name, remedy="export the mails again")
    if broken and not mails:
        raise broken
    yield from meetings_of(document, mails, format_name=format_name, unread=unread)


def _are_silent(mails: Sequence[Mail]) -> bool:
    """Say whether none has a new word or an attachment; looks no farther than the first that has."""
    for start in range(0, len(mails), 500):
        some = mails[start : start + 500]
        if any(mail.attachments for mail in some):
            return False
        if any(letter.new.paragraphs for letter in _letters(some).values()):
            return False
    return True


def meetings_of(
    document: Document, mails: Sequence[Mail], *, format_name: str, unread: Tally | None = None
) -> Iterator[Meeting]:
    """Give the threads of a file's mails, then what was attached to them, each file its own meeting."""
    letters = _letters(mails)
    senders = find_senders(mails, _signatures(letters))
    tally = unread or Tally()
    told: list[Meeting] = []
    for thread in threads(mails):
        meeting = _meeting([letters[id(mail)] for mail in thread], senders, document, format_name)
        if meeting.utterances:
            number = len(told) + 1
            told.append(replace(meeting, id=document.name + (f"~{number}" if number > 1 else "")))
        else:
            tally.merge(meeting.notices)
    if not told:
        told = [_meeting([], senders, document, format_name)]
    attached = [*attached_meetings(document, mails, tally)]
    yield replace(told[0], notices=(*told[0].notices, *tally.notices()))
    yield from told[1:]
    yield from attached


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A mail with what is new in it, and how many mails of the file it counts for."""

    mail: Mail
    new: NewText
    units: int
    refused: str


def _letters(mails: Sequence[Mail]) -> dict[int, _Letter]:
    """Judge each mail in order of the file: what is new, and whether it was there before."""
    letters: dict[int, _Letter] = {}  # id() of the mail: mails may be equal
    counted: set[int] = set()
    first: dict[str, int] = {}  # mark -> id() of the mail that had it first
    for mail in mails:
        known = first.setdefault(_mark(mail), id(mail))
        refused = mail.refused or (TWICE if known != id(mail) else "")
        new = new_text("" if refused else mail.body, author=f"{mail.sender.name} {mail.sender.account}")
        if not refused and not new.paragraphs and not mail.enclosed:
            refused = NOTHING_NEW
        units = int(mail.number not in counted)
        if known != id(mail) and letters[known].new.paragraphs:  # a copy went into the same words
            letters[known] = replace(letters[known], units=letters[known].units + units)
        else:
            units *= bool(new.paragraphs)
        counted |= {mail.number} if units else set()
        letters[id(mail)] = _Letter(mail=mail, new=new, units=units, refused=refused)
    return letters


def _mark(mail: Mail) -> str:
    """Tell mails apart by id and words: some programs give every mail of a day the same id."""
    words = hashlib.sha256(" ".join(mail.body.split()).encode("utf-8", "replace")).hexdigest()
    return f"{mail.id or mail.sent} {mail.sender.mail.casefold()} {words}"


def _signatures(letters: Mapping[int, _Letter]) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for letter in letters.values():
        lines.setdefault(organisation(letter.mail.sender.domain), []).extend(letter.new.signature)
    return lines


def _meeting(thread: Sequence[_Letter], senders: Senders, document: Document, format_name: str) -> Meeting:
    utterances: list[Utterance] = []
    tally = Tally()
    for letter in thread:
        _count_losses(letter, tally)
        for position, text in enumerate(letter.new.paragraphs):
            utterances.append(
                Utterance(
                    index=len(utterances),
                    text=text,
                    speaker=senders.key_of(letter.mail),
                    topic=base_subject(letter.mail.subject) or None,
                    units=letter.units if position == 0 else 0,
                    at=Locator(unit="message", number=letter.mail.number),
                )
            )
    mails = [letter.mail for letter in thread]
    return Meeting(
        id=document.name,
        series="",
        title=next((subject for mail in mails if (subject := base_subject(mail.subject))), None),
        date=next((mail.sent.date() for mail in mails if mail.sent), None),
        kind="email",
        people=senders.of(utterance.speaker for utterance in utterances),
        utterances=tuple(utterances),
        notices=tally.notices(),
        source=Source(
            name=document.name, sha256=document.sha256, format=format_name, size=len(document.data)
        ),
    )


def _count_losses(letter: _Letter, tally: Tally) -> None:
    number = letter.mail.number
    if letter.refused:
        tally.add(letter.refused, number)
    if letter.mail.is_calendar and letter.new.paragraphs:
        tally.add(CALENDAR, number)
    for reason, count in letter.new.dropped.items():
        tally.add(reason, number, count)
    for reason in letter.mail.unread:
        tally.add(reason, number)


def attached_meetings(document: Document, mails: Sequence[Mail], tally: Tally) -> Iterator[Meeting]:
    """Read what was attached, each file once, each its own meeting; what cannot be read is counted."""
    seen: set[str] = set()
    for mail in mails:
        for attachment in () if mail.refused else mail.attachments:
            mark = hashlib.sha256(attachment.data).hexdigest()
            if mark in seen:
                tally.add("attachments that are there twice", mail.number)
                continue
            seen.add(mark)
            try:
                yield from _read_attached(document, mail, attachment)
            except ReadError as error:
                tally.add(f"attachment {attachment.name!r} not read: {error.what}", mail.number)


def _read_attached(document: Document, mail: Mail, attachment: Attachment) -> Iterator[Meeting]:
    from analyzer.ingest.formats import read_inner  # formats knows this module as one of its rows

    place = document.name if document.suffix in (".eml", ".msg") else f"{document.name}/message {mail.number}"
    inner = document.within(f"{place}/{attachment.name}", attachment.data)
    for meeting in read_inner(inner):
        sent = mail.sent.date() if mail.sent else None
        yield replace(
            meeting,
            title=meeting.title or PurePosixPath(attachment.name).stem,
            date=meeting.date or date_from_path(attachment.name) or sent,
        )
