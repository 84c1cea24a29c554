"""What the field recommends for each barrier, read from data/practices.yaml: options, not orders."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import CodebookError
from analyzer.resources import data_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """An approach to a barrier, and concrete things that parties may try."""

    approach: str
    options: tuple[str, ...]


@functools.cache
def default_practices() -> Mapping[str, Practice]:
    """The practices that travel with the product, by barrier key."""
    return load_practices(data_folder() / "practices.yaml")


def load_practices(path: Path) -> Mapping[str, Practice]:
    """Read practices, keyed by barrier; barriers that the file leaves out have none.

    Raises:
        CodebookError: if the file is missing, is not YAML, or lacks a required field.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {
            str(key): Practice(
                approach=str(row["approach"]), options=tuple(str(option) for option in row["options"])
            )
            for key, row in content["barriers"].items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CodebookError(
            what=f"the recommended practices cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="compare them with data/practices.yaml of the distribution",
        ) from error
    bare = sorted(key for key, practice in found.items() if not practice.options)
    if bare:
        raise CodebookError(
            what=f"barrier {bare[0]!r} has no options", where=str(path), remedy="give some, or leave it out"
        )
    return found
