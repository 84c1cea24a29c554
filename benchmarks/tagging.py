"""Pieces per second of the whole tagging line, beside plainer ways to run the same encoder.

    nice -n 5 .venv/bin/python benchmarks/tagging.py ../shared/labels/real/stretches.jsonl

All are measured in one run, on the same pieces, with the same threads; rounds alternate, so that a busy
moment of the machine hits all of them. Loading is not counted, tokenizing is.

    tag           Tagger.tag: cut, read, features, judge, calibrate, evidence, returns
    bare_onnx     the graph that reads pieces alone over the same tokens and batches, spans left out
    torch_single  the base encoder in torch fp32, one piece at a time
    pipeline      transformers' text-classification pipeline on that encoder, batch 32, fp32

The same encoder as that of a reader in context: `--base base/all-mpnet-base-v2` (data/training/README.md).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.tagging import runtime as tagging_runtime
from analyzer.tagging.models import find_model
from analyzer.tagging.tagger import Tagger
from analyzer.training.network import base_folder

RESULTS = Path(__file__).parent / "results" / "tagging.json"


def load_meetings(path: Path, pieces: int, seed: int) -> list[Meeting]:
    """Take whole stretches in random order until there are enough pieces; a stretch is a meeting."""
    stretches: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        stretches.setdefault(str(row["stretch"]), []).append(row)
    names = sorted(stretches)
    random.Random(seed).shuffle(names)
    meetings: list[Meeting] = []
    for name in names:
        if sum(len(meeting.utterances) for meeting in meetings) >= pieces:
            break
        meetings.append(_meeting(name, stretches[name]))
    return meetings


def _meeting(name: str, rows: Sequence[dict[str, Any]]) -> Meeting:
    speakers = sorted({row["speaker"] for row in rows if row.get("speaker")})
    return Meeting(
        id=name,
        series=name,
        people=tuple(Person(key=speaker, name=speaker) for speaker in speakers),
        utterances=tuple(
            Utterance(
                index=index,
                text=row["text"],
                speaker=row.get("speaker") or None,
                at=Locator(unit="row", number=index + 1),
            )
            for index, row in enumerate(rows)
        ),
        source=Source(name=name, sha256="0" * 64, format="jsonl", size=0),
    )


def bare_onnx(tagger: Tagger, meetings: Sequence[Meeting]) -> Callable[[], object]:
    """The encoder graph over ready-made batches: what no line around it can beat."""
    engine = tagging_runtime.Runtime(find_model(tagger.address), threads=tagger.threads)
    batches = [
        engine._padded(batch)
        for meeting in meetings
        for batch in tagging_runtime._batches(
            engine._tokenized(list(dict.fromkeys(utterance.text for utterance in meeting.utterances)))
        )
    ]

    def run() -> None:
        for ids, mask in batches:
            engine._encoder.run(None, {"input_ids": ids, "attention_mask": mask})

    return run


def torch_ways(texts: Sequence[str], threads: int, base: str) -> dict[str, Callable[[], object]]:
    """The base encoder in torch fp32: one piece at a time, and in transformers' own pipeline."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    torch.set_num_threads(threads)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    labels = len(default_codebook().labels)
    classifier = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=labels, local_files_only=True
    ).eval()
    pipe = pipeline("text-classification", model=classifier, tokenizer=tokenizer, device="cpu")

    def single() -> None:
        with torch.inference_mode():
            for text in texts:
                classifier.base_model(**tokenizer(text, truncation=True, max_length=160, return_tensors="pt"))

    def batched() -> None:
        pipe(list(texts), batch_size=32, truncation=True, max_length=160, top_k=None)

    return {"torch_single": single, "pipeline": batched}


def measure(ways: dict[str, Callable[[], object]], pieces: int, rounds: int) -> dict[str, Any]:
    """Run all ways in turn, `rounds` times after a warm-up; median, least and most pieces per second."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            if number:
                speeds[name].append(pieces / (time.perf_counter() - start))
    return {
        name: {
            "pieces_per_second": round(statistics.median(each), 1),
            "low": round(min(each), 1),
            "high": round(max(each), 1),
        }
        for name, each in speeds.items()
    }


def hardware(threads: int) -> dict[str, Any]:
    """Say what it ran on, without the machine's name."""
    found = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        found = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), found)
    return {"processor": found, "cores": os.cpu_count(), "threads": threads}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, help="JSONL of pieces: stretch, speaker, text")
    parser.add_argument("--model", default=None)
    parser.add_argument("--base", default=None, help="folder of the encoder in torch; default: MiniLM")
    parser.add_argument("--pieces", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    meetings = load_meetings(given.data, given.pieces, given.seed)
    tagger = Tagger.load(given.model, threads=given.threads)
    texts = [tagged.encoded.text(n) for tagged in tagger.tag(meetings) for n in range(len(tagged))]
    load = [round(each, 2) for each in os.getloadavg()]
    ways: dict[str, Callable[[], object]] = {"tag": lambda: tagger.tag(meetings)}
    ways["bare_onnx"] = bare_onnx(tagger, meetings)
    base = given.base or base_folder()
    ways |= torch_ways(texts, given.threads, base)
    speeds = measure(ways, len(texts), given.rounds)
    tag = speeds["tag"]["pieces_per_second"]
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": tagger.model,
        "base": Path(base).name,
        "data": {
            "file": given.data.name,
            "sha256": hashlib.sha256(given.data.read_bytes()).hexdigest(),
            "seed": given.seed,
            "meetings": len(meetings),
            "pieces": len(texts),
            "words_per_piece": round(statistics.mean(len(text.split()) for text in texts), 1),
        },
        "hardware": hardware(given.threads),
        "versions": {name: version(name) for name in ("onnxruntime", "tokenizers", "torch", "transformers")},
        "load_before_the_run": load,
        "speeds": speeds,
        "tag_is_times": {
            name: round(tag / speed["pieces_per_second"], 2)
            for name, speed in speeds.items()
            if name != "tag"
        },
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
