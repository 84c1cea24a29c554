"""The behavioural suite: run written cases through a tagger, and say what share of each kind passes.

What is asserted is what `tag` prints: the mode after the policy's offsets, doubtful or not, and the flags.
The minimum cases are also tried lower-cased, without punctuation and with fillers (invariance without
further writing), so a model that merely knows the wording of a case does not pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.records.meeting import Locator, Meeting, MeetingKind, Person, Source, Utterance
from analyzer.records.tagged import Encoded
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger
from analyzer.training.cases import Case, Said, Test
from analyzer.training.perturbations import PERTURBATIONS

RISE = 0.1  # of a belief by a harmless clause, from which on the clause is said to have added a barrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a tagger says of one piece."""

    mode: str
    flags: frozenset[str]
    beliefs: Mapping[str, float]

    @property
    def asserted(self) -> frozenset[str]:
        """Mode and flags."""
        return self.flags | {self.mode}

    def __str__(self) -> str:
        return ", ".join([self.mode, *sorted(self.flags)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether a case passed, and if not, why."""

    case: Case
    is_passed: bool
    why: str
    text: str  # what was judged when it failed; the piece of the case where it passed

    @property
    def group(self) -> tuple[Test, str]:
        """Test and capability, by which outcomes are counted."""
        return self.case.test, self.case.capability


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """A case with what had to be judged to check it, and what was said of each."""

    case: Case
    variants: tuple[Case, ...]
    judged: tuple[Judged, ...]
    barriers: Sequence[str]


def run_suite(tagger: Tagger, cases: Sequence[Case]) -> list[Outcome]:
    """Try each case, and each minimum case once a perturbation."""
    planned = [(case, _variants(case)) for case in cases]
    planned += [(changed, (case, changed)) for case in cases for changed in _perturbed(case)]
    judged = iter(judge_all(tagger, [one for _, variants in planned for one in variants]))
    barriers = tagger.codebook.barriers
    tries = [
        _Try(case=case, variants=variants, judged=tuple(next(judged) for _ in variants), barriers=barriers)
        for case, variants in planned
    ]
    return [_CHECKS[one.case.test](one) for one in tries]


def pass_rates(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Count cases and passes by test and capability.

    Returns:
        {"cases", "passed", "tests": {test: {"n", "passed", "capabilities": {name: {"n", "passed"}}}},
        "failed": ids}. `cases` counts written cases, each test its tries.
    """
    listed = list(outcomes)
    tests: dict[str, Any] = {}
    for outcome in listed:
        test, capability = outcome.group
        whole = tests.setdefault(test, {"n": 0, "passed": 0, "capabilities": {}})
        part = whole["capabilities"].setdefault(capability, {"n": 0, "passed": 0})
        for counts in (whole, part):
            counts["n"] += 1
            counts["passed"] += outcome.is_passed
    failed = [outcome.case.id for outcome in listed if not outcome.is_passed]
    return {
        "cases": len({outcome.case.id.partition(",")[0] for outcome in listed}),
        "tries": len(listed),
        "passed": len(listed) - len(failed),
        "tests": tests,
        "failed": sorted(failed),
    }


def judge_all(tagger: Tagger, cases: Sequence[Case]) -> list[Judged]:
    """Tag the turns of each case as a meeting of its own, and give what is said of the last piece.

    All are read alone at once, each equal piece once; among its neighbours each case is read for itself.
    """
    turns = [turn for case in cases for turn in (*case.before, case.said)]
    encoded = tagger.read_alone(_meeting("suite", "transcript", turns))
    of_turn = np.array([piece.utterance for piece in encoded.pieces])
    judged, first = [], 0
    for case in cases:
        last = first + len(case.before) + 1
        own = (of_turn >= first) & (of_turn < last)
        judged.append(_judged(tagger, tagger.read_in_context(_part(encoded, own, case, first))))
        first = last
    return judged


def _part(encoded: Encoded, own: NDArray[np.bool_], case: Case, first: int) -> Encoded:
    pieces = [piece for piece, kept in zip(encoded.pieces, own, strict=True) if kept]
    return replace(
        encoded,
        meeting=_meeting(case.id, case.kind, (*case.before, case.said)),
        pieces=tuple(replace(piece, utterance=piece.utterance - first) for piece in pieces),
        vectors=encoded.vectors[own],
        local=encoded.local[own],
        spans=encoded.spans[own],
    )


def _judged(tagger: Tagger, encoded: Encoded) -> Judged:
    tagged = tagger.judge(encoded, tagger.no_memory())
    codebook = tagger.codebook
    signals = decide(tagged, replace(tagger.policy, unsure_below=0.0), (), codebook)
    beliefs = np.concatenate([tagged.beliefs["mode"][-1], tagged.beliefs["barrier"][-1]])
    return Judged(
        mode=codebook.modes[int(signals.mode[-1])],
        flags=frozenset(key for key, on in zip(codebook.barriers, signals.flags[-1], strict=True) if on),
        beliefs={label.key: float(p) for label, p in zip(codebook.labels, beliefs, strict=True)},
    )


def _minimum(one: _Try) -> Outcome:
    case, (found,) = one.case, one.judged
    wanted = {*case.flags, *([case.mode] if case.mode else [])}
    missing, wrong = wanted - found.asserted, found.asserted & set(case.never)
    said = [f"not {key}" for key in sorted(missing)] + [f"wrongly {key}" for key in sorted(wrong)]
    why = f"{', '.join(said)} (said: {found})" if said else ""
    return Outcome(case=case, is_passed=not said, why=why, text=case.said.text)


def _invariance(one: _Try) -> Outcome:
    first = one.judged[0]
    for variant, found in zip(one.variants, one.judged, strict=True):
        if found.asserted != first.asserted:
            why = f"{found}, where “{one.variants[0].said.text}” is {first}"
            return Outcome(case=one.case, is_passed=False, why=why, text=variant.said.text)
    return Outcome(case=one.case, is_passed=True, why="", text=one.case.said.text)


def _directional(one: _Try) -> Outcome:
    case, (before, after) = one.case, one.judged
    if case.gone is not None:
        was, left = before.beliefs[case.gone], after.beliefs[case.gone]
        is_passed = case.gone not in after.flags and left < was
        why = f"{case.gone} believed {was:.2f}, then {left:.2f}"
    else:
        more = [key for key in one.barriers if after.beliefs[key] > before.beliefs[key] + RISE]
        added = sorted((after.flags - before.flags) | set(more))
        is_passed, why = not added, f"adds {', '.join(added)}"
    text = one.variants[1].said.text
    return Outcome(case=case, is_passed=is_passed, why="" if is_passed else why, text=text)


_CHECKS = {"minimum functionality": _minimum, "invariance": _invariance, "directional": _directional}


def _variants(case: Case) -> tuple[Case, ...]:
    """What must be judged to check a case: itself; its fillings; itself and what is said instead."""
    if case.test == "invariance":
        return tuple(_filled(case))
    if case.test == "directional":
        return case, replace(case, said=replace(case.said, text=case.then or ""))
    return (case,)


def _perturbed(case: Case) -> Iterator[Case]:
    for name, change in PERTURBATIONS.items() if case.test == "minimum functionality" else ():
        yield replace(
            case,
            id=f"{case.id}, {name}",
            test="invariance",
            capability=name,
            said=replace(case.said, text=change(case.said.text)),
            before=tuple(replace(turn, text=change(turn.text)) for turn in case.before),
        )


def _filled(case: Case) -> Iterator[Case]:
    """The case with the first value of each slot, then with the second, and so on."""
    for values in zip(*case.slots.values(), strict=True):
        chosen = dict(zip(case.slots, values, strict=True))
        yield replace(
            case,
            said=_fill(case.said, chosen),
            before=tuple(_fill(turn, chosen) for turn in case.before),
        )


def _fill(turn: Said, chosen: Mapping[str, str]) -> Said:
    speaker = turn.speaker.format(**chosen) if turn.speaker is not None else None
    return Said(speaker=speaker, text=turn.text.format(**chosen))


def _meeting(name: str, kind: MeetingKind, turns: Sequence[Said]) -> Meeting:
    speakers = dict.fromkeys(turn.speaker for turn in turns if turn.speaker is not None)
    return Meeting(
        id=name,
        series=name,
        kind=kind,
        language="en",
        people=tuple(Person(key=speaker, name=speaker) for speaker in speakers),
        utterances=tuple(
            Utterance(index=n, text=turn.text, speaker=turn.speaker, at=Locator(unit="row", number=n + 1))
            for n, turn in enumerate(turns)
        ),
        source=Source(name=name, sha256="", format="cases", size=0),
    )
