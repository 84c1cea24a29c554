"""The written partnership that ships with the product: its plan, and what is found in its labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from scipy.stats import spearmanr

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Measured
from analyzer.records.figures import Estimate
from analyzer.resources import data_folder
from analyzer.trends.digest_check import alert_problems, problems
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
FOLDER = data_folder() / "partnerships" / "bank_it"


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "arc.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def analysis(plan: dict[str, Any], one_meeting: Callable[..., Measured], say: type) -> Analysis:
    meetings = []
    for held in plan["meetings"]:
        rows = map(json.loads, (FOLDER / f"{held['id']}.jsonl").read_text(encoding="utf-8").splitlines())
        said = [
            say(
                text=row["text"],
                speaker=row["speaker"] or None,
                party=row["party"] or None,
                mode=next(label.role for label in CODEBOOK.labels if label.key == row["mode"]),
                barriers=tuple(row["barriers"]),
                topic=row["topic"],
            )
            for row in rows
        ]
        day = date.fromisoformat(held["date"])
        meetings.append(one_meeting(said, name=held["id"], day=day, timed=held["style"] != "minutes"))
    return trend(meetings, CODEBOOK)


def test_turning_points_are_found_without_false_alarms(analysis: Analysis, plan: dict[str, Any]) -> None:
    planned = {turn["meeting"] for turn in plan["turning_points"]}

    found = {change.meeting for trend in analysis.trends for change in trend.changes}

    assert len(found & planned) >= 0.8 * len(planned)
    assert len(found - planned) <= 1


@pytest.mark.parametrize("role", ["circular", "generative"])
def test_shares_rank_the_meetings_as_planned(role: str, analysis: Analysis, plan: dict[str, Any]) -> None:
    figures = [measured.figures[f"share_{CODEBOOK.role(role)}"] for measured in analysis.meetings]
    shares = [figure.value for figure in figures if isinstance(figure, Estimate)]

    assert spearmanr(shares, [held[f"{role}_share"] for held in plan["meetings"]]).statistic >= 0.7


def test_every_sentence_is_held(analysis: Analysis) -> None:
    assert len(analysis.findings) >= 12
    assert [found for one in analysis.findings for found in problems(one, analysis)] == []
    assert [found for one in analysis.alerts for found in alert_problems(one, analysis)] == []


def test_a_digest_is_one_page(analysis: Analysis) -> None:
    assert sum(len(finding.sentence.split()) for finding in analysis.findings) < 750
