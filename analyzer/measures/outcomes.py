"""What came of it: pieces that decide, and pieces that give out work.

Minutes mark decisions and actions; in talk they are found by wording (`analyzer.resolutions`).
"""

from __future__ import annotations

import numpy as np

from analyzer.codebook import Codebook
from analyzer.measures.intervals import Bools, shares
from analyzer.measures.shares import has_role
from analyzer.records.figures import Figure
from analyzer.records.tagged import Signals, Tagged
from analyzer.resolutions import decides, gives_work


def outcomes(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `decision_share` and `action_share`: of all pieces."""
    hits = np.stack([decisions(tagged, signals, codebook), actions(tagged)], axis=1)
    return dict(zip(("decision_share", "action_share"), shares(hits), strict=True))


def decisions(tagged: Tagged, signals: Signals, codebook: Codebook) -> Bools:
    """Mark the pieces (n,) that state a decision; what goes over old ground states none."""
    old = has_role(signals.mode, codebook, "circular")
    is_reported = tagged.meeting.kind == "minutes"
    found = [
        tagged.utterance(number).kind == "decision"
        or (not old[number] and decides(tagged.encoded.text(number), is_reported=is_reported))
        for number in range(len(tagged))
    ]
    return np.array(found, dtype=np.bool_)


def actions(tagged: Tagged) -> Bools:
    """Mark the pieces (n,) that give somebody something to do."""
    found = [
        tagged.utterance(number).kind == "action" or gives_work(tagged.encoded.text(number))
        for number in range(len(tagged))
    ]
    return np.array(found, dtype=np.bool_)
