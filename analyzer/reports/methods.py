"""What the report says of the model: who labelled, how well it does beside people's agreement, its policy.

Everything is read from what made the run (`run.json`); what a model does not tell is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, TypeGuard

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis
from analyzer.reports.names import NAMES, Names
from analyzer.reports.words import percent

_SCORES = (
    ("mode_macro_f1", "All modes, macro-F1"),
    ("mode_kappa", "All modes, kappa"),
    ("any_barrier_f1", "Any barrier, F1"),
    ("barrier_precision", "Flagged barriers that are right"),
    ("barrier_map", "Barriers, mean average precision"),
)
_LEFT = (
    " Not replaced: people who are only talked about, nicknames and misspellings that the files do not list, "
    "names of parties, and whatever else in a sentence gives its speaker away. The files that were read are "
    "unchanged."
)
_NAMES: dict[Names, str] = {
    "given": "As the files give them. With the option --names roles, speakers are named by party only; with "
    "--names pseudonyms, by invented names.",
    "roles": "Speakers are named by party only. In texts, headings, file names and quotes the names of "
    "everybody who speaks or is listed as present are replaced by “[someone at …]”, and mail addresses by "
    f"“[mail address]”.{_LEFT}",
    "pseudonyms": "Everybody who speaks or is listed as present has an invented name, the same in speakers, "
    f"texts, headings, file names and quotes; mail addresses are replaced.{_LEFT}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One figure of the model beside the agreement of two annotators; None where it was not measured."""

    name: str
    model: str
    annotators: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """A mode: how many times its odds are raised, and how often it is right where asserted."""

    name: str
    times: str | None  # None where the policy takes beliefs as they are
    precision: str | None  # of pieces asserted to be of the mode
    recall: str | None  # of pieces that are


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """What the methods box tells; None and empty where the run does not know."""

    model: str
    made: str | None
    annotators: str | None
    rows: str | None  # labelled pieces that it was measured on
    scores: tuple[Score, ...]
    written: str | None  # macro-F1 on a written partnership
    calibration: str | None
    asserted: tuple[Asserted, ...]
    unsure_below: str | None
    is_adjusted: bool
    names_note: str  # whose names are shown, and what is not replaced
    reworded: str | None  # that a language model reworded the digest


def methods(analyses: Sequence[Analysis], run: Mapping[str, Any] | None, codebook: Codebook) -> Methods:
    """Gather what the report says of how it was made.

    Args:
        analyses: all of the run.
        run: what made them (`run.json`), None where nothing is known of it.
        codebook: names the labels.
    """
    run = run or {}
    metrics = _mapping(run.get("model_metrics"))
    policy = _mapping(run.get("policy"))
    measured = _mapping(metrics.get("cross_fitted"))
    sets = _mapping(metrics.get("sets"))
    unsure, error, rows = policy.get("unsure_below"), measured.get("mode_ece"), measured.get("n")
    return Methods(
        model=_model(analyses, run),
        made=_text(metrics.get("date")),
        annotators=_text(metrics.get("annotators")),
        rows=f"{rows:,.0f}" if _is_number(rows) else None,
        scores=tuple(_scores(measured, codebook)),
        written=_number(_mapping(sets.get("held_out")), "mode_macro_f1"),
        calibration=percent(error) if _is_number(error) else None,
        asserted=tuple(_asserted(policy, measured, codebook)),
        unsure_below=percent(unsure) if _is_number(unsure) and unsure > 0 else None,
        is_adjusted=_has(analyses, "adjusted_"),
        names_note=_NAMES[next((names for names in NAMES if names == run.get("names")), "given")],
        reworded=_reworded(_mapping(run.get("rephrase"))),
    )


def _model(analyses: Sequence[Analysis], run: Mapping[str, Any]) -> str:
    if run.get("model"):
        return str(run["model"])
    names = {measured.tagged.encoded.model for one in analyses for measured in one.meetings}
    return ", ".join(sorted(names)) or "unknown"


def _reworded(told: Mapping[str, Any]) -> str | None:
    if not told:
        return None
    return (
        f"The language model {told.get('model')} at {told.get('host')} was asked to reword the "
        f"{told.get('asked')} sentences of the digest. {told.get('taken')} rewordings are used, since they "
        "hold the same figures, dates, names and quotes in the same order and no new word that matters; all "
        "other sentences stand as they were written from the figures."
    )


def _has(analyses: Sequence[Analysis], start: str) -> bool:
    return any(name.startswith(start) for one in analyses for m in one.meetings for name in m.figures)


def _scores(measured: Mapping[str, Any], codebook: Codebook) -> Iterator[Score]:
    agreed = _mapping(measured.get("annotators"))
    modes = [(f"f1_{label.key}", f"{label.name}, F1") for label in codebook.task("mode").labels]
    for key, name in (_SCORES[0], *modes, *_SCORES[1:]):
        if (value := _number(measured, key)) is not None:
            yield Score(name=name, model=value, annotators=_number(agreed, key))


def _asserted(
    policy: Mapping[str, Any], measured: Mapping[str, Any], codebook: Codebook
) -> Iterator[Asserted]:
    offsets = _mapping(policy.get("mode_offsets"))
    table = _confusion(measured, len(codebook.modes))
    for column, label in enumerate(codebook.task("mode").labels):
        offset = offsets.get(label.key)
        times = exp(offset) if _is_number(offset) and offset > 0 else None
        right = table[column][column] if table else 0
        yield Asserted(
            name=label.name,
            times=None if times is None else f"{times:.0f}" if times > 4 else f"{times:.1f}",
            precision=_part(right, sum(row[column] for row in table)),
            recall=_part(right, sum(table[column]) if table else 0),
        )


def _confusion(measured: Mapping[str, Any], size: int) -> list[list[float]]:
    """Give the counted confusion of modes, rows as labelled, columns as asserted; empty where none fits."""
    table = _mapping(measured.get("confusion")).get("mode")
    fits = isinstance(table, list) and all(isinstance(row, list) and len(row) == size for row in table)
    return table if isinstance(table, list) and fits and len(table) == size else []


def _part(right: float, total: float) -> str | None:
    return f"{right:.0f} of {total:.0f}" if total else None


def _number(figures: Mapping[str, Any], key: str) -> str | None:
    """Write a figure with its interval, where it has one."""
    value, interval = figures.get(key), figures.get(f"{key}_ci95")
    if not _is_number(value):
        return None
    if isinstance(interval, list | tuple) and len(interval) == 2 and all(map(_is_number, interval)):
        return f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"
    return f"{value:.2f}"


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return str(value) if value else None
