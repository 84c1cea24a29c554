"""Seconds that measures and trend take for one long series, beside what tagging it takes.

    nice -n 5 .venv/bin/python benchmarks/cost.py

Made meetings with random labels and vectors; processor time, so that a busy machine does not count. Half
as many meetings are timed first: linear work doubles.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.codebook import default_codebook
from analyzer.measures.meeting import measure
from analyzer.records.analysis import Measured
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece, Signals, Tagged
from analyzer.trends.series import trend

RESULTS = Path(__file__).parent / "results" / "cost.json"
CODEBOOK = default_codebook()


def cost(meetings: int, pieces: int, pieces_per_second: float, seed: int) -> dict[str, Any]:
    """Time measures and trend of one long series, beside what tagging it takes."""
    rng = np.random.default_rng(seed)
    judged = [_made(number, pieces, rng) for number in range(meetings)]
    start = time.process_time()
    measured: list[Measured] = [measure(tagged, signals, CODEBOOK) for tagged, signals in judged]
    between = time.process_time()
    trend(measured, CODEBOOK)
    end = time.process_time()
    tagging = meetings * pieces / pieces_per_second
    return {
        "meetings": meetings,
        "pieces": meetings * pieces,
        "measure_seconds": round(between - start, 1),
        "trend_seconds": round(end - between, 1),
        "tagging_seconds": round(tagging, 1),
        "tagging_pieces_per_second": pieces_per_second,
        "part_of_tagging": round((end - start) / tagging, 3),
    }


def _made(number: int, pieces: int, rng: np.random.Generator) -> tuple[Tagged, Signals]:
    words = [f"word{index}" for index in range(400)]
    subject = rng.integers(20, size=1 + pieces // 30)
    texts = [
        " ".join([f"subject{subject[index // 30]}", *rng.choice(words, size=20)]) for index in range(pieces)
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
    vectors = rng.normal(size=(pieces, 384)).astype(np.float32)
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
    parser.add_argument("--pieces-per-second", type=float, default=150.0, help="see results/tagging.json")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    sizes = (given.meetings // 2, given.meetings)
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "runs": [cost(size, given.pieces, given.pieces_per_second, given.seed) for size in sizes],
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
