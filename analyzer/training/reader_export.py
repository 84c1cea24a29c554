"""A trained window reader → an ONNX graph in int8, its weights in files small enough for a repository.

Quantised as the piece encoder is (see `export`). MPNet is BERT with a bias of attention by distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analyzer.errors import ModelError
from analyzer.tagging.runtime import pooled
from analyzer.tagging.windows import Window
from analyzer.training.export import OPSET, Evened, PackedRows, parts_of, quantise, turn_weights
from analyzer.training.reader import WindowReader

READER = "reader.onnx"
TOKENIZER = "reader-tokenizer.json"
_SHARD_BYTES = 28_000_000  # a file; a repository holds files of 30 MB at most
_SMALL = 1024  # bytes; smaller tensors stay in the graph
_FARTHEST = 512  # tokens of a window

Inputs = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """The parts of one layer, whatever its kind calls them."""

    enter: tuple[nn.Module, nn.Module, nn.Module]  # query, key, value
    merge: nn.Module
    norm_in: nn.Module
    widen: nn.Module
    narrow: nn.Module
    norm_out: nn.Module


class PlainReader(nn.Module):
    """A `WindowReader` on BERT or MPNet written out in plain operations for one window, for export.

    Raises:
        ModelError: if the base encoder is of another kind.
    """

    by_distance: Tensor  # (heads, 2 * _FARTHEST - 1), added to the scores of tokens so far apart
    by_place: Tensor  # (places, dim), added to the words

    def __init__(self, reader: WindowReader) -> None:
        super().__init__()
        bert: Any = reader.bert
        kind = str(getattr(bert.config, "model_type", "an encoder of no name"))
        if kind not in _LAYERS:
            raise ModelError(
                what=f"a reader on {kind!r} cannot be exported",
                where="reader",
                remedy=f"name an encoder of one of these kinds as its base: {', '.join(_LAYERS)}",
            )
        self.reader, self.heads = reader, int(bert.config.num_attention_heads)
        parts = bert.embeddings
        self.table = PackedRows(parts.word_embeddings.weight, packed=True)
        self.norm = parts.LayerNorm
        places = parts.position_embeddings.weight.detach()
        if kind == "mpnet":
            apart = bert.encoder.relative_position_bucket(torch.arange(-_FARTHEST + 1, _FARTHEST))
            bias = bert.encoder.relative_attention_bias.weight.detach()[apart].T
            places = places[parts.padding_idx + 1 :]
        else:
            bias = torch.zeros(self.heads, 2 * _FARTHEST - 1)
            places = places + parts.token_type_embeddings.weight.detach()[0]
        self.register_buffer("by_distance", bias)
        self.register_buffer("by_place", places)
        layers = [_LAYERS[kind](layer) for layer in bert.encoder.layer]
        self.norms = nn.ModuleList(nn.ModuleList([one.norm_in, one.norm_out]) for one in layers)
        self.enter = nn.ModuleList(Evened(*_together(one.enter)) for one in layers)
        self.merge = nn.ModuleList(Evened(*parts_of(one.merge)) for one in layers)
        self.widen = nn.ModuleList(Evened(*parts_of(one.widen)) for one in layers)
        self.narrow = nn.ModuleList(Evened(*parts_of(one.narrow)) for one in layers)

    def forward(self, input_ids: Tensor, pool: Tensor, last: Tensor) -> Tensor:
        """Judge the pieces of one window.

        Args:
            input_ids: (1, tokens).
            pool: (pieces, tokens), see `runtime.pooled`.
            last: (pieces,).

        Returns:
            Logits (pieces, labels).
        """
        words = self.table.rows(input_ids.reshape(-1))  # (tokens, dim)
        tokens = words.shape[0]
        place = torch.arange(tokens)
        # With a batch of one before it: onnxruntime makes a Gemm of flat products, and that in fp32.
        hidden = self.norm(words + self.by_place.index_select(0, place)).unsqueeze(0)
        apart = place.unsqueeze(0) - place.unsqueeze(1) + (_FARTHEST - 1)
        bias = self.by_distance.index_select(1, apart.reshape(-1)).reshape(self.heads, tokens, tokens)
        for products in zip(self.norms, self.enter, self.merge, self.widen, self.narrow, strict=True):
            hidden = self._layer(products, hidden, bias)
        hidden = hidden.squeeze(0)
        return self.reader.head(pool @ hidden, hidden.index_select(0, last))

    @torch.no_grad()
    def even_out(self, batches: Sequence[Inputs]) -> None:
        """Even out what goes into the products of all layers, as it is on these windows, for int8."""
        for batch in batches:
            self(*(torch.from_numpy(batch[name]) for name in ("input_ids", "pool", "last")))
        for product in (*self.enter, *self.merge, *self.widen, *self.narrow):
            product.even_out()

    def _layer(self, products: Sequence[Any], hidden: Tensor, bias: Tensor) -> Tensor:
        (norm_in, norm_out), enter, merge, widen, narrow = products
        _, tokens, width = hidden.shape

        def split(rows: Tensor) -> Tensor:
            return rows.reshape(tokens, self.heads, width // self.heads).transpose(0, 1)

        query, key, value = map(split, enter(hidden).split(width, dim=-1))
        query = query / (width // self.heads) ** 0.5
        share = torch.softmax(query @ key.transpose(1, 2) + bias, dim=-1)
        mixed = (share @ value).transpose(0, 1).reshape(1, tokens, width)
        hidden = norm_in(merge(mixed) + hidden)
        updated: Tensor = norm_out(narrow(nn.functional.gelu(widen(hidden))) + hidden)
        return updated


def _of_bert(layer: Any) -> _Layer:
    own = layer.attention.self
    return _Layer(
        enter=(own.query, own.key, own.value),
        merge=layer.attention.output.dense,
        norm_in=layer.attention.output.LayerNorm,
        widen=layer.intermediate.dense,
        narrow=layer.output.dense,
        norm_out=layer.output.LayerNorm,
    )


def _of_mpnet(layer: Any) -> _Layer:
    own = layer.attention.attn
    return _Layer(
        enter=(own.q, own.k, own.v),
        merge=own.o,
        norm_in=layer.attention.LayerNorm,
        widen=layer.intermediate.dense,
        narrow=layer.output.dense,
        norm_out=layer.output.LayerNorm,
    )


_LAYERS: dict[str, Callable[[Any], _Layer]] = {"bert": _of_bert, "mpnet": _of_mpnet}


def _together(products: Sequence[Any]) -> tuple[Tensor, Tensor]:
    """The products that read the same input, as one."""
    weights, biases = zip(*map(parts_of, products), strict=True)
    return torch.cat(weights), torch.cat(biases)


def inputs_of(window: Window) -> Inputs:
    """Give a window as the graph takes it."""
    pool, last = pooled(window)
    return {"input_ids": np.array([window.ids], dtype=np.int64), "pool": pool, "last": last}


def export_reader(reader: WindowReader, folder: Path, some: Sequence[Window]) -> list[str]:
    """Write the graph in int8 and its weights.

    Args:
        reader: trained.
        folder: where to.
        some: windows on which the scales of what goes into the products are measured.

    Returns:
        Names of the files that hold weights.
    """
    batches = [inputs_of(window) for window in some]
    plain = PlainReader(reader.cpu().eval()).eval()
    plain.even_out(batches)
    whole = folder / "whole.onnx"
    first = batches[0]
    torch.onnx.export(
        plain,
        tuple(torch.from_numpy(first[name]) for name in ("input_ids", "pool", "last")),
        str(whole),
        input_names=["input_ids", "pool", "last"],
        output_names=["logits"],
        dynamic_axes={
            "input_ids": {1: "tokens"},
            "pool": {0: "pieces", 1: "tokens"},
            "last": {0: "pieces"},
            "logits": {0: "pieces"},
        },
        opset_version=OPSET,
        do_constant_folding=False,  # would unpack what is held in int8
        dynamo=False,
    )
    turn_weights(whole)
    quantise(whole, folder / READER, batches)
    whole.unlink()
    return _split(folder / READER)


def _split(path: Path) -> list[str]:
    """Move the weights of a graph into files beside it, each small enough."""
    import onnx
    from onnx.external_data_helper import set_external_data

    model = onnx.load(str(path))
    names: list[str] = []
    size, stream = 0, None
    for tensor in model.graph.initializer:
        content = tensor.raw_data
        if len(content) < _SMALL:
            continue
        if stream is None or size + len(content) > _SHARD_BYTES:
            if stream is not None:
                stream.close()
            names.append(f"reader-{len(names) + 1}.bin")
            stream, size = (path.parent / names[-1]).open("wb"), 0
        set_external_data(tensor, location=names[-1], offset=size, length=len(content))
        stream.write(content)
        size += len(content)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
    if stream is not None:
        stream.close()
    path.write_bytes(model.SerializeToString())
    return names
