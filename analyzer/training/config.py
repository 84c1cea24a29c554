"""What a training run is told: a YAML file, checked into a dataclass."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from analyzer.errors import SettingsError

_KINDS: dict[str, Any] = {"int": int, "float": int | float, "str": str}  # as the fields spell them
_SPELT = {int: "a whole number", int | float: "a number", str: "a text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Options of a reader in context: it is trained beside a model, whose graphs are kept as they are.

    How losses are weighed, and how talk is varied, say the fields of `Config`.
    """

    beside: str  # model folder
    base: str | None = None  # folder of the encoder to begin with; None is that of `beside`, as trained there
    epochs: int = 3
    rate: float = 6e-5
    head_rate: float = 5e-4
    layers: int | None = None  # kept of the encoder, from below; None is all
    frozen_layers: int = 0  # beside the embeddings
    step_tokens: int = 4096
    common_share: float = 0.3  # of windows in which no label is rare, drawn anew for each epoch
    own: int = 270  # sizes of windows in tokens, see `windows.Plan`
    left: int = 80
    right: int = 30
    piece: int = 128
    mode: float = 0.5  # the reader's share in what is believed of the modes
    barrier: float = 0.5  # and of the barriers


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Options of one run. Paths are relative to the file they stand in."""

    name: str
    version: str
    labels: str  # labels folder: real/, partnerships/
    by_id: tuple[str, ...] = ()  # files of further labels by id (see `joined`), all for training
    dev_by_id: tuple[str, ...] = ()  # such files for measuring, beside the development rows of `labels`
    archives: str | None = None  # folder of the archives they speak of
    codebook: str | None = None  # YAML; None is the shipped one
    base: str | None = None  # folder of a BERT encoder to begin with; None is that of the package
    start: str | None = None  # checkpoint or model folder whose weights a run begins with; None is the base
    held_out: tuple[str, ...] = ("bank_it",)  # partnerships never trained on
    behaviour: str | None = None  # folder of written cases whose pass rates go into the card; none trained on
    stop_share: float = 0.1  # share of training meetings kept back for early stopping
    partnership_weight: float = 0.5  # loss weight of a written row beside a real one
    epochs: int = 6  # the rates are planned for
    stop_after: int | None = None  # epochs really run; None is all of them
    pieces_per_step: int = 160
    encoder_rate: float = 6e-5
    head_rate: float = 8e-4
    weight_decay: float = 0.01
    warm_up: float = 0.1  # share of the steps
    frozen_layers: int = 1  # encoder layers that keep their weights, beside the embeddings
    max_tokens: int = 160
    band: int = 24
    width: int = 192
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1
    local_weight: float = 0.4  # of the evidence head's loss
    barrier_weight: float = 1.5
    positive_weight: float = 4.0  # of a barrier that is there
    mode_power: float = 0.35  # class weight = (1 / frequency) ** power, mean 1
    plain_share: float = 0.15  # pieces turned to lower case without punctuation
    nameless_share: float = 0.1  # stretches whose speakers are hidden
    short_share: float = 0.15  # stretches cut into short contexts
    int8_bar: float = 0.01  # macro-F1 that int8 may lose against fp32; else nothing is released
    average_last: int = 0  # epochs whose mean weights are kept; 0 keeps the best epoch
    reader: Reading | None = None  # train a reader in context beside a model, in place of its other parts
    seed: int = 7


def load_config(path: Path) -> Config:
    """Read a training configuration.

    Raises:
        SettingsError: if the file cannot be read, or a key is unknown or missing.
    """
    import yaml

    try:
        content: dict[str, Any] = dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, TypeError, ValueError) as error:
        raise SettingsError(
            what=f"the training configuration cannot be read ({type(error).__name__})",
            where=str(path),
            remedy="compare it with data/training/cocreation-0.4.yaml",
        ) from error
    for several in {"held_out", "by_id", "dev_by_id"} & set(content):
        if not isinstance(content[several], list):
            raise _no_such_value(several, content[several], "a list", path)
        content[several] = tuple(content[several])
    if content.get("reader") is not None:
        if not isinstance(content["reader"], dict):
            raise _no_such_value("reader", content["reader"], "a mapping of options", path)
        _check(content["reader"], Reading, ("beside",), path, of="reader: ")
        content["reader"] = Reading(**content["reader"])
    _check(content, Config, ("name", "version", "labels"), path)
    return Config(**content)


def _check(content: dict[str, Any], into: Any, needed: tuple[str, ...], path: Path, of: str = "") -> None:
    known = {item.name for item in fields(into)}
    wrong = sorted(set(content) - known) + sorted(set(needed) - set(content))
    if wrong:
        raise SettingsError(
            what=f"{of}{wrong[0]!r} is unknown or missing",
            where=str(path),
            remedy=f"give {', '.join(needed)}, and any of {', '.join(sorted(known))}",
        )
    for item in fields(into):
        value = content.get(item.name, item.default)
        kind = next((kind for name, kind in _KINDS.items() if str(item.type).startswith(name)), None)
        if kind and value is not None and (isinstance(value, bool) or not isinstance(value, kind)):
            raise _no_such_value(of + item.name, value, _SPELT[kind], path)


def _no_such_value(key: str, value: object, wanted: str, path: Path) -> SettingsError:
    return SettingsError(
        what=f"{key} is {value!r}, which is not {wanted}",
        where=str(path),
        remedy="compare it with data/training/cocreation-0.4.yaml",
    )


def as_dict(config: Config) -> dict[str, Any]:
    """The configuration as the card and the checkpoint hold it."""
    return asdict(config)


def from_dict(content: dict[str, Any]) -> Config:
    """The configuration that `as_dict` gave, as read from JSON."""
    reader = content.get("reader")
    return Config(**{**content, "reader": Reading(**reader) if reader else None})
