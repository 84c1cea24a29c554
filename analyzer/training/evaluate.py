"""A shipped model's figures on labelled data, through the same door that everybody uses: `Tagger`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Policy
from analyzer.tagging.policy import certainty
from analyzer.tagging.tagger import Tagger
from analyzer.training.agreement import annotator_figures, second_figures, second_rows
from analyzer.training.behaviour import pass_rates, run_suite
from analyzer.training.cases import is_suite, load_suite
from analyzer.training.data import UNLABELLED, Labels, Stretch, load_labels, load_rows
from analyzer.training.joined import TRANSCRIPTS, is_by_id, join_labels
from analyzer.training.measured import Measured
from analyzer.training.scoring import Rows, mode_f1, with_intervals, with_macro_interval
from analyzer.training.styles import style_of

Floats = NDArray[np.float64]


def evaluate(
    model: Path | str, data: Path, out: Path | None = None, *, codebook: Codebook | None = None
) -> dict[str, Any]:
    """Measure a model on labelled rows, or on written cases of behaviour.

    Args:
        model: a name or a folder, as for `Tagger.load`.
        data: a labels folder (its development rows and the partnerships the model did not see are
            measured), one JSONL of labelled rows (all of them are; rows by id are joined with the transcripts
            beside the file), or a folder or file of cases (YAML, see `behaviour`).
        out: folder for evaluation.json (ids and figures, no text) and evaluation.html (with the texts).
        codebook: the label scheme in force; the shipped one by default.

    Returns:
        Figures by set, each with the annotators' agreement where rows were labelled twice; of cases, the
        pass rates.

    Raises:
        DataError: if the labels are missing or broken.
        ModelError: if the model is.
        StoreError: if `out` cannot be written.
    """
    tagger = Tagger.load(model, codebook=codebook)
    if is_suite(data):
        return _evaluate_behaviour(tagger, data, out)
    measured = [measure_set(tagger, name, each) for name, each in _sets(data, tagger).items()]
    if out is not None:
        from analyzer.training.page import write_evaluation  # charts are slow to import

        write_evaluation(out, tagger, measured, data)
    return {"model": tagger.model, "sets": {one.name: one.figures for one in measured}}


def _evaluate_behaviour(tagger: Tagger, data: Path, out: Path | None) -> dict[str, Any]:
    suite = load_suite(data, tagger.codebook)
    outcomes = run_suite(tagger, suite)
    if out is not None:
        from analyzer.training.page import write_behaviour

        write_behaviour(out, tagger, outcomes)
    return {"model": tagger.model, "behaviour": pass_rates(outcomes)}


def evaluate_sets(tagger: Tagger, labels: Labels) -> dict[str, Any]:
    """Give the figures of the shipped policy on each set of labels the model did not learn from."""
    return {name: measure_set(tagger, name, each).figures for name, each in sets_of(labels).items()}


def measure_set(tagger: Tagger, name: str, stretches: Sequence[Stretch]) -> Measured:
    """Give rows and figures of a tagger under its own policy, overall, by source and by style."""
    mode, barrier = beliefs_of(tagger, stretches)
    rows = decided(mode, barrier, stretches, tagger.policy, tagger.codebook)
    shown = described(rows, stretches, tagger.codebook) | _doubt(rows, tagger.policy, tagger.codebook)
    return Measured(name=name, stretches=stretches, rows=rows, figures=shown)


def _doubt(rows: Rows, policy: Policy, codebook: Codebook) -> dict[str, float]:
    """Say how many pieces the policy leaves unsure, and how good the modes of the others are."""
    offsets = np.array([policy.mode_offsets.get(key, 0.0) for key in codebook.modes])
    sure = certainty(rows.mode_beliefs, offsets) >= policy.unsure_below
    return {
        "unsure_share": float(1.0 - sure.mean()),
        "sure_mode_macro_f1": float(mode_f1(rows.where(sure), np.ones(int(sure.sum()))).mean()),
    }


def described(rows: Rows, stretches: Sequence[Stretch], codebook: Codebook) -> dict[str, Any]:
    """Give the figures of rows that lie in the order of `stretches`, overall, by source and by style."""
    result = with_intervals(rows, modes=codebook.modes, barriers=codebook.barriers)
    named: dict[str, Callable[[Stretch], str]] = {"by_source": _source, "by_style": style_of}
    for name, key in named.items():
        if len({key(stretch) for stretch in stretches}) > 1:
            result[name] = _by(key, rows, stretches, codebook)
    result["confusion"] = confusion(rows, codebook)
    agreement = annotator_figures(stretches, codebook)
    if agreement:
        result["annotators"] = agreement
    return result


def _source(stretch: Stretch) -> str:
    return stretch.source


def _by(
    key: Callable[[Stretch], str], rows: Rows, stretches: Sequence[Stretch], codebook: Codebook
) -> dict[str, Any]:
    """Figures of each group of stretches, with the second annotator's where there is one."""
    named = [(key(stretch), stretch) for stretch in stretches]
    groups = np.array([name for name, stretch in named for gold in stretch.mode if gold != UNLABELLED])
    result: dict[str, Any] = {}
    for group in sorted({name for name, _ in named}):
        own = rows.where(groups == group)
        result[group] = with_macro_interval(own, modes=codebook.modes, barriers=codebook.barriers)
        second = second_rows([stretch for name, stretch in named if name == group], codebook)
        if second is not None:
            result[group]["annotators"] = second_figures(second, codebook)
    return result


