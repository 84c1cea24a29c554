"""Written cases of behaviour: what a tagger must say, must not say, or must not change its mind about.

A file is YAML: `test` and `capability` for all its cases, which each may overrule, and `cases`. Of a
case, `said` is the piece that is judged, `{speaker: text}` or a text alone, and `before` what was said
before it. The rest depends on the test:

    minimum functionality   `mode`: must be asserted; `flags`: must be flagged; `never`: must be neither
                            asserted nor flagged, where `barriers` stands for all of them
    invariance              `with`: slot -> values; the n-th values go into `said` and `before` together,
                            and what is asserted must be the same for all n
    directional             `then`: what is said instead; `gone`: the barrier that is then not flagged and
                            believed less, or `adds: nothing`: no barrier is flagged or believed more

Source:
    Ribeiro et al. (2020), Beyond accuracy: behavioral testing of NLP models with CheckList, ACL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from analyzer.codebook import Codebook
from analyzer.errors import DataError
from analyzer.records.meeting import MeetingKind

Test = Literal["minimum functionality", "invariance", "directional"]
ALL_BARRIERS = "barriers"
_KINDS: tuple[MeetingKind, ...] = get_args(MeetingKind)
_FIELDS = frozenset(
    {"id", "test", "capability", "kind", "before", "said", "mode", "flags", "never", "with", "then", "gone"}
    | {"adds"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One turn of a case."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One written case; see the module for what its fields ask."""

    id: str
    test: Test
    capability: str
    said: Said
    kind: MeetingKind = "transcript"
    before: tuple[Said, ...] = ()
    mode: str | None = None
    flags: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    then: str | None = None
    gone: str | None = None


def is_suite(path: Path) -> bool:
    """Say whether a path is a file or a folder of cases."""
    return path.suffix in (".yaml", ".yml") or (path.is_dir() and any(path.glob("*.yaml")))


def load_suite(path: Path, codebook: Codebook) -> list[Case]:
    """Read one file of cases, or all of a folder.

    Raises:
        DataError: if a file is no YAML of cases, a case asks nothing or names an unknown label, or two
            cases have one id.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    cases = [case for file in files for case in _cases(file, codebook)]
    ids = [case.id for case in cases]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice or not cases:
        raise DataError(
            what=f"two cases are called {twice[0]!r}" if twice else "there are no cases",
            where=str(path),
            remedy="give each case an id of its own" if twice else "write cases as in data/behaviour",
        )
    return cases


def _cases(file: Path, codebook: Codebook) -> Iterator[Case]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        common = {key: content[key] for key in ("test", "capability", "kind") if key in content}
        rows = [{**common, **row} for row in content["cases"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DataError(
            what=f"it cannot be read as cases ({type(error).__name__})",
            where=str(file),
            remedy="compare it with a file of data/behaviour",
        ) from error
    for row in rows:
        yield _case(row, file, codebook)


def _case(row: Mapping[str, Any], file: Path, codebook: Codebook) -> Case:
    place = f"{file.name}, case {row.get('id', '?')}"
    try:
        case = Case(
            id=str(row["id"]),
            test=row["test"],
            capability=str(row["capability"]),
            said=_said(row["said"]),
            kind=row.get("kind", "transcript"),
            before=tuple(_said(one) for one in row.get("before", ())),
            mode=row.get("mode"),
            flags=tuple(row.get("flags", ())),
            never=_never(row.get("never", ()), codebook),
            slots={key: tuple(map(str, values)) for key, values in row.get("with", {}).items()},
            then=row.get("then"),
            gone=row.get("gone"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(f"it lacks or garbles {error}", place) from error
    fault = _fault(case, set(row), codebook)
    if fault is not None:
        raise _broken(fault, place)
    return case


def _never(given: str | Sequence[str], codebook: Codebook) -> tuple[str, ...]:
    named = [given] if isinstance(given, str) else given
    expanded = [codebook.barriers if key == ALL_BARRIERS else (key,) for key in named]
    return tuple(key for keys in expanded for key in keys)


def _said(value: str | Mapping[str, str]) -> Said:
    ((speaker, text),) = [(None, value)] if isinstance(value, str) else value.items()
    if not isinstance(text, str) or not text.strip():
        raise TypeError(f"the text {text!r}")  # YAML reads a bare 40 or Yes as something else
    return Said(speaker=str(speaker) if speaker is not None else None, text=text)


def _fault(case: Case, given: set[str], codebook: Codebook) -> str | None:
    known = {label.key for label in codebook.labels}
    named = {case.mode, case.gone, *case.flags, *case.never} - {None}
    lengths = {len(values) for values in case.slots.values()}
    asks = {
        "minimum functionality": bool(case.mode or case.flags or case.never),
        "invariance": len(lengths) == 1 and max(lengths) > 1,
        "directional": case.then is not None and ("adds" in given) != (case.gone is not None),
    }
    if "," in case.id:
        return f"a comma in {case.id!r} is for the runner, which names its variants with one"
    if given - _FIELDS:
        return f"{min(given - _FIELDS)!r} is no field of a case"
    if case.test not in asks:
        return f"{case.test!r} is no test"
    if case.kind not in _KINDS:
        return f"{case.kind!r} is no kind of meeting"
    if named - known:
        return f"{min(str(key) for key in named - known)!r} is no label of the codebook"
    return None if asks[case.test] else f"it asks nothing that a test of {case.test} checks"


def _broken(what: str, where: str) -> DataError:
    return DataError(what=what, where=where, remedy="see analyzer/training/cases.py for what a case holds")
