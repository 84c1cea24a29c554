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

    The mode is the one with the largest log belief plus offset, unsure where it is believed less than
    `policy.unsure_below`; a barrier is flagged from its threshold on, never where it has none.
    Corrections override both, oldest first, so the last word counts; those of other meetings are ignored.

    Raises:
        CodebookError: if a correction names a label that is not in the codebook.
    """
    beliefs = tagged.beliefs["mode"].astype(np.float64)  # (pieces, modes)
    offsets = np.array([policy.mode_offsets.get(key, 0.0) for key in codebook.modes])
    weights = np.log(np.maximum(beliefs, 1e-12)) + offsets
    mode = _likeliest(weights)
    believed = beliefs[np.arange(len(beliefs)), mode] if len(beliefs) else np.zeros(0)
    mode = np.where(believed < policy.unsure_below, UNSURE, mode)
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
    return Signals(mode=mode.astype(np.int8), flags=flags, corrected=corrected)


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
