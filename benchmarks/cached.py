"""Encoded meetings kept between runs: encoding is nearly all that tagging costs.

A benchmark that is run again after a change to measures or trends reads what is kept and takes minutes. What
is kept is named by the weights and by the content, so another model or text is never taken for it.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded, Tagged
from analyzer.tagging.memory import remember
from analyzer.tagging.models import find_model
from analyzer.tagging.tagger import Tagger

CACHE = Path(tempfile.gettempdir()) / "analyzer-benchmarks"


def encoded(meeting: Meeting, tagger: Tagger, cache: Path = CACHE) -> Encoded:
    """Encode a meeting, or read what is kept of it."""
    said = [[u.speaker, u.text, u.topic] for u in meeting.utterances]
    weights = dict(find_model(tagger.address).config["files"])
    content = json.dumps([weights, meeting.id, str(meeting.date), meeting.kind, said], sort_keys=True)
    file = cache / f"{hashlib.sha256(content.encode()).hexdigest()}.pickle"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(pickle.dumps(tagger.encode(meeting)))
        part.rename(file)
    found: Encoded = pickle.loads(file.read_bytes())
    return found


def tagged(meetings: Sequence[Meeting], tagger: Tagger, cache: Path = CACHE) -> list[Tagged]:
    """Tag the meetings of one series, oldest first, with what is kept of them."""
    memory, key = tagger.no_memory(), ""
    found = []
    for meeting in meetings:
        one = encoded(meeting, tagger, cache)
        found.append(tagger.judge(one, memory, key))
        memory, key = remember(memory, one), found[-1].key
    return found


def header(tagger: Tagger | None, data: Iterable[Path], seed: int | None = None) -> dict[str, Any]:
    """Say when, where, with which model and on which data figures were taken."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "hardware": f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}",
        **({"model": tagger.model} if tagger else {}),
        **({"seed": seed} if seed is not None else {}),
        "data_sha256": hashed(data),
    }


def hashed(data: Iterable[Path]) -> str:
    """Give one hash of files, in order of their names."""
    whole = hashlib.sha256()
    for path in sorted(data):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]
