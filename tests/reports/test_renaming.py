"""Under other names an analysis keeps its figures and its shape, and refers to what is there."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Analysis, Failure, Finding
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece, Span, Tagged
from analyzer.reports.renaming import Results, under_names

BARRIER = default_codebook().barriers[0]


def strings(value):
    """Walk every string of a record, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def shown(analysis: Analysis, names, **more) -> Results:
    return under_names(Results(analyses=(analysis,), **more), names)


@pytest.fixture
def named(small):
    """The small analysis, with names in every text that a record can hold."""
    first = small.meetings[0]
    meeting = replace(
        first.meeting,
        id="Ada 1",
        title="Call with Ada",
        source=replace(first.meeting.source, name="Alpha/Ada.vtt"),
        notices=tuple(replace(one, reason="a cue of Ada") for one in first.meeting.notices),
    )
    utterances = list(meeting.utterances)
    utterances[1] = replace(utterances[1], text="The report was late again, Ada says.", topic="Ada's report")
    meeting = replace(meeting, utterances=tuple(utterances))
    pieces = list(first.tagged.pieces)
    pieces[1] = replace(pieces[1], end=len(utterances[1].text))
    encoded = replace(first.tagged.encoded, meeting=meeting, pieces=tuple(pieces))
    second = small.meetings[1]
    second = replace(second, tagged=replace(second.tagged, returns={0: "Ada 1#1.0"}))

    def moved(value):
        if isinstance(value, str):
            return re.sub(r"^m1\b", "Ada 1", value)
        if isinstance(value, tuple):
            return tuple(moved(item) for item in value)
        if dataclasses.is_dataclass(value):
            fields = dataclasses.fields(value)
            return replace(value, **{field.name: moved(getattr(value, field.name)) for field in fields})
        return value

    sentence = "‘Ada’s report’ came back: “The report was late again, Ada says.”"
    return replace(
        small,
        meetings=(replace(first, tagged=replace(first.tagged, encoded=encoded)), second),
        findings=(Finding(sentence=sentence, figures=("Ada 1:share_x",), pieces=("Ada 1#1.0",)),),
        **{name: moved(getattr(small, name)) for name in ("trends", "topics", "loops", "ideas", "alerts")},
    )


@pytest.mark.parametrize("names", ["roles", "pseudonyms"])
def test_no_name_of_a_known_person_is_left_in_any_record(named, names):
    failure = Failure(what="Ada cannot be read", where="Ada.doc", remedy="ask Bo", stage="read")
    inputs = [{"name": "Alpha/Ada.vtt", "size": 1}]

    results = shown(named, names, failures=(failure,), run={"inputs": inputs})

    left = [text for text in strings(results) if re.search(r"\b(?:Ada|Bo)\b", text, re.I)]
    assert left == []
    assert results.run["names"] == names


def test_given_names_change_nothing_but_say_so(named):
    results = shown(named, "given", run={"model": "m"})

    assert results.analyses == (named,)
    assert results.run == {"model": "m", "names": "given"}


@pytest.mark.parametrize("names", ["roles", "pseudonyms"])
def test_figures_and_references_stay_true(named, names):
    (analysis,) = shown(named, names).analyses

    refs = {m.tagged.encoded.ref(n) for m in analysis.meetings for n in range(len(m.tagged))}
    ids = {measured.meeting.id for measured in analysis.meetings}
    assert [m.figures for m in analysis.meetings] == [m.figures for m in named.meetings]
    assert set(analysis.findings[0].pieces) | {analysis.ideas[0].piece} <= refs
    assert set(analysis.meetings[1].tagged.returns.values()) <= refs
    assert set(analysis.loops[0].meetings) | {point[0] for point in analysis.trends[0].points} == ids
    assert analysis.findings[0].figures[0].endswith(":share_x")
    assert analysis.findings[0].figures[0].removesuffix(":share_x") in ids


def test_a_quote_still_stands_in_the_piece_that_it_is_from(named):
    (analysis,) = shown(named, "roles").analyses

    quote = re.search("“(.*)”", analysis.findings[0].sentence)[1]

    assert quote == "The report was late again, [someone at Bank] says."
    assert quote == analysis.meetings[0].tagged.encoded.text(1)


