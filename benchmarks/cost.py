"""Seconds that measures and trend take for one long series, beside what tagging it takes.

    nice -n 5 .venv/bin/python benchmarks/cost.py

Made meetings with random labels; a third of their subjects are new, the others come back, so that topics
grow with the series. Tagging is timed on a few of them and scaled: all its work but that on memory, which is
small, is by the piece. Processor time on one thread, so that a busy machine does not count. Half as many
meetings are timed first, and half of these: linear work doubles.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from cached import header
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analyzer.codebook import default_codebook
from analyzer.measures.adjusted import Confusion, confusion_of
from analyzer.measures.meeting import measure
from analyzer.records.analysis import Measured
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece, Signals, Tagged
from analyzer.tagging.memory import remember
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger
from analyzer.trends.series import trend

RESULTS = Path(__file__).parent / "results" / "cost.json"
CODEBOOK = default_codebook()
SUBJECT_EVERY = 30  # pieces
NEW = 1 / 3  # of the subjects of a meeting
_DIM, _COMMON, _OWN = 384, 2000, 12  # of vectors; words of all subjects; words of each


def cost(meetings: int, pieces: int, confusion: Confusion | None, seed: int) -> dict[str, Any]:
    """Time measures and trend of one long series."""
    judged = list(made(meetings, pieces, seed))
    start = time.process_time()
    measured: list[Measured] = [measure(tagged, signals, CODEBOOK, confusion) for tagged, signals in judged]
    between = time.process_time()
    analysis = trend(measured, CODEBOOK)
    end = time.process_time()
    return {
        "meetings": meetings,
        "pieces": meetings * pieces,
        "topics": len({row.topic for row in analysis.topics}),
        "measure_seconds": round(between - start, 1),
        "trend_seconds": round(end - between, 1),
    }


def tagging(meetings: int, pieces: int, tagger: Tagger, seed: int) -> float:
    """Give the seconds that a piece takes to tag, from the first meetings of the same series."""
    given = [tagged.meeting for tagged, _ in made(meetings, pieces, seed)]
    tagger.encode(given[0])  # sessions load on first use
    start = time.process_time()
    memory, key = tagger.no_memory(), ""
    for meeting in given:
        encoded = tagger.encode(meeting)
        tagged = tagger.judge(encoded, memory, key)
        decide(tagged, tagger.policy, (), CODEBOOK)
        memory, key = remember(memory, encoded), tagged.key
    return (time.process_time() - start) / (meetings * pieces)


def made(meetings: int, pieces: int, seed: int) -> Iterator[tuple[Tagged, Signals]]:
    """Make a series, oldest meeting first."""
    rng = np.random.default_rng(seed)
    known = 0
    for number in range(meetings):
        wanted = 1 + pieces // SUBJECT_EVERY
        is_new = rng.random(wanted) < (NEW if known else 1.0)
        fresh = known + np.cumsum(is_new) - 1
        subjects = np.where(is_new, fresh, rng.integers(max(1, known), size=wanted))
        known += int(is_new.sum())
        yield _made(number, np.repeat(subjects, SUBJECT_EVERY)[:pieces], rng)


def _made(number: int, subjects: NDArray[np.intp], rng: np.random.Generator) -> tuple[Tagged, Signals]:
    pieces = len(subjects)
    common = np.minimum(rng.zipf(1.3, size=(pieces, 16)), _COMMON)
    own = subjects[:, None] * _OWN + rng.integers(_OWN, size=(pieces, 5))
    texts = [
        " ".join([*(f"word{n}" for n in usual.tolist()), *(f"matter{n}" for n in rare.tolist())])
        for usual, rare in zip(common, own, strict=True)
    ]
    people = [Person(key=f"p{index}", name=f"P {index}", party=f"Party {index % 3}") for index in range(9)]
    meeting = Meeting(
        id=f"m{number:03d}",
        series="made",
        date=date(2020, 1, 1) + timedelta(days=3 * number),
        language="en",
        people=tuple(people),
        utterances=tuple(
            Utterance(
                index=index,
                text=text,
                speaker=f"p{rng.integers(9)}",
                start=8.0 * index,
                end=8.0 * index + 8,
                at=Locator(unit="row", number=index + 1),
            )
            for index, text in enumerate(texts)
        ),
        source=Source(name="made", sha256="0" * 64, format="jsonl", size=0),
    )
    directions = {n: np.random.default_rng(n).normal(size=_DIM) for n in set(subjects.tolist())}
    vectors = np.array([0.7 * directions[n] for n in subjects.tolist()]) + rng.normal(size=(pieces, _DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = len(CODEBOOK.labels)
    encoded = Encoded(
        meeting=meeting,
        pieces=tuple(
            Piece(utterance=index, number=0, start=0, end=len(text)) for index, text in enumerate(texts)
        ),
        vectors=vectors.astype(np.float16),
        local=np.zeros((pieces, labels), dtype=np.float16),
        spans=np.zeros((pieces, labels, 2), dtype=np.int32),
        model="made-0.1.0",
    )
    beliefs = rng.dirichlet([4.0, 0.6, 0.5, 1.5], size=pieces).astype(np.float32)
    barrier = rng.beta(0.3, 6, size=(pieces, len(CODEBOOK.barriers))).astype(np.float32)
    tagged = Tagged(
        encoded=encoded,
        beliefs={"mode": beliefs, "barrier": barrier},
        labels={"mode": CODEBOOK.modes, "barrier": CODEBOOK.barriers},
    )
    signals = Signals(
        mode=beliefs.argmax(axis=1).astype(np.int8), flags=barrier > 0.5, corrected=np.zeros(pieces, bool)
    )
    return tagged, signals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--meetings", type=int, default=500)
    parser.add_argument("--pieces", type=int, default=300, help="a meeting")
    parser.add_argument("--tagged", type=int, default=4, help="meetings that are tagged")
    parser.add_argument("--model", help="name or folder; the default model otherwise")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    threadpool_limits(1)
    tagger = Tagger.load(given.model, threads=1)
    confusion = confusion_of(tagger.metrics, CODEBOOK)
    each = tagging(given.tagged, given.pieces, tagger, given.seed)
    runs = []
    for size in (given.meetings // 4, given.meetings // 2, given.meetings):
        run = cost(size, given.pieces, confusion, given.seed)
        tag = each * run["pieces"]
        part = (run["measure_seconds"] + run["trend_seconds"]) / tag
        runs.append(run | {"tagging_seconds": round(tag, 1), "part_of_tagging": round(part, 3)})
        print(json.dumps(runs[-1]), flush=True)
    result = {
        **header(tagger, (), given.seed),
        "threads": 1,
        "tagged_meetings": given.tagged,
        "tagging_pieces_per_second": round(1 / each, 1),
        "runs": runs,
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
