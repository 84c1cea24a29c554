"""What finished work is known by: equal keys, equal results.

A source's key covers all that its prepared meetings depend on: its bytes, its name and place, what lies
beside it (people.csv, meeting.yaml), what the user said of it, the model, and the program that reads. So a
change of any of these is noticed, and nothing else makes work anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.batch.results import library_versions
from analyzer.codec import layout
from analyzer.ingest.beside import folders_of
from analyzer.ingest.formats import Options
from analyzer.ingest.sources import COMPANIONS, Document
from analyzer.records.analysis import Analysis
from analyzer.records.tagged import Encoded

if TYPE_CHECKING:
    from analyzer.tagging.tagger import Tagger

_PACKAGE = Path(__file__).parents[1]
_READING = ("ingest", "tagging", "records")  # packages that prepared meetings come from
_CONCLUDING = (*_READING, "measures", "trends")


def preparing(tagger: Tagger, options: Options) -> str:
    """Say in one hash what prepares meetings: model, options, program, libraries.

    Raises:
        OSError: if the roster of the options cannot be read.
    """
    roster = options.roster.read_bytes() if options.roster else b""
    stated = {**asdict(options), "roster": _hash(roster)}
    return _hashed(tagger.model, tagger.fingerprint, stated, layout(Encoded), _program(_READING))


def concluding(tagger: Tagger) -> str:
    """Say in one hash what concludes a series: model, codebook, policy, figures of the model, program."""
    return _hashed(
        tagger.model,
        tagger.fingerprint,
        asdict(tagger.codebook),
        asdict(tagger.policy),
        dict(tagger.metrics),
        layout(Analysis),
        _program(_CONCLUDING),
    )


def source_key(document: Document, prepared_by: str) -> str:
    """Give the key of a source's prepared meetings.

    Raises:
        ReadError: if the source, or what lies beside it, cannot be read.
        OSError: if what lies beside it cannot be read.
    """
    place = document.path.resolve().parts[-3:] if document.path else ()  # may tell year and month
    return _hashed(prepared_by, document.sha256, document.name, place, document.folder, _companions(document))


def series_key(sources: Iterable[str], series: str, concluded_by: str) -> str:
    """Give the key of a series' analysis: what it is concluded from, and by what."""
    return _hashed(concluded_by, series, sorted(sources))


def _companions(document: Document) -> list[Any]:
    found: list[Any] = []
    for folder in folders_of(document):
        contents = {name: _hash(data) for name in COMPANIONS if (data := folder.read(name)) is not None}
        # meeting.yaml holds for the one file of a folder: a second one takes that away.
        alone = len(folder.files()) == 1 if contents else None
        found.append([contents, alone])
    return found


@cache
def _program(packages: Sequence[str]) -> str:
    """Hash the code itself: a version number would not tell a changed checkout."""
    files = [*_PACKAGE.glob("*.py"), *(file for name in packages for file in (_PACKAGE / name).rglob("*.py"))]
    contents = {file.relative_to(_PACKAGE).as_posix(): _hash(file.read_bytes()) for file in files}
    return _hashed(contents, library_versions())


def _hashed(*parts: object) -> str:
    return _hash(json.dumps(parts, sort_keys=True, default=_plain).encode())


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
