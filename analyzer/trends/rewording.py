"""Refuse a rewording that says anything else than the sentence it rewords.

`digest_check` knows whether numbers and quotes are held; it cannot know that "fell" was made of "rose". So
a rewording may reorder plain words, shorten and connect, and nothing else. It must hold the same facts
(numbers with their units, dates, quotes, names of topics, meetings, parties and labels) in the same order,
each behind the same "from", "to", "of" or "by"; it must keep each word that turns or weakens the sentence
("not", "fell", "probably", "so far"), and add no word of content that the sentence lacks. What is refused
for no good reason costs nothing: the sentence stays as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis, Finding
from analyzer.trends.digest_check import DATE, QUOTE, problems
from analyzer.trends.phrases import NBSP

_LONGEST = 1.4  # times the sentence, and
_SPARE = 40  # characters more
_NAMED = re.compile(r"‘[^‘’]*(?:’(?=\w)[^‘’]*)*’")
_NUMBER = re.compile(
    r"[-+−]?\d[\d.,]*(?<![.,])(?:\s?(?:%|per\s?cent\b|(?:percentage )?points?\b|person-hours?\b))?"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# What stands before a fact says what it is.
_BEHIND = re.compile(r"(?<![^\W\d_])(from|to|of|by|than|not|for)[\s(]*\Z", re.IGNORECASE)

# Words that turn, weaken or strengthen a sentence: none may be lost, none comes in.
_TURNS = """
    not no nobody never none nothing without neither nor cannot only rose rise rises rising risen fell fall
    falls falling fallen more less fewer most least probably clearly seen still again yet far lost alive
    dropped undecided undated decided deferred adopted earlier options option or if
"""
_PLAINLY = """
    a an and are as at be because been being but by came come comes did do does during for found from
    gave give given gives go goes had has have here how in is it its itself made make makes meanwhile of
    on our out over part per place put said say says show showed shows since so stand stands stood such
    take takes taken than that the their them then there these they this those time times to took up was
    we went were what when where which while who whose with within
"""
_TURNING, _PLAIN = frozenset(_TURNS.split()), frozenset(_PLAINLY.split())


@dataclass(frozen=True, slots=True)
class _Fact:
    text: str
    before: str  # the binding word that it stands behind, empty where none


def rewording_problems(
    finding: Finding, sentence: str, analysis: Analysis, codebook: Codebook
) -> tuple[str, ...]:
    """Say what is wrong with a rewording of a finding; nothing, if it says the same.

    Args:
        finding: as it was written from the figures.
        sentence: what shall stand instead of its sentence.
        analysis: what was measured.
        codebook: its labels are names too.
    """
    if not sentence.strip() or not sentence.replace(NBSP, " ").isprintable():
        return ("it is no single line of text",)
    if len(sentence) > _LONGEST * len(finding.sentence) + _SPARE:
        return ("it is much longer than the sentence",)
    names = _names(analysis, codebook)
    return (
        *problems(replace(finding, sentence=sentence), analysis),
        *_changed_facts(_facts(finding.sentence, names), _facts(sentence, names)),
        *_changed_words(_bare(finding.sentence, names), _bare(sentence, names)),
    )


def _names(analysis: Analysis, codebook: Codebook) -> re.Pattern[str]:
    """Match what a sentence names without quotes: parties and labels, longest first."""
    parties = {party for one in analysis.meetings for party in one.meeting.parties}
    parties |= {person.party for one in analysis.meetings for person in one.meeting.people if person.party}
    labels = {label.name for task in codebook.tasks for label in task.labels}
    known = sorted(map(re.escape, parties | labels), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE)


def _patterns(names: re.Pattern[str]) -> tuple[re.Pattern[str], ...]:
    return (QUOTE, _NAMED, DATE, names, _NUMBER)


def _facts(sentence: str, names: re.Pattern[str]) -> list[_Fact]:
    """Find the facts of a sentence in their order."""
    found: list[tuple[int, _Fact]] = []
    rest = sentence
    for pattern in _patterns(names):
        for match in pattern.finditer(rest):
            behind = _BEHIND.search(rest, 0, match.start())
            fact = _Fact(_folded(match[0]), behind[1].lower() if behind else "")
            found.append((match.start(), fact))
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
    return [fact for _, fact in sorted(found, key=lambda pair: pair[0])]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _changed_facts(before: Sequence[_Fact], after: Sequence[_Fact]) -> Iterator[str]:
    told, retold = [fact.text for fact in before], [fact.text for fact in after]
    if told != retold:
        lost, new = Counter(told) - Counter(retold), Counter(retold) - Counter(told)
        yield from (f"it leaves out {text!r}" for text in lost)
        yield from (f"it brings in {text!r}" for text in new)
        if not lost and not new:
            yield "it changes the order of facts"
        return
    yield from (
        f"it puts {new.text!r} behind {new.before or 'nothing'!r}, not {old.before or 'nothing'!r}"
        for old, new in zip(before, after, strict=True)
        if old.before != new.before
    )


def _bare(sentence: str, names: re.Pattern[str]) -> list[str]:
    """Give the words of a sentence beside its facts."""
    for pattern in _patterns(names):
        sentence = pattern.sub(" ", sentence)
    return [_unshortened(word) for word in _WORD.findall(sentence.casefold())]


def _unshortened(word: str) -> str:
    return "not" if word.endswith(("n't", "n’t")) else word


def _changed_words(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    told, retold = (Counter(word for word in words if word in _TURNING) for words in (before, after))
    yield from (f"it leaves out {word!r}" for word in told - retold)
    known = {_stem(word) for word in before}
    yield from (
        f"it brings in {word!r}"
        for word in dict.fromkeys(after)
        if (word in retold - told) or (word not in _PLAIN and _stem(word) not in known)
    )


def _stem(word: str) -> str:
    """Cut the commonest endings, so that `meetings` is known where `meeting` is."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word.removesuffix(ending)
    return word
