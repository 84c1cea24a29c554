"""A labels folder of made talk and a tiny encoder, so that a whole training run takes seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SAID = [
    ("hello everybody around this table", "procedural", []),
    ("here is my report about the budget of this year", "transactional", []),
    ("as I said again and again the budget is the budget", "circular", ["resource_constraint"]),
    ("imagine we shared one lab across both houses", "generative", []),
    ("we have no people left for the tests you ask for", "transactional", ["resource_constraint"]),
    ("thank you all", "procedural", []),
    ("what if the patent belonged to both of us", "generative", ["ip_concern"]),
    ("we still do not believe your report", "circular", ["lack_of_trust"]),
]


def rows_of(meeting: str, split: str, *, second: bool = False, shift: int = 0) -> list[dict[str, object]]:
    """Give the labelled rows of one made meeting, in order."""
    said = SAID[shift:] + SAID[:shift]
    return [
        {
            "k": f"{meeting}-{position:03d}",
            "source": meeting.split("/")[0],
            "meeting": meeting,
            "stretch": meeting,
            "position": position,
            "split": split,
            "speaker": "Ana" if position % 2 else "Ben",
            "party": "North" if position % 2 else "South",
            "text": f"{text} in {meeting}",
            "mode": mode,
            "barriers": barriers,
        }
        | ({"second": {"mode": mode, "barriers": barriers}} if second else {})
        for position, (text, mode, barriers) in enumerate(said)
    ]


@pytest.fixture
def labels_folder(tmp_path: Path) -> Path:
    """Six meetings to learn from and three, labelled twice, to measure on."""
    folder = tmp_path / "labels"
    (folder / "real").mkdir(parents=True)
    rows = [row for n in range(6) for row in rows_of(f"north/m{n}", "train", shift=n)]
    rows += [row for n in range(3) for row in rows_of(f"south/m{n}", "dev", second=True, shift=n)]
    (folder / "real" / "stretches.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    return folder
