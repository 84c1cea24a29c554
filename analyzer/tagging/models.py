"""A model folder: find it, verify it, describe it. Nothing in it is run before its hashes are right."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.codebook import Codebook, default_codebook
from analyzer.errors import ModelDamaged, ModelMismatch, ModelNotFound
from analyzer.records.tagged import Policy
from analyzer.resources import models_folder
from analyzer.tagging.policy import load_policy

FORMAT = 1
READER_FORMAT = 2  # of models with a reader in context, which older programs would leave out unsaid
_HUB = "hub:"
_NEEDED = ("name", "version", "codebook", "encoder", "judge", "calibration", "evidence_floor", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A verified model: where it lies and what it says of itself.

    `config` is config.json, `metrics` is metrics.json (empty where there is none).
    """

    path: Path
    config: Mapping[str, Any]
    policy: Policy
    metrics: Mapping[str, Any]
    codebook: Codebook

    @property
    def name(self) -> str:
        """Name and version, as every output row carries them."""
        return f"{self.config['name']}-{self.config['version']}"

    @property
    def address(self) -> str:
        """What finds this model again in another process: its name where it has one, else its path."""
        known = list_models().get(self.path.name)
        return self.path.name if known == self.path else str(self.path.resolve())

    @property
    def encoder(self) -> Path:
        """The graph that reads pieces."""
        return self.path / str(self.config["encoder"]["file"])

    @property
    def judge(self) -> Path:
        """The graph that reads a meeting's vectors."""
        return self.path / str(self.config["judge"]["file"])

    @property
    def reader(self) -> Path | None:
        """The graph that reads pieces among their neighbours, where the model has one."""
        return self.path / str(self.config["reader"]["file"]) if "reader" in self.config else None

    @property
    def tokenizer(self) -> Path:
        """The tokenizer's own JSON."""
        return self.path / "tokenizer.json"

    @property
    def card(self) -> str:
        """The model card in Markdown, empty where there is none."""
        path = self.path / "README.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def find_model(
    name: str | Path | None = None, *, allow_network: bool = False, codebook: Codebook | None = None
) -> ModelFolder:
    """Find a model and verify it.

    Args:
        name: a folder; else a name in the folder $ANALYZER_MODELS; else a name shipped with the package.
            None is what the file DEFAULT of these folders names. `hub:owner/name` is downloaded.
        allow_network: whether `hub:` may be used. A misspelt name never becomes a download.
        codebook: the label scheme in force; the shipped one by default.

    Raises:
        ModelNotFound: if there is no such model; the message lists those there are.
        ModelDamaged: if a file is missing or is not what its hash says.
        ModelMismatch: if it was made for another format version or another codebook.
    """
    if isinstance(name, str) and name.startswith(_HUB):
        return verify(_from_hub(name, allow_network), codebook or default_codebook())
    return verify(_locate(name), codebook or default_codebook())


def list_models() -> dict[str, Path]:
    """Name the models there are, those of $ANALYZER_MODELS before the shipped ones."""
    found: dict[str, Path] = {}
    for home in _homes():
        for path in sorted(home.glob("*/config.json")):
            found.setdefault(path.parent.name, path.parent)
    return found


def _homes() -> list[Path]:
    own = os.environ.get("ANALYZER_MODELS")
    homes = [Path(own)] if own else []
    return [home for home in (*homes, models_folder()) if home.is_dir()]


def _locate(name: str | Path | None) -> Path:
    if name is None:
        name = _default()
    elif (Path(name) / "config.json").is_file():
        return Path(name)
    models = list_models()
    if str(name) in models:
        return models[str(name)]
    raise ModelNotFound(
        what="there is no such model",
        where=str(name),
        remedy=f"name a folder with a config.json, or one of: {', '.join(models) or 'none is installed'}",
    )


def _default() -> str:
    for home in _homes():
        if (home / "DEFAULT").is_file():
            return (home / "DEFAULT").read_text(encoding="utf-8").strip()
    raise ModelNotFound(
        what="no default model is set",
        where=str(models_folder()),
        remedy=f"name a model: {', '.join(list_models()) or 'none is installed; see analyzer train'}",
    )


def _from_hub(name: str, allow_network: bool) -> Path:
    if not allow_network:
        raise ModelNotFound(
            what="it lies on a hub, and the network was not allowed",
            where=name,
            remedy="pass allow_network=True, or download it and give its folder",
        )
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise ModelNotFound(
            what="the package that downloads models is not installed",
            where=name,
            remedy="install huggingface_hub, or download the model and give its folder",
        ) from error
    # Weights and data only: nothing is fetched that could run when loaded.
    wanted = ["*.onnx", "*.bin", "*.json", "README.md"]
    try:
        return Path(snapshot_download(name.removeprefix(_HUB), allow_patterns=wanted))
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            what=f"it could not be downloaded ({type(error).__name__}: {error})",
            where=name,
            remedy="check the name and the connection",
        ) from error


def verify(path: Path, codebook: Codebook) -> ModelFolder:
    """Check format, hashes and codebook of a model folder, before any session is opened.

    Raises:
        ModelDamaged: if a file is missing or is not what its hash says.
        ModelMismatch: if it was made for another format version or another codebook.
    """
    config = _json(path / "config.json")
    if config.get("format") not in (FORMAT, READER_FORMAT):
        raise ModelMismatch(
            what=f"its format is {config.get('format')!r}, and this program reads up to {READER_FORMAT}",
            where=str(path),
            remedy="use a model made for this version",
        )
    _check_fields(path, config)
    for file, digest in sorted(config["files"].items()):
        _check_hash(path / file, digest)
    made_for = config["codebook"].get("hash")
    if made_for != codebook.hash:
        raise ModelMismatch(
            what=f"it was trained for codebook {made_for}, and {codebook.hash} is in force",
            where=str(path),
            remedy="train it again with the present codebook, or use the codebook it was made for",
        )
    metrics = _json(path / "metrics.json") if (path / "metrics.json").exists() else {}
    policy = load_policy(path / "policy.json")
    return ModelFolder(path=path, config=config, policy=policy, metrics=metrics, codebook=codebook)


def _check_fields(path: Path, config: Mapping[str, Any]) -> None:
    missing = [field for field in _NEEDED if field not in config]
    if not missing:
        used = {config["encoder"].get("file"), config["judge"].get("file"), "tokenizer.json"}
        reader = config.get("reader", {})
        used |= {reader[key] for key in ("file", "tokenizer") if key in reader} | {*reader.get("weights", ())}
        missing = sorted(f"the hash of {file}" for file in used - set(config["files"]))
    outside = [file for file in config.get("files", ()) if Path(file).name != file]
    if missing or outside:
        fault = f"lacks {', '.join(missing)}" if missing else f"names files outside its folder: {outside}"
        raise ModelDamaged(
            what=f"config.json {fault}", where=str(path), remedy="export or install the model again"
        )


def _check_hash(file: Path, digest: str) -> None:
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelDamaged(
            what=f"the file cannot be read ({error.strerror or error})",
            where=str(file),
            remedy="install the model again",
        ) from error
    if found != digest:
        raise ModelDamaged(
            what="the file is not what config.json says (its hash differs)",
            where=str(file),
            remedy="install the model again",
        )


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelDamaged(
            what=f"the file cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="install the model again",
        ) from error
    if not isinstance(content, dict):
        raise ModelDamaged(what="the file holds no object", where=str(path), remedy="install the model again")
    return content