def confusion(rows: Rows, codebook: Codebook) -> dict[str, Any]:
    """Count how gold modes were asserted, and for each barrier right, missed and false flags.

    `mode` is (gold, asserted) in codebook order; measures use it to correct shares for known error.
    """
    table = np.zeros((len(codebook.modes),) * 2, dtype=np.int64)
    np.add.at(table, (rows.gold_mode, rows.mode), 1)
    flags = {
        key: {
            "right": int((rows.flags[:, i] & rows.gold_flags[:, i]).sum()),
            "missed": int((~rows.flags[:, i] & rows.gold_flags[:, i]).sum()),
            "false": int((rows.flags[:, i] & ~rows.gold_flags[:, i]).sum()),
            "n": len(rows),
        }
        for i, key in enumerate(codebook.barriers)
    }
    return {"mode": table.tolist(), "barrier": flags}


def logits_of(
    tagger: Tagger, stretches: Sequence[Stretch], encode: Callable[[Meeting], Encoded] | None = None
) -> tuple[Floats, Floats]:
    """Logits of each labelled row, in order, of a tagger that calibrates nothing yet; see `beliefs_of`.

    Returns:
        (n, modes) and (n, barriers); a mode's logit is known up to a constant of its row.
    """
    mode, barrier = beliefs_of(tagger, stretches, encode)
    inside = np.clip(barrier, 1e-7, 1.0 - 1e-7)
    return np.log(np.maximum(mode, 1e-12)), np.log(inside / (1.0 - inside))


def beliefs_of(
    tagger: Tagger, stretches: Sequence[Stretch], encode: Callable[[Meeting], Encoded] | None = None
) -> tuple[Floats, Floats]:
    """Beliefs of each labelled row, in order.

    A row longer than a piece is cut by the tagger; its modes are averaged and its barriers are those of
    any part.

    Args:
        tagger: judges.
        stretches: labelled.
        encode: reads a meeting, in place of the tagger's own.

    Returns:
        (n, modes) and (n, barriers).
    """
    modes, barriers = [], []
    for stretch in stretches:
        tagged = tagger.judge((encode or tagger.encode)(as_meeting(stretch)), tagger.no_memory())
        utterance = np.array([piece.utterance for piece in tagged.pieces], dtype=np.int64)
        for number in np.flatnonzero(stretch.mode != UNLABELLED):
            own = utterance == number
            if own.any():
                modes.append(tagged.beliefs["mode"][own].mean(axis=0))
                barriers.append(tagged.beliefs["barrier"][own].max(axis=0))
            else:  # nothing but white space
                modes.append(np.full(len(tagger.codebook.modes), 1.0 / len(tagger.codebook.modes)))
                barriers.append(np.zeros(len(tagger.codebook.barriers)))
    return np.array(modes, dtype=np.float64), np.array(barriers, dtype=np.float64)


