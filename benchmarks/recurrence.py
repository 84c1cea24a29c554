"""What comes back in a real archive: agenda items found again without their headings, and what loops tell.

nice -n 19 .venv/bin/python benchmarks/recurrence.py ../shared/archives/corpora/tc39.jsonl.gz

recurrence    pieces of one agenda item in different meetings, beside BM25 and plain embeddings over the
              same segments, each at the threshold that suits it best on this very archive
validity      do items that went in circles end without a conclusion? AUC with interval over items
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from known import measured_of
from numpy.typing import NDArray
from pairs import pair_figures, split_counts
from written import CODEBOOK, Judged

from analyzer.ingest.formats import read
from analyzer.ingest.sources import Document
from analyzer.matter import heading_matter
from analyzer.records.analysis import Measured
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded
from analyzer.tagging.memory import remember
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger
from analyzer.terms import terms
from analyzer.trends.topics import link

RESULTS = Path(__file__).parent / "results" / "recurrence.json"
FEWEST_PIECES = 8  # of an item whose circular share is looked at
# Words of a heading that change from meeting to meeting while the item stays.
_SAME_ITEM_WORDS = """advance advancement approval consensus continuation continued discussion for from
    introduction new normative note overflow part pr presentation proposal question redux report request
    review revisit revisited stage status towards update"""
_SAME_ITEM = frozenset(_SAME_ITEM_WORDS.split())
_JOINED = re.compile(r"(?<=\w)[-.](?=\w)")
_CONCLUDES = re.compile(r"(?i) / .*\b(?:conclusion|resolution|decision)")
_NOT_ADVANCED = re.compile(
    r"(?i)\b(?:no (?:consensus|advancement|agreement|stage|decision|conclusion)|no .{0,20}consensus"
    r"|not (?:\w+ )?(?:advanc|reach|seek|ask)|(?:did|does|do|was|is|will) not\b|without consensus|not yet"
    r"|block(?:ed|s|ing)|remains? (?:at|in)|stays? (?:at|in)|withdr[ae]wn?|reject|come back|bring back"
    r"|revisit|overflow|more discussion|discussion (?:will )?(?:continue|on|offline)|unresolved"
    r"|continue (?:to )?(?:discuss|work|iterat))"
)
_ADVANCED = re.compile(
    r"(?i)\b(?:consensus|approved?|advance[sd]?|accepted|stage \d|agreed|adopted|resolved|confirmed"
    r"|merged?)\b"
)

Likeness = Callable[[Sequence[Sequence[str]], NDArray[np.float32]], NDArray[np.float32]]
Keys = list[list[int | None]]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Meetings, oldest first, judged without their headings; the headings apart."""

    judged: tuple[Judged, ...]
    headings: tuple[tuple[str | None, ...], ...]  # of each piece


