"""Do items that went in circles end without a conclusion? On a real archive that records conclusions.

    nice -n 19 .venv/bin/python benchmarks/validity.py ../shared/archives/corpora/tc39.jsonl.gz

AUC of an item's circular share for "not concluded", with its interval by bootstrap over items.
Beside it that of the item's length: long items may circle more and be concluded less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from archive import Archive, run
from written import CODEBOOK

from analyzer.matter import heading_matter

RESULTS = Path(__file__).parent / "results" / "validity.json"
FEWEST_PIECES = 8  # of an item whose circular share is looked at
_CONCLUDES = re.compile(r"(?i) / .*\b(?:conclusion|resolution|decision)")
_NOT_ADVANCED = re.compile(
    r"(?i)\b(?:no (?:consensus|advancement|agreement|stage|decision|conclusion)|no .{0,20}consensus"
    r"|not (?:\w+ )?(?:advanc|reach|seek|ask)|(?:did|does|do|was|is|will) not\b|without consensus|not yet"
    r"|block(?:ed|s|ing)|remains? (?:at|in)|stays? (?:at|in)|withdr[ae]wn?|reject|come back|bring back"
    r"|revisit|overflow|more discussion|discussion (?:will )?(?:continue|on|offline)|unresolved"
    r"|continue (?:to )?(?:discuss|work|iterat))"
)
_ADVANCED = re.compile(
    r"(?i)\b(?:consensus|approved?|advance[sd]?|accepted|stage \d|agreed|adopted|resolved|confirmed"
    r"|merged?)\b"
)


def validity(archive: Archive, draws: int = 2000) -> dict[str, Any]:
    """Ask whether items that went in circles were less often concluded.

    The conclusion is read from what minutes record under the item's own heading; items whose record says
    neither are left out. The pieces of the conclusion do not count for the share.
    """
    circular = CODEBOOK.modes.index(CODEBOOK.role("circular") or "")
    shares, beliefs, lengths, fails = [], [], [], []
    for (tagged, signals), headings in zip(archive.judged, archive.headings, strict=True):
        items, ends = _items(headings)
        for matter, pieces in items.items():
            told = " ".join(tagged.encoded.text(piece) for piece in ends.get(matter, [])[:4])
            failed, advanced = _NOT_ADVANCED.search(told), _ADVANCED.search(told)
            if len(pieces) >= FEWEST_PIECES and (failed or advanced):
                shares.append(float((signals.mode[pieces] == circular).mean()))
                beliefs.append(float(tagged.beliefs["mode"][pieces, circular].mean()))
                lengths.append(float(len(pieces)))
                fails.append(bool(failed))
    rng = np.random.default_rng(11)
    return {
        "meetings": len(archive.judged),
        "items": len(fails),
        "not_concluded": sum(fails),
        "auc_of_share": _auc(shares, fails, rng, draws),
        "auc_of_mean_belief": _auc(beliefs, fails, rng, draws),
        "auc_of_length": _auc(lengths, fails, rng, draws),
    }


def _items(headings: Sequence[str | None]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Give the pieces of each item of a meeting, and those of its conclusion."""
    items: dict[str, list[int]] = {}
    ends: dict[str, list[int]] = {}
    for piece, heading in enumerate(headings):
        matter = heading_matter(heading) if heading else None
        if heading is not None and matter is not None:
            (ends if _CONCLUDES.search(heading) else items).setdefault(matter, []).append(piece)
    return items, ends


def _auc(
    values: Sequence[float], fails: Sequence[bool], rng: np.random.Generator, draws: int
) -> list[float] | None:
    """Give the AUC with its 95 % interval by bootstrap over items, None where all ended alike."""
    from sklearn.metrics import roc_auc_score

    x, y = np.array(values), np.array(fails)
    if len(set(fails)) < 2:
        return None
    found = []
    for _ in range(draws):
        chosen = rng.integers(len(y), size=len(y))
        if 0 < y[chosen].sum() < len(y):
            found.append(roc_auc_score(y[chosen], x[chosen]))
    return [round(float(v), 3) for v in (roc_auc_score(y, x), *np.quantile(found, [0.025, 0.975]))]


if __name__ == "__main__":
    run(__doc__, RESULTS, validity)
