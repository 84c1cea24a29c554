"""Reported speech: "Keil reported that ..." belongs to Keil, where the grammar says so plainly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyzer.ingest.people import build_people, initials_of
from analyzer.ingest.wording import is_field
from analyzer.records.meeting import Person, Utterance, UtteranceKind

_TITLE = (
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Mx|Cllr|Councill?or|Council ?[Mm]ember|Alderman|Sir|Dame|"
    r"(?:Deputy )?Mayor|Commissioner|Trustee|Supervisor|Senator|Minister|Chair(?:man|woman|person)?|"
    r"(?:Vice[- ])?President|Director|Superintendent)\.? )*"
)
_VERBS = (
    r"(?:reported|said|asked|noted|stated|explained|argued|suggested|proposed|presented|added|replied|answered|"
    r"responded|confirmed|observed|pointed|warned|recalled|remarked|commented|raised|requested|thanked|"
    r"welcomed|opened|closed|introduced|described|reminded|stressed|emphasi[sz]ed|questioned|disagreed|agreed|"
    r"objected|insisted|wondered|offered|outlined|summari[sz]ed|updated|advised|acknowledged|expressed|felt|"
    r"thought|told|called|recommended|repeated|reiterated|clarified|highlighted|complained|apologi[sz]ed|"
    r"admitted|accepted|refused|declined|moved|seconded|undertook|held|referred|regretted|protested|announced|"
    r"mentioned|feared|doubted|promised|denied|invited|liked|inquired|enquired|indicated|believed|concluded|"
    r"discussed|shared|provided|gave|reviewed|informed|spoke|echoed|supported|opposed|countered|joked|voiced)"
)
_ADVERB = r"(?: (?:then|also|again|further|briefly|both|likewise|nevertheless|however|and))?"
_WORD = r"[^\W\d_][\w'’.-]{0,40}"
_SUBJECT = rf"{_TITLE}({_WORD}(?: {_WORD}){{0,4}}?)(?: \([^()]{{1,80}}\))?,?"
_REPORTED = re.compile(rf"^{_SUBJECT}{_ADVERB} {_VERBS}\b")
# Only for people known to be there; "Keil was asked to" is about her, not by her.
_ACTIVE = re.compile(
    rf"^{_SUBJECT}{_ADVERB} (?:did|had|would|could|might|can|cannot|wants|wished|likewise|took|put|made|"
    r"found|saw|left|went|sent|wrote|kept|brought|drew|read|ran|set|let|\w+ed)\b(?! by\b)"
)
_LABEL = re.compile(rf"^{_SUBJECT}: (?=\S)")
_OWES = re.compile(rf"^(?:{_SUBJECT}(?:, | and | & |/))?{_SUBJECT} to [a-z]+\b")
# "He added", "He is asked", "A partner cannot be told": whoever was reported before is reported still.
_STILL = re.compile(r"^(?:He|She)$|\b(?:is|are|was|were|be|been|has|have|to|will|that|who|which|not)\b")
_FEWEST_REPORTS = 2
_LONGEST = 50_000  # characters of a paragraph
_CHAIR = re.compile(r"(?i)(?<!vice[- ])\bchair")
_BODY = r"(?:board|committee|group|meeting|steering group|council|panel|team|members|partners|parties|forum)"
_DECIDED = re.compile(
    rf"(?i)^(?:(?:it was|the {_BODY}(?: members)?|all|everyone|members|both (?:parties|sides)) "
    r"(?:unanimously |then |also )?(?:resolved|agreed|decided|approved|adopted|endorsed|ratified|rejected)\b"
    r"|agreed that\b|the (?:motion|resolution|proposal|vote) (?:was )?(?:carried|passed|failed|lost)\b)"
    r"|^(?:it was moved|moved by|motion (?:by|to|made)|on (?:a )?motion|upon motion)\b"
    r"|^(?-i:RESOLVED|AGREED|CARRIED)\b"
)
_RECORD = re.compile(
    r"^(?:(action|task|to[- ]?do)|(decision|resolution|agreed))s?(?: (?:point|item|no\.?))?"
    r"(?: ?#?\d+(?:\.\d+)*)?\s*+(\([^()]{1,40}\))?\s*+[:–-]\s++(?=\S)",
    re.I,
)
# A full stop after a title or an initial ends no sentence.
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bProf\.)(?<![ .][A-Z]\.)\s+(?=[A-Z])"
)
# Subjects that begin with a capital and are nobody.
_NO_PERSON = re.compile(
    rf"(?i)\b(?:the|a|an|it|this|that|these|those|they|we|i|there|he|she|who|one|both|all|some|several|many|no|"
    rf"others?|another|everyone|somebody|someone|nobody|staff|item|report|question|each|it|and|or|{_BODY}|"
    r"office|department|company|university|agency|city|county|public|agenda|minutes|as|in|on|at|for|by|after|"
    r"when|if|with|under|following|discussion|concern|concerns|issue|issues|members?)\b"
)


@dataclass(slots=True)
class _Part:
    """Sentences in a row that one person is reported to say, or that record one thing."""

    speaker: str | None
    kind: UtteranceKind
    sentences: list[str] = field(default_factory=list)


def attribute(said: Sequence[Utterance], people: Sequence[Person]) -> tuple[Utterance, ...]:
    """Split statements where another known person is reported, and give them to that person.

    Names that nobody present has, or that two have, stay unattributed. Decisions and actions in the midst
    of a paragraph become utterances of their own. No word is lost or moved.
    """
    names = _names(people)
    result: list[Utterance] = []
    for utterance in said:
        is_report = _may_report(utterance)
        result.extend(_split(utterance, names) if is_report else [utterance])
    return tuple(
        utterance if utterance.index == index else replace(utterance, index=index)
        for index, utterance in enumerate(result)
    )


def reporters(said: Iterable[Utterance], people: Sequence[Person]) -> tuple[Person, ...]:
    """Give the people who are reported and whom no list names; a single name must come back."""
    known = _names(people)
    parties = {(person.party or "").casefold() for person in people}
    counts: Counter[str] = Counter()
    for utterance in said:
        if _may_report(utterance):
            counts.update(
                found[1]
                for sentence in _SENTENCE.split(utterance.text)
                if (found := _REPORTED.match(sentence)) and _is_like_person(found[1])
            )
    new = [
        name
        for name, count in counts.items()
        if _key(known, name) is None
        and name.casefold() not in known
        and name.casefold() not in parties
        and (" " in name or count > 1)
    ]
    return build_people(new)[0]


def _may_report(utterance: Utterance) -> bool:
    """Say whether it is a paragraph of minutes: nobody's words, and not a book in one line."""
    is_nobodys = utterance.kind == "statement" and utterance.speaker is None
    return is_nobodys and len(utterance.text) <= _LONGEST


