"""Mails → threads: by the ids they name, by Outlook's conversation, and only then by subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analyzer.ingest.messages import Mail

_REPLY = re.compile(
    r"(?i)^\s*+(?:(?:re|aw|antw|sv|vs|odp|ref|rv|r|回复|答复|回覆|返信|ynt|vá|res|tr|fwd?|wg|doorst|vl|i|转发|轉寄|enc|rif)"
    r"\s*+(?:\[\d+\]|\(\d+\)|\^\d+)?\s*+[:：]\s*+)+"
)
_LIST_TAG = re.compile(r"^\s*\[[^\[\]]{1,40}\]\s*")
_FAR = timedelta(days=90)  # the same subject later is a new talk: "Re: Agenda" comes every month
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def base_subject(subject: str) -> str:
    """Give a subject without "Re:", "AW:" and the like, and without the tag of a list."""
    text = subject
    for _ in range(6):
        shorter = _REPLY.sub("", text)
        shorter = _LIST_TAG.sub("", shorter) or shorter
        if shorter == text:
            break
        text = shorter
    return text.strip()


def is_reply(subject: str) -> bool:
    """Say whether a subject begins as that of an answer or a forward."""
    return bool(_REPLY.match(_LIST_TAG.sub("", subject)))


def threads(mails: Sequence[Mail]) -> list[list[Mail]]:
    """Gather mails into threads.

    Returns:
        The threads in order of their first mail in the file; within each, answers follow what they
        answer, and else the dates decide.
    """
    joined = _Joined(len(mails))
    first_of: dict[str, int] = {}  # id or conversation -> the first mail that names it
    for index, mail in enumerate(mails):
        named = [mail.id, *mail.references, f"conversation {mail.conversation}" if mail.conversation else ""]
        for key in filter(None, named):
            joined.join(index, first_of.setdefault(key, index))
    _join_by_subject(mails, joined)
    gathered: dict[int, list[int]] = {}
    for index in range(len(mails)):
        gathered.setdefault(joined.root(index), []).append(index)
    return [_in_order([mails[index] for index in indices]) for indices in gathered.values()]


def _join_by_subject(mails: Sequence[Mail], joined: _Joined) -> None:
    known = {mail.id for mail in mails if mail.id}
    latest: dict[str, int] = {}  # base subject -> the last mail that has it
    for index in sorted(range(len(mails)), key=lambda each: (_moment(mails[each]), each)):
        mail = mails[index]
        subject = _folded(base_subject(mail.subject))
        before = latest.get(subject)
        is_orphan = not any(reference in known for reference in mail.references)
        if (
            subject
            and before is not None
            and is_orphan
            and is_reply(mail.subject)
            and _is_near(mail, mails[before])
        ):
            joined.join(index, before)
        if subject:
            latest[subject] = index


def _folded(subject: str) -> str:
    return re.sub(r"\W+", " ", subject).strip().casefold()


def _is_near(mail: Mail, other: Mail) -> bool:
    return not (mail.sent and other.sent) or abs(_moment(mail) - _moment(other)) <= _FAR


def _moment(mail: Mail) -> datetime:
    return mail.sent or _EPOCH


def _in_order(thread: list[Mail]) -> list[Mail]:
    """Sort by date, but never an answer before what it answers: clocks differ."""
    by_id = {mail.id: mail for mail in thread if mail.id}
    moments: dict[int, tuple[datetime, int]] = {}  # position -> moment, rank among equal ones
    position_of = {id(mail): position for position, mail in enumerate(thread)}
    last = _EPOCH
    for position, mail in enumerate(thread):
        last = mail.sent or last  # an undated mail stays where it lies in the file
        moments[position] = (last, 0)
    for _ in range(3):  # answers to answers to answers; more skew than that is not worth more passes
        for position, mail in enumerate(thread):
            for reference in mail.references:
                parent = by_id.get(reference)
                if parent is None or parent is mail:
                    continue
                at = moments[position_of[id(parent)]]
                if moments[position][0] < at[0] or (
                    moments[position][0] == at[0] and moments[position][1] <= at[1]
                ):
                    moments[position] = (at[0], at[1] + 1)
    order = sorted(range(len(thread)), key=lambda position: (*moments[position], position))
    return [thread[position] for position in order]


class _Joined:
    """Sets that are joined step by step; the root is the smallest member."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, index: int) -> int:
        while self._above[index] != index:
            self._above[index] = self._above[self._above[index]]
            index = self._above[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
