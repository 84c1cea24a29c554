"""Find models/ and data/, which lie at top level in a checkout and inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _home(name: str) -> Path:
    # An editable install does not expose package_dir aliases, so look beside the package first.
    beside = _PACKAGE.parent / name
    return beside if (_PACKAGE.parent / "setup.cfg").exists() and beside.is_dir() else _PACKAGE / f"_{name}"


def models_folder() -> Path:
    """Folder of the models that travel with the product."""
    return _home("models")


def data_folder() -> Path:
    """Folder of the codebook and the samples that travel with the product."""
    return _home("data")
