"""Logits → probabilities, with the parameters that are stored in a model's config.json.

A network trained on dense data and weighted losses is not calibrated for real talk. One temperature and
one bias a mode, one scale and one bias a barrier put its logits right (Platt 1999; Guo et al. 2017);
`training` fits them on real rows, here they are only applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mixed_modes(
    judged: NDArray[np.floating], read: NDArray[np.floating], weight: float
) -> NDArray[np.float64]:
    """Weigh what the judge says of the modes against what a reader in context says.

    Args:
        judged: (pieces, modes) logits.
        read: the same of the reader.
        weight: the reader's share, from 0 to 1.

    Returns:
        (pieces, modes) weighed log probabilities.

    Source:
        Genest and Zidek (1986), Combining probability distributions: the logarithmic opinion pool.
    """
    mixed: NDArray[np.float64] = (1.0 - weight) * _log_shares(judged) + weight * _log_shares(read)
    return mixed


def mixed_barriers(
    judged: NDArray[np.floating], read: NDArray[np.floating], weight: float
) -> NDArray[np.float64]:
    """Weigh log odds of the barriers, (pieces, barriers), as `mixed_modes` does."""
    first, second = np.asarray(judged, dtype=np.float64), np.asarray(read, dtype=np.float64)
    return (1.0 - weight) * first + weight * second


def _log_shares(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    exact = np.asarray(logits, dtype=np.float64)
    shifted = exact - exact.max(axis=1, keepdims=True, initial=-np.inf)
    shares: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shares


def calibrate_mode(logits: NDArray[np.floating], params: Mapping[str, Any]) -> NDArray[np.float32]:
    """Turn mode logits into probabilities.

    Args:
        logits: (pieces, modes).
        params: `temperature` (a number above 0) and `bias` (one a mode).

    Returns:
        (pieces, modes), rows sum to 1.
    """
    bias = np.asarray(params["bias"], dtype=np.float64)
    scaled = np.asarray(logits, dtype=np.float64) / float(params["temperature"]) + bias
    scaled -= scaled.max(axis=1, keepdims=True, initial=-np.inf)
    odds = np.exp(scaled)
    beliefs: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return beliefs


def calibrate_barriers(logits: NDArray[np.floating], params: Mapping[str, Any]) -> NDArray[np.float32]:
    """Turn barrier logits into probabilities, each column of its own.

    Args:
        logits: (pieces, barriers).
        params: `scale` and `bias`, one each a barrier.

    Returns:
        (pieces, barriers), each value in [0, 1].
    """
    scale = np.asarray(params["scale"], dtype=np.float64)
    shifted = np.asarray(logits, dtype=np.float64) * scale + np.asarray(params["bias"], dtype=np.float64)
    # Clipped so that exp cannot overflow; beyond 60 the float32 result is 0 or 1 anyway.
    beliefs: NDArray[np.float32] = (1.0 / (1.0 + np.exp(-np.clip(shifted, -60.0, 60.0)))).astype(np.float32)
    return beliefs