def test_every_speaker_keeps_the_party_and_loses_the_rest(named):
    (analysis,) = shown(named, "roles").analyses

    for before, after in zip(named.meetings, analysis.meetings, strict=True):
        parties = [after.meeting.party_of(utterance) for utterance in after.meeting.utterances]
        assert parties == [before.meeting.party_of(utterance) for utterance in before.meeting.utterances]
        assert {person.role for person in after.meeting.people} == {None}
        assert {person.aliases for person in after.meeting.people} == {()}


def test_meetings_that_would_get_one_name_stay_apart(build, said):
    rows = [
        said(text="A word.", speaker="Ada", party="Bank"),
        said(text="A word.", speaker="Bo", party="Bank"),
    ]
    analysis = build([rows, rows])
    meetings = [
        replace(
            m,
            tagged=replace(m.tagged, encoded=replace(m.tagged.encoded, meeting=replace(m.meeting, id=name))),
        )
        for m, name in zip(analysis.meetings, ("Ada", "Bo"), strict=True)
    ]

    (renamed,) = shown(replace(analysis, meetings=tuple(meetings)), "roles").analyses

    assert [m.meeting.id for m in renamed.meetings] == ["[someone at Bank]", "[someone at Bank]~2"]


def test_measures_keep_their_names_whatever_people_are_called(build, said):
    rows = [said(text="A word of Turn.", speaker="Rate Share Turn", party="Bank")]

    (renamed,) = shown(build([rows]), "roles").analyses

    assert [trend.measure for trend in renamed.trends] == [trend.measure for trend in build([rows]).trends]


WORDS = st.lists(st.sampled_from(["Ada", "Ada Byron", "Byron,", "said", "no.", "ada", "—", "x"]), max_size=12)


@settings(max_examples=80, deadline=None)
@given(words=WORDS, cut=st.integers(0, 60), bounds=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_pieces_and_evidence_move_with_the_text(words, cut, bounds):
    text = " ".join(words)
    cut = min(cut, len(text))
    low, high = sorted(min(bound, cut) for bound in bounds)
    pieces = (
        Piece(utterance=0, number=0, start=0, end=cut),
        Piece(utterance=0, number=1, start=cut, end=len(text)),
    )

    (analysis,) = shown(_one(text, pieces, low, high), "roles").analyses

    tagged = analysis.meetings[0].tagged
    span = tagged.spans[0][0]
    before, marked = text[low:high], tagged.encoded.text(0)[span.start : span.end]
    assert tagged.encoded.text(0) + tagged.encoded.text(1) == tagged.meeting.utterances[0].text
    assert "Ada" not in tagged.meeting.utterances[0].text
    assert 0 <= span.start <= span.end <= len(tagged.encoded.text(0))
    if not re.search("Ada|ada|Byron", text):
        assert marked == before


def _one(text, pieces, low, high):
    from analyzer.records.analysis import Measured
    from analyzer.records.tagged import Signals

    codebook = default_codebook()
    n, labels = len(pieces), len(codebook.modes) + len(codebook.barriers)
    meeting = Meeting(
        id="m1",
        series="A",
        people=(Person(key="ada", name="Ada Byron", party="Bank"),),
        parties=("Bank",),
        utterances=(Utterance(index=0, text=text, speaker="ada", at=Locator(unit="line", number=1)),),
        source=Source(name="m1.txt", sha256="0", format="text", size=1),
    )
    encoded = Encoded(
        meeting=meeting,
        pieces=pieces,
        vectors=np.zeros((n, 2), dtype=np.float16),
        local=np.zeros((n, labels), dtype=np.float16),
        spans=np.zeros((n, labels, 2), dtype=np.int32),
        model="made",
    )
    beliefs = {"mode": np.ones((n, 4), dtype=np.float32) / 4, "barrier": np.zeros((n, 8), dtype=np.float32)}
    tagged = Tagged(encoded=encoded, beliefs=beliefs, spans={0: (Span(label=BARRIER, start=low, end=high),)})
    signals = Signals(
        mode=np.zeros(n, dtype=np.int8),
        flags=np.zeros((n, 8), dtype=np.bool_),
        corrected=np.zeros(n, dtype=np.bool_),
    )
    return Analysis(series="A", meetings=(Measured(tagged=tagged, signals=signals, figures={}),))
