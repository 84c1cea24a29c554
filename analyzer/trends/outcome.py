"""How a topic left a meeting: decided, put off, or open; by what was said of it, most of all at its end.

Minutes mark decisions; in talk there are only words, and few of them mean one thing. So cues are weighed
together: by a logistic regression fitted on the written partnerships, where the planned status of each
topic in each meeting is known (`benchmarks/topics.py --fit`). English only, as the model is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.analysis import Measured
from analyzer.resolutions import marks_decision

Array = NDArray[np.float64]
Outcome = Literal["decided", "deferred", "open"]

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
# Searched in lower case: to ignore case takes three times as long.
CUES: dict[str, re.Pattern[str]] = {
    "formal": re.compile(
        r"\b(?:decided|decision \d|resolved|adopted?|approved?s?|carried(?! (?:over|to|forward|out))"
        r"|in favou?r|seconded|so (?:i )?move[ds]?|consensus|minute (?:it|that)|that['’]s the decision"
        r"|(?:any(?:one|body)? |no )(?:objections?|one against|against)|write that in"
        r"|(?:three|two|four|five) to (?:none|nil|one))\b"
    ),
    "settled": re.compile(
        r"\b(?:settled|signed|closing it|off the list|withdrawn?|booked|accepted|confirmed in writing"
        r"|(?:is|are|it['’]s|that['’]s|item|now|therefore) (?:closed|done|finished|final)"
        r"|went live|goes live|taken off|since \d)\b"
    ),
    "assent": re.compile(
        r"\b(?:agreed|then yes|it['’]?s (?:a )?go|go for|do it|can live with|fine by"
        r"|(?:we|i)(?:['’]ll| will) (?:go with|take it|sign))\b"
    ),
    "put_off": re.compile(
        r"\b(?:defer(?:red|s|ral)?|postponed?|adjourned|no decision|without a? ?decision|no date"
        r"|carr(?:y|ied) (?:it |this |that )?(?:over|forward|to)"
        r"|off the agenda|park(?:ed|ing)?|not (?:ready|today|now|yet)"
        r"|(?:left|leave|kept|keep|stays?|remains?|write|be) (?:it |th(?:is|at) |the \w+ |item )?open)\b"
    ),
    "later": re.compile(
        r"\b(?:(?:bring|brought|brings|come|comes|came|coming) (?:it |that |this )?back|another time"
        r"|waits?(?: for| until)?|next (?:meeting|board|session|time|call|committee|month)|on the list"
        r"|(?:put|look at|taken?|pick) (?:it |that |this |up )*(?:in|on|at|until)|not before|new year"
        rf"|goes to (?:legal|the)|(?:for|to|until|in|on) (?:the )?{_MONTH}"
        r"(?: board| meeting| committee| then)?\s*[.?!,]?\s*$)"
    ),
}
_DECIDING = ("formal", "settled", "assent")
_FADING = 0.8  # by which a cue counts less for each piece that follows it
_REPEATED = 0.3  # of a decision cue in a piece that goes over old ground
_MOST = 2.0
_CLOSING = 4  # pieces of substance at the end
_OPENING = 3
_VISITS = 3
_GAP = 2  # an aside of one piece does not end a topic

# Feature -> what it adds to the log odds of decided, and of deferred, against open.
WEIGHTS: dict[str, tuple[float, float]] = {
    "formal_at_end": (1.16, 0.32),
    "formal": (2.52, -0.12),
    "settled_at_end": (0.26, -0.13),
    "settled": (1.37, 0.55),
    "assent_at_end": (0.71, 0.69),
    "assent": (2.44, 1.23),
    "put_off_at_end": (0.06, 1.66),
    "put_off": (-0.28, 1.04),
    "later_at_end": (-0.35, 0.69),
    "later": (0.98, 0.48),
    "marked": (1.84, 0.39),
    "settled_before": (0.46, -0.56),
    "decision_last": (0.19, -0.39),
    "circular": (-0.82, 1.79),
    "circular_at_end": (-0.25, 1.64),
    "generative": (-0.47, -1.08),
    "is_first": (-0.48, -0.77),
    "visits": (0.37, 0.22),
    "is_gone": (0.98, 0.83),
    "is_last": (1.13, 0.21),
    "log_pieces": (-0.18, -0.03),
}
BIAS = (-2.48, -2.72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A topic in one meeting: its pieces there, and its place in the series.

    `closing` are pieces right behind it, which may say how it ends: who closes a matter often opens the
    next in the same breath. `before` counts the meetings it was in before; `is_gone` where later
    meetings leave it out; `is_last` where there is no later meeting.
    """

    measured: Measured
    pieces: tuple[int, ...]
    closing: tuple[int, ...] = ()
    before: int
    is_gone: bool
    is_last: bool


