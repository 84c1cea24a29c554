"""A real archive for the benchmarks: meetings judged without their headings, and the headings apart."""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cached import CACHE, encoded, header
from written import CODEBOOK, Judged

from analyzer.ingest.formats import read
from analyzer.ingest.sources import Document
from analyzer.tagging.memory import remember
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Meetings, oldest first, judged without their headings; the headings apart."""

    judged: tuple[Judged, ...]
    headings: tuple[tuple[str | None, ...], ...]  # of each piece


def load_archive(file: Path, tagger: Tagger, only: int | None, cache: Path = CACHE) -> Archive:
    """Read, encode (what is kept is not encoded again) and judge an archive, or its first meetings."""
    content = gzip.decompress(file.read_bytes())
    meetings = read(Document(name=file.name.removesuffix(".gz"), content=content))
    memory, key = tagger.no_memory(), ""
    judged, headings = [], []
    for meeting in sorted(meetings, key=lambda meeting: (str(meeting.date), meeting.id))[:only]:
        held = encoded(meeting, tagger, cache)
        headings.append(tuple(meeting.utterances[piece.utterance].topic for piece in held.pieces))
        bare = replace(meeting, utterances=tuple(replace(u, topic=None) for u in meeting.utterances))
        tagged = tagger.judge(replace(held, meeting=bare), memory, key)
        memory, key = remember(memory, held), tagged.key
        judged.append((tagged, decide(tagged, tagger.policy, (), CODEBOOK)))
    return Archive(judged=tuple(judged), headings=tuple(headings))


def run(about: str | None, results: Path, figures: Callable[[Archive], dict[str, Any]]) -> None:
    """Run a benchmark on the archive that the command line names, and write its figures."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, help="a .jsonl.gz of one archive")
    parser.add_argument("--only", type=int, help="take so many meetings, the oldest")
    parser.add_argument("--model", help="name or folder; the default model otherwise")
    parser.add_argument("--out", type=Path, default=results)
    given = parser.parse_args()
    tagger = Tagger.load(given.model, threads=1)
    archive = load_archive(given.archive, tagger, given.only)
    result = {**header(tagger, [given.archive]), **figures(archive)}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
