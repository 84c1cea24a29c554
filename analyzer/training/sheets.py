"""Work sheets for labelling: what annotators fill in, and what joins their answers with the text again.

A folder of sheets holds

    pass-1.csv, pass-2.csv   a row a piece; `mode`, `barriers` and `confidence` are to be filled in
    codebook.md              what the labels mean
    windows.jsonl            where each row comes from, by id and hash: no text
    transcripts/             the meetings, as `analyzer train` takes them for archives

The sheets show no model's belief. Pieces before a window are there to be read, not labelled. The second pass
has the windows in another order, so that what tires an annotator does not tire both at the same place.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.codebook import Codebook
from analyzer.errors import StoreError
from analyzer.records.jsonl import meeting_rows
from analyzer.records.meeting import Meeting
from analyzer.training.joined import TRANSCRIPTS, digest
from analyzer.training.select import Window

COLUMNS = ("key", "speaker", "party", "text", "mode", "barriers", "confidence")
WINDOWS, CODEBOOK = "windows.jsonl", "codebook.md"
CONTEXT = "(read only)"  # in the column `mode` of pieces that only lead up to a window
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would calculate with such a text


def write_sheets(
    windows: Sequence[Window], folder: Path, codebook: Codebook, *, passes: int, context: int, seed: int
) -> int:
    """Write a folder of sheets.

    Args:
        windows: what is to be labelled.
        folder: made where it does not exist; one with sheets in it is refused.
        codebook: the label scheme.
        passes: how many annotators label each row.
        context: pieces shown before a window.
        seed: of the order of windows in the passes after the first.

    Returns:
        How many rows are to be labelled.

    Raises:
        StoreError: if there are sheets already, or the folder cannot be written.
    """
    check_free(folder)
    named = [(f"w{number:04d}", window) for number, window in enumerate(windows)]
    rng = np.random.default_rng(seed)
    try:
        (folder / TRANSCRIPTS).mkdir(parents=True, exist_ok=True)
        _write(folder / CODEBOOK, guide(codebook))
        _write_transcripts([window.meeting for window in windows], folder / TRANSCRIPTS)
        for number in range(1, passes + 1):
            order = rng.permutation(len(named)) if number > 1 else range(len(named))
            _write(
                folder / f"pass-{number}.csv", _sheet([named[place] for place in order], context), bom=True
            )
        rows = [row for name, window in named for row in _places(name, window)]
        _write(folder / WINDOWS, "".join(json.dumps(row) + "\n" for row in rows))  # last: then it is whole
    except OSError as error:
        raise StoreError(
            what=f"the sheets cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="name a folder you may write to with --out",
        ) from error
    return len(rows)


def check_free(folder: Path) -> None:
    """See that no sheets are overwritten.

    Raises:
        StoreError: if there are any in the folder.
    """
    if (folder / WINDOWS).exists():
        raise StoreError(
            what="there are sheets in it already, perhaps with answers",
            where=str(folder),
            remedy="name another folder with --out",
        )


def guide(codebook: Codebook) -> str:
    """Say in Markdown what is to be done, and what the labels mean."""
    lines = [
        "# How to label",
        "Read each window from its beginning, in order. Judge the piece itself; what stands before it tells "
        f"what it does. Rows marked {CONTEXT} are to be read only. Label alone: look at no other sheet.",
        "- `mode`: exactly one key, or its first letter where that is enough.",
        "- `barriers`: none, or keys with spaces between them. A piece that only mentions a topic has none.",
        "- `confidence`: 1 a guess, 2 fairly sure, 3 sure; empty is 3.",
    ]
    for task in codebook.tasks:
        lines.append(f"## {task.key}")
        lines.append(
            "\n".join(f"- `{label.key}` ({label.name}): {label.definition}" for label in task.labels)
        )
    return "\n\n".join(lines) + "\n"


def source_of(meeting: Meeting) -> str:
    """Name the file of transcripts a meeting is in: its series, as a file may be called."""
    return re.sub(r"[^\w.-]+", "_", meeting.series).strip("._") or "series"


def _places(name: str, window: Window) -> Iterator[dict[str, Any]]:
    for position, piece in enumerate(window.pieces[window.start : window.end]):
        yield {
            "k": f"{name}-{position:03d}",
            "source": source_of(window.meeting),
            "meeting": window.meeting.id,
            "index": piece.utterance,
            "piece": piece.number,
            "sha": digest(_text(window, piece)),
            "stretch": name,
            "position": position,
        }


def _sheet(named: Sequence[tuple[str, Window]], context: int) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for name, window in named:
        first = max(0, window.start - context)
        for piece, number in zip(window.pieces[first : window.end], range(first, window.end), strict=True):
            person = window.meeting.person(window.meeting.utterances[piece.utterance].speaker)
            is_context = number < window.start
            row = {
                "key": f"{name}<{window.start - number}"
                if is_context
                else f"{name}-{number - window.start:03d}",
                "speaker": (person.name if person else None) or "",
                "party": (person.party if person else None) or "",
                "text": _text(window, piece),
                "mode": CONTEXT if is_context else "",
            }
            writer.writerow({column: _harmless(value) for column, value in row.items()})
    return file.getvalue()


def _harmless(value: str) -> str:
    return f" {value}" if value.startswith(_FORMULA) else value


def _text(window: Window, piece: Any) -> str:
    text: str = window.meeting.utterances[piece.utterance].text[piece.start : piece.end]
    return text


def _write_transcripts(meetings: Sequence[Meeting], folder: Path) -> None:
    by_source: dict[str, dict[str, Meeting]] = defaultdict(dict)
    for meeting in meetings:
        by_source[source_of(meeting)][meeting.id] = meeting
    for source, found in by_source.items():
        rows = [row for meeting in found.values() for row in meeting_rows(meeting)]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        # mtime 0: equal meetings, equal bytes.
        (folder / f"{source}.jsonl.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def _write(file: Path, text: str, *, bom: bool = False) -> None:
    # Excel takes a CSV for UTF-8 only with the mark.
    file.write_text(
        text.encode("utf-8", "replace").decode(), encoding="utf-8-sig" if bom else "utf-8", newline="\n"
    )
