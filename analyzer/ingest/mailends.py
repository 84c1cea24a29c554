"""How a mail ends: signature, disclaimer, list footer. Found from the end, never taking all there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.ingest import mailwording as words

SIGNED = "lines of signatures and disclaimers"
FOOTER = "lines of list footers"

JOINING = "lines on how to join a call"
SCRUBBED = "lines for attachments that the archive took out"

Line = tuple[int, str]  # number in the body, text
_DELIMITER = re.compile(r"^(?:--|- --|—|__|–)$")
_RULE = re.compile(r"^[\s\-_=*~#─—]{5,}$|^-$")
_POSTSCRIPT = re.compile(r"(?i)^(?:p\.?\s?p?\.?s\b|n\.?b\.?\b|post ?scriptum)")
_LINK = re.compile(r"https?://|www\.|\S@\S+\.\w")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.? ?){1,3}$")
# What Mailman leaves of an attachment: "-------------- next part --------------" and where it lies.
_NEXT_PART = re.compile(r"^-{6,} next part -{6,}$")
_TAKEN_OUT = re.compile(
    r"^(?:(?:Name|Type|Size|Desc|URL|From|To|Subject|Date)\s?:|<?https?://|Skipped content of type\b)"
    r"|\b(?:attachment|message|part) was (?:scrubbed|removed|stripped)|^was scrubbed"
)
# What calendars put below an invitation, to the end of it.
_JOIN = re.compile(
    r"(?i)^(?:microsoft teams (?:meeting|need help)|join (?:(?:zoom|microsoft teams|webex) meeting|"
    r"with google meet|the meeting now|on your computer)|click here to join the meeting|"
    r"\S.{0,60} is inviting you to a scheduled zoom meeting|"
    r"microsoft teams-besprechung|zoom-meeting beitreten|réunion microsoft teams|reunión de microsoft teams)"
)
_JOIN_WORDS = 14  # a longer line there is a sentence of somebody's
_LONGEST = 25  # lines a signature may have, disclaimer apart
_SHORTEST_DISCLAIMER = 80  # characters, of one that does not begin as such
_SENTENCE_WORDS = 12


def ends(lines: Sequence[Line], *, author: str) -> Iterator[tuple[int, str]]:
    """Give the lines that end (or, with a warning of the mail server, begin) a mail, each with the reason.

    Args:
        lines: those that are not quoted, blank ones included.
        author: display name of the sender; "" where unknown.
    """
    blocks = _blocks(lines)
    if len(blocks) > 1 and _is_disclaimer(blocks[0]):
        yield from ((number, SIGNED) for number, _ in blocks.pop(0))
    taken_out = [block for block in blocks if _is_taken_out(block)]
    yield from ((number, SCRUBBED) for block in taken_out for number, _ in block)
    blocks = [block for block in blocks if block not in taken_out]
    while blocks and (reason := _tail_reason(blocks[-1], is_only=len(blocks) == 1)):
        yield from ((number, reason) for number, _ in blocks.pop())
    rest, joining = _without_joining([line for block in blocks for line in block])
    yield from ((number, JOINING) for number, _ in joining)
    starts = {block[0][0] for block in blocks}
    while rest:
        start = _signature_start(rest, author)
        yield from ((number, SIGNED) for number, text in rest[:start] if words.SENT_FROM.match(text))
        postscript = (
            index
            for index in range(start, len(rest))
            if rest[index][0] in starts and _POSTSCRIPT.match(rest[index][1])
        )
        end = next(postscript, len(rest))
        yield from ((number, SIGNED) for number, _ in rest[start:end])
        rest = rest[end:]


def _without_joining(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Take off how to join a call, with the rule above, where nothing else follows."""
    start = next((at for at, (_, text) in enumerate(lines) if _JOIN.match(text)), len(lines))
    below = (text for _, text in lines[start:])
    if any(len(text.split()) > _JOIN_WORDS and not _LINK.search(text) for text in below):
        return lines, []
    if 0 < start < len(lines) and _RULE.match(lines[start - 1][1]):
        start -= 1
    return lines[:start], lines[start:]


