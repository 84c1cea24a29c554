"""One set of labelled rows as a tagger sees it: what evaluation passes on to page and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.training.data import Stretch
from analyzer.training.scoring import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Rows of a set, in the order of the labelled pieces of `stretches`, and their figures."""

    name: str
    stretches: Sequence[Stretch]
    rows: Rows
    figures: Mapping[str, Any]
