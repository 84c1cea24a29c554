"""Logits to probabilities that mean what they say, from parameters fitted once and stored.

Modes: vector scaling (a temperature and a bias a class, then softmax); barriers: Platt scaling (a
scale and a bias each, then the logistic function). Source: Guo et al. (2017), ICML; Platt (1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def calibrate_mode(logits: NDArray[np.floating], parameters: Mapping[str, Any]) -> NDArray[np.float32]:
    """Turn mode logits (n, modes) into beliefs (n, modes); rows sum to 1.

    Args:
        logits: what the judge gives.
        parameters: {"temperature": float > 0, "bias": one a mode}.
    """
    bias: Sequence[float] = parameters["bias"]
    scaled = np.asarray(logits, dtype=np.float64) / float(parameters["temperature"]) + np.asarray(bias)
    scaled -= scaled.max(axis=1, keepdims=True) if len(scaled) else 0.0
    weights = np.exp(scaled)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def calibrate_barriers(logits: NDArray[np.floating], parameters: Mapping[str, Any]) -> NDArray[np.float32]:
    """Turn barrier logits (n, barriers) into beliefs (n, barriers), each a probability of its own.

    Args:
        logits: what the judge gives.
        parameters: {"scale": one a barrier, "bias": one a barrier}.
    """
    scale, bias = np.asarray(parameters["scale"]), np.asarray(parameters["bias"])
    z = np.clip(np.asarray(logits, dtype=np.float64) * scale + bias, -40.0, 40.0)
    beliefs: NDArray[np.float32] = (1.0 / (1.0 + np.exp(-z))).astype(np.float32)
    return beliefs
