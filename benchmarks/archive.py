"""A real archive for the benchmarks: meetings judged without their headings, and the headings apart."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from pathlib import Path

from cached import CACHE, encoded
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
