"""A training configuration: what makes no sense is one sentence before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import SettingsError
from analyzer.training.config import load_config

ROOT = Path(__file__).resolve().parents[2]
NEEDED = "name: tiny\nversion: 1.0.0\nlabels: labels\n"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "training").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_shipped_ones_are_read(path):
    assert load_config(path).name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("epochs: many", "epochs is 'many', which is not a whole number"),
        ("epochs: 1.5", "epochs is 1.5, which is not a whole number"),
        ("encoder_rate: 6e-5", "encoder_rate is '6e-5', which is not a number"),  # YAML wants 6.0e-5
        ("seed: true", "seed is True, which is not a whole number"),
        ("held_out: bank_it", "held_out is 'bank_it', which is not a list"),
        ("name: 7", "name is 7, which is not a text"),
    ],
)
def test_a_value_of_another_kind_is_one_sentence(tmp_path, line, words):
    (tmp_path / "c.yaml").write_text(f"{NEEDED}{line}\n")

    with pytest.raises(SettingsError) as caught:
        load_config(tmp_path / "c.yaml")

    assert words in str(caught.value)


def test_numbers_may_be_whole_and_options_empty(tmp_path):
    (tmp_path / "c.yaml").write_text(f"{NEEDED}encoder_rate: 1\nstart: null\nheld_out: [a, b]\n")

    config = load_config(tmp_path / "c.yaml")

    assert (config.encoder_rate, config.start, config.held_out) == (1, None, ("a", "b"))
