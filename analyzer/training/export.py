"""Trained networks → the two ONNX graphs of a model folder, in int8, and proof that they are as good.

The encoder is quantised statically (QDQ): activation scales are measured once on training pieces, so a
piece's result cannot depend on its neighbours in a batch, as it would with dynamic quantisation. The word
embeddings, half of all weights, are int8 with one scale a row. The judge is small and stays fp32.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analyzer.tagging.features import FEATURES
from analyzer.training.network import Judge, PieceEncoder
from analyzer.training.quiet import without_advice

ENCODER, JUDGE = "encoder.onnx", "judge.onnx"
OPSET = 18
_EVENNESS = 0.85  # 0.5 leaves too much to the inputs (cosine 0.977), 0.75 to 0.9 are alike


class PlainEncoder(nn.Module):
    """A `PieceEncoder` written out in plain operations, for export.

    transformers builds its masks in ways that change between versions and leave hundreds of nodes in the
    graph; the arithmetic itself is thirty lines. A test compares both. With `packed`, the word embeddings
    are held in int8 with one scale a row.
    """

    def __init__(self, encoder: PieceEncoder, *, packed: bool) -> None:
        super().__init__()
        self.encoder = encoder
        bert: Any = encoder.bert
        self.table = PackedRows(bert.embeddings.word_embeddings.weight, packed=packed)
        layers = list(bert.encoder.layer)
        self.enter = nn.ModuleList(Evened(*_query_key_value(layer)) for layer in layers)
        self.merge = nn.ModuleList(Evened(*parts_of(layer.attention.output.dense)) for layer in layers)
        self.widen = nn.ModuleList(Evened(*parts_of(layer.intermediate.dense)) for layer in layers)
        self.narrow = nn.ModuleList(Evened(*parts_of(layer.output.dense)) for layer in layers)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give what `PieceEncoder.forward` gives."""
        real = attention_mask.unsqueeze(-1).to(torch.float32)  # (batch, tokens, 1)
        hidden = self._embed(input_ids)
        hide = (real.transpose(1, 2) - 1.0).unsqueeze(1) * 1e4  # (batch, 1, 1, tokens)
        bert: Any = self.encoder.bert
        products = zip(self.enter, self.merge, self.widen, self.narrow, strict=True)
        for layer, of_layer in zip(bert.encoder.layer, products, strict=True):
            hidden = self._layer(layer, of_layer, hidden, hide)
        return self.encoder.heads(hidden, real)

    @torch.no_grad()
    def even_out(self, batches: Sequence[dict[str, NDArray[np.int64]]]) -> None:
        """Even out what goes into the products of all layers, as it is on these batches, for int8."""
        for batch in batches:
            self(torch.from_numpy(batch["input_ids"]), torch.from_numpy(batch["attention_mask"]))
        for product in (*self.enter, *self.merge, *self.widen, *self.narrow):
            product.even_out()

    def _embed(self, input_ids: Tensor) -> Tensor:
        bert: Any = self.encoder.bert
        parts = bert.embeddings
        batch, tokens = input_ids.shape
        words = self.table.rows(input_ids.reshape(-1))
        places = parts.position_embeddings.weight.index_select(0, torch.arange(tokens))
        summed = words.reshape(batch, tokens, -1) + places.unsqueeze(0)
        embedded: Tensor = parts.LayerNorm(summed + parts.token_type_embeddings.weight[0])
        return embedded

    def _layer(self, layer: Any, products: Sequence[Any], hidden: Tensor, hide: Tensor) -> Tensor:
        enter, merge, widen, narrow = products
        own = layer.attention.self
        batch, tokens = hidden.shape[0], hidden.shape[1]
        width, heads = own.all_head_size, own.num_attention_heads

        def split(rows: Tensor) -> Tensor:
            return rows.reshape(batch, tokens, heads, width // heads).transpose(1, 2)

        query, key, value = map(split, enter(hidden).split(width, dim=-1))
        share = torch.softmax(query @ key.transpose(2, 3) / (width // heads) ** 0.5 + hide, dim=-1)
        mixed = (share @ value).transpose(1, 2).reshape(batch, tokens, width)
        hidden = layer.attention.output.LayerNorm(merge(mixed) + hidden)
        updated: Tensor = layer.output.LayerNorm(narrow(nn.functional.gelu(widen(hidden))) + hidden)
        return updated


def parts_of(linear: Any) -> tuple[Tensor, Tensor]:
    """Weight and bias of a linear layer."""
    return linear.weight.detach(), linear.bias.detach()


def _query_key_value(layer: Any) -> tuple[Tensor, Tensor]:
    """The three products that read the same input, as one."""
    own = layer.attention.self
    weights, biases = zip(*map(parts_of, (own.query, own.key, own.value)), strict=True)
    return torch.cat(weights), torch.cat(biases)


class Evened(nn.Module):
    """A linear layer whose input columns are of like size.

    In a trained encoder a few columns are huge, and one scale for all would leave the others no bits: the
    mean cosine of a vector to its fp32 self was 0.961. So each column is divided by about its largest value
    and its row of the weights multiplied by as much: 0.995, and the evidence head's logits correlate 0.999.
    Source: Xiao et al. (2023), SmoothQuant: accurate and efficient post-training quantization, ICML.
    """

    weight: Tensor
    bias: Tensor
    factor: Tensor

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight.T.contiguous().clone())  # (in, out)
        self.register_buffer("bias", bias)
        self.register_buffer("factor", torch.ones(weight.shape[1]))  # (in,)
        self._largest: Tensor | None = torch.zeros(weight.shape[1])

    def forward(self, x: Tensor) -> Tensor:
        """Multiply x (…, in) to (…, out)."""
        if self._largest is not None and not torch.onnx.is_in_onnx_export():
            self._largest = torch.maximum(self._largest, x.abs().reshape(-1, x.shape[-1]).amax(0))
        return (x * self.factor) @ self.weight + self.bias

    def even_out(self) -> None:
        """Divide what comes in by its largest values so far, to the power _EVENNESS."""
        assert self._largest is not None
        weights = self.weight.abs().amax(1).clamp(min=1e-5)
        divisor = self._largest.clamp(min=1e-5) ** _EVENNESS / weights ** (1 - _EVENNESS)
        divisor = divisor.clamp(min=1e-3)
        self.factor = 1.0 / divisor
        self.weight = self.weight * divisor.unsqueeze(1)
        self._largest = None


class PackedRows(nn.Module):
    """A weight matrix, whole or as int8 with one scale a row."""

    def __init__(self, weight: Tensor, *, packed: bool) -> None:
        super().__init__()
        weight = weight.detach()
        self.packed = packed
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127.0
        self.register_buffer("weight", torch.round(weight / scale).to(torch.int8) if packed else weight)
        self.register_buffer("scale", scale)

    weight: Tensor
    scale: Tensor

    def rows(self, numbers: Tensor | None = None) -> Tensor:
        """All rows, or those of the given numbers, as fp32."""
        weight, scale = self.weight, self.scale
        if numbers is not None:
            weight, scale = weight.index_select(0, numbers), scale.index_select(0, numbers)
        return weight.to(torch.float32) * scale if self.packed else weight


def export_encoder(plain: PlainEncoder, path: Path) -> None:
    """Write the encoder as an ONNX graph whose linear layers are fp32."""
    ids = torch.ones(2, 7, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        plain.eval(),
        (ids, ids),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector", "token_scores", "local"],
        dynamic_axes={
            "input_ids": axes,
            "attention_mask": axes,
            "vector": {0: "batch"},
            "token_scores": axes,
            "local": {0: "batch"},
        },
        opset_version=OPSET,
        do_constant_folding=False,  # would unpack what is held in int8
        dynamo=False,
    )
    turn_weights(path)


def turn_weights(path: Path) -> None:
    """Replace transposes of weights by transposed weights: only a weight itself can be quantised."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Transpose" and node.input[0] in weights]:
        turned = np.ascontiguousarray(numpy_helper.to_array(weights[node.input[0]]).T)
        graph.initializer.append(numpy_helper.from_array(turned, node.output[0]))
        graph.node.remove(node)
    used = {name for node in graph.node for name in node.input}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)
    onnx.save(model, str(path))


def export_judge(judge: Judge, path: Path, *, dim: int, labels: int) -> None:
    """Write the judge as an ONNX graph in fp32, for any number of pieces."""
    rows = {0: "pieces"}
    torch.onnx.export(
        judge.eval(),
        (torch.zeros(40, dim), torch.zeros(40, labels), torch.zeros(40, len(FEATURES))),
        str(path),
        input_names=["vectors", "local", "features"],
        output_names=["mode", "barrier"],
        dynamic_axes=dict.fromkeys(("vectors", "local", "features", "mode", "barrier"), rows),
        opset_version=OPSET,
        dynamo=False,
    )


class _Pieces:
    """Calibration batches as ONNX Runtime asks for them: one call, one batch, None at the end."""

    def __init__(self, batches: Sequence[dict[str, NDArray[np.int64]]]) -> None:
        self._left: Iterator[dict[str, NDArray[np.int64]]] = iter(batches)

    def get_next(self) -> dict[str, NDArray[np.int64]] | None:
        return next(self._left, None)


def quantise(source: Path, target: Path, batches: Sequence[dict[str, NDArray[np.int64]]]) -> None:
    """Quantise the linear layers of an exported encoder, per channel, with scales measured on `batches`.

    Products of two activations (attention) stay fp32: they are cheap and lose most.
    """
    import onnx
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )

    CalibrationDataReader.register(_Pieces)
    graph = onnx.load(str(source)).graph
    weights = {tensor.name for tensor in graph.initializer}
    kept = [
        node.name
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm") and not any(name in weights for name in node.input)
    ]
    with without_advice():  # to optimise the graph first, which gains nothing here
        quantize_static(
            str(source),
            str(target),
            _Pieces(batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["MatMul", "Gemm"],
            nodes_to_exclude=kept,
            per_channel=True,
            # Seven bits of weight: on processors without VNNI eight would overflow the 16-bit sums.
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            # What is multiplied goes on in fp32: cheaper than to round it, and nothing is lost.
            extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul", "Gemm"]},
        )
