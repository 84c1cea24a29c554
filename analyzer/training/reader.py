"""The network that reads a window of pieces at once and judges each of them among its neighbours.

Source:
    Cohan et al. (2019), Pretrained language models for sequential sentence classification, EMNLP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analyzer.codebook import Codebook
from analyzer.tagging.runtime import marks_of
from analyzer.tagging.windows import Marks, Plan, Window, windows
from analyzer.training.quiet import without_advice

_DROPOUT = 0.1
_TOGETHER = 12  # windows read together where nothing is learnt
_EVEN = 32  # tokens; each new length costs a CPU kernels of its own, and memory that it keeps

Said = tuple[Sequence[str], Sequence[str | None]]  # pieces of a meeting, and who spoke each


class WindowReader(nn.Module):
    """An encoder over the tokens of a window; a piece is the mean of its tokens and its closing mark."""

    def __init__(self, bert: nn.Module, codebook: Codebook) -> None:
        super().__init__()
        config: Any = bert.config
        dim, modes = int(config.hidden_size), len(codebook.modes)
        self.bert = bert
        self.drop = nn.Dropout(_DROPOUT)
        self.mid = nn.Linear(2 * dim, dim)
        self.out = nn.Linear(dim, len(codebook.labels))
        with torch.no_grad():
            self.out.bias[modes:] = -2.5  # barriers are rare: start from there, not from one half

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.out.weight.device

    def forward(self, input_ids: Tensor, attention_mask: Tensor, places: Tensor) -> Tensor:
        """Judge the pieces of windows.

        Args:
            input_ids: (windows, tokens) int64.
            attention_mask: (windows, tokens) int64, 1 for real tokens.
            places: (pieces, 3) int64: window, first token, closing mark of each.

        Returns:
            Logits (pieces, labels), modes first.
        """
        bert: Any = self.bert
        hidden = bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        window, first, close = places.unbind(1)
        summed = torch.cat([torch.zeros_like(hidden[:, :1]), hidden.cumsum(1)], dim=1)
        mean = summed[window, close] - summed[window, first]
        mean = mean / (close - first).clamp(min=1).unsqueeze(1)
        return self.head(mean, hidden[window, close])

    def head(self, mean: Tensor, mark: Tensor) -> Tensor:
        """Judge pieces by the mean of their tokens and by their closing mark, both (pieces, dim)."""
        joined = self.drop(torch.cat([mean, mark], dim=-1))
        logits: Tensor = self.out(self.drop(nn.functional.gelu(self.mid(joined)))).float()
        return logits


class Layout:
    """Text to windows in the vocabulary of a base encoder."""

    def __init__(self, tokenizer: Any, plan: Plan) -> None:
        self.backend = tokenizer.backend_tokenizer
        self.backend.no_padding()
        self.backend.enable_truncation(plan.piece)
        self.plan = plan
        self.padding = int(tokenizer.pad_token_id)
        self.marks: Marks = marks_of(self.backend)
        self._ids: dict[str, list[int]] = {}

    def of(
        self, texts: Sequence[str], speakers: Sequence[str | None], first: int | None = None
    ) -> list[Window]:
        """Lay out the pieces of one meeting; see `windows`."""
        ids = [self._tokens(text) for text in texts]
        named = [speaker or None for speaker in speakers]
        return list(windows(ids, named, self.plan, self.marks, first))

    def padded(self, group: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
        """Give ids, mask and places of windows, as `WindowReader` takes them."""
        longest = -(-max(len(window.ids) for window in group) // _EVEN) * _EVEN
        ids = torch.full((len(group), longest), self.padding, dtype=torch.long)
        mask = torch.zeros((len(group), longest), dtype=torch.long)
        for row, window in enumerate(group):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            mask[row, : len(window.ids)] = 1
        places = [(row, a, b) for row, window in enumerate(group) for _, a, b in window.judged]
        return ids, mask, torch.tensor(places, dtype=torch.long)

    def _tokens(self, text: str) -> list[int]:
        if text not in self._ids:
            clean = text.encode("utf-8", "replace").decode("utf-8")
            self._ids[text] = list(self.backend.encode(clean, add_special_tokens=False).ids)
        return self._ids[text]


def build_reader(
    base: str, codebook: Codebook, plan: Plan, layers: int | None = None
) -> tuple[WindowReader, Layout]:
    """Make a reader on the encoder in the folder `base`, with the layout in its vocabulary.

    Args:
        base: folder of the encoder.
        codebook: the labels it judges.
        plan: sizes of windows.
        layers: how many of the encoder's layers are kept, from below; None is all. Higher layers of an
            encoder that is tuned are those it can best do without.

    Source:
        Sajjad et al. (2023), On the effect of dropping layers of pre-trained transformer models,
        Computer Speech & Language 77.
    """
    from transformers import AutoModel, AutoTokenizer

    with without_advice():  # of the pooling layer, which is left out on purpose
        bert = AutoModel.from_pretrained(base, local_files_only=True, add_pooling_layer=False)
    if layers is not None:
        bert.encoder.layer = bert.encoder.layer[:layers]
        bert.config.num_hidden_layers = len(bert.encoder.layer)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    return WindowReader(bert, codebook), Layout(tokenizer, plan)


@torch.no_grad()
def read_meetings(
    reader: WindowReader, layout: Layout, meetings: Sequence[Said]
) -> list[NDArray[np.float32]]:
    """Logits (pieces, labels) of each meeting's pieces."""
    reader.eval()
    found = [np.zeros((len(said[0]), reader.out.out_features), dtype=np.float32) for said in meetings]
    jobs = [(n, window) for n, said in enumerate(meetings) for window in layout.of(*said)]
    jobs.sort(key=lambda job: len(job[1].ids))
    for start in range(0, len(jobs), _TOGETHER):
        group = jobs[start : start + _TOGETHER]
        given = [part.to(reader.device) for part in layout.padded([window for _, window in group])]
        rows = iter(reader(*given).cpu().numpy())
        for number, window in group:
            for piece, _, _ in window.judged:
                found[number][piece] = next(rows)
    return found
