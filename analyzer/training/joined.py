"""Labels by id, joined with the archives they speak of: labels may be shared where the text may not.

A row is `{"source", "meeting", "index", "piece", "sha", "stretch", "position", "mode", "barriers",
"confidence"}`: the archive `SOURCE.jsonl.gz` (canonical transcript), the meeting's id, utterance and piece,
and the first 12 digits of the SHA-256 of the piece's text, so that a changed archive is noticed and never
labelled wrongly. An archive that is not there is left out: the caller says how many rows that cost.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.ingest.canonical import read_jsonl
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Meeting
from analyzer.tagging.pieces import cut
from analyzer.training.data import UNLABELLED, Stretch, read_rows, real_stretch

TRANSCRIPTS = "transcripts"  # beside labels that `analyzer label` collected: the archives they speak of
_DIGITS = 12
_CONTEXT = 6  # pieces before a stretch that its annotators saw, too
# Archives are our own collections, not strangers' files: a year of meetings is one line-wise file.
_LIMITS = Limits(file_mb=10_000.0, line_chars=1_000_000_000, tree_mb=1e6, members=10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Stretches with their text, and how many rows found none."""

    stretches: tuple[Stretch, ...]
    without_archive: int  # the archive is not there
    changed: int  # the piece is not there, or its text is another

    @property
    def labelled(self) -> int:
        """How many rows have a label; the others are context."""
        return sum(int((stretch.mode != UNLABELLED).sum()) for stretch in self.stretches)


def digest(text: str) -> str:
    """Give the hash by which a label knows its text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def is_by_id(file: Path) -> bool:
    """Say whether a file holds labels by id, to be joined with their text."""
    return all("sha" in row and "text" not in row for row in read_rows(file))


def join_labels(labels: Sequence[Path], archives: Path, codebook: Codebook) -> Joined:
    """Read label files by id and join them with their archives.

    Args:
        labels: JSONL files.
        archives: folder of SOURCE.jsonl.gz.
        codebook: the label scheme.

    Raises:
        DataError: if a label file is broken or names an unknown label.
    """
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in labels:
        for row in read_rows(file):
            by_source[str(row["source"])].append(row)
    stretches: list[Stretch] = []
    absent = changed = 0
    for source, rows in sorted(by_source.items()):
        archive = archives / f"{source}.jsonl.gz"
        if not archive.is_file():
            absent += len(rows)
            continue
        found, lost = _join(rows, archive, codebook)
        stretches += found
        changed += lost
    return Joined(stretches=tuple(stretches), without_archive=absent, changed=changed)


def _join(rows: Sequence[dict[str, Any]], archive: Path, codebook: Codebook) -> tuple[list[Stretch], int]:
    wanted: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        wanted[str(row["meeting"])][str(row["stretch"])].append(row)
    stretches, found = [], 0
    for meeting in _meetings(archive):
        if meeting.id not in wanted:
            continue
        texts = {(p.utterance, p.number): meeting.utterances[p.utterance].text[p.start : p.end]
                 for p in cut(meeting)}  # fmt: skip
        for name, members in wanted[meeting.id].items():
            members.sort(key=lambda row: int(row["position"]))
            filled = [_filled(row, meeting, texts.get((row["index"], row["piece"]))) for row in members]
            kept = [row for row in filled if row is not None]
            found += len(kept)
            if kept:
                before = _before(kept[0], meeting, texts)
                stretch = real_stretch(name, [*before, *kept], codebook, archive)
                stretches.append(replace(stretch, kind=meeting.kind))
    return stretches, len(rows) - found


def _filled(row: dict[str, Any], meeting: Meeting, text: str | None) -> dict[str, Any] | None:
    if text is None or digest(text) != row["sha"]:
        return None
    key = f"{row['stretch']}-{int(row['position']):03d}"
    return {**row, "k": key, "text": text, **_said_by(meeting, row["index"])}


def _before(
    first: dict[str, Any], meeting: Meeting, texts: dict[tuple[int, int], str]
) -> list[dict[str, Any]]:
    """Give the pieces before a stretch, without labels: context only."""
    places = list(texts)
    start = places.index((first["index"], first["piece"]))
    return [
        {"k": f"{first['stretch']}<{index}.{piece}", "text": texts[index, piece], **_said_by(meeting, index)}
        for index, piece in places[max(0, start - _CONTEXT) : start]
    ]


def _said_by(meeting: Meeting, index: int) -> dict[str, str | None]:
    person = meeting.person(meeting.utterances[index].speaker)
    return {"speaker": person.name if person else None, "party": person.party if person else None}


def _meetings(archive: Path) -> Iterator[Meeting]:
    try:
        content = gzip.decompress(archive.read_bytes())
    except (OSError, EOFError) as error:
        raise DataError(
            what=f"the archive cannot be read ({error})", where=str(archive), remedy="fetch it again"
        ) from error
    yield from read_jsonl(Document(name=archive.name, content=content, limits=_LIMITS))
