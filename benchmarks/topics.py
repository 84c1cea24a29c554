"""Topics found without headings, against the topics that written partnerships are known to have.

    nice -n 5 .venv/bin/python benchmarks/topics.py ../shared/labels/partnerships
    nice -n 5 .venv/bin/python benchmarks/topics.py ../shared/labels/partnerships --fit

Measured are pairs of pieces on one topic, and the status of each topic in each meeting; with gold tags and
with those of the model, to part errors. Cues (`boundaries.WEIGHTS`, `outcome.WEIGHTS`) are fitted anew
without the partnership they are tested on; with `--shipped` also those that ship, which are fitted on all and
flatter: `--fit` prints them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from cached import header
from known import Both, Known, cues, fit_boundaries, fit_outcomes, known, measured_of, true_visits
from pairs import pair_figures, split_counts
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import f1_score
from written import CODEBOOK, Partnership, files, load_all

from analyzer.tagging.tagger import Tagger
from analyzer.trends import outcome
from analyzer.trends.loops import ledger
from analyzer.trends.topics import Linked, link

RESULTS = Path(__file__).parent / "results" / "topics.json"
STATUSES = ("opened", "revisited", "deferred", "decided")
NONE = "none"

Told = list[tuple[str, str]]  # planned and found status of topics in meetings


def partnerships(pairs: Sequence[Both], chosen: Sequence[str], ways: Sequence[str]) -> dict[str, Any]:
    """Measure topics and their status on all partnerships."""
    result: dict[str, Any] = {}
    for tags in chosen:
        for way in ways:
            rows = {}
            for number, (one, truth) in enumerate(pairs):
                others = [*pairs[:number], *pairs[number + 1 :]]
                is_fitted = way == "cross_fitted"
                fitted = (fit_boundaries(others), fit_outcomes(others)) if is_fitted else (None, None)
                with cues(*fitted):
                    rows[one.name] = _one(one, truth, tags)
            result[f"{tags}_tags_{way}"] = _summed(rows)
    result["topics_given_cross_fitted"] = _status_figures(_given(pairs))
    return result


def _given(pairs: Sequence[Both]) -> Told:
    """Status where the topics themselves are given: what is left is the reading of cues."""
    told: Told = []
    for number, (one, truth) in enumerate(pairs):
        with cues(None, fit_outcomes([*pairs[:number], *pairs[number + 1 :]])):
            for (place, topic), visit in true_visits(one, truth).items():
                found: str = outcome.outcome(visit, CODEBOOK)
                if found == "open":
                    found = "revisited" if visit.before else "opened"
                told.append((truth.statuses[place][topic], found))
    return told


def _one(one: Partnership, truth: Known, tags: str) -> dict[str, Any]:
    linked = link(measured_of(getattr(one, tags)), CODEBOOK)
    topics, found = (
        [
            [key if told else None for key, told in zip(keys, marks, strict=True)]
            for keys, marks in zip(all_keys, truth.told, strict=True)
        ]
        for all_keys in (truth.topics, [measured.topics for measured in linked.meetings])
    )
    return {
        "pairs": split_counts(topics, found),
        "purity": purity(topics, found),
        "topics": [len(linked.labels), len({key for keys in topics for key in keys if key})],
        "status": status(linked, truth),
    }


def purity(truth: Sequence[Sequence[str | None]], found: Sequence[Sequence[str | None]]) -> tuple[int, int]:
    """Count the pieces whose found topic is mostly of their true one in this meeting, and all pieces."""
    right = total = 0
    for one, other in zip(truth, found, strict=True):
        both = Counter((key, item) for item, key in zip(one, other, strict=True) if item is not None)
        best: dict[str, int] = {}
        for (key, _), count in both.items():
            if key is not None:
                best[key] = max(best.get(key, 0), count)
        right += sum(best.values())
        total += both.total()
    return right, total


def status(linked: Linked, truth: Known) -> dict[str, Told]:
    """Pair planned with found statuses, by three ways to match topics.

    overlap   each planned topic of a meeting with the found topic it shares most pieces with there
    series    each planned topic with the found topic it shares most pieces with in all meetings
    one_each  as series, but no found topic serves twice, and what is found beyond is counted as wrong
    """
    statuses = {(row.meeting, row.topic): str(row.status) for row in ledger(linked, CODEBOOK).topics}
    ids = [measured.meeting.id for measured in linked.meetings]
    shared, sizes = _shared(linked, truth)
    planned = [
        (place, topic)
        for place, wanted in enumerate(truth.statuses)
        for topic in wanted
        if topic in truth.topics[place]
    ]

    def told(place: int, topic: str, found: str | None) -> tuple[str, str]:
        return truth.statuses[place][topic], statuses.get((ids[place], found or ""), NONE)

    overlap: Told = []
    for place, topic in planned:
        near = [(n, -sizes[place, f], f) for (p, t, f), n in shared.items() if (p, t) == (place, topic)]
        overlap.append(told(place, topic, max(near)[2] if near else None))
    series, one_each = _matched(shared)
    strict = [told(place, topic, one_each.get(topic)) for place, topic in planned]
    used = {(place, one_each.get(topic)) for place, topic in planned}
    for (place, found), size in sizes.items():
        on_planned = sum(n for (p, _, f), n in shared.items() if (p, f) == (place, found))
        if (place, found) not in used and 2 * on_planned > size:
            strict.append((NONE, statuses[ids[place], found]))
    return {
        "overlap": overlap,
        "series": [told(place, topic, series.get(topic)) for place, topic in planned],
        "one_each": strict,
    }


def _shared(linked: Linked, truth: Known) -> tuple[Counter[tuple[int, str, str]], Counter[tuple[int, str]]]:
    """Count pieces by meeting, planned topic and found topic; and by meeting and found topic."""
    shared: Counter[tuple[int, str, str]] = Counter()
    sizes: Counter[tuple[int, str]] = Counter()
    for place, (measured, keys) in enumerate(zip(linked.meetings, truth.topics, strict=True)):
        for key, found in zip(keys, measured.topics, strict=True):
            if found is not None:
                sizes[place, found] += 1
                if key in truth.statuses[place]:
                    shared[place, key, found] += 1
    return shared, sizes


def _matched(shared: Counter[tuple[int, str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    topics = sorted({topic for _, topic, _ in shared})
    found = sorted({key for _, _, key in shared})
    table = np.zeros((len(topics), len(found)))
    for (_, topic, key), count in shared.items():
        table[topics.index(topic), found.index(key)] += count
    most = {topic: found[int(row.argmax())] for topic, row in zip(topics, table, strict=True)}
    rows, columns = linear_sum_assignment(-table)
    each = {topics[r]: found[c] for r, c in zip(rows, columns, strict=True) if table[r, c]}
    return most, each


def _status_figures(told: Told) -> dict[str, Any]:
    planned, found = zip(*told, strict=True)
    each = f1_score(planned, found, labels=STATUSES, average=None, zero_division=0)
    return {
        "macro_f1": round(float(np.mean(each)), 3),
        **{name: round(float(value), 3) for name, value in zip(STATUSES, each, strict=True)},
        "topics_in_meetings": sum(one != NONE for one in planned),
    }


def _summed(rows: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    each = list(rows.values())
    pairs = {name: sum(row["pairs"][name] for row in each) for name in each[0]["pairs"]}
    right, total = (sum(row["purity"][part] for row in each) for part in (0, 1))
    ways = each[0]["status"]
    return {
        "pairs": {name: pair_figures(counts) for name, counts in pairs.items()},
        "pairs_f1_of_each": {name: pair_figures(row["pairs"]["all"])["f1"] for name, row in rows.items()},
        "purity": round(right / total, 3),
        "topics_found_and_known": {name: row["topics"] for name, row in rows.items()},
        "status": {way: _status_figures([t for row in each for t in row["status"][way]]) for way in ways},
        "status_of_each": {
            name: _status_figures(row["status"]["overlap"])["macro_f1"] for name, row in rows.items()
        },
    }


def print_cues(pairs: Sequence[Both]) -> None:
    """Print what `boundaries` and `outcome` ship."""
    for name, (weights, bias) in (("boundaries", fit_boundaries(pairs)), ("outcome", fit_outcomes(pairs))):
        print(f"{name}: BIAS = {bias}")
        for feature, weight in weights.items():
            print(f'    "{feature}": {weight},')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("partnerships", type=Path)
    parser.add_argument("--fit", action="store_true", help="print the cues, fitted on all")
    parser.add_argument("--shipped", action="store_true", help="also with the cues that ship")
    parser.add_argument("--tags", choices=("gold", "predicted"), help="of these alone; both otherwise")
    parser.add_argument("--model", help="name or folder; the default model otherwise")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    tagger = Tagger.load(given.model, threads=1)
    held = load_all(given.partnerships, tagger)
    pairs = [(one, known(folder, one)) for folder, one in held.items()]
    if given.fit:
        print_cues(pairs)
        return
    chosen = (given.tags,) if given.tags else ("gold", "predicted")
    ways = ("cross_fitted", "shipped") if given.shipped else ("cross_fitted",)
    result = {**header(tagger, files(given.partnerships)), **partnerships(pairs, chosen, ways)}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
