"""What a run makes small: weighted cross-entropy of modes and barriers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from analyzer.training.config import Config
from analyzer.training.data import UNLABELLED, Stretch


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross-entropy of modes and barriers, of the judge and of the evidence head."""

    config: Config
    mode_weight: Tensor  # (modes,)

    def __call__(self, mode: Tensor, barrier: Tensor, local: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        """Weighted mean over labelled pieces; all arguments are concatenated over the stretches."""
        device = mode.device
        gold = torch.from_numpy(np.concatenate([s.mode for s in stretches])).to(device)
        flags = torch.from_numpy(np.concatenate([s.barriers for s in stretches])).to(device)
        weight = torch.cat([torch.full((len(s),), self.weight_of(s)) for s in stretches]).to(device)
        known = gold != UNLABELLED
        mode, barrier, local = mode[known], barrier[known], local[known]
        gold, flags, weight = gold[known], flags[known], weight[known]
        modes = mode.shape[1]
        judged = self.of(mode, barrier, gold, flags, weight)
        evidence = self.of(local[:, :modes], local[:, modes:], gold, flags, weight)
        return judged + self.config.local_weight * evidence

    def weight_of(self, stretch: Stretch) -> float:
        """Weight of each piece of a stretch."""
        return self.config.partnership_weight if stretch.origin == "written" else 1.0

    def of(self, mode: Tensor, barrier: Tensor, gold: Tensor, flags: Tensor, weight: Tensor) -> Tensor:
        """Weighted mean of one reading of n labelled pieces.

        Args:
            mode: (n, modes) logits.
            barrier: (n, barriers) logits.
            gold: (n,) modes.
            flags: (n, barriers) of 0 and 1.
            weight: (n,) of each piece.
        """
        one = nn.functional.cross_entropy(
            mode, gold, weight=self.mode_weight, reduction="none", label_smoothing=0.03
        )
        many = nn.functional.binary_cross_entropy_with_logits(barrier, flags, reduction="none")
        many = (many * (1 + (self.config.positive_weight - 1) * flags)).sum(1)
        return ((one + self.config.barrier_weight * many) * weight).sum() / weight.sum().clamp(min=1.0)


def mode_weights(stretches: Sequence[Stretch], modes: int, power: float) -> Tensor:
    """Class weights (1 / frequency) ** power, scaled so that the mean over pieces is 1."""
    gold = np.concatenate([stretch.mode for stretch in stretches])
    counts = np.bincount(gold[gold != UNLABELLED], minlength=modes).clip(min=1)
    weights = (counts.sum() / counts) ** power
    return torch.tensor(weights / (weights * counts).sum() * counts.sum(), dtype=torch.float32)
