"""An evaluation in words: rows of its tables, titles of its sets, what its tests ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.codebook import Codebook
from analyzer.training.measured import Measured
from analyzer.training.mistakes import Mistake
from analyzer.training.scoring import Rows

ANNOTATORS = (
    "Labels that come with this project were made by language models that followed the codebook, not by "
    "people. What they overlook, no figure here shows. The second annotator beside a score is scored "
    "against the first on the same pieces, as if it were a model."
)
SETS: Mapping[str, tuple[str, str]] = {
    "dev": ("Development rows", "Whole stretches of real meetings and mail that were not learnt from."),
    "dev_single_pieces": ("Single pieces", "Single real pieces with the turns before them, not learnt from."),
    "dev_by_id": (
        "Further development rows",
        "Stretches of further real meetings, labelled by id and twice, that were not learnt from.",
    ),
    "held_out": (
        "Held-out partnership",
        "A written partnership that was not learnt from. Written text gives labels away, so this flatters.",
    ),
    "rows": ("Labelled rows", "All rows of the file. If the model learnt from some of them, this flatters."),
}
TESTS: Mapping[str, str] = {
    "minimum functionality": "Plain cases that must be tagged as they are, and harmless ones that must not.",
    "invariance": "What is asserted must stay the same when only names, numbers or the spelling change.",
    "directional": "Belief in a barrier must fall when it is settled, and not rise by a harmless clause.",
}
_FIGURES = (
    ("mode_macro_f1", "Modes, macro-F1"),
    ("mode_kappa", "Modes, Cohen's kappa"),
    ("mode_ece", "Modes, calibration error"),
    ("barrier_map", "Barriers, mean average precision"),
    ("barrier_macro_f1", "Barriers, macro-F1 of flags"),
    ("barrier_micro_f1", "Barriers, micro-F1 of flags"),
    ("barrier_precision", "Barriers, share of flags that are right"),
    ("any_barrier_f1", "Any barrier, F1"),
)
_ERRORS = {"mode": "Modes", "false flag": "Flags that are not labelled", "missed barrier": "Missed barriers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A figure with its interval and the second annotator's, in words; None where there is none."""

    name: str
    value: str
    interval: str | None
    second: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of cells under a name."""

    name: str
    cells: tuple[str, ...]


def set_title(name: str) -> str:
    """Name a set for people."""
    return SETS[name][0] if name in SETS else name


def set_about(one: Measured, metrics: Mapping[str, Any]) -> str:
    """Say what a set is; of development rows also what the model's calibration owes to them."""
    about = SETS[one.name][1] if one.name in SETS else ""
    honest = metrics.get("cross_fitted", {})
    if one.name != "dev" or "mode_macro_f1" not in honest:
        return about
    mode, flags = honest["mode_macro_f1"], honest["any_barrier_f1"]
    return (
        f"{about} Calibration and policy were fitted on such rows. Fitted on other meetings each time, mode "
        f"macro-F1 is {mode:.2f} and F1 of any barrier {flags:.2f}."
    )


def figure_rows(figures: Mapping[str, Any], codebook: Codebook) -> list[FigureRow]:
    """Give the main figures, those of each mode, and what doubt costs and gains."""
    second = figures.get("annotators", {})
    named = [
        *_FIGURES[:1],
        *((f"f1_{label.key}", f"{label.name}, F1") for label in codebook.task("mode").labels),
    ]
    rows = [
        FigureRow(
            name=name,
            value=number(figures, key),
            interval=interval(figures, key),
            second=number(second, key) if key in second else None,
        )
        for key, name in (*named, *_FIGURES[1:])
        if key in figures
    ]
    rows += [
        FigureRow(name=name, value=f"{figures[key]:.2f}", interval=None, second=None)
        for key, name in (
            ("unsure_share", "Share of pieces that are left unsure"),
            ("sure_mode_macro_f1", "Modes, macro-F1 on the others"),
        )
        if key in figures
    ]
    return rows


def label_rows(
    figures: Mapping[str, Any], precision: Mapping[str, float], codebook: Codebook
) -> list[TableRow]:
    """Give for each label: there, precision, recall, F1, average precision, calibration error, second F1."""
    rows = []
    second = figures.get("annotators", {})
    for label, (right, asserted, there) in zip(
        codebook.labels, _counts(figures["confusion"], codebook), strict=True
    ):
        cells = (
            f"{there:,}",
            f"{right / asserted:.2f}" if asserted else "none asserted",
            f"{right / there:.2f}" if there else "–",
            f"{2 * right / (asserted + there):.2f}" if asserted + there else "–",
            number(precision, label.key),
            number(figures, f"ece_{label.key}"),
            number(second, f"f1_{label.key}"),
        )
        rows.append(TableRow(name=label.name, cells=cells))
    return rows


def _counts(confusion: Mapping[str, Any], codebook: Codebook) -> Iterator[tuple[int, int, int]]:
    """Right, asserted and labelled pieces of each label."""
    table = confusion["mode"]
    for i in range(len(codebook.modes)):
        yield table[i][i], sum(row[i] for row in table), sum(table[i])
    for key in codebook.barriers:
        counts = confusion["barrier"][key]
        right, false, missed = counts["right"], counts["false"], counts["missed"]
        yield right, right + false, right + missed


def group_tables(figures: Mapping[str, Any], codebook: Codebook) -> list[dict[str, Any]]:
    """Give the tables by source and by style, where there are several."""
    tables = []
    for key, head, title in (("by_source", "Source", "By source"), ("by_style", "Style", "By style")):
        if key in figures:
            rows = [_group_row(name, own, codebook) for name, own in figures[key].items()]
            tables.append({"title": title, "head": head, "rows": rows})
    return tables


def _group_row(name: str, figures: Mapping[str, Any], codebook: Codebook) -> TableRow:
    bounds = interval(figures, "mode_macro_f1")
    macro = number(figures, "mode_macro_f1") + (f" ({bounds})" if bounds else "")
    cells = (
        f"{figures['n']:,.0f}",
        macro,
        number(figures.get("annotators", {}), "mode_macro_f1"),
        *(number(figures, f"f1_{mode}") for mode in codebook.modes),
        number(figures, "any_barrier_f1"),
    )
    return TableRow(name=name, cells=cells)


def error_lists(errors: Sequence[Mistake], rows: Rows) -> list[dict[str, Any]]:
    """Give the errors of each kind, with how many there are in all."""
    wrong, missed = rows.flags & ~rows.gold_flags, ~rows.flags & rows.gold_flags
    totals = {
        "mode": int((rows.mode != rows.gold_mode).sum()),
        "false flag": int(wrong.sum()),
        "missed barrier": int(missed.sum()),
    }
    return [
        {"title": title, "total": totals[kind], "errors": [one for one in errors if one.kind == kind]}
        for kind, title in _ERRORS.items()
        if totals[kind]
    ]


def test_rows(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give pass rates of one test by capability, all first."""
    parts = {"all": counts, **counts["capabilities"]}
    return [
        {"name": name, "passed": part["passed"], "n": part["n"], "share": f"{part['passed'] / part['n']:.0%}"}
        for name, part in parts.items()
    ]


def number(figures: Mapping[str, Any], key: str) -> str:
    """Write a figure with two digits, a dash where there is none."""
    return f"{figures[key]:.2f}" if key in figures else "–"


def interval(figures: Mapping[str, Any], key: str) -> str | None:
    """Write a figure's interval, None where there is none."""
    bounds = figures.get(f"{key}_ci95")
    return f"{bounds[0]:.2f} to {bounds[1]:.2f}" if bounds else None
