"""How the talk of a stretch was written down: a model may read one style well and another badly.

Told from the rows alone, by counting, so that any labelled data can be looked at by style.
"""

from __future__ import annotations

import re
from typing import Literal

from analyzer.training.data import Stretch

Style = Literal["mail", "minutes", "raw recognition", "disfluent", "speakers unknown", "transcript"]
_FILLER = re.compile(r"\b(?:uh|um|erm|er|hmm)\b|\byou know,|\bI mean,", re.IGNORECASE)
_MARK = re.compile(r"[.,?!;:]")
_FEW_MARKS = 0.01  # a word; prose has one mark in ten words
_MANY_FILLERS = 0.01  # a word; prepared speech has hardly one in a thousand


def style_of(stretch: Stretch) -> Style:
    """Name the style of a stretch: the first of those below that fits.

    `mail` and `minutes` are kinds of meeting; `raw recognition` has hardly a punctuation mark, as speech
    recognisers without a punctuation model write; `disfluent` has a filler in at least one of a hundred
    words; `speakers unknown` names nobody; `transcript` is the rest.
    """
    text = " ".join(stretch.texts)
    count = max(1, len(text.split()))
    if stretch.kind == "email":
        return "mail"
    if stretch.kind == "minutes":
        return "minutes"
    if len(_MARK.findall(text)) < _FEW_MARKS * count:
        return "raw recognition"
    if len(_FILLER.findall(text)) >= _MANY_FILLERS * count:
        return "disfluent"
    return "transcript" if any(stretch.speakers) else "speakers unknown"
