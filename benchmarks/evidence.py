"""Whether the marked words carry a belief: what deleting them does, beside deleting all content words.

    nice -n 15 .venv/bin/python benchmarks/evidence.py ../shared/labels

Of each flagged piece of the development stretches the words marked for the flag are deleted, then instead
all content words, then as many words at random. The evidence is faithful where the first lowers the belief
by at least half of what the second does (comprehensiveness: DeYoung et al. 2020, ERASER, ACL). The pieces
around stay as they are, so it is the belief after context that moves.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece, Tagged
from analyzer.tagging.policy import decide
from analyzer.tagging.tagger import Tagger
from analyzer.training.data import Stretch, load_labels
from analyzer.training.evaluate import as_meeting

RESULTS = Path(__file__).parent / "results" / "evidence.json"
NOTHING = "…"  # stands where no word is left
_WORD = re.compile(r"\S+")
_ROLES = ("circular", "generative")


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A belief that is shown with marked words, and what deletions make of it."""

    kind: str  # "flag", "mode", or "believed" (a barrier above the evidence floor that is not flagged)
    label: str
    words: int
    belief: float
    without_marked: float
    without_content: float
    without_random: float

    def is_faithful(self, without: float) -> bool:
        """Say whether a deletion lowers belief, and by at least half of what deleting all content does."""
        drop = self.belief - without
        return drop > 0 and drop >= 0.5 * (self.belief - self.without_content)


def alone(encoded: Encoded) -> Encoded:
    """Give the same pieces as utterances of their own, so that the text of one can be replaced."""
    meeting = encoded.meeting
    utterances = tuple(
        Utterance(
            index=number,
            text=encoded.text(number),
            speaker=meeting.utterances[piece.utterance].speaker,
            at=Locator(unit="row", number=number + 1),
        )
        for number, piece in enumerate(encoded.pieces)
    )
    pieces = tuple(
        Piece(utterance=number, number=0, start=0, end=len(one.text)) for number, one in enumerate(utterances)
    )
    return replace(encoded, meeting=replace(meeting, utterances=utterances), pieces=pieces)


def read_texts(tagger: Tagger, texts: Sequence[str]) -> Encoded:
    """Encode texts of at most 80 words, one piece each."""
    utterances = tuple(
        Utterance(index=number, text=text, at=Locator(unit="row", number=number + 1))
        for number, text in enumerate(texts)
    )
    source = Source(name="variants", sha256="", format="made", size=0)
    people: tuple[Person, ...] = ()
    return tagger.encode(
        Meeting(
            id="variants",
            series="variants",
            language="en",
            people=people,
            utterances=utterances,
            source=source,
        )
    )


def belief_with(
    tagger: Tagger, encoded: Encoded, number: int, read: Encoded, row: int, task: str, column: int
) -> float:
    """Judge the meeting with one piece replaced by another that was read before."""
    text = read.text(row)
    utterances = list(encoded.meeting.utterances)
    utterances[number] = replace(utterances[number], text=text)
    pieces = list(encoded.pieces)
    pieces[number] = replace(pieces[number], end=len(text))
    vectors, local = encoded.vectors.copy(), encoded.local.copy()
    vectors[number], local[number] = read.vectors[row], read.local[row]
    changed = replace(
        encoded,
        meeting=replace(encoded.meeting, utterances=tuple(utterances)),
        pieces=tuple(pieces),
        vectors=vectors,
        local=local,
    )
    tagged = tagger.judge(tagger.read_in_context(changed), tagger.no_memory())
    return float(tagged.beliefs[task][number, column])


def targets(tagger: Tagger, tagged: Tagged) -> Iterator[tuple[str, int, str, str, int]]:
    """Give kind, piece, label, task and column of each belief whose evidence a reader would see."""
    codebook = tagger.codebook
    signals = decide(tagged, tagger.policy, (), codebook)
    floor = 0.1
    roles = [codebook.role(role) for role in _ROLES]
    for number in range(len(tagged)):
        for column, key in enumerate(codebook.barriers):
            if signals.flags[number, column]:
                yield "flag", number, key, "barrier", column
            elif tagged.beliefs["barrier"][number, column] >= floor:
                yield "believed", number, key, "barrier", column
        mode = int(signals.mode[number])
        if mode >= 0 and codebook.modes[mode] in roles:
            yield "mode", number, codebook.modes[mode], "mode", mode


