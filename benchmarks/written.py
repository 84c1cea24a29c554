"""Written partnerships for the benchmarks: the plan, the meetings, gold labels and a model's tags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import cached
import numpy as np

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Signals, Tagged
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger

CODEBOOK = default_codebook()

Judged = tuple[Tagged, Signals]


@dataclass(frozen=True, kw_only=True)
class Partnership:
    """A written partnership with its plan, its gold labels and the model's tags."""

    name: str
    plan: dict[str, Any]
    gold: tuple[Judged, ...]
    predicted: tuple[Judged, ...]

    @property
    def turns(self) -> set[str]:
        """The meetings that are planned as turning points."""
        return {turn["meeting"] for turn in self.plan["turning_points"]}


def load(folder: Path, tagger: Tagger, cache: Path = cached.CACHE) -> Partnership:
    """Read a partnership; headings are withheld, vectors are the model's for both kinds of tags."""
    plan = json.loads((folder / "arc.json").read_text(encoding="utf-8"))
    texts = [(folder / f"{held['id']}.jsonl").read_text(encoding="utf-8") for held in plan["meetings"]]
    rows = [[json.loads(line) for line in text.splitlines()] for text in texts]
    meetings = [_meeting(plan, held, said) for held, said in zip(plan["meetings"], rows, strict=True)]
    tagged = cached.tagged(meetings, tagger, cache)
    return Partnership(
        name=plan["name"],
        plan=plan,
        gold=tuple(_gold(one, said) for one, said in zip(tagged, rows, strict=True)),
        predicted=tuple((one, decide(one, tagger.policy, (), CODEBOOK)) for one in tagged),
    )


def load_all(folder: Path, tagger: Tagger, cache: Path = cached.CACHE) -> dict[Path, Partnership]:
    """Read all partnerships of a folder, by theirs."""
    folders = sorted(path.parent for path in folder.glob("*/arc.json"))
    return {one: load(one, tagger, cache) for one in folders}


def files(folder: Path) -> list[Path]:
    """Give the files that figures on written partnerships rest on."""
    return [*folder.glob("*/arc.json"), *folder.glob("*/m?.jsonl")]


def _meeting(plan: dict[str, Any], held: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Meeting:
    parties = {row["speaker"]: row.get("party") or None for row in rows if row.get("speaker")}
    later = [row["t"] for row in rows[1:]] + [None]
    return Meeting(
        id=held["id"],
        series=plan["name"],
        title=held["title"],
        date=date.fromisoformat(held["date"]),
        kind="minutes" if held["style"] == "minutes" else "transcript",
        language="en",
        parties=tuple(plan["parties"]),
        people=tuple(Person(key=name, name=name, party=party) for name, party in parties.items()),
        utterances=tuple(
            Utterance(
                index=index,
                text=row["text"],
                speaker=row.get("speaker") or None,
                start=row["t"],
                end=end,
                at=Locator(unit="row", number=index + 1),
            )
            for index, (row, end) in enumerate(zip(rows, later, strict=True))
        ),
        source=Source(name=held["id"], sha256="0" * 64, format="jsonl", size=0),
    )


def _gold(tagged: Tagged, rows: Sequence[dict[str, Any]]) -> Judged:
    said = [rows[piece.utterance] for piece in tagged.pieces]
    mode = np.array([CODEBOOK.modes.index(row["mode"]) for row in said], dtype=np.int8)
    flags = np.array([[key in row["barriers"] for key in CODEBOOK.barriers] for row in said])
    beliefs = {
        "mode": np.eye(len(CODEBOOK.modes), dtype=np.float32)[mode],
        "barrier": flags.astype(np.float32),
    }
    return replace(tagged, beliefs=beliefs), Signals(
        mode=mode, flags=flags, corrected=np.zeros(len(mode), bool)
    )
