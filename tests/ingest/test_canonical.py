import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DamagedFile, EmptyFile, TooLarge
from analyzer.ingest.canonical import read_jsonl, sniff_jsonl
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.records.jsonl import meeting_rows
from analyzer.records.meeting import Locator, Meeting, Notice, Person, Source, Utterance


def _read(*rows):
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    return list(read_jsonl(Document(name="a.jsonl", content="\n".join(lines).encode())))


def _written(meeting):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in meeting_rows(meeting))


def test_texts_alone_are_a_meeting():
    (meeting,) = _read({"text": "One."}, {"speaker": "Ann (Acme)", "text": "Two."})

    assert [utterance.text for utterance in meeting.utterances] == ["One.", "Two."]
    assert [(person.name, person.party) for person in meeting.people] == [("Ann", "Acme")]
    assert meeting.utterances[1].speaker == "ann"
    assert (meeting.id, meeting.series) == ("a.jsonl", "")


def test_a_meeting_row_starts_a_meeting_and_its_facts_are_kept():
    first, second = _read(
        {
            "meeting": {
                "id": "s/1",
                "series": "s",
                "title": "T",
                "date": "2025-03-06",
                "kind": "minutes",
                "parties": ["Acme", "Bolt"],
                "people": [{"name": "Ann", "party": "Acme", "role": "chair", "aliases": ["AL"]}],
            }
        },
        {"index": 7, "speaker": "AL", "text": "Hm.", "units": 3, "start": 1, "kind": "decision", "new": 1},
        {"meeting": {"id": "s/2", "series": "s"}},
        {"speaker": "Bo", "party": "Bolt", "text": "No."},
    )

    assert (first.id, first.series, first.title, str(first.date)) == ("s/1", "s", "T", "2025-03-06")
    assert (first.kind, first.parties) == ("minutes", ("Acme", "Bolt"))
    assert first.utterances[0] == Utterance(
        index=0,
        text="Hm.",
        speaker="ann",
        start=1.0,
        kind="decision",
        units=3,
        at=Locator(unit="line", number=2),
    )
    assert second.party_of(second.utterances[0]) == "Bolt"


def test_one_name_with_two_parties_is_two_people():
    (meeting,) = _read(
        {"speaker": "Ann", "party": "Acme", "text": "1"}, {"speaker": "Ann", "party": "Bolt", "text": "2"}
    )

    assert [meeting.party_of(utterance) for utterance in meeting.utterances] == ["Acme", "Bolt"]


def test_a_broken_line_is_a_notice_and_the_rest_is_read():
    (meeting,) = _read({"text": "One."}, '{"text": "cut', {"text": " "}, "[]", {"text": "Two."})

    assert [utterance.index for utterance in meeting.utterances] == [0, 1]
    assert meeting.notices == (
        Notice(reason="the line is no JSON object", at=Locator(unit="line", number=2), count=2),
        Notice(reason="the text is empty", at=Locator(unit="line", number=3)),
    )


def test_a_separator_of_unicode_ends_no_row():
    (meeting,) = _read({"text": "One\u2028two\u0085three."})

    assert meeting.utterances[0].text == "One\u2028two\u0085three."


def test_odd_values_are_unknown_and_no_error():
    (meeting,) = _read(
        {"meeting": {"id": 3, "date": "soon", "kind": "party", "people": [1, {"name": ""}], "parties": "A"}},
        '{"text": "x", "start": NaN, "end": 1e999, "units": -2, "kind": [], "speaker": {}, "at": "moon 3"}',
    )

    assert (meeting.id, meeting.date, meeting.kind, meeting.parties) == ("3", None, "transcript", ())
    assert meeting.utterances == (Utterance(index=0, text="x", at=Locator(unit="line", number=2)),)


def test_no_row_at_all_is_damage():
    with pytest.raises(DamagedFile, match="no line of it"):
        _read('{"text": "cut')


