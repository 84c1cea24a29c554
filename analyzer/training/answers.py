"""Read answers back from work sheets: check them against the codebook, join the passes, say how they agree.

A pass is `pass-N.csv`, as `sheets` wrote it, or `pass-N.jsonl` of rows `{"k", "m", "b", "c"}` (key, mode,
barriers, confidence) from annotators that write no tables. What is not answered is left out and counted;
an answer that makes no sense is an error that names its row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.records.figures import Figure
from analyzer.training.agreement import cohen_kappa, krippendorff_alpha
from analyzer.training.data import read_rows
from analyzer.training.sheets import CONTEXT, WINDOWS

DISAGREEMENTS = "disagreements.csv"
_CONFIDENCES = ("1", "2", "3")
_PASS = re.compile(r"pass-(\d+)\.(?:csv|jsonl)")

Answers = dict[str, dict[str, Any]]  # key of a row -> mode, barriers, confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the first two passes agree on the rows both answered."""

    rows: int
    same_mode: float  # share
    same_barriers: float  # share of rows with exactly the same barriers
    kappa: Figure  # of modes, Cohen
    alpha: Figure  # of modes, Krippendorff, over all passes
    barrier_kappas: Mapping[str, Figure]  # of each barrier that either of the two found


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Labels by id as `analyzer train` reads them, and what there is to say of them.

    A row's label is that of the first pass which answered it; the next one's stands under `second`. What a
    third says counts for Krippendorff's alpha only.
    """

    rows: tuple[dict[str, Any], ...]
    unanswered: Mapping[str, int]  # file -> rows without an answer
    disagreements: tuple[str, ...]  # keys of rows of which the two say something else
    agreement: Agreement | None  # None where no row was answered twice


def collect(folder: Path, codebook: Codebook) -> Collected:
    """Read the answers in a folder of sheets.

    Raises:
        DataError: if there are no sheets or answers, or one of them makes no sense.
    """
    places = _places(folder)
    passes = {file: _answers(file, codebook) for file in _files(folder)}
    for file, answers in passes.items():
        if unknown := sorted(set(answers) - set(places)):
            raise _fault(file, unknown[0], "there is no such row to label", "keep the column `key` as it was")
    if not any(passes.values()):
        raise DataError(
            what="nothing is answered yet",
            where=str(folder),
            remedy="fill in the column `mode` of pass-1.csv; codebook.md says how",
        )
    rows = []
    for key, place in places.items():
        found = [answers[key] for answers in passes.values() if key in answers]
        if found:
            second = {"second": found[1]} if len(found) > 1 else {}
            rows.append(
                {**{name: value for name, value in place.items() if name != "k"}, **found[0], **second}
            )
    twice = [key for key in places if sum(key in answers for answers in passes.values()) > 1]
    return Collected(
        rows=tuple(rows),
        unanswered={file.name: len(places) - len(answers) for file, answers in passes.items()},
        disagreements=tuple(key for key in twice if _differ(key, list(passes.values()))),
        agreement=_agreement(twice, list(passes.values()), places, codebook) if twice else None,
    )


def _places(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = read_rows(folder / WINDOWS)
        return {str(row["k"]): row for row in rows}
    except (OSError, KeyError) as error:
        raise DataError(
            what=f"there are no sheets in it ({WINDOWS} is missing or broken)",
            where=str(folder),
            remedy="make some with: analyzer label sheets PATH… --out DIR",
        ) from error


def _files(folder: Path) -> list[Path]:
    numbered: dict[int, Path] = {}
    for file in sorted(folder.iterdir()):
        if found := _PASS.fullmatch(file.name):
            number = int(found[1])
            if number in numbered and _is_answered(numbered[number]) and _is_answered(file):
                raise DataError(
                    what=f"pass {number} is answered in {numbered[number].name} and in {file.name}",
                    where=str(folder),
                    remedy="take one of them away",
                )
            if number not in numbered or _is_answered(file):
                numbered[number] = file
    return [numbered[number] for number in sorted(numbered)]


def _is_answered(file: Path) -> bool:
    return any(any(answer.values()) for _, answer in _given(file))


def _given(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Give key and answer of each row as they are written."""
    if file.suffix == ".jsonl":
        for row in read_rows(file):
            barriers = row.get("b") or []
            listed = " ".join(map(str, barriers)) if isinstance(barriers, list) else str(barriers)
            answer = {
                "mode": str(row.get("m") or ""),
                "barriers": listed,
                "confidence": str(row.get("c") or ""),
            }
            yield str(row.get("k", "")), answer
        return
    for row in _table(file):
        names = ("mode", "barriers", "confidence")
        answer = {name: (row.get(name) or "").strip() for name in names}
        yield (row["key"] or "").strip(), answer | {"mode": answer["mode"].replace(CONTEXT, "")}


