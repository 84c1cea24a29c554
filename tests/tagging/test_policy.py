from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import CodebookError, ModelDamaged
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import UNSURE, Correction, Policy, Tagged
from analyzer.tagging.policy import decide, load_policy
from analyzer.tagging.tagger import Tagger

CODEBOOK = default_codebook()
FIRST, SECOND = CODEBOOK.modes[:2]
TRUST, POWER = CODEBOOK.barriers[:2]
POLICY = Policy(thresholds={TRUST: 0.5, POWER: 0.9}, unsure_below=0.4)


@pytest.fixture
def tagged(tagger: Tagger, meeting: Meeting) -> Tagged:
    barrier = np.zeros((4, len(CODEBOOK.barriers)), dtype=np.float32)
    barrier[:, :2] = [[0.6, 0.6], [0.4, 0.95], [0.5, 0.0], [0.0, 0.0]]
    mode = np.array(
        [[0.7, 0.1, 0.1, 0.1], [0.3, 0.35, 0.2, 0.15], [0.45, 0.41, 0.1, 0.04], [0.0, 1.0, 0.0, 0.0]],
        dtype=np.float32,
    )
    [base] = tagger.tag(meeting)
    return replace(base, beliefs={"mode": mode, "barrier": barrier})


def correction(piece: int, label: str, value: bool, day: int = 1) -> Correction:
    at = datetime(2024, 1, day, tzinfo=UTC)
    return Correction(piece=f"alpha-1#{piece}.0", label=label, value=value, by="ana", at=at)


def test_the_likeliest_mode_is_asserted_and_doubt_is_said(tagged: Tagged) -> None:
    signals = decide(tagged, POLICY, (), CODEBOOK)

    assert signals.mode.tolist() == [0, UNSURE, 0, 1]
    assert signals.mode.dtype == np.int8
    assert not signals.corrected.any()


def test_offsets_shift_the_choice_between_modes(tagged: Tagged) -> None:
    signals = decide(tagged, replace(POLICY, mode_offsets={SECOND: 0.2}), (), CODEBOOK)

    assert signals.mode.tolist() == [0, UNSURE, 1, 1]


def test_barriers_are_flagged_from_their_own_threshold_on(tagged: Tagged) -> None:
    flags = decide(tagged, POLICY, (), CODEBOOK).flags

    assert flags[:, :2].tolist() == [[True, False], [False, True], [True, False], [False, False]]
    assert not flags[:, 2:].any()


def test_a_person_overrides_the_model(tagged: Tagged) -> None:
    said = [correction(0, SECOND, True), correction(1, POWER, False), correction(3, SECOND, False)]

    signals = decide(tagged, POLICY, said, CODEBOOK)

    assert signals.mode[0] == 1
    assert not signals.flags[1, 1]
    assert signals.mode[3] != 1
    assert signals.corrected.tolist() == [True, True, False, True]


def test_the_last_word_counts_whatever_the_order_given(tagged: Tagged) -> None:
    said = [correction(0, TRUST, True, day=3), correction(0, TRUST, False, day=2)]

    assert decide(tagged, POLICY, said, CODEBOOK).flags[0, 0]


def test_denying_a_mode_that_was_not_asserted_changes_no_mode(tagged: Tagged) -> None:
    signals = decide(tagged, POLICY, [correction(1, FIRST, False)], CODEBOOK)

    assert signals.mode[1] == UNSURE


def test_corrections_of_other_meetings_are_ignored_and_unknown_labels_refused(tagged: Tagged) -> None:
    elsewhere = replace(correction(0, SECOND, True), piece="beta-1#0.0")

    assert not decide(tagged, POLICY, [elsewhere], CODEBOOK).corrected.any()
    with pytest.raises(CodebookError, match="no label 'sarcasm'"):
        decide(tagged, POLICY, [correction(0, "sarcasm", True)], CODEBOOK)


def test_a_meeting_without_pieces_is_decided(tagger: Tagger, meeting: Meeting) -> None:
    [nothing] = tagger.tag(replace(meeting, utterances=()))

    assert decide(nothing, POLICY, (), CODEBOOK).flags.shape == (0, len(CODEBOOK.barriers))


def test_a_policy_is_read_from_its_file(model_folder: Path, tmp_path: Path) -> None:
    assert load_policy(model_folder / "policy.json").unsure_below == 0.4
    broken = tmp_path / "policy.json"
    broken.write_text('{"thresholds": 3}', encoding="utf-8")
    with pytest.raises(ModelDamaged, match="policy cannot be read"):
        load_policy(broken)
