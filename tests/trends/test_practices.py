from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import CodebookError
from analyzer.trends.practices import default_practices, load_practices


def test_each_barrier_has_two_or_three_options_without_numbers() -> None:
    practices = default_practices()

    assert set(practices) == set(default_codebook().barriers)
    for practice in practices.values():
        assert 2 <= len(practice.options) <= 3
        assert not any(letter.isdigit() for option in practice.options for letter in option)


def test_a_ninth_barrier_needs_a_line_and_no_code(tmp_path: Path) -> None:
    file = tmp_path / "practices.yaml"
    file.write_text("barriers:\n  ninth:\n    approach: patience\n    options: [waiting, tea]\n")

    assert load_practices(file)["ninth"].options == ("waiting", "tea")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "barriers: 3",
        "barriers: {a: {approach: x}}",
        "barriers: [",
        "barriers: {a: {approach: x, options: []}}",
    ],
)
def test_a_broken_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "practices.yaml"
    file.write_text(text)

    with pytest.raises(CodebookError, match=r"practices\.yaml"):
        load_practices(file)