def _is_like_person(name: str) -> bool:
    words = name.split()
    return (
        len(words) <= 4
        and all(word[0].isupper() for word in words if word not in ("van", "von", "de", "der", "den", "la"))
        and not _NO_PERSON.search(name)
        and not is_field(name)
    )


def is_report(text: str, find: Callable[[str], str | None]) -> bool:
    """Say whether a paragraph begins with somebody who is known to be there and what they said."""
    found = _REPORTED.match(text) or _ACTIVE.match(text)
    return found is not None and (find(found[1]) is not None or found[1].casefold().startswith("the chair"))


def is_reporting(texts: Iterable[str], *, find: Callable[[str], str | None], labelled: int) -> bool:
    """Say whether minutes report what people said, so that "Ann added ..." ends the turn before it.

    In a transcript such words belong to whoever speaks: there `labelled` lines, with names, are far more.
    """
    reports = sum(is_report(text, find) for text in texts)
    return reports >= _FEWEST_REPORTS and reports >= 0.3 * labelled


def _names(people: Sequence[Person]) -> dict[str, str | None]:
    """Map full names, surnames and "the chair" to keys; None for one that two people have."""
    names: dict[str, str | None] = {}
    for person in people:
        bare = re.sub(rf"^{_TITLE}", "", person.name)
        office = (
            {"the chair", "the chairman", "the chairwoman", "the chairperson", "madam chair"}
            if _CHAIR.search(person.role or "")
            else set()
        )
        for name in {person.name, bare, bare.rpartition(" ")[2], *person.aliases, *office}:
            folded = name.casefold()
            names[folded] = None if names.get(folded, person.key) != person.key else person.key
        if len(initials := initials_of(bare)) > 1:  # in capitals, as no folded name is: "It" is not I. T.
            names[initials] = None if names.get(initials, person.key) != person.key else person.key
    return names


def _key(names: Mapping[str, str | None], name: str) -> str | None:
    """Give whose name, surname, office or initials these are."""
    return names.get(name.casefold()) or names.get(name)


def _split(utterance: Utterance, names: dict[str, str | None]) -> list[Utterance]:
    parts: list[_Part] = []
    for sentence in _SENTENCE.split(utterance.text):
        opened = _opened(sentence, names)
        goes_on = opened is None or (
            parts and (opened.speaker, opened.kind) == (parts[-1].speaker, parts[-1].kind)
        )
        if parts and goes_on and parts[-1].kind != "action":
            parts[-1].sentences.append(sentence)
        else:
            opened = opened or _Part(None, "statement")
            opened.sentences = opened.sentences or [sentence]
            parts.append(opened)
    return [
        replace(
            utterance,
            speaker=part.speaker,
            kind=part.kind,
            text=" ".join(part.sentences),
            units=utterance.units if number == 0 else 0,
        )
        for number, part in enumerate(parts)
    ]


def _opened(sentence: str, names: dict[str, str | None]) -> _Part | None:
    """Say what a sentence opens; None where it goes on with what was before."""
    if found := _RECORD.match(sentence):
        text = f"{sentence[found.end() :]} {found[3] or ''}".rstrip()
        return _Part(None, "action" if found[1] else "decision", [text])
    if _DECIDED.match(sentence):
        return _Part(None, "decision")
    if (found := _OWES.match(sentence)) and all(_key(names, name) for name in found.groups() if name):
        return _Part(None, "action")
    if (found := _LABEL.match(sentence)) and (speaker := _key(names, found[1])):
        return _Part(speaker, "statement", [sentence[found.end() :]])
    reported = _REPORTED.match(sentence)
    for found in (reported, _ACTIVE.match(sentence)):
        if found and (speaker := _key(names, found[1])):
            return _Part(speaker, "statement")
    if reported and not _STILL.search(reported[1]) and reported[1][:1].isupper():
        return _Part(None, "statement")
    return None
