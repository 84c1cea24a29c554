"""Labelled rows to stretches: consecutive pieces with their labels, split by meeting, never by piece."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.records.meeting import MeetingKind

Origin = Literal["real", "written"]
UNLABELLED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive pieces of one meeting.

    `mode` is (n,) columns of the codebook's modes, UNLABELLED for pieces that are context only;
    `barriers` is (n, barriers) of 0 and 1.
    """

    name: str
    meeting: str
    source: str
    origin: Origin
    kind: MeetingKind
    keys: tuple[str, ...]
    texts: tuple[str, ...]
    speakers: tuple[str | None, ...]
    parties: tuple[str | None, ...]
    mode: NDArray[np.int64]
    barriers: NDArray[np.float32]
    second: tuple[Mapping[str, Any] | None, ...]  # another annotator's label, where there is one

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """All stretches, split: train on `train`, stop by `stop`, measure on `dev`, `more_dev` and `held_out`."""

    train: tuple[Stretch, ...]
    stop: tuple[Stretch, ...]
    dev: tuple[Stretch, ...]
    held_out: tuple[Stretch, ...]
    hashes: Mapping[str, str]
    more_dev: tuple[Stretch, ...] = ()  # development rows by id, from the same sources


def load_labels(
    folder: Path, codebook: Codebook, *, held_out: Sequence[str], stop_share: float = 0.1
) -> Labels:
    """Read a labels folder: real/stretches.jsonl, real/pieces.jsonl, partnerships/NAME/*.jsonl.

    Raises:
        DataError: if there is nothing to train on, or a row has an unknown label.
    """
    files = sorted(folder.glob("real/*.jsonl")) + sorted(folder.glob("partnerships/*/*.jsonl"))
    if not files:
        raise DataError(
            what="there are no labelled rows",
            where=str(folder),
            remedy="name a folder that holds real/ or partnerships/ with JSONL files",
        )
    hashes = {**file_hashes(folder, "real/*.jsonl"), **file_hashes(folder, "partnerships/*/*.jsonl")}
    splits: dict[str, list[Stretch]] = defaultdict(list)
    for file in files:
        for split, stretch in _read_file(file, codebook, held_out):
            splits[split].append(stretch)
    train, stop = _keep_back(splits["train"], stop_share)
    return Labels(
        train=tuple(train),
        stop=tuple(stop),
        dev=tuple(splits["dev"]),
        held_out=tuple(splits["held_out"]),
        hashes=hashes,
    )


def file_hashes(folder: Path, pattern: str) -> dict[str, str]:
    """SHA-256 of the files of a folder that match, by relative path."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.glob(pattern))
    }


def load_rows(file: Path, codebook: Codebook) -> list[Stretch]:
    """Read one JSONL of labelled rows; rows of one `stretch` (else one `meeting`) are in order."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_rows(file):
        if "text" not in row:
            raise DataError(
                what="a row has no text",
                where=f"{file}, row {row.get('k', len(groups))}",
                remedy="labels by id need what they speak of, in a folder `transcripts` beside them",
            )
        groups[str(row.get("stretch", row.get("meeting", file.stem)))].append(row)
    if not groups:
        raise DataError(
            what="there are no labelled rows", where=str(file), remedy="give JSON lines with text and mode"
        )
    return [real_stretch(name, group, codebook, file) for name, group in groups.items()]


def _read_file(file: Path, codebook: Codebook, held_out: Sequence[str]) -> Iterable[tuple[str, Stretch]]:
    rows = read_rows(file)
    if file.name == "stretches.jsonl":
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            groups[row["stretch"]].append(row)
        for name, group in groups.items():
            group.sort(key=lambda row: row["position"])
            yield group[0]["split"], real_stretch(name, group, codebook, file)
    elif file.name == "pieces.jsonl":
        for row in rows:
            context = [{"speaker": speaker, "text": text} for speaker, text in row["context"]]
            yield row["split"], real_stretch(row["k"], [*context, row], codebook, file)
    else:
        name = file.parent.name
        split = "held_out" if name in held_out else "train"
        for stretch in _written(name, file, rows, codebook):
            yield split, stretch


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Read a JSONL file of objects; raises DataError naming the first line that is none."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                rows.append(dict(json.loads(line)))
            except (ValueError, TypeError) as error:
                raise DataError(
                    what="a line is no JSON object",
                    where=f"{file}, line {number}",
                    remedy="mend or remove it",
                ) from error
    return rows


