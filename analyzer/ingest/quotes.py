"""The body of a mail → what its author wrote new, paragraph by paragraph.

What was there before (quoted lines, the block a client puts under a reply), and what is nobody's
contribution (signature, disclaimer, list footer, patch) is left out and counted, so that a thread counts
every sentence once. Each line is looked at once or twice: time is linear in the body, whatever it holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.ingest import mailwording as words
from analyzer.ingest.mailblocks import header_block, is_placed
from analyzer.ingest.mailends import SIGNED, ends

QUOTED = "quoted lines of earlier mails"
FORWARDED = "lines of forwarded mails"
CODE = "lines of code, no speech"
WORDLESS = "lines without words"
BEYOND = "lines beyond the first 100,000 of a mail"

_MOST_LINES = 100_000  # further ones are a log or an attack
_LINE_CHARS = 2_000  # what is longer is text, never an attribution or a field
# ">", "AL> " and "Ann> " as some programs cite, "| >" of others.
_QUOTE = re.compile(r"^\s{0,3}(?:>|\|\s?>|[A-Z][\w.-]{0,15}>(?=\s|$)|[:#%]>|»)")
_CUT = re.compile(r"^\s*(?:\[(?:\.{2,}|…|snip)[^\]]*\]|<snip>|\.{3,})\s*$", re.I)
_BAR = re.compile(r"^\s{0,3}\| ")
_RULE = re.compile(r"^\s*(?:[-_=*~─—]\s?){5,}\s*$")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_DIFF = re.compile(r"^(?:diff --git |Index: \S|--- (?:a/|\S+\s+\d{4}-)|\+\+\+ |@@ -\d)")
_DIFF_BODY = re.compile(
    r"^(?!-- ?$)(?:[-+ @\\]|diff |index |Index:|new file|deleted|similarity|rename|old mode|new mode|$)"
)
_DIFF_STAT = re.compile(r"^ \S{1,200}\s+\|\s+(?:\d+ [+-]*|Bin .*)$|^ \d+ files? changed, ")
_ITEM = re.compile(r"^\s{0,8}(?:[-*+•·–o]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_MARKS = re.compile(
    r"\[(?:cid|image|inline image|embedded image|\.{3}|…)[^\]]*\]|<[\w -]{1,60}\.(?:png|jpe?g|gif)>|"
    r"[<\[](?:snip|cut)[>\]]"
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_NO_END = "code " * 20  # stands for a line of code where ends are looked for
_FIRST_WIDE = "\u2e80"
_OVERHANG_CHARS = 24  # of what does not fit on a line any more
_ANSWER = re.compile(
    r"(?i)(?:yes|no|ok(?:ay)?|yep|nope|agreed|done|fine|sure|right|true|ja|nein|oui|non|sí|si)\b|.*[.!?]$"
)
_WRAP_CHARS = 60  # of the line that it did not fit on
_QUOTED_WORDS = re.compile(r"^\s{0,3}>\s?[\w(\"]")
_WRAPPED_CHARS = 45  # a line that ends before was ended by its author, not by the client


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """What a body says new; `dropped` counts lines by reason, `signature` are lines of it."""

    paragraphs: tuple[str, ...]
    dropped: Mapping[str, int]
    signature: tuple[str, ...] = ()


def new_text(body: str, *, author: str = "") -> NewText:
    """Take out of a body what its author wrote new.

    Args:
        body: the text; quoted lines of HTML bodies are marked by `mailhtml.to_lines`.
        author: display name of the sender, by which a signature is known.
    """
    lines = [line.rstrip() for line in _normal(body).split("\n", _MOST_LINES)]
    beyond = lines.pop().count("\n") + 1 if len(lines) > _MOST_LINES else 0
    code = _fenced(lines)
    fates = _fates(lines, code)
    kept = [
        (number, _NO_END if number in code else lines[number])
        for number, fate in enumerate(fates)
        if not fate
    ]
    signature: list[str] = []
    for number, fate in ends(kept, author=author):
        fates[number] = fate
        if fate == SIGNED and lines[number].strip():
            signature.append(lines[number].strip())
    dropped = Counter({BEYOND: beyond} if beyond else {})
    dropped += Counter(fate for line, fate in zip(lines, fates, strict=True) if fate and line.strip(" >"))
    paragraphs = []
    for block in _blocks(lines, fates):
        text = _joined(block)
        if re.search(r"[^\W_]", text):
            paragraphs.append(text)
        else:
            dropped[WORDLESS] += len(block)
    return NewText(paragraphs=_with_greeting(paragraphs), dropped=dict(dropped), signature=tuple(signature))


def _normal(body: str) -> str:
    text = body.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u2028\u2029]", "", text.translate(_INVISIBLE))


def _fenced(lines: Sequence[str]) -> set[int]:
    """Give the lines within ``` fences that are closed: a quote mark or a "--" in them is code."""
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    return {
        number
        for start, end in zip(fences[::2], fences[1::2], strict=False)
        for number in range(start, end + 1)
    }


def _fates(lines: Sequence[str], code: set[int]) -> list[str]:
    """Say for each line why it is not new; "" for those that are, as far as quoting tells."""
    fates = [""] * len(lines)
    last_quote = max((number for number, line in enumerate(lines) if _QUOTE.match(line)), default=-1)
    number = 0
    while number < len(lines):
        line = lines[number]
        if number in code:
            number += 1
        elif _QUOTE.match(line) or (_BAR.match(line) and _is_barred(lines, number)):
            fates[number] = QUOTED
            number += 1
            if _is_overhang(lines, number):
                fates[number] = QUOTED
                number += 1
        elif length := _attribution(lines, number, last_quote):
            fates[number : number + length] = [QUOTED] * length
            number += length
        elif length := _copied(lines, number, last_quote):
            fate = FORWARDED if words.FORWARD.search(line) else QUOTED
            fates[number : number + length] = [fate] * length
            number += length
        elif length := _machine_text(lines, number):
            fates[number : number + length] = [CODE] * length
            number += length
        else:
            number += 1
    return fates


def _is_overhang(lines: Sequence[str], number: int) -> bool:
    """Say whether a line is the end of a quoted one that was wrapped without a mark."""
    if number + 1 >= len(lines) or not 0 < len(lines[number]) <= _OVERHANG_CHARS:
        return False
    is_between = len(lines[number - 1]) >= _WRAP_CHARS and bool(_QUOTED_WORDS.match(lines[number + 1]))
    return is_between and lines[number][0].islower() and not _ANSWER.match(lines[number])


def _is_barred(lines: Sequence[str], number: int) -> bool:
    return number + 1 < len(lines) and bool(_BAR.match(lines[number + 1])) and "|" not in lines[number][3:]


def _attribution(lines: Sequence[str], number: int, last_quote: int) -> int:
    """Count the lines of "On Monday Ann wrote:" that begin here, with what it stands over; 0 if none does."""
    first = lines[number].strip()
    if not first or len(first) > _LINE_CHARS:
        return 0
    begins = bool(words.WROTE_LEAD.match(first))
    for length in range(1, 5):
        block = lines[number : number + length]
        last = block[-1].strip()
        if len(block) < length or not last or _QUOTE.match(last):
            return 0
        if length > 1 and not begins and words.WROTE_LEAD.match(last):
            return 0  # the attribution begins further down
        ends_so = last.endswith((":", "："))
        if not ends_so and not (length == 1 and "@" in first):
            continue
        text = " ".join(line.strip() for line in block)
        verb = any(pattern.search(text[-200:]) for pattern in (words.WROTE, words.WROTE_THEN_NAME))
        verb = verb or bool(words.QUOTING.match(text))
        placed = bool(words.DATED.search(text)) + bool(words.ADDRESSED.search(text))
        if len(text) > 500 or (length > 1 and not begins and not is_placed(first)):
            return 0
        if not verb and placed < 2:
            continue
        is_led = begins or placed == 2
        if _next_is_quote(lines, number + length):
            return length if length == 1 or is_led else 0
        # Some clients mark nothing: then the line must be unmistakable, and all below it is old.
        if verb and is_led and placed and ends_so:
            return length if last_quote > number else len(lines) - number
    return 0


def _next_is_quote(lines: Sequence[str], number: int) -> bool:
    following = (line for line in lines[number : number + 5] if line.strip() and not _CUT.match(line))
    return bool(_QUOTE.match(next(following, "")))


def _copied(lines: Sequence[str], number: int, last_quote: int) -> int:
    """Count the lines that a client has copied below "Original Message" or a header block; 0 if none."""
    line = lines[number]
    if len(line) > _LINE_CHARS or not line.strip():
        return 0
    start = number
    is_marked = bool(words.ORIGINAL.match(line) or words.BEGIN_FORWARD.match(line))
    if is_marked or _RULE.match(line):  # the rule belongs to the block under it
        following = range(number + 1, min(number + 4, len(lines)))
        start = next((later for later in following if lines[later].strip()), number)
    block = header_block(lines, start)
    if not (block or is_marked):
        return 0
    if not block and _attribution(lines, start, last_quote):
        return start - number  # Proton puts its own "… wrote:" below
    length = start - number + block if block else 1
    return length if _next_is_quote(lines, number + length) else len(lines) - number


def _machine_text(lines: Sequence[str], number: int) -> int:
    """Count the lines of a patch or of an armoured block that begins here; 0 if none does."""
    line = lines[number]
    following = lines[number + 1 : number + 6]
    if line.startswith("-----BEGIN PGP SIGNED MESSAGE"):
        return next((length for length, text in enumerate(following, start=1) if not text), 1)
    if line.startswith("-----BEGIN "):
        length = _run(lines, number, lambda each: not each.startswith("-----END ")) + 1
        return min(length, len(lines) - number)  # a mail that was cut has no end of it
    if _DIFF.match(line) and any(_DIFF.match(later) for later in following):
        return _run(lines, number, lambda each: bool(_DIFF_BODY.match(each)))
    return int(bool(_DIFF_STAT.match(line)))


def _run(lines: Sequence[str], number: int, belongs: Callable[[str], bool]) -> int:
    end = number + 1
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return end - number


def _blocks(lines: Sequence[str], fates: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line, fate in zip(lines, fates, strict=True):
        if fate or not line.strip():
            if block:
                yield block
            block = []
        else:
            block.append(line)
    if block:
        yield block


def _joined(block: Sequence[str]) -> str:
    """Join the lines of a paragraph: those the client wrapped to one, list items each on its own."""
    text = ""
    before = ""
    for line in block:
        line_text = re.sub(r"[ \t]+", " ", _MARKS.sub(" ", line)).strip()
        if not line_text:
            continue
        text += (_glue(before, line) if text else "") + line_text
        before = line
    return text


def _glue(before: str, line: str) -> str:
    is_wide = before[-1:] >= _FIRST_WIDE  # Chinese and Japanese: two columns a sign, no blanks between words
    if _ITEM.match(line) or len(before) < _WRAPPED_CHARS // (2 if is_wide else 1):
        return "\n"
    return "" if is_wide and line[:1] >= _FIRST_WIDE else " "


def _with_greeting(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Join "Dear Ann," to the paragraph below it: alone it would be judged as talk of its own."""
    if len(paragraphs) > 1 and _is_greeting(paragraphs[0]):
        return (f"{paragraphs[0]}\n{paragraphs[1]}", *paragraphs[2:])
    return tuple(paragraphs)


def _is_greeting(text: str) -> bool:
    if len(text) > 80 or text.endswith((".", "?", ":")):
        return False
    return bool(words.GREETING.match(text) or words.NAMES_ONLY.match(text)) and len(text.split()) <= 8
