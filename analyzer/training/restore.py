"""A shipped model folder → networks that can be trained further, without the checkpoint they came from.

The graphs hold every weight, some of them in int8; multiplied out, they give the networks as the product
runs them. So whoever has a released model can tune it with labels of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from analyzer.errors import DataError
from analyzer.training.export import ENCODER, JUDGE
from analyzer.training.network import Judge, PieceEncoder

_PASSING = ("QuantizeLinear", "DequantizeLinear")  # a value goes through them unchanged but for rounding
_HELD = {
    "enter": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "merge": ("attention.output.dense",),
    "widen": ("intermediate.dense",),
    "narrow": ("output.dense",),
}


def restore(folder: Path, encoder: PieceEncoder, judge: Judge) -> None:
    """Give both networks the weights of a model folder.

    Args:
        folder: holds encoder.onnx and judge.onnx as `release` writes them.
        encoder: of the same base encoder and codebook.
        judge: of the same settings and codebook.

    Raises:
        DataError: if the folder's graphs do not hold these networks.
    """
    try:
        _load(encoder, _encoder_weights(_Graph(folder / ENCODER), encoder))
        _load(judge, _judge_weights(_Graph(folder / JUDGE), judge))
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise DataError(
            what=f"the model cannot be trained further ({type(error).__name__}: {error})",
            where=str(folder),
            remedy="name a model of the same codebook, base encoder and judge, or leave `start` out",
        ) from error


class _Graph:
    """Weights of an ONNX file by name, and what is computed of what."""

    def __init__(self, path: Path) -> None:
        import onnx
        from onnx import numpy_helper

        try:
            model = onnx.load(str(path))
        except Exception as error:  # protobuf's exceptions are of no stable class
            raise ValueError(f"{path.name} is no ONNX file") from error
        self.weights: dict[str, NDArray[Any]] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
        }
        self.nodes = list(model.graph.node)
        self._maker = {name: node for node in self.nodes for name in node.output}

    def multiplied_with(self, bias: str) -> NDArray[np.float32]:
        """The weight (in, out) of the product to which a bias is added."""
        for node in self.nodes:
            if node.op_type == "Add" and bias in node.input:
                other = node.input[1 - list(node.input).index(bias)]
                product = self._maker[self._through(other)]
                return self._weight(product.input[1]) * self._factor(product.input[0])
        raise KeyError(bias)

    def _factor(self, name: str) -> NDArray[np.float32]:
        """What the columns that go into a product are multiplied with, (in, 1); see `export.Evened`."""
        node = self._maker.get(self._through(name))
        factors = [self.weights[other] for other in node.input if other in self.weights] if node else []
        if node is None or node.op_type != "Mul" or not factors or factors[0].ndim != 1:
            return np.ones((1, 1), dtype=np.float32)
        return np.asarray(factors[0][:, None], dtype=np.float32)

    def _through(self, name: str) -> str:
        while name in self._maker and self._maker[name].op_type in _PASSING:
            name = self._maker[name].input[0]
        return name

    def _weight(self, name: str) -> NDArray[np.float32]:
        if name in self.weights:
            return np.asarray(self.weights[name], dtype=np.float32)
        node = self._maker[name]
        if node.op_type != "DequantizeLinear":
            raise KeyError(name)
        whole, scale = self.weights[node.input[0]], self.weights[node.input[1]]
        return np.asarray(whole.astype(np.float32) * scale, dtype=np.float32)  # one scale a column

    def rows(self, name: str) -> NDArray[np.float32]:
        """A matrix held in int8 with one scale a row."""
        return np.asarray(
            self.weights[f"{name}.weight"].astype(np.float32) * self.weights[f"{name}.scale"],
            dtype=np.float32,
        )


def _encoder_weights(graph: _Graph, encoder: PieceEncoder) -> dict[str, NDArray[np.float32]]:
    found = {"bert.embeddings.word_embeddings.weight": graph.rows("table")}
    bert: Any = encoder.bert
    for number in range(len(bert.encoder.layer)):
        found |= _layer_weights(graph, number)
    for name in encoder.state_dict():
        if name not in found and f"encoder.{name}" in graph.weights:
            found[name] = graph.weights[f"encoder.{name}"]
        elif name not in found and name.endswith(".weight"):
            found[name] = graph.multiplied_with(f"encoder.{name.removesuffix('weight')}bias").T
    return found


def _layer_weights(graph: _Graph, number: int) -> dict[str, NDArray[np.float32]]:
    """Weights of one layer; see `export.PlainEncoder`."""
    layer = f"bert.encoder.layer.{number}"
    if f"widen.{number}.scale" in graph.weights:  # models up to 0.3.0 hold others by their own names
        return {
            f"{layer}.intermediate.dense.weight": graph.rows(f"widen.{number}"),
            f"{layer}.output.dense.weight": graph.rows(f"narrow.{number}"),
        }
    found: dict[str, NDArray[np.float32]] = {}
    for held, names in _HELD.items():
        parts = [f"{layer}.{name}" for name in names]
        bias = f"{held}.{number}.bias"
        weights = np.split(graph.multiplied_with(bias).T, len(parts))
        for part, weight, own in zip(parts, weights, np.split(graph.weights[bias], len(parts)), strict=True):
            found |= {f"{part}.weight": weight, f"{part}.bias": own}
    return found


def _judge_weights(graph: _Graph, judge: Judge) -> dict[str, NDArray[np.float32]]:
    found = {name: graph.weights[name] for name in judge.state_dict() if name in graph.weights}
    # The exporter folds the turned distances into tensors without a name, one a layer, in order.
    shape = (judge.band + 1, judge.layers[0].heads)
    nameless = [value for name, value in graph.weights.items() if name not in found and value.shape == shape]
    for number, turned in enumerate(nameless):
        found[f"layers.{number}.distance"] = turned.T
    return found


def _load(network: nn.Module, weights: Mapping[str, NDArray[np.float32]]) -> None:
    network.load_state_dict({name: torch.tensor(np.array(value)) for name, value in weights.items()})