def load_archive(file: Path, tagger: Tagger, cache: Path | None, only: int | None) -> Archive:
    """Read, encode (what lies in the cache already is not encoded again) and judge an archive."""
    content = gzip.decompress(file.read_bytes())
    meetings = read(Document(name=file.name.removesuffix(".gz"), content=content))
    meetings = sorted(meetings, key=lambda meeting: (str(meeting.date), meeting.id))
    size = only or len(meetings)
    first = max(0, (len(meetings) - size) // 2)
    memory, key = tagger.no_memory(), ""
    judged, headings = [], []
    for meeting in meetings[first : first + size]:
        encoded = _encoded(meeting, tagger, cache)
        headings.append(tuple(meeting.utterances[piece.utterance].topic for piece in encoded.pieces))
        bare = replace(meeting, utterances=tuple(replace(u, topic=None) for u in meeting.utterances))
        tagged = tagger.judge(replace(encoded, meeting=bare), memory, key)
        memory, key = remember(memory, encoded), tagged.key
        judged.append((tagged, decide(tagged, tagger.policy, (), CODEBOOK)))
    return Archive(judged=tuple(judged), headings=tuple(headings))


def _encoded(meeting: Meeting, tagger: Tagger, cache: Path | None) -> Encoded:
    if cache is None:
        return tagger.encode(meeting)
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{tagger.model}-{meeting.id.replace('/', '_')}.pickle"
    if not file.exists():
        part = file.with_suffix(".part")
        part.write_bytes(pickle.dumps(tagger.encode(meeting)))
        part.rename(file)
    found: Encoded = pickle.loads(file.read_bytes())
    return found


def item_of(heading: str | None) -> str | None:
    """Give an agenda item a name that it keeps over meetings: its words, without stages and updates."""
    matter = heading_matter(heading) if heading else None
    if matter is None:
        return None
    words = {word for word in terms(_JOINED.sub("", matter)) if word not in _SAME_ITEM and not word.isdigit()}
    return " ".join(sorted(words)) or None


def recurrence(archive: Archive) -> dict[str, Any]:
    """Link pieces of one agenda item over meetings, headings removed, beside two plainer ways."""
    measured = measured_of(archive.judged)
    truth = [[item_of(heading) for heading in headings] for headings in archive.headings]
    linked = [one.topics for one in link(measured, CODEBOOK).meetings]
    figures: dict[str, Any] = {"topics": _pairs(truth, linked)}
    for name, likeness in PLAIN.items():
        tried = {threshold: _pairs(truth, keys) for threshold, keys in plain(measured, likeness)}
        best = max(tried, key=lambda threshold: tried[threshold]["between"]["f1"])
        figures[name] = {"threshold": best, **tried[best]}
    items = Counter(item for keys in truth for item in set(keys) if item)
    return {
        "meetings": len(truth),
        "pieces": sum(len(keys) for keys in truth),
        "items": len(items),
        "items_of_several_meetings": sum(count > 1 for count in items.values()),
        "pairs": figures,
    }


def _pairs(truth: Sequence[Sequence[Any]], found: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Count pairs among pieces that stand under an item; what stands under none is left out."""
    told = [
        [key if item else None for item, key in zip(items, keys, strict=True)]
        for items, keys in zip(truth, found, strict=True)
    ]
    counts = split_counts(truth, told)
    return {name: pair_figures(counts[name]) for name in ("between", "within")}


def plain(measured: Sequence[Measured], likeness: Likeness) -> Iterator[tuple[float, Keys]]:
    """Join each segment to the earlier one it is most like, above a threshold; try many thresholds.

    Segments are those found without headings, as for the topics themselves.
    """
    places = [
        (number, key) for number, one in enumerate(measured) for key in dict.fromkeys(one.topics) if key
    ]
    row = {place: at for at, place in enumerate(places)}
    words: list[list[str]] = [[] for _ in places]
    vectors = np.zeros((len(places), measured[0].tagged.encoded.vectors.shape[1]), dtype=np.float32)
    for number, one in enumerate(measured):
        for piece, key in enumerate(one.topics):
            if key:
                words[row[number, key]] += terms(one.tagged.encoded.text(piece))
                vectors[row[number, key]] += one.tagged.encoded.vectors[piece].astype(np.float32)
    scores = likeness(words, vectors)
    scores[np.triu_indices(len(scores))] = -np.inf  # only earlier ones
    best = scores.argmax(axis=1)
    nearest = scores[np.arange(len(scores)), best]
    for threshold in np.quantile(nearest[1:], np.linspace(0.02, 0.98, 49)):
        owner = np.arange(len(places))
        for at in range(1, len(places)):
            if nearest[at] >= threshold:
                owner[at] = owner[best[at]]
        yield (
            round(float(threshold), 4),
            [
                [int(owner[row[number, key]]) if key else None for key in one.topics]
                for number, one in enumerate(measured)
            ],
        )


def bm25(words: Sequence[Sequence[str]], _: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score segments as queries against segments, as a share of a query's score against itself."""
    from sklearn.feature_extraction.text import CountVectorizer

    counts = CountVectorizer(analyzer=lambda tokens: tokens).fit_transform(words).astype(np.float32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    held = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.log(1 + (len(words) - held + 0.5) / (held + 0.5))
    weights = counts.tocoo()
    saturation = 1.2 * (0.25 + 0.75 * lengths[weights.row] / lengths.mean())  # k1 1.2, b 0.75
    weights.data = rarity[weights.col] * weights.data * 2.2 / (weights.data + saturation)
    scores = ((counts > 0).astype(np.float32) @ weights.tocsr().T).toarray().astype(np.float32)
    return np.asarray(scores / np.maximum(np.diag(scores)[:, None], 1e-6))


def embeddings(_: Sequence[Sequence[str]], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score segments by the cosine of their mean vectors."""
    rows = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows @ rows.T, dtype=np.float32)


PLAIN: dict[str, Likeness] = {"bm25": bm25, "embeddings": embeddings}


def validity(archive: Archive, draws: int = 2000) -> dict[str, Any]:
    """Ask whether items that went in circles were less often concluded.

    The conclusion is read from what minutes record under the item's own heading; items whose record says
    neither are left out. The pieces of the conclusion do not count for the share.
    """
    circular = CODEBOOK.modes.index(CODEBOOK.role("circular") or "")
    shares, beliefs, fails = [], [], []
    for (tagged, signals), headings in zip(archive.judged, archive.headings, strict=True):
        items, ends = _items(headings)
        for matter, pieces in items.items():
            told = " ".join(tagged.encoded.text(piece) for piece in ends.get(matter, [])[:4])
            failed, advanced = _NOT_ADVANCED.search(told), _ADVANCED.search(told)
            if len(pieces) >= FEWEST_PIECES and (failed or advanced):
                shares.append(float((signals.mode[pieces] == circular).mean()))
                beliefs.append(float(tagged.beliefs["mode"][pieces, circular].mean()))
                fails.append(bool(failed))
    rng = np.random.default_rng(11)
    return {
        "items": len(fails),
        "not_concluded": sum(fails),
        "auc_of_share": _auc(shares, fails, rng, draws),
        "auc_of_mean_belief": _auc(beliefs, fails, rng, draws),
    }


def _items(headings: Sequence[str | None]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Give the pieces of each item of a meeting, and those of its conclusion."""
    items: dict[str, list[int]] = {}
    ends: dict[str, list[int]] = {}
    for piece, heading in enumerate(headings):
        matter = heading_matter(heading) if heading else None
        if heading is not None and matter is not None:
            (ends if _CONCLUDES.search(heading) else items).setdefault(matter, []).append(piece)
    return items, ends


def _auc(
    values: Sequence[float], fails: Sequence[bool], rng: np.random.Generator, draws: int
) -> list[float] | None:
    """Give the AUC with its 95 % interval by bootstrap over items, None where all ended alike."""
    from sklearn.metrics import roc_auc_score

    x, y = np.array(values), np.array(fails)
    if len(set(fails)) < 2:
        return None
    found = []
    for _ in range(draws):
        chosen = rng.integers(len(y), size=len(y))
        if 0 < y[chosen].sum() < len(y):
            found.append(roc_auc_score(y[chosen], x[chosen]))
    return [round(float(v), 3) for v in (roc_auc_score(y, x), *np.quantile(found, [0.025, 0.975]))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, help="a .jsonl.gz of one archive")
    parser.add_argument("--cache", type=Path, help="folder that keeps encoded meetings")
    parser.add_argument("--only", type=int, help="take so many meetings from the middle of the archive")
    parser.add_argument("--model", help="name or folder; the default model otherwise")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    tagger = Tagger.load(given.model, threads=1)
    archive = load_archive(given.archive, tagger, given.cache, given.only)
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": tagger.model,
        "recurrence": recurrence(archive),
        "validity": validity(archive),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
