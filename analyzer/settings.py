"""One table of settings: name, default, unit and help; defaults < file < environment < command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from analyzer.errors import SettingsError

_PREFIX = "ANALYZER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its key in files, its unit and what it does. The environment spells it ANALYZER_KEY."""

    key: str
    default: float | int | str | None
    unit: str
    about: str
    kind: type

    @property
    def variable(self) -> str:
        """Name of its environment variable."""
        return _PREFIX + self.key.upper()


SETTINGS = (
    Setting(
        key="model",
        default=None,
        unit="a name or a path",
        kind=str,
        about="model to tag with; none is the shipped default",
    ),
    Setting(
        key="threads",
        default=None,
        unit="threads",
        kind=int,
        about="threads of one tagger; none is one a core",
    ),
    Setting(
        key="max_file_mb",
        default=200.0,
        unit="MB",
        kind=float,
        about="larger files are refused before they are read",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings in force; one field for each row of SETTINGS."""

    model: str | None
    threads: int | None
    max_file_mb: float

    def as_dict(self) -> dict[str, Any]:
        """The settings as run.json shows them."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def load_settings(
    file: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    **given: Any,
) -> Settings:
    """Merge the four sources; `given` are command-line values, None where not given.

    Raises:
        SettingsError: if the file cannot be read, or a key or value makes no sense.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {setting.key: setting.default for setting in SETTINGS}
    if file is not None:
        values |= _from_file(file)
    for setting in SETTINGS:
        if environment.get(setting.variable):
            values[setting.key] = _checked(setting, environment[setting.variable], setting.variable)
    values |= {key: value for key, value in given.items() if value is not None}
    return Settings(**values)


def _from_file(file: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        rows = dict(content)
    except OSError as error:
        raise SettingsError(
            what=f"the settings cannot be read ({error.strerror or error})",
            where=str(file),
            remedy="name a file that is there and that you may read",
        ) from error
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise SettingsError(
            what=f"the settings cannot be read ({type(error).__name__})",
            where=str(file),
            remedy="write one `key: value` a line",
        ) from error
    known = {setting.key: setting for setting in SETTINGS}
    for key in rows:
        if key not in known:
            raise SettingsError(
                what=f"there is no setting {key!r}",
                where=str(file),
                remedy=f"use one of {', '.join(known)}",
            )
    return {key: _checked(known[key], value, str(file)) for key, value in rows.items() if value is not None}


def _checked(setting: Setting, value: Any, where: str) -> Any:
    try:
        return setting.kind(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            what=f"{setting.key} is {value!r}, which is no {setting.kind.__name__}",
            where=where,
            remedy=f"give it in {setting.unit}",
        ) from error
