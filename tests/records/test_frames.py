"""Frames have the columns of analyzer.tables, in order and with nullable types."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Measured, TopicMeeting
from analyzer.records.figures import Estimate, Unknown
from analyzer.records.meeting import Locator, Meeting, Source, Utterance
from analyzer.records.tagged import UNSURE, Encoded, Piece, Signals, Span, Tagged
from analyzer.tables import meeting_columns, topic_columns, utterance_columns


@pytest.fixture
def analysis():
    modes, barriers = default_codebook().modes, default_codebook().barriers
    utterance = Utterance(index=0, text="One two. Three.", at=Locator(unit="line", number=4))
    source = Source(name="a.txt", sha256="0", format="text", size=1)
    meeting = Meeting(id="m", series="S", date=date(2025, 3, 6), utterances=(utterance,), source=source)
    beliefs = np.zeros((2, len(modes)), dtype=np.float32)
    beliefs[:, 1] = 0.7
    beliefs[:, 0] = 0.3
    flags = np.zeros((2, len(barriers)), dtype=np.bool_)
    flags[1, [0, 2]] = True
    encoded = Encoded(
        meeting=meeting,
        pieces=(Piece(utterance=0, number=0, start=0, end=8), Piece(utterance=0, number=1, start=9, end=15)),
        vectors=np.zeros((2, 4), dtype=np.float16),
        local=np.zeros((2, 2), dtype=np.float16),
        spans=np.zeros((2, 2, 2), dtype=np.int32),
        model="made-1",
    )
    tagged = Tagged(
        encoded=encoded,
        beliefs={"mode": beliefs, "barrier": np.full((2, len(barriers)), np.nan, dtype=np.float32)},
        labels={"mode": modes, "barrier": barriers},
        spans={1: (Span(label=barriers[0], start=0, end=5),)},
        returns={1: "m#0.0"},
    )
    signals = Signals(
        mode=np.array([0, UNSURE], dtype=np.int8), flags=flags, corrected=np.zeros(2, dtype=np.bool_)
    )
    figures = {
        f"share_{modes[0]}": Estimate(value=0.5, low=0.1, high=0.9, n=2),
        f"share_{modes[1]}": Unknown(reason="too few"),
        "words_per_minute": Estimate(value=100, low=90, high=110, n=2),
    }
    measured = Measured(tagged=tagged, signals=signals, figures=figures, topics=("t", None))
    topic = TopicMeeting(
        topic="t",
        label="the t",
        meeting="m",
        words=2,
        person_minutes=None,
        pieces=1,
        circular=0,
        status="opened",
    )
    return Analysis(series="S", meetings=(measured,), topics=(topic,))


def test_frames_have_the_columns_of_the_contract(analysis):
    assert list(analysis.to_frame()) == [column.name for column in utterance_columns()]
    assert list(analysis.to_frame("topics")) == [column.name for column in topic_columns()]
    meetings = list(analysis.to_frame("meetings"))
    assert meetings == [
        *(column.name for column in meeting_columns()),
        *("words_per_minute", "words_per_minute_low", "words_per_minute_high"),
    ]


@pytest.mark.parametrize(
    ("table", "columns"),
    [("utterances", utterance_columns()), ("meetings", meeting_columns()), ("topics", topic_columns())],
)
def test_types_are_nullable_and_those_of_the_list(analysis, table, columns):
    kinds = {"text": "string", "integer": "Int64", "number": "Float64", "flag": "boolean"}

    frame = analysis.to_frame(table)

    assert {column.name: str(frame[column.name].dtype) for column in columns} == {
        column.name: kinds[column.kind] for column in columns
    }


def test_a_row_says_what_is_decided_and_the_likeliest_mode_where_unsure(analysis):
    frame = analysis.to_frame()
    modes, barriers = default_codebook().modes, default_codebook().barriers

    assert frame["mode"].tolist() == [modes[0], modes[1]]
    assert frame["unsure"].tolist() == [False, True]
    assert frame["text"].tolist() == ["One two.", "Three."]
    assert frame["flags"].tolist() == ["", f"{barriers[0]},{barriers[2]}"]
    assert frame["evidence"][1] == f'[{{"label": "{barriers[0]}", "start": 0, "end": 5}}]'
    assert frame["at"].tolist() == ["line 4", "line 4"]


def test_unknown_figures_and_nan_are_null(analysis):
    meetings, pieces = analysis.to_frame("meetings"), analysis.to_frame()
    modes, barriers = default_codebook().modes, default_codebook().barriers

    assert meetings[f"share_{modes[0]}_low"][0] == 0.1
    assert meetings[f"share_{modes[1]}"][0] is pd.NA
    assert pieces[f"p_{barriers[0]}"].isna().all()
    assert pieces["topic"][1] is pd.NA
    assert meetings["words"][0] == 3


def test_a_series_without_meetings_gives_an_empty_frame():
    assert len(Analysis(series="S", meetings=()).to_frame("meetings")) == 0