def real_stretch(name: str, rows: Sequence[Mapping[str, Any]], codebook: Codebook, file: Path) -> Stretch:
    """Make a stretch of rows of one meeting; rows without a mode are context."""
    last = rows[-1]
    kind: MeetingKind = "email" if str(last.get("source", "")).startswith("email") else "transcript"
    return Stretch(
        name=name,
        meeting=str(last.get("meeting", name)),
        source=str(last.get("source", file.stem)),
        origin="real",
        kind=kind,
        **_columns(rows, codebook, file, prefix=name),
    )


def _written(name: str, file: Path, rows: list[dict[str, Any]], codebook: Codebook) -> Iterable[Stretch]:
    if file.name != "emails.jsonl":
        minutes = all(row.get("t") is None for row in rows)
        meeting = f"{name}/{file.stem}"
        yield Stretch(
            name=meeting,
            meeting=meeting,
            source=name,
            origin="written",
            kind="minutes" if minutes else "transcript",
            **_columns(rows, codebook, file, prefix=meeting),
        )
        return
    roots: dict[str, str] = {}
    threads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mail in rows:
        roots[mail["id"]] = roots.get(mail.get("in_reply_to") or "", mail["id"])
        sender = str(mail["from"]).split("<")[0].strip() or None
        threads[roots[mail["id"]]] += [{**row, "speaker": sender} for row in mail["paragraphs"]]
    for root, paragraphs in threads.items():
        meeting = f"{name}/{root}"
        yield Stretch(
            name=meeting,
            meeting=meeting,
            source=name,
            origin="written",
            kind="email",
            **_columns(paragraphs, codebook, file, prefix=meeting),
        )


def _columns(
    rows: Sequence[Mapping[str, Any]], codebook: Codebook, file: Path, *, prefix: str
) -> dict[str, Any]:
    modes = {key: number for number, key in enumerate(codebook.modes)}
    barriers = {key: number for number, key in enumerate(codebook.barriers)}
    mode = np.full(len(rows), UNLABELLED, dtype=np.int64)
    flags = np.zeros((len(rows), len(barriers)), dtype=np.float32)
    for number, row in enumerate(rows):
        if "mode" not in row:
            continue
        try:
            mode[number] = modes[row["mode"]]
            for barrier in row.get("barriers") or ():
                flags[number, barriers[barrier]] = 1.0
        except KeyError as error:
            raise DataError(
                what=f"{error.args[0]!r} is no label of the codebook",
                where=f"{file}, row {row.get('k', number)}",
                remedy="correct the label or add it to the codebook",
            ) from error
    return {
        "keys": tuple(str(row.get("k", f"{prefix}#{number}")) for number, row in enumerate(rows)),
        "texts": tuple(str(row["text"]) for row in rows),
        "speakers": tuple(row.get("speaker") for row in rows),
        "parties": tuple(row.get("party") for row in rows),
        "mode": mode,
        "barriers": flags,
        "second": tuple(row.get("second") for row in rows),
    }


def _keep_back(stretches: Sequence[Stretch], share: float) -> tuple[list[Stretch], list[Stretch]]:
    """Keep back real meetings, chosen by the hash of their name: the same ones in every run."""
    real = sorted({stretch.meeting for stretch in stretches if stretch.origin == "real"})
    chosen = set(
        sorted(real, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[: int(share * len(real))]
    )
    kept = [stretch for stretch in stretches if stretch.meeting in chosen]
    return [stretch for stretch in stretches if stretch.meeting not in chosen], kept
