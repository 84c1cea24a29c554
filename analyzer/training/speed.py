"""Training a small BERT on a CPU in half the time: cheap dropout, plain attention.

torch draws each element's fate one by one from a serial generator there: for an encoder of this size
that takes longer than all its matrix products. Here fates are drawn once, for a pool of elements, and every
call reads the pool from a place of its own; no two steps see the same mask.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_POOL = 1 << 23  # elements; more than any single activation of the encoder holds
_STRIDE = 64  # elements; places begin at whole cache lines


class PooledDropout(nn.Module):
    """Drop elements with probability `p` while training, and scale the others so that the mean stays.

    Args:
        p: share dropped, from 0 to below 1.
        pool: 1-d factors, 0 or 1 / (1 - p), shared by all layers of one `p`.
    """

    def __init__(self, p: float, pool: Tensor) -> None:
        super().__init__()
        self.p, self._pool = p, pool

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with elements dropped; unchanged in evaluation."""
        if not self.training or self.p == 0.0:
            return x
        count = x.numel()
        if count > len(self._pool) // 2:
            return nn.functional.dropout(x, self.p)
        place = int(torch.randint((len(self._pool) - count) // _STRIDE, (1,))) * _STRIDE
        return x * self._pool[place : place + count].view(x.shape).to(x.dtype)


def suit_cpu(bert: Any, p: float) -> None:
    """Replace the dropout of a BERT by pooled dropout; attention shares are not dropped any more.

    Attention is written out in products too: the backward pass of torch's fused kernel for CPUs takes as
    long as all matrix products together on pieces this short.
    """
    bert.set_attn_implementation("eager")
    pool = (torch.rand(_POOL) >= p).to(torch.bfloat16) / (1.0 - p)
    for module in list(bert.modules()):
        inside_attention = module.__class__.__name__.endswith("SelfAttention")
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Dropout) and inside_attention:
                child.p = 0.0  # the attention reads its rate here
            elif isinstance(child, nn.Dropout):
                setattr(module, name, PooledDropout(p, pool))
