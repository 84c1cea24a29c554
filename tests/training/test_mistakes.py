from __future__ import annotations

import numpy as np

from analyzer.codebook import default_codebook
from analyzer.training.data import Stretch
from analyzer.training.mistakes import mistakes
from analyzer.training.scoring import Rows

CODEBOOK = default_codebook()
TRUST = CODEBOOK.barriers[0]


def stretch(texts: list[str]) -> Stretch:
    count = len(texts)
    second = [None] * (count - 1) + [{"mode": "generative", "barriers": [TRUST]}]
    return Stretch(
        name="s", meeting="m", source="council", origin="real", kind="transcript",
        keys=tuple(f"s-{n}" for n in range(count)), texts=tuple(texts), speakers=(None,) * count,
        parties=(None,) * count, mode=np.zeros(count, dtype=np.int64),
        barriers=np.zeros((count, len(CODEBOOK.barriers)), dtype=np.float32), second=tuple(second),
    )  # fmt: skip


def rows(beliefs: list[list[float]], flags: list[int], gold_flags: list[int], trust: list[float]) -> Rows:
    table, count = np.array(beliefs), len(beliefs)

    def marked(numbers: list[int]) -> np.ndarray:
        one = np.zeros((count, len(CODEBOOK.barriers)), dtype=bool)
        one[numbers, 0] = True
        return one

    believed = np.zeros((count, len(CODEBOOK.barriers)))
    believed[:, 0] = trust
    return Rows(
        meetings=["m"] * count, gold_mode=np.zeros(count, dtype=np.int64), gold_flags=marked(gold_flags),
        mode=table.argmax(axis=1), mode_beliefs=table, barrier_beliefs=believed, flags=marked(flags),
    )  # fmt: skip


def test_the_most_confident_mistake_comes_first_with_what_was_said_before_it() -> None:
    beliefs = [[0.9, 0.1, 0, 0], [0.4, 0.6, 0, 0], [0.05, 0, 0.95, 0]]
    found = mistakes(rows(beliefs, [], [], [0, 0, 0]), [stretch(["one", "two", "three"])], CODEBOOK)

    assert [(one.place.key, one.said) for one in found] == [("s-2", "generative"), ("s-1", "circular")]
    assert found[0].sureness == 0.95
    assert found[0].place.before == ("one", "two")
    assert found[0].place.second == f"generative, {TRUST}"


def test_false_flags_and_missed_barriers_are_told_apart() -> None:
    right = [[1.0, 0, 0, 0]] * 3
    found = mistakes(rows(right, [0], [2], [0.8, 0.1, 0.3]), [stretch(["a", "b", "c"])], CODEBOOK)

    assert [(one.kind, one.place.key, one.gold, one.said) for one in found] == [
        ("false flag", "s-0", "none", TRUST),
        ("missed barrier", "s-2", TRUST, "none"),
    ]
    assert [round(one.sureness, 2) for one in found] == [0.8, 0.7]


def test_of_each_kind_only_so_many_are_listed() -> None:
    wrong = [[0.2, 0.8, 0, 0]] * 5

    assert len(mistakes(rows(wrong, [], [], [0] * 5), [stretch(list("abcde"))], CODEBOOK, most=2)) == 2
