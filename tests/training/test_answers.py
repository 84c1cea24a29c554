"""From sheets to labels and back to the text: what annotators write is checked, joined and compared."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import DataError, StoreError
from analyzer.records.figures import Estimate
from analyzer.records.meeting import Locator, Utterance
from analyzer.tagging.pieces import cut
from analyzer.training.answers import collect, write_disagreements, write_labels
from analyzer.training.joined import join_labels
from analyzer.training.select import windows_of
from analyzer.training.sheets import CONTEXT, guide, write_sheets

CODEBOOK = default_codebook()
MODES = [mode[0] for mode in CODEBOOK.modes]  # t, c, g, p


@pytest.fixture
def talk(meeting):
    """A meeting of twelve pieces; one looks like a formula."""
    texts = [f"point {number} of the report, José" for number in range(11)] + ["=1+1 is what they say"]
    said = [
        Utterance(
            index=index,
            text=text,
            speaker="ana" if index % 2 else "ben",
            at=Locator(unit="line", number=index + 1),
        )
        for index, text in enumerate(texts)
    ]
    return replace(meeting, id="alpha/one", utterances=tuple(said))


@pytest.fixture
def folder(talk, tmp_path):
    """Sheets of its second and third window of four pieces, for two annotators."""
    windows = windows_of(talk, cut(talk), 4)[1:]
    assert write_sheets(windows, tmp_path / "sheets", CODEBOOK, passes=2, context=3, seed=0) == 8
    return tmp_path / "sheets"


def sheet(folder, number):
    with (folder / f"pass-{number}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def keys(folder):
    return sorted(row["key"] for row in sheet(folder, 1) if row["mode"] != CONTEXT)


def fill(folder, number, modes, barriers=None, *, delimiter=",", encoding="utf-8-sig"):
    """Answer a pass as a spreadsheet would write it."""
    rows = sheet(folder, number)
    for row in rows:
        if row["key"] in modes:
            row |= {"mode": modes[row["key"]], "barriers": (barriers or {}).get(row["key"], "")}
    with (folder / f"pass-{number}.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def test_a_sheet_has_each_window_after_the_pieces_before_it(folder):
    rows = sheet(folder, 1)

    assert [row["key"] for row in rows[:5]] == ["w0000<3", "w0000<2", "w0000<1", "w0000-000", "w0000-001"]
    assert [row["mode"] for row in rows[:4]] == [CONTEXT] * 3 + [""]
    assert [row["text"] for row in rows[:4]] == [f"point {n} of the report, José" for n in range(1, 5)]
    assert {row["speaker"] for row in rows} == {"Ana", "Ben"}


def test_every_pass_has_the_same_rows(folder):
    assert sorted(row["key"] for row in sheet(folder, 1)) == sorted(row["key"] for row in sheet(folder, 2))


def test_no_text_is_a_formula_for_a_spreadsheet(folder):
    assert [row["text"] for row in sheet(folder, 1)][-1] == " =1+1 is what they say"


def test_places_hold_no_text(folder):
    assert "report" not in (folder / "windows.jsonl").read_text()


def test_the_guide_has_every_label():
    text = guide(CODEBOOK)

    assert all(f"`{label.key}`" in text and label.definition in text for label in CODEBOOK.labels)


def test_sheets_are_never_overwritten(folder, talk):
    with pytest.raises(StoreError, match="there are sheets in it already"):
        write_sheets(windows_of(talk, cut(talk), 4), folder, CODEBOOK, passes=1, context=0, seed=0)


def test_answers_become_labels_that_training_joins_with_the_text(folder, talk):
    answered = dict(zip(keys(folder), MODES * 2, strict=True))
    fill(folder, 1, answered, {keys(folder)[0]: "resource_constraint, ip_concern"})

    found = collect(folder, CODEBOOK)
    write_labels(found.rows, folder / "labels.jsonl")
    joined = join_labels([folder / "labels.jsonl"], folder / "transcripts", CODEBOOK)

    assert (joined.labelled, joined.changed, joined.without_archive) == (8, 0, 0)
    labelled = [
        (text, CODEBOOK.modes[mode])
        for stretch in joined.stretches
        for text, mode in zip(stretch.texts, stretch.mode, strict=True)
        if mode >= 0
    ]
    texts = [utterance.text for utterance in talk.utterances]
    assert labelled == list(zip(texts[4:], CODEBOOK.modes * 2, strict=True))
    assert found.rows[0]["barriers"] == ["resource_constraint", "ip_concern"]
    assert found.rows[0]["confidence"] == 3
    assert "text" not in found.rows[0]
    assert (found.agreement, found.unanswered) == (None, {"pass-1.csv": 0, "pass-2.csv": 8})


def test_two_passes_are_compared(folder):
    rows = keys(folder)
    first = dict(zip(rows, "ttttcccc", strict=True))
    fill(folder, 1, first)
    fill(folder, 2, first | {rows[0]: "c", rows[7]: "t"}, {rows[1]: "ip_concern"})

    found = collect(folder, CODEBOOK)
    agreement = found.agreement

    # Each says t and c four times: by chance they agree in half, in fact in six of eight.
    assert (agreement.rows, agreement.same_mode, agreement.same_barriers) == (8, 0.75, 0.875)
    assert isinstance(agreement.kappa, Estimate)
    assert agreement.kappa.value == pytest.approx(0.5)
    # Sixteen answers, eight of each: 1 - 15 * 4 / (16 * 16 - 2 * 64) = 1 - 60 / 128.
    assert agreement.alpha.value == pytest.approx(1 - 60 / 128)
    assert set(agreement.barrier_kappas) == {"ip_concern"}
    assert found.disagreements == (rows[0], rows[1], rows[7])
    assert (found.rows[0]["mode"], found.rows[0]["second"]["mode"]) == ("transactional", "circular")


def test_what_differs_is_listed_with_its_text(folder):
    rows = keys(folder)
    fill(folder, 1, dict.fromkeys(rows, "t"))
    fill(folder, 2, dict.fromkeys(rows, "t") | {rows[2]: "g"})

    write_disagreements(collect(folder, CODEBOOK), folder)

    with (folder / "disagreements.csv").open(encoding="utf-8-sig") as file:
        [listed] = csv.DictReader(file)
    assert (listed["key"], listed["first mode"], listed["second mode"]) == (
        rows[2],
        "transactional",
        "generative",
    )
    assert listed["text"] == "point 6 of the report, José"


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "cp1252"), ("\t", "utf-8")])
def test_a_sheet_may_come_back_as_a_spreadsheet_writes_it(folder, delimiter, encoding):
    fill(folder, 1, dict.fromkeys(keys(folder), "Circular"), delimiter=delimiter, encoding=encoding)

    assert [row["mode"] for row in collect(folder, CODEBOOK).rows] == ["circular"] * 8


def test_an_annotator_may_write_json(folder):
    lines = [{"k": key, "m": "g", "b": ["skills_gap"], "c": 2} for key in keys(folder)[:5]]
    (folder / "pass-2.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    found = collect(folder, CODEBOOK)

    assert [(row["mode"], row["barriers"], row["confidence"]) for row in found.rows] == [
        ("generative", ["skills_gap"], 2)
    ] * 5
    assert found.unanswered["pass-2.jsonl"] == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"m": "x"}, "'x' is no mode; use one of transactional"),
        ({"m": "t", "b": ["trust"]}, "'trust' is no barrier; use any of lack_of_trust"),
        ({"m": "t", "c": 7}, "'7' is no confidence"),
        ({"b": ["ip_concern"]}, "it has a barrier and no mode"),
        ({"k": "w9999-000", "m": "t"}, "there is no such row to label"),
    ],
)
def test_an_answer_that_makes_no_sense_names_its_row(folder, answer, words):
    row = {"k": keys(folder)[0]} | answer
    (folder / "pass-1.jsonl").write_text(json.dumps(row) + "\n")

    with pytest.raises(DataError) as caught:
        collect(folder, CODEBOOK)

    assert words in str(caught.value)
    assert f"pass-1.jsonl, {row['k']}" in str(caught.value)


def test_a_row_answered_twice_is_an_error(folder):
    key = keys(folder)[0]
    (folder / "pass-1.jsonl").write_text(f'{{"k": "{key}", "m": "t"}}\n' * 2)

    with pytest.raises(DataError, match="it is answered twice"):
        collect(folder, CODEBOOK)


def test_one_pass_in_two_files_is_an_error(folder):
    fill(folder, 1, {keys(folder)[0]: "t"})
    (folder / "pass-1.jsonl").write_text(json.dumps({"k": keys(folder)[0], "m": "t"}) + "\n")

    with pytest.raises(DataError, match=r"pass 1 is answered in pass-1.csv and in pass-1.jsonl"):
        collect(folder, CODEBOOK)


def test_nothing_answered_and_no_sheets_are_one_sentence_each(folder, tmp_path):
    with pytest.raises(DataError, match="nothing is answered yet"):
        collect(folder, CODEBOOK)
    with pytest.raises(DataError, match="there are no sheets in it"):
        collect(tmp_path / "nowhere", CODEBOOK)
