from __future__ import annotations

import numpy as np

from analyzer.tagging.evidence import LONGEST, best_spans

TEXT = "we asked for the budget twice already"
WORDS = TEXT.split()


def offsets_of(text: str) -> np.ndarray:
    starts = [0]
    for word in text.split(" ")[:-1]:
        starts.append(starts[-1] + len(word) + 1)
    ranges = [(start, start + len(word)) for start, word in zip(starts, text.split(" "), strict=True)]
    return np.array([(0, 0), *ranges, (0, 0)])


def marked(text: str, *columns: list[float]) -> list[str]:
    scores = np.zeros((len(text.split()) + 2, len(columns)))
    scores[1:-1] = np.array(columns).T
    return [text[start:end] for start, end in best_spans(text, offsets_of(text), scores)]


def test_each_label_gets_the_words_that_speak_for_it() -> None:
    budget = [0, 0, 0, 0, 3.0, 0, 0]
    twice = [0, 0, 0, 0, 0, 1.0, 2.0]

    assert marked(TEXT, budget, twice) == ["budget", "twice already"]


def test_a_weak_word_between_strong_ones_is_kept_and_weak_ends_are_not() -> None:
    assert marked(TEXT, [0.01, 2.0, 0.0, -1.0, 2.0, 0.01, 0.0]) == ["asked for the budget"]


def test_what_speaks_against_a_label_is_no_evidence_for_it() -> None:
    assert marked(TEXT, [-5.0, -5.0, 0.1, -5.0, -5.0, -5.0, -5.0]) == ["for"]


def test_where_nothing_speaks_for_a_label_the_first_word_stands() -> None:
    assert marked(TEXT, [0.0] * 7) == ["we"]


def test_a_run_has_at_most_twelve_words() -> None:
    text = " ".join(["word"] * 40)

    assert [len(span.split()) for span in marked(text, [1.0] * 40)] == [LONGEST]


def test_parts_of_a_word_mark_the_whole_word() -> None:
    text = "the reimbursement stalls"
    offsets = np.array([(0, 0), (0, 3), (4, 9), (9, 17), (18, 24), (0, 0)])
    scores = np.array([[0.0], [0.0], [0.0], [2.0], [0.0], [0.0]])

    assert best_spans(text, offsets, scores).tolist() == [[4, 17]]


def test_a_text_without_words_has_no_evidence() -> None:
    assert best_spans(" ", np.zeros((2, 2), dtype=int), np.zeros((2, 3))).tolist() == [[0, 0]] * 3


def test_the_best_run_is_that_of_an_exhaustive_search() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        column = rng.normal(size=7)
        positive = np.maximum(column, 0.0)
        runs = [(start, end) for start in range(7) for end in range(start + 1, 8)]
        shares = positive / positive.sum()
        start, end = max(runs, key=lambda run: shares[run[0] : run[1]].sum() - 0.02 * (run[1] - run[0]))

        assert marked(TEXT, list(column)) == [" ".join(WORDS[start:end])]