def decided(
    mode: Floats, barrier: Floats, stretches: Sequence[Stretch], policy: Policy, codebook: Codebook
) -> Rows:
    """Apply a policy to beliefs, and put the gold labels beside them."""
    offsets = np.array([policy.mode_offsets.get(key, 0.0) for key in codebook.modes])
    thresholds = np.array([policy.thresholds.get(key, np.inf) for key in codebook.barriers])
    gold_mode, gold_flags, meetings = gold_of(stretches)
    return Rows(
        meetings=meetings,
        gold_mode=gold_mode,
        gold_flags=gold_flags,
        mode=(np.log(np.maximum(mode, 1e-12)) + offsets).argmax(axis=1),
        mode_beliefs=mode,
        barrier_beliefs=barrier,
        flags=barrier >= thresholds,
    )


def gold_of(stretches: Sequence[Stretch]) -> tuple[NDArray[np.int64], NDArray[np.bool_], list[str]]:
    """Give modes (n,), flags (n, barriers) and meetings of the labelled rows, in order."""
    mode = np.concatenate([stretch.mode for stretch in stretches])
    flags = np.concatenate([stretch.barriers for stretch in stretches]) > 0
    meetings = [stretch.meeting for stretch in stretches for gold in stretch.mode if gold != UNLABELLED]
    known = mode != UNLABELLED
    return mode[known], flags[known], meetings


def as_meeting(stretch: Stretch) -> Meeting:
    """Give a stretch as the meeting a reader would have made of it."""
    party: dict[str, str | None] = {}
    for speaker, name in zip(stretch.speakers, stretch.parties, strict=True):
        if speaker:
            party.setdefault(speaker, name or None)
    return Meeting(
        id=stretch.name,
        series=stretch.name,
        kind=stretch.kind,
        language="en",
        people=tuple(Person(key=key, name=key, party=name) for key, name in party.items()),
        utterances=tuple(
            Utterance(index=n, text=text, speaker=speaker or None, at=Locator(unit="row", number=n + 1))
            for n, (text, speaker) in enumerate(zip(stretch.texts, stretch.speakers, strict=True))
        ),
        source=Source(name=stretch.name, sha256="", format="labels", size=0),
    )


def real_and_single(stretches: Sequence[Stretch]) -> tuple[list[Stretch], list[Stretch]]:
    """Tell whole stretches from single pieces that come with unlabelled context."""
    whole = [stretch for stretch in stretches if (stretch.mode != UNLABELLED).all()]
    return whole, [stretch for stretch in stretches if (stretch.mode == UNLABELLED).any()]


def _sets(data: Path, tagger: Tagger) -> Mapping[str, Sequence[Stretch]]:
    if data.is_file():
        transcripts = data.parent / TRANSCRIPTS
        if transcripts.is_dir() and is_by_id(data):
            return {"rows": join_labels([data], transcripts, tagger.codebook).stretches}
        return {"rows": load_rows(data, tagger.codebook)}
    held_out = tuple(tagger.metrics.get("held_out_partnerships", ()))
    return sets_of(load_labels(data, tagger.codebook, held_out=held_out))


def sets_of(labels: Labels) -> dict[str, list[Stretch]]:
    """Name the sets that were not learnt from: whole development stretches, single pieces, partnerships."""
    whole, single = real_and_single(labels.dev)
    sets = {
        "dev": whole,
        "dev_single_pieces": single,
        "dev_by_id": list(labels.more_dev),
        "held_out": list(labels.held_out),
    }
    return {name: stretches for name, stretches in sets.items() if stretches}
