"""The label scheme, read from data/codebook.yaml: the only speller of labels.

No other module types a label key; a ninth barrier is a line of YAML and a training run.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analyzer.errors import CodebookError
from analyzer.resources import data_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label: its key in files, its name for people, its colour in charts.

    `role` is what the label means to measures ("circular", "generative", ...), whatever its key is.
    """

    key: str
    name: str
    definition: str
    colour: str
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A question asked of each piece; `choose` says whether exactly one label or any number fit."""

    key: str
    choose: Literal["one", "any"]
    labels: tuple[Label, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The label keys in column order."""
        return tuple(label.key for label in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """All tasks. `mode` is chosen once a piece, `barrier` any number of times."""

    version: str
    tasks: tuple[Task, ...]

    def task(self, key: str) -> Task:
        """Give a task by key; raises CodebookError if there is none."""
        for task in self.tasks:
            if task.key == key:
                return task
        raise CodebookError(
            what=f"there is no task {key!r}",
            where="codebook",
            remedy=f"use one of {', '.join(task.key for task in self.tasks)}",
        )

    @property
    def modes(self) -> tuple[str, ...]:
        """Keys of the modes, in column order."""
        return self.task("mode").keys

    @property
    def barriers(self) -> tuple[str, ...]:
        """Keys of the barriers, in column order."""
        return self.task("barrier").keys

    @property
    def labels(self) -> tuple[Label, ...]:
        """Modes, then barriers: the order of evidence columns."""
        return self.task("mode").labels + self.task("barrier").labels

    def label(self, key: str) -> Label:
        """Give a label of any task by key; raises CodebookError if there is none."""
        for label in self.labels:
            if label.key == key:
                return label
        raise CodebookError(
            what=f"there is no label {key!r}",
            where="codebook",
            remedy=f"use one of {', '.join(label.key for label in self.labels)}",
        )

    def role(self, role: str) -> str | None:
        """Give the key of the mode that plays a role, None where the codebook has no such mode.

        Measures ask by meaning ("circular": ground covered before; "generative": something new;
        "transactional": the present deal; "procedural": no substance), so that a codebook may spell
        its modes as it likes or do without one.
        """
        return next((label.key for label in self.task("mode").labels if label.role == role), None)

    @property
    def hash(self) -> str:
        """Hash of tasks, keys and order; new wording alone changes nothing."""
        shape = [[task.key, task.choose, list(task.keys)] for task in self.tasks]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:16]


@functools.cache
def default_codebook() -> Codebook:
    """The codebook that travels with the product."""
    return load_codebook(data_folder() / "codebook.yaml")


def load_codebook(path: Path) -> Codebook:
    """Read a label scheme.

    Raises:
        CodebookError: if the file is missing, is not YAML, or lacks a required field.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        tasks = tuple(_task(key, value) for key, value in content["tasks"].items())
        codebook = Codebook(version=str(content["version"]), tasks=tasks)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CodebookError(
            what=f"the label scheme cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="compare it with data/codebook.yaml of the distribution",
        ) from error
    _check(codebook, path)
    return codebook


def _task(key: str, content: dict[str, Any]) -> Task:
    labels = tuple(
        Label(
            key=row["key"],
            name=row["name"],
            definition=row["definition"],
            colour=row.get("colour", "#888888"),
            role=row.get("role"),
        )
        for row in content["labels"]
    )
    return Task(key=key, choose=content["choose"], labels=labels)


def _check(codebook: Codebook, path: Path) -> None:
    keys = [label.key for task in codebook.tasks for label in task.labels]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise CodebookError(
            what=f"label {twice[0]!r} is defined twice", where=str(path), remedy="rename one of them"
        )
    for needed in ("mode", "barrier"):
        codebook.task(needed)
    roles = [label.role for label in codebook.labels if label.role]
    if len(set(roles)) < len(roles):
        raise CodebookError(
            what=f"two labels play one role among {', '.join(sorted(roles))}",
            where=str(path),
            remedy="give each role to one label",
        )
