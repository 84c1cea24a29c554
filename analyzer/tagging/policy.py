"""From belief to signal: thresholds, doubt, and a person's word against the model's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.errors import ModelDamaged
from analyzer.records.tagged import UNSURE, Correction, Policy, Signals, Tagged


def load_policy(path: Path) -> Policy:
    """Read a policy.json.

    Raises:
        ModelDamaged: if the file is missing or is no policy.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Policy(
            thresholds={str(key): float(value) for key, value in content["thresholds"].items()},
            unsure_below=float(content["unsure_below"]),
            mode_offsets={str(key): float(value) for key, value in content.get("mode_offsets", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelDamaged(
            what=f"the policy cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="compare it with policy.json of a released model",
        ) from error


def decide(tagged: Tagged, policy: Policy, corrections: Iterable[Correction], codebook: Codebook) -> Signals:
    """Assert a mode and flags of each piece.

    The mode is the one with the largest log belief plus offset; it is unsure where its share of what all
    modes have after the offsets (their odds, scaled to sum to 1) is below `policy.unsure_below`. Without
    offsets that share is the belief. A barrier is flagged from its threshold on, never where it has none.
    Corrections override both, oldest first, so the last word counts; those of other meetings are ignored.

    Raises:
        CodebookError: if a correction names a label that is not in the codebook.
    """
    beliefs = tagged.beliefs["mode"].astype(np.float64)  # (pieces, modes)
    offsets = np.array([policy.mode_offsets.get(key, 0.0) for key in codebook.modes])
    weights = np.log(np.maximum(beliefs, 1e-12)) + offsets
    leaning = _likeliest(weights)
    mode = np.where(certainty(beliefs, offsets) < policy.unsure_below, UNSURE, leaning)
    thresholds = np.array([policy.thresholds.get(key, np.inf) for key in codebook.barriers])
    flags = tagged.beliefs["barrier"] >= thresholds  # (pieces, barriers)
    corrected = np.zeros(len(tagged), dtype=bool)
    numbers = {tagged.encoded.ref(number): number for number in range(len(tagged))}
    for correction in sorted(corrections, key=lambda correction: correction.at):
        codebook.label(correction.label)
        if correction.piece not in numbers:
            continue
        number = numbers[correction.piece]
        corrected[number] = True
        if correction.label in codebook.barriers:
            flags[number, codebook.barriers.index(correction.label)] = correction.value
        else:
            _correct_mode(mode, weights, number, codebook.modes.index(correction.label), correction.value)
    return Signals(
        mode=mode.astype(np.int8), flags=flags, corrected=corrected, leaning=leaning.astype(np.int8)
    )


def certainty(beliefs: NDArray[np.floating], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the share of the asserted mode in all modes after the offsets, (pieces,).

    Args:
        beliefs: (pieces, modes).
        offsets: (modes,) added to log belief.
    """
    odds = np.maximum(np.asarray(beliefs, dtype=np.float64), 1e-12) * np.exp(offsets)
    share: NDArray[np.float64] = odds.max(axis=1, initial=0.0) / np.maximum(odds.sum(axis=1), 1e-300)
    return share


def _likeliest(weights: NDArray[np.float64]) -> NDArray[np.intp]:
    return weights.argmax(axis=1) if len(weights) else np.zeros(0, dtype=np.intp)


def _correct_mode(
    mode: NDArray[np.intp], weights: NDArray[np.float64], number: int, column: int, value: bool
) -> None:
    if value:
        mode[number] = column
        return
    # "Not this one": the next likeliest is asserted; what is denied stays denied by later denials.
    weights[number, column] = -np.inf
    if mode[number] == column:
        mode[number] = weights[number].argmax()