def without(text: str, gone: set[int]) -> str:
    """Delete words by number."""
    left = [word for number, word in enumerate(text.split()) if number not in gone]
    return " ".join(left) or NOTHING


def marked_words(text: str, start: int, end: int) -> set[int]:
    """Numbers of the words that a span covers."""
    return {
        number
        for number, found in enumerate(_WORD.finditer(text))
        if found.start() < end and found.end() > start
    }


def content_words(text: str) -> set[int]:
    """Numbers of the words that are no function words."""
    from spacy.lang.en.stop_words import STOP_WORDS

    bare = [re.sub(r"[^\w']", "", word).lower() for word in text.split()]
    return {number for number, word in enumerate(bare) if word and word not in STOP_WORDS}


def measure(tagger: Tagger, stretches: Sequence[Stretch], seed: int) -> list[Marked]:
    """Try all deletions on all beliefs shown."""
    rng = random.Random(seed)
    found: list[Marked] = []
    for stretch in stretches:
        encoded = alone(tagger.encode(as_meeting(stretch)))
        tagged = tagger.judge(encoded, tagger.no_memory())
        wanted = list(targets(tagger, tagged))
        texts: list[str] = []
        sizes: list[int] = []
        for _, number, label, _, _ in wanted:
            text = encoded.text(number)
            span = next(span for span in tagged.spans[number] if span.label == label)
            gone = marked_words(text, span.start, span.end)
            count = len(text.split())
            start = rng.randint(0, count - len(gone))
            at_random = set(range(start, start + len(gone)))
            texts += [without(text, gone), without(text, content_words(text)), without(text, at_random)]
            sizes.append(len(gone))
        if not wanted:
            continue
        read = read_texts(tagger, texts)
        for place, (kind, number, label, task, column) in enumerate(wanted):
            after = [
                belief_with(tagger, encoded, number, read, 3 * place + way, task, column) for way in range(3)
            ]
            found.append(
                Marked(
                    kind=kind, label=label, words=sizes[place],
                    belief=float(tagged.beliefs[task][number, column]),
                    without_marked=after[0], without_content=after[1], without_random=after[2],
                )
            )  # fmt: skip
    return found


def summary(found: Sequence[Marked]) -> dict[str, Any]:
    """Give share of faithful evidence, with a random run of words for comparison, and lengths."""
    if not found:
        return {"n": 0}
    return {
        "n": len(found),
        "faithful": round(float(np.mean([one.is_faithful(one.without_marked) for one in found])), 3),
        "faithful_at_random": round(
            float(np.mean([one.is_faithful(one.without_random) for one in found])), 3
        ),
        "mean_words": round(float(np.mean([one.words for one in found])), 2),
        "mean_belief": round(float(np.mean([one.belief for one in found])), 3),
        "mean_without_marked": round(float(np.mean([one.without_marked for one in found])), 3),
        "mean_without_content": round(float(np.mean([one.without_content for one in found])), 3),
    }


def cpu() -> str:
    """Name the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("labels", type=Path, help="labels folder with development rows")
    parser.add_argument("--model", default=None)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()

    tagger = Tagger.load(given.model, threads=1)
    labels = load_labels(given.labels, tagger.codebook, held_out=())
    found = measure(tagger, [one for one in labels.dev if len(one) > 1], given.seed)
    groups: dict[str, list[Marked]] = defaultdict(list)
    for one in found:
        groups[one.kind].append(one)
        groups[f"{one.kind}: {one.label}"].append(one)
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "model": tagger.model,
        "seed": given.seed,
        "hardware": f"{cpu()}, one thread",
        "rows": "all pieces of the real development stretches, context included",
        "bar": "faithful >= 0.70 of flags, mean_words < 12",
        "groups": {name: summary(groups[name]) for name in sorted(groups)},
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
