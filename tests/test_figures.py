from __future__ import annotations

import pytest

from analyzer.codebook import default_codebook
from analyzer.figures import FIGURES, figure_kind, figure_title

CODEBOOK = default_codebook()
MODE, BARRIER = CODEBOOK.task("mode").labels[1], CODEBOOK.task("barrier").labels[0]


def test_no_figure_is_listed_twice() -> None:
    names = [kind.name for kind in FIGURES]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "pattern", "title"),
    [
        (f"share_{MODE.key}", "share_<mode>", f"{MODE.name} talk"),
        (f"share_{MODE.key}:Bank", "share_<mode>:<party>", f"{MODE.name} talk of Bank"),
        (f"rate_{BARRIER.key}", "rate_<barrier>", BARRIER.name),
        (f"words_share_{MODE.key}", "words_share_<mode>", f"{MODE.name} talk, by words"),
        ("rate_any_barrier", "rate_any_barrier", "Any barrier"),
        ("talk_share:Bank", "talk_share:<party>", "Talk share of Bank"),
        ("talk_share:City: Hall", "talk_share:<party>", "Talk share of City: Hall"),
        ("decision_share", "decision_share", "Stated decisions"),
    ],
)
def test_a_figure_is_found_and_named_for_people(name: str, pattern: str, title: str) -> None:
    kind = figure_kind(name, CODEBOOK)

    assert kind is not None
    assert kind.name == pattern
    assert figure_title(name, CODEBOOK) == title


@pytest.mark.parametrize("name", ["", "share", "share_nothing", "talk_share", "decision_share:Bank"])
def test_a_name_that_no_measure_gives_is_not_found(name: str) -> None:
    assert figure_kind(name, CODEBOOK) is None
    assert figure_title(name, CODEBOOK) is None
