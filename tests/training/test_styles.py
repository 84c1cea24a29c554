from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.training.data import Stretch
from analyzer.training.styles import style_of

TALK = Stretch(
    name="s", meeting="m", source="s", origin="real", kind="transcript", keys=("a", "b"),
    texts=("We start on Monday, as planned.", "Good, then I order the parts."), speakers=("Ana", "Ben"),
    parties=(None, None), mode=np.zeros(2, dtype=np.int64),
    barriers=np.zeros((2, len(default_codebook().barriers)), dtype=np.float32), second=(None, None),
)  # fmt: skip
RAW = ("we start on monday as planned right", "good then i order the parts today")


@pytest.mark.parametrize(
    ("stretch", "style"),
    [
        (TALK, "transcript"),
        (replace(TALK, speakers=(None, None)), "speakers unknown"),
        (replace(TALK, texts=RAW), "raw recognition"),
        (replace(TALK, texts=("Um, we start, uh, on Monday.", "I mean, good.")), "disfluent"),
        (replace(TALK, kind="minutes", texts=RAW), "minutes"),
        (replace(TALK, kind="email"), "mail"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_style_is_told_from_the_rows_alone(stretch: Stretch, style: str) -> None:
    assert style_of(stretch) == style
