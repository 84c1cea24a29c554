"""Refuse a sentence of the digest that says more than the measures hold.

Whoever wrote the sentence, a template or a language model that was asked to rephrase one: every number
has to be held under a name that the finding gives, every quote has to stand in a piece that it gives,
every date has to be a meeting's, every named topic has to exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from analyzer.records.analysis import Alert, Analysis, Finding
from analyzer.trends.held import numbers
from analyzer.trends.phrases import day, named

QUOTE = re.compile(r"“([^“”]*)”|\"([^\"]*)\"")
DATE = re.compile(r"\b\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\b")
_NUMBER = re.compile(r"(?<![\w.,])[-+−]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w])")
_UNIT = re.compile(r"\s?(%|per\s?cent\b|(?:percentage )?points?\b|person-hours?\b)")
_RANGE = re.compile(r"\s?(?:to|–|and)\s?[-+−]?[\d.,]*\d")
_CARDINALS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {word: str(number) for number, word in enumerate(_CARDINALS, start=2)}
_WORDS |= {"twice": "2", "thrice": "3", "half": "50%", "double": "200%"}
_SPELT = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)

Written = Literal["percent", "points", "hours", "none"]


def problems(finding: Finding, analysis: Analysis) -> tuple[str, ...]:
    """Say what is wrong with a finding; nothing, if every number and quote in it is held.

    Args:
        finding: the sentence, the names of the figures and the pieces that it rests on.
        analysis: what was measured.
    """
    return (*_unknown_evidence(finding, analysis), *_unheld(finding, analysis))


def alert_problems(alert: Alert, analysis: Analysis) -> tuple[str, ...]:
    """Say what is wrong with an alert, as for a finding; an alert shows no pieces."""
    topic = alert.measure.removesuffix(":circular")
    names = [alert.measure, f"{alert.measure} before {alert.meeting}"]
    names += [f"{topic}:meetings", f"{topic}:circular_share"]
    names += [f"{measured.meeting.id}:{alert.measure}" for measured in analysis.meetings]
    return tuple(_unheld(Finding(sentence=alert.sentence, figures=tuple(names), pieces=()), analysis))


def _unheld(finding: Finding, analysis: Analysis) -> Iterator[str]:
    rest = finding.sentence
    for match in QUOTE.finditer(finding.sentence):
        quote = match[1] if match[1] is not None else match[2]
        if not _is_said(quote, finding, analysis):
            yield f"nobody says {quote!r} in the pieces given"
        rest = rest.replace(match[0], " ")
    rest = _without_names(rest, analysis)
    if "‘" in rest:
        yield f"{rest[rest.index('‘') :]!r} names no topic and no meeting"
    dates = {day(one.meeting.date) for one in analysis.meetings if one.meeting.date}
    yield from (f"no meeting was held on {date}" for date in DATE.findall(rest) if _plain(date) not in dates)
    held = [number for name in finding.figures for number in numbers(name, analysis) or ()]
    for text, unit in _written(DATE.sub(" ", rest)):
        if not any(number.is_written(text, unit) for number in held):
            yield f"{text} ({unit}) is not held"


def _unknown_evidence(finding: Finding, analysis: Analysis) -> Iterator[str]:
    if not finding.figures:
        yield "it rests on no figure"
    if not finding.pieces:
        yield "it shows no piece"
    for name in finding.figures:
        if numbers(name, analysis) is None:
            yield f"there is no figure {name!r}"
    texts = piece_texts(analysis, finding.pieces)
    for ref in finding.pieces:
        if ref not in texts:
            yield f"there is no piece {ref!r}"


def piece_texts(analysis: Analysis, refs: tuple[str, ...]) -> dict[str, str]:
    """Give the texts of pieces by ref; refs that do not exist are left out."""
    wanted = set(refs)
    found: dict[str, str] = {}
    for measured in analysis.meetings:
        if not any(ref.startswith(f"{measured.meeting.id}#") for ref in wanted):
            continue
        encoded = measured.tagged.encoded
        for number in range(len(encoded.pieces)):
            if (ref := encoded.ref(number)) in wanted:
                found[ref] = encoded.text(number)
    return found


def _is_said(quote: str, finding: Finding, analysis: Analysis) -> bool:
    """Say whether a quote stands word for word in one piece; what an ellipsis leaves out may be anything."""
    parts = [part for part in (_plain(part) for part in re.split("…", quote)) if part]
    if not parts:
        return False
    for text in piece_texts(analysis, finding.pieces).values():
        said, place = _plain(text), 0
        for part in parts:
            place = said.find(part, place)
            if place < 0:
                break
            place += len(part)
        else:
            return True
    return False


def _plain(text: str) -> str:
    return " ".join(text.translate({ord("“"): "‘", ord("”"): "’", ord('"'): "’"}).split())


def _without_names(sentence: str, analysis: Analysis) -> str:
    """Take out names that may hold digits: topics, meetings and parties, longest first."""
    marked = {loop.label for loop in analysis.loops} | {row.label for row in analysis.topics}
    marked |= {one.meeting.title or one.meeting.id for one in analysis.meetings}
    for name in sorted(map(named, marked), key=len, reverse=True):
        sentence = sentence.replace(name, " ")
    parties = {party for one in analysis.meetings for party in one.meeting.parties}
    parties |= {person.party for one in analysis.meetings for person in one.meeting.people if person.party}
    for party in sorted(parties, key=len, reverse=True):
        sentence = re.sub(rf"(?<!\w){re.escape(party)}(?!\w)", " ", sentence)
    return sentence


def _written(sentence: str) -> Iterator[tuple[str, Written]]:
    """Walk the numbers of a sentence with their units; `19 to 36 %` gives the unit to both."""
    for match in _NUMBER.finditer(sentence):
        yield match[1].replace(",", "") + (match[2] or ""), _unit(sentence, match.end())
    for match in _SPELT.finditer(sentence):
        word = _WORDS[match[1].lower()]
        yield word.removesuffix("%"), "percent" if word.endswith("%") else "none"


def _unit(sentence: str, place: int) -> Written:
    unit = _UNIT.match(sentence, place)
    if unit is None and (further := _RANGE.match(sentence, place)):
        unit = _UNIT.match(sentence, further.end())
    if unit is None:
        return "none"
    if unit[1].startswith(("%", "per")) and not unit[1].startswith(("percentage", "person")):
        return "percent"
    return "hours" if unit[1].startswith("person") else "points"