def test_the_sniffer_knows_rows_from_one_json_document():
    assert sniff_jsonl(b'{"text": "a"}\n') > 0.9
    assert sniff_jsonl(b'\xef\xbb\xbf{"meeting": {"id": "a"}}\n{"text": "a"}') > 0.9
    assert sniff_jsonl(b'{\n "text": "a"}') == 0.0
    assert sniff_jsonl(b'{"results": [{"text": "a"}]}') == 0.0
    assert sniff_jsonl(b"text: a\n") == 0.0


names = st.text("abcdé ", min_size=1, max_size=6).map(lambda name: "N" + name.strip().replace("  ", " "))
times = st.none() | st.floats(0, 1e6)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@st.composite
def meetings(draw):
    people = tuple(
        Person(key=name.casefold().replace(" ", "-").replace("é", "e"), name=name, party=party)
        for name, party in draw(st.dictionaries(names, st.none() | st.just("Acme"), max_size=3)).items()
    )
    people = tuple({person.key: person for person in people}.values())
    speakers = st.none() | st.sampled_from([person.key for person in people]) if people else st.none()
    said = draw(st.lists(st.tuples(texts, speakers, times, st.integers(0, 9)), max_size=5))
    return Meeting(
        id="m",
        series=draw(st.sampled_from(["", "s"])),
        date=draw(st.none() | st.dates()),
        people=people,
        utterances=tuple(
            Utterance(
                index=index,
                text=text,
                speaker=speaker,
                start=start,
                units=units,
                at=Locator(unit="cue", number=units + 1),
            )
            for index, (text, speaker, start, units) in enumerate(said)
        ),
        notices=(Notice(reason="a note", count=2),),
        source=Source(name="a.jsonl", sha256="", format="jsonl", size=0),
    )


@settings(max_examples=60, deadline=None)
@given(meetings())
def test_what_is_written_is_read_back_the_same(meeting):
    text = _written(meeting)

    (again,) = read_jsonl(Document(name="a.jsonl", content=text.encode()))

    assert replace(again, source=meeting.source) == meeting
    assert _written(again) == text


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b'{"text": ', b'{"meeting": {', b'{"text": "a"}\n']))
def test_any_bytes_give_meetings_or_a_read_error(tail, head):
    sniff_jsonl(head + tail)
    with contextlib.suppress(DamagedFile, EmptyFile):
        list(read_jsonl(Document(name="a", content=head + tail)))


def test_rows_that_would_not_fit_into_memory_are_refused():
    for content in (b'{"text":"a"}\n' * 5_000, b'{"text":"a"}\n' + b"\n" * 5_000):
        with pytest.raises(TooLarge, match="memory"):
            next(read_jsonl(Document(name="a.jsonl", content=content, limits=Limits(tree_mb=1))))


def test_more_people_than_any_meeting_has_are_refused():
    row = {"meeting": {"people": [{"name": f"N{number}"} for number in range(11)]}}
    document = Document(name="a.jsonl", content=json.dumps(row).encode(), limits=Limits(people=10))

    with pytest.raises(TooLarge, match="11 people"):
        next(read_jsonl(document))


def test_milliseconds_of_rows_that_somebody_else_wrote_become_seconds():
    rows = [{"start": 0, "end": 2500, "text": "We begin."}, {"start": 2600, "end": 5000, "text": "Not yet."}]

    (theirs,) = _read(*rows)
    (ours,) = _read({"meeting": {"id": "a"}}, *rows)

    assert [(u.start, u.end) for u in theirs.utterances] == [(0.0, 2.5), (2.6, 5.0)]
    assert ours.utterances[1].start == 2600.0


def test_rows_that_name_their_facts_differently_are_left_to_the_reader_of_speech():
    for row in (
        b'{"text": "a", "speaker": "A", "conversation_id": "c"}\n',
        b'{"text": "a", "ts": 1}\n',
        b'{"text": "a", "start": 1, "duration": 2}\n',
        b'{"text": "a", "speaker": {"id": "A"}}\n',
    ):
        assert sniff_jsonl(row) == 0.0
