"""Reported speech: "Keil reported that ..." belongs to Keil, where the grammar says so plainly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyzer.records.meeting import Person, Utterance

_TITLE = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Mx|Cllr|Councillor|Sir|Dame)\.? )*"
_VERBS = (
    r"(?:reported|said|asked|noted|stated|explained|argued|suggested|proposed|presented|added|replied|answered|"
    r"responded|confirmed|observed|pointed|warned|recalled|remarked|commented|raised|requested|thanked|"
    r"welcomed|opened|closed|introduced|described|reminded|stressed|emphasi[sz]ed|questioned|disagreed|agreed|"
    r"objected|insisted|wondered|offered|outlined|summari[sz]ed|updated|advised|acknowledged|expressed|felt|"
    r"thought|told|called|recommended|repeated|reiterated|clarified|highlighted|complained|apologi[sz]ed|"
    r"admitted|accepted|refused|declined|moved|seconded|undertook|held|referred|regretted|protested|announced|"
    r"mentioned|feared|doubted|promised|denied|invited|liked)"
)
_REPORTED = re.compile(
    rf"^{_TITLE}((?:[^\W\d_][\w'’.-]*)(?: [^\W\d_][\w'’.-]*){{0,4}}?)(?: \([^()]{{1,80}}\))?,?"
    rf"(?: (?:then|also|again|further|briefly))? {_VERBS}\b"
)
# "He added", "He is asked", "A partner cannot be told": whoever was reported before is reported still.
_STILL = re.compile(r"^(?:He|She)$|\b(?:is|are|was|were|be|been)$")
_CHAIR = re.compile(r"(?i)(?<!vice[- ])\bchair")
_DECIDED = re.compile(
    r"^(?:RESOLVED\b|(?:It was|The (?:board|committee|group|meeting|steering group|council)) "
    r"(?:unanimously )?(?:resolved|agreed|decided)\b|Agreed that\b)"
)
# A full stop after a title or an initial ends no sentence.
_SENTENCE = re.compile(
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bProf\.)(?<![ .][A-Z]\.)(?<=[.!?])\s+(?=[A-Z])"
)


def attribute(said: Sequence[Utterance], people: Sequence[Person]) -> tuple[Utterance, ...]:
    """Split statements where another known person is reported, and give them to that person.

    Names that nobody present has, or that two have, stay unattributed. No word is lost or moved.
    """
    names = _names(people)
    result: list[Utterance] = []
    for utterance in said:
        parts = (
            _parts(utterance, names)
            if utterance.kind == "statement" and utterance.speaker is None
            else [utterance]
        )
        result.extend(parts)
    return tuple(replace(utterance, index=index) for index, utterance in enumerate(result))


def _names(people: Sequence[Person]) -> dict[str, str | None]:
    """Map full names, surnames and "the chair" to keys; None for one that two people have."""
    names: dict[str, str | None] = {}
    for person in people:
        bare = re.sub(rf"^{_TITLE}", "", person.name)
        office = {"the chair"} if _CHAIR.search(person.role or "") else set()
        for name in {person.name, bare, bare.rpartition(" ")[2], *person.aliases, *office}:
            folded = name.casefold()
            names[folded] = None if names.get(folded, person.key) != person.key else person.key
    return names


def _parts(utterance: Utterance, names: dict[str, str | None]) -> list[Utterance]:
    groups: list[tuple[str | None, str, list[str]]] = []  # speaker, kind, sentences
    for sentence in _SENTENCE.split(utterance.text):
        found = _REPORTED.match(sentence)
        if found and _STILL.search(found[1]):
            found = None
        speaker = names.get(found[1].casefold()) if found else None
        kind = "decision" if _DECIDED.match(sentence) else "statement"
        opens = bool(found and found[1][:1].isupper()) or kind == "decision"
        if groups and not (opens and (speaker, kind) != groups[-1][:2]):
            groups[-1][2].append(sentence)
        else:
            groups.append((speaker, kind, [sentence]))
    return [
        replace(
            utterance,
            speaker=speaker,
            kind="decision" if kind == "decision" else "statement",
            text=" ".join(sentences),
            units=utterance.units if number == 0 else 0,
        )
        for number, (speaker, kind, sentences) in enumerate(groups)
    ]