def _is_taken_out(block: Sequence[Line]) -> bool:
    (_, first), *others = block
    return bool(_NEXT_PART.match(first)) and all(_TAKEN_OUT.search(text) for _, text in others)


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut at blank lines and where quoted lines stood between."""
    blocks: list[list[Line]] = []
    last = -2
    for number, text in lines:
        if not text.strip():
            continue
        if number != last + 1 or _NEXT_PART.match(text.strip()):
            blocks.append([])
        blocks[-1].append((number, text.strip()))
        last = number
    return blocks


def _tail_reason(block: Sequence[Line], *, is_only: bool) -> str:
    texts = [text for _, text in block]
    whole = " ".join(texts)[:4_000]
    if all(_RULE.match(text) for text in texts):
        return SIGNED
    if is_only:
        return ""
    if len(texts) <= 10 and words.FOOTER.search(whole):
        opened = bool(_RULE.match(texts[0]) or _DELIMITER.match(texts[0]))
        is_all = len(whole) < 400 and _LINK.search(whole) and not words.GREETING.match(texts[0])
        if opened or (is_all and words.STRONG_FOOTER.search(whole)):
            return FOOTER
    if all(words.SENT_FROM.match(text) for text in texts) or _is_disclaimer(block):
        return SIGNED
    return ""


def _is_disclaimer(block: Sequence[Line]) -> bool:
    whole = " ".join(text for _, text in block)[:4_000]
    opens_so = bool(words.DISCLAIMER.match(whole))
    if not opens_so and len(whole) < _SHORTEST_DISCLAIMER:
        return False
    hits = {hit.casefold() for hit in words.CONFIDENTIAL.findall(whole)}
    about_mail = bool(words.MESSAGE.search(whole))
    if opens_so:
        return bool(hits) or (about_mail and len(whole) < 600 and bool(words.WARNED.search(whole)))
    return len(hits) >= 3 and about_mail


def _signature_start(lines: Sequence[Line], author: str) -> int:
    """Give the index at which the signature begins; the number of lines where there is none."""
    names = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", author)}
    first = max(1, len(lines) - _LONGEST)
    for index in range(len(lines)):
        text = lines[index][1]
        if _DELIMITER.match(text) and index >= first - 1:
            return index
        if index < first or len(text) > 80:
            continue
        if (_is_closing(text, names) or _is_own_name(text, names)) and _may_sign_off(lines[index:]):
            return index
    return len(lines)


def _is_closing(text: str, names: set[str]) -> bool:
    if words.CLOSING.match(text):
        return True
    said_twice = re.split(r"\s*[/|]\s*", text)  # "Vennlig hilsen / Best regards"
    if len(said_twice) == 2 and all(map(words.CLOSING.match, said_twice)):
        return True
    for mark in (",", " - ", "!", "."):  # "Thanks, Ann"
        head, found, tail = text.partition(mark)
        if found and words.CLOSING.match(head) and _is_own_name(tail, names):
            return True
    head, _, tail = text.rpartition(" ")
    return bool(head) and bool(words.CLOSING.match(head)) and _is_own_name(tail, names)


def _is_own_name(text: str, names: set[str]) -> bool:
    text = re.split(r"\s*[|,]\s", text)[0].strip(" -–—/~*_")
    if _INITIALS.match(text) and names:
        letters = re.sub(r"\W", "", text).casefold()
        starts = {name[0] for name in names}
        if set(letters) <= starts and (text.upper() == text or len(letters) > 1):
            return True
    said = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
    known = [word for word in said if word in names]
    if not known or len(said) > 5 or re.search(r"[?!:]", text):
        return False
    # Initials, titles and middle names may stand beside a part of the name: "Dr. A. Lee".
    return len(known) * 2 >= len([word for word in said if len(word) > 2])


def _may_sign_off(following: Sequence[Line]) -> bool:
    """Say whether what follows a sign-off looks like a signature: no sentences, save in a postscript."""
    for number, (_, text) in enumerate(following[1:], start=1):
        if _POSTSCRIPT.match(text) or _DELIMITER.match(text):
            return True
        is_sentence = len(text.split()) >= _SENTENCE_WORDS and not _LINK.search(text)
        if is_sentence and not words.CONFIDENTIAL.search(text) and not words.DISCLAIMER.match(text):
            return False
        if number == _LONGEST:
            return True
    return True