def outcome(visit: Visit, codebook: Codebook) -> Outcome:
    """Say how a topic left a meeting."""
    found = features(visit, codebook)
    odds = np.array([0.0, *BIAS])
    for name, weights in WEIGHTS.items():
        odds[1:] += np.array(weights) * found[name]
    outcomes: tuple[Outcome, ...] = ("open", "decided", "deferred")
    return outcomes[int(odds.argmax())]


def features(visit: Visit, codebook: Codebook) -> Mapping[str, float]:
    """Describe a visit: cues of words, weighed to the end; its modes; its place in the series."""
    tagged, pieces = visit.measured.tagged, sorted({*visit.pieces, *visit.closing})
    texts = [tagged.encoded.text(number) for number in pieces]
    lowered = [text.lower() for text in texts]
    is_decision = np.array([tagged.utterance(number).kind == "decision" for number in pieces], dtype=float)
    modes = visit.measured.signals.mode[pieces]
    circular, generative, procedural = (_column(codebook, role) for role in _ROLES)
    n = len(pieces)
    fading = _FADING ** _to_end(pieces)
    found: dict[str, float] = {}
    last: dict[str, int] = {}
    marks: dict[str, Array] = {}
    for name, pattern in CUES.items():
        hits = np.array([bool(pattern.search(text)) for text in lowered], dtype=float)
        if name == "formal":
            hits = np.maximum(hits, is_decision)
        marks[name] = hits
        last[name] = int(np.flatnonzero(hits)[-1]) if hits.any() else -1
        if name in _DECIDING:
            hits = np.where(modes == circular, _REPEATED, 1.0) * hits
        found[f"{name}_at_end"] = min(float((hits * fading).sum()), _MOST)
        found[name] = float(hits.sum()) / (n + 1) ** 0.5
    said = modes != procedural
    goes_round, brings_new = (
        _told(visit.measured, pieces, column)[said] for column in (circular, generative)
    )
    return found | {
        "marked": float(is_decision.any() or any(marks_decision(text) for text in texts)),
        "settled_before": float(marks["settled"][:_OPENING].any()),
        "decision_last": float(max(last[name] for name in _DECIDING) > max(last["put_off"], last["later"])),
        "circular": _mean(goes_round),
        "circular_at_end": _mean(goes_round[-_CLOSING:]),
        "generative": _mean(brings_new),
        "is_first": float(visit.before == 0),
        "visits": float(min(visit.before, _VISITS)),
        "is_gone": float(visit.is_gone),
        "is_last": float(visit.is_last),
        "log_pieces": float(np.log(n + 1)),
    }


def _to_end(pieces: Sequence[int]) -> Array:
    """Count for each piece how many follow before the meeting leaves the topic."""
    breaks = np.flatnonzero(np.diff(pieces) > _GAP)
    ends = np.append(breaks, len(pieces) - 1)
    places = np.arange(len(pieces))
    return np.asarray(ends[np.searchsorted(ends, places)] - places)


_ROLES = ("circular", "generative", "procedural")


def _column(codebook: Codebook, role: str) -> int | None:
    key = codebook.role(role)
    return codebook.modes.index(key) if key is not None else None


def _told(measured: Measured, pieces: Sequence[int], column: int | None) -> Array:
    """Give what each piece tells of a mode: halfway between decision and belief, as levels are."""
    if column is None:
        return np.zeros(len(pieces))
    chosen = list(pieces)
    beliefs = measured.tagged.beliefs["mode"][chosen, column].astype(np.float64)
    decided = (measured.signals.mode[chosen] == column).astype(np.float64)
    told: Array = np.where(measured.signals.corrected[chosen], decided, (decided + beliefs) / 2)
    return told


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0