def _table(file: Path) -> list[dict[str, str | None]]:
    """Read a sheet as a spreadsheet may have left it: in an old charset, with semicolons."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="cp1252", errors="replace")  # Excel's plain "CSV"
    first = text.partition("\n")[0]
    # Semicolons stand where the comma is the decimal point.
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    if not {"key", "mode"} <= set(rows.fieldnames or ()):
        raise _fault(
            file, "row 1", "the columns `key` and `mode` are not there", "keep the first row as it was"
        )
    return list(rows)


def _answers(file: Path, codebook: Codebook) -> Answers:
    answers: Answers = {}
    for key, given in _given(file):
        mode = given["mode"].casefold()
        if not mode:
            if given["barriers"]:
                raise _fault(file, key, "it has a barrier and no mode", "fill in both")
            continue
        if key in answers:
            raise _fault(file, key, "it is answered twice", "keep one of the rows")
        answers[key] = {
            "mode": _mode(mode, key, file, codebook),
            "barriers": _barriers(given["barriers"], key, file, codebook),
            "confidence": _confidence(given["confidence"], key, file),
        }
    return answers


def _mode(given: str, key: str, file: Path, codebook: Codebook) -> str:
    fitting = [mode for mode in codebook.modes if mode == given] or [
        mode for mode in codebook.modes if mode.startswith(given)
    ]
    if len(fitting) != 1:
        raise _fault(file, key, f"{given!r} is no mode", f"use one of {', '.join(codebook.modes)}")
    return fitting[0]


def _barriers(given: str, key: str, file: Path, codebook: Codebook) -> list[str]:
    words = [word for word in re.split(r"[\s,;|]+", given.casefold()) if word not in ("", "-", "none")]
    for word in words:
        if word not in codebook.barriers:
            raise _fault(file, key, f"{word!r} is no barrier", f"use any of {', '.join(codebook.barriers)}")
    return [barrier for barrier in codebook.barriers if barrier in words]


def _confidence(given: str, key: str, file: Path) -> int:
    if given and given not in _CONFIDENCES:
        raise _fault(file, key, f"{given!r} is no confidence", f"use one of {', '.join(_CONFIDENCES)}")
    return int(given or _CONFIDENCES[-1])


def _fault(file: Path, key: str, what: str, remedy: str) -> DataError:
    return DataError(what=what, where=f"{file}, {key or 'a row without a key'}", remedy=remedy)


def _differ(key: str, passes: Sequence[Answers]) -> bool:
    first, second, *_ = ((one[key]["mode"], one[key]["barriers"]) for one in passes if key in one)
    return first != second


def _agreement(
    twice: Sequence[str], passes: Sequence[Answers], places: Mapping[str, Any], codebook: Codebook
) -> Agreement:
    pairs = [[one[key] for one in passes if key in one][:2] for key in twice]
    modes = np.array([[codebook.modes.index(one["mode"]) for one in pair] for pair in pairs], dtype=np.int64)
    every = np.array(
        [[codebook.modes.index(one[key]["mode"]) if key in one else -1 for one in passes] for key in twice],
        dtype=np.int64,
    )
    groups = [str(places[key]["meeting"]) for key in twice]
    flags = {
        barrier: np.array([[barrier in one["barriers"] for one in pair] for pair in pairs], dtype=np.int64)
        for barrier in codebook.barriers
    }
    return Agreement(
        rows=len(twice),
        same_mode=float(np.mean(modes[:, 0] == modes[:, 1])),
        same_barriers=float(np.mean([pair[0]["barriers"] == pair[1]["barriers"] for pair in pairs])),
        kappa=cohen_kappa(modes[:, 0], modes[:, 1], len(codebook.modes), groups=groups),
        alpha=krippendorff_alpha(every, groups=groups),
        barrier_kappas={
            barrier: cohen_kappa(found[:, 0], found[:, 1], 2, groups=groups)
            for barrier, found in flags.items()
            if found.any()
        },
    )


def write_disagreements(collected: Collected, folder: Path) -> None:
    """Write disagreements.csv: the text of the rows of which passes say something else, and what each says.

    Raises:
        OSError: if it cannot be written.
    """
    if not collected.disagreements:
        (folder / DISAGREEMENTS).unlink(missing_ok=True)
        return
    sheet = folder / "pass-1.csv"
    texts = {row["key"]: row for row in _table(sheet)} if sheet.is_file() else {}
    by_key = {f"{row['stretch']}-{row['position']:03d}": row for row in collected.rows}
    with (folder / DISAGREEMENTS).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("key", "speaker", "text", "first mode", "first barriers", "second mode", "second barriers")
        )
        for key in collected.disagreements:
            said, row = texts.get(key, {}), by_key[key]
            first, second = ((one["mode"], " ".join(one["barriers"])) for one in (row, row["second"]))
            writer.writerow((key, said.get("speaker", ""), said.get("text", ""), *first, *second))


def write_labels(rows: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write labels by id.

    Raises:
        OSError: if the file cannot be written.
    """
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8", newline="\n")
