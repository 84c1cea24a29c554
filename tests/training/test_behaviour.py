"""The runner, on the shipped model where a piece is beyond doubt, and on hand-made verdicts elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.codebook import default_codebook
from analyzer.tagging.tagger import Tagger
from analyzer.training.behaviour import Outcome, judge_all, pass_rates, run_suite
from analyzer.training.cases import Case, Said
from analyzer.training.evaluate import evaluate

CODEBOOK = default_codebook()
THANKS = Case(
    id="thanks",
    test="minimum functionality",
    capability="floor",
    said=Said(speaker="Ana", text="Thank you."),
    before=(Said(speaker="Ben", text="That was the last slide."),),
    mode=CODEBOOK.role("procedural"),
    never=CODEBOOK.barriers,
)
NUMBERS = Case(
    id="numbers",
    test="minimum functionality",
    capability="status",
    said=Said(speaker="Ben", text="We shipped 40 units on Monday, and the other 20 follow next week."),
    mode=CODEBOOK.role("transactional"),
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load(threads=1)


def outcome(tagger: Tagger, case: Case) -> Outcome:
    return run_suite(tagger, [case])[0]


def test_a_piece_is_judged_as_if_its_case_were_alone(tagger: Tagger) -> None:
    together = judge_all(tagger, [THANKS, NUMBERS])

    assert together == [*judge_all(tagger, [THANKS]), *judge_all(tagger, [NUMBERS])]
    assert together[0].beliefs.keys() == {label.key for label in CODEBOOK.labels}


def test_what_is_tagged_as_asked_passes_and_what_is_not_says_what_it_was(tagger: Tagger) -> None:
    wrong = replace(THANKS, mode=CODEBOOK.role("generative"))

    assert outcome(tagger, THANKS).is_passed
    assert not outcome(tagger, wrong).is_passed
    assert outcome(tagger, wrong).why == "not generative (said: procedural)"


def test_what_must_not_be_asserted_fails_where_it_is(tagger: Tagger) -> None:
    found = outcome(tagger, replace(THANKS, mode=None, never=(CODEBOOK.role("procedural"),)))

    assert found.why.startswith("wrongly procedural")


def test_minimum_cases_are_tried_in_other_wordings_too(tagger: Tagger) -> None:
    tried = run_suite(tagger, [THANKS])

    assert [one.case.id for one in tried] == [
        "thanks", "thanks, lower case", "thanks, no punctuation", "thanks, fillers",
    ]  # fmt: skip
    assert tried[2].text == "thank you"


def test_slots_are_filled_side_by_side(tagger: Tagger) -> None:
    said = Said(speaker="{who}", text="Thank you, {whom}.")
    slots = {"who": ("Ana", "Olu"), "whom": ("Ben", "Mei")}
    same = replace(THANKS, test="invariance", said=said, slots=slots)
    other = replace(same, said=Said(speaker=None, text="{what}"), slots={"what": (
        "Thank you.", "We shipped 40 units on Monday, and the other 20 follow next week.")})  # fmt: skip

    assert outcome(tagger, same).is_passed
    assert not outcome(tagger, other).is_passed
    assert "where “Thank you.” is procedural" in outcome(tagger, other).why


def test_a_settled_barrier_must_be_believed_less(tagger: Tagger) -> None:
    barrier = CODEBOOK.barriers[4]
    lacking = Said(speaker="Ana", text="We have no people and no budget left for this, we cannot staff it.")
    settles = Case(
        id="staff", test="directional", capability="settled", said=lacking, then="Thank you.", gone=barrier
    )
    reopens = replace(settles, said=Said(speaker="Ana", text="Thank you."), then=lacking.text)

    assert outcome(tagger, settles).is_passed
    assert not outcome(tagger, reopens).is_passed


def test_pass_rates_count_cases_once_and_tries_each() -> None:
    def made(name: str, test: str, capability: str, is_passed: bool) -> Outcome:
        case = replace(THANKS, id=name, test=test, capability=capability)  # type: ignore[arg-type]
        return Outcome(case=case, is_passed=is_passed, why="", text="")

    rates = pass_rates(
        [
            made("a", "minimum functionality", "floor", True),
            made("b", "minimum functionality", "status", False),
            made("a, fillers", "invariance", "fillers", True),
        ]
    )

    assert (rates["cases"], rates["tries"], rates["passed"], rates["failed"]) == (2, 3, 2, ["b"])
    assert rates["tests"]["minimum functionality"]["passed"] == 1
    assert rates["tests"]["minimum functionality"]["capabilities"]["status"] == {"n": 1, "passed": 0}


def test_evaluate_takes_a_file_of_cases_and_leaves_a_page(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        "test: minimum functionality\ncapability: floor\ncases:\n"
        "- {id: thanks, said: {Ana: Thank you.}, mode: procedural}\n"
        "- {id: never, said: {Ana: <b>Thank you.</b>}, never: [procedural]}\n",
        encoding="utf-8",
    )

    found = evaluate(Tagger.load().address, file, tmp_path / "out")

    assert found["behaviour"]["tests"]["minimum functionality"] == {
        "n": 2, "passed": 1, "capabilities": {"floor": {"n": 2, "passed": 1}},
    }  # fmt: skip
    page = (tmp_path / "out" / "behaviour.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Thank you." in page
    assert "<script" not in page
    assert (tmp_path / "out" / "behaviour.json").exists()
