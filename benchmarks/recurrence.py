"""What comes back in a real archive: agenda items found again without their headings.

    nice -n 19 .venv/bin/python benchmarks/recurrence.py ../shared/archives/corpora/tc39.jsonl.gz

Pieces of one agenda item in different meetings, beside BM25 and plain embeddings over the same segments, each
at the threshold that suits it best on this very archive; ours has no threshold to choose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from archive import Archive, run
from known import measured_of
from numpy.typing import NDArray
from pairs import pair_figures, split_counts
from written import CODEBOOK

from analyzer.matter import heading_matter
from analyzer.records.analysis import Measured
from analyzer.terms import terms
from analyzer.trends.topics import link

RESULTS = Path(__file__).parent / "results" / "recurrence.json"
# Words of a heading that change from meeting to meeting while the item stays.
_SAME_ITEM_WORDS = """advance advancement approval consensus continuation continued discussion for from
    introduction new normative note overflow part pr presentation proposal question redux report request
    review revisit revisited stage status towards update"""
_SAME_ITEM = frozenset(_SAME_ITEM_WORDS.split())
_JOINED = re.compile(r"(?<=\w)[-.](?=\w)")

Likeness = Callable[[Sequence[Sequence[str]], NDArray[np.float32]], NDArray[np.float32]]
Keys = list[list[int | None]]


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


if __name__ == "__main__":
    run(__doc__, RESULTS, recurrence)
