from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import NoSpeech, ReadError, TooLarge
from analyzer.ingest.formats import read as read_any
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.ingest.tabular import read_csv, sniff_csv


def read(text, name="talk.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_csv(Document(name=name, content=data)))


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        ("Speaker", "Text"),
        ("speaker_nickname", "message"),
        ("Franchisee", "Quote"),
        ("Speaker Name", "Sentence"),
        ("Sprecher", "Aussage"),
        ("User", "Utterance"),
        ("author", "body"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_headings_vary(speaker, text, separator):
    rows = [(text, "id", speaker), ("We start.", "7", "Ann"), ("No.", "8", "Bo")]

    (meeting,) = read("\n".join(separator.join(row) for row in rows))

    assert [(u.speaker, u.text, u.units, str(u.at)) for u in meeting.utterances] == [
        ("ann", "We start.", 1, "row 2"),
        ("bo", "No.", 1, "row 3"),
    ]


def test_a_conversation_column_makes_several_meetings():
    one, two = read("meeting_id,speaker,text\nKick-off,Ann,Hi\nReview,Bo,Hm\nKick-off,Bo,Yes\n")

    assert (one.id, one.title, [u.text for u in one.utterances]) == ("talk.csv", "Kick-off", ["Hi", "Yes"])
    assert (two.id, two.title, [u.text for u in two.utterances]) == ("talk.csv~2", "Review", ["Hm"])


def test_times_become_seconds():
    (clock,) = read("speaker,start,end,text\nAnn,00:01:02.5,1:04,Hi\nBo,70,71,Hm\n")
    (wall,) = read("speaker,timestamp,text\nAnn,2025-03-06 09:00:00,Hi\nBo,2025-03-06 09:00:30,Hm\n")
    (counter,) = read("speaker,timestamp,text\nAnn,1,Hi\nBo,2,Hm\nAnn,3,No\n")

    assert [(u.start, u.end) for u in clock.utterances] == [(62.5, 64.0), (70.0, 71.0)]
    assert ([u.start for u in wall.utterances], wall.date) == ([0.0, 30.0], date(2025, 3, 6))
    assert [u.start for u in counter.utterances] == [None, None, None]


@pytest.mark.parametrize(
    "headings",
    [
        "start_ms,end_ms",
        "Start (ms),End (ms)",
        "startTimeMs,endTimeMs",
        "start_milliseconds,end in ms",
        "start,end",
    ],
)
def test_milliseconds_become_seconds(headings):
    (meeting,) = read(f"speaker,text,{headings}\nAnn,We begin.,1000,3100\nBo,Not yet.,3500,5000\n")

    assert [(u.start, u.end) for u in meeting.utterances] == [(1.0, 3.1), (3.5, 5.0)]


def test_slow_talk_in_seconds_stays_in_seconds():
    (meeting,) = read("speaker,text,start,end\nAnn,We begin.,0,40\nBo,Not yet.,60,80\n")

    assert [(u.start, u.end) for u in meeting.utterances] == [(0.0, 40.0), (60.0, 80.0)]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_below():
    (meeting,) = read('speaker,text\nAnn,One of us\nBo,"Two of us\nAnn,Three\n')
    (long,) = read('speaker,text\nBo,"Two of us\n' + "Ann,Three of us here\n" * 60_000)
    (cut,) = read('speaker,text\nAnn,One of us\nBo,"Two of us,\nand it goes on\nand is cut o')

    assert [u.text for u in meeting.utterances] == ["One of us", "Two of us", "Three"]
    assert len(long.utterances) == 60_001
    assert [u.text for u in cut.utterances] == ["One of us", "Two of us,\nand it goes on\nand is cut o"]


def test_a_blank_speaker_is_the_one_above_and_rows_without_text_are_counted():
    (meeting,) = read("speaker,organisation,text\nAnn,Acme,Hi\n,,All of you\nBo,Bolt,\n")

    assert [u.speaker for u in meeting.utterances] == ["ann", "ann"]
    assert meeting.people[0].party == "Acme"
    assert [(n.reason, n.count, str(n.at)) for n in meeting.notices] == [("rows without text", 1, "row 4")]


def test_headings_may_stand_below_a_title():
    (meeting,) = read("Steering group,,\n,,\nNo,Speaker,Text\n1,Ann,We start.\n")

    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann", "We start.")]


def test_an_unquoted_separator_does_not_cut_the_text():
    (meeting,) = read("Sprecher;Zeit;Text\nZoë;00:00:01;Größe; hm\n".encode("cp1252"))

    assert (meeting.people[0].name, meeting.utterances[0].text) == ("Zoë", "Größe; hm")


def test_without_headings_names_that_come_again_speak():
    (meeting,) = read(
        "Ann,We start on Monday in the mill.\nBo,I am not so sure about it.\nAnn,Then tell us why.\n"
    )

    assert [u.speaker for u in meeting.utterances] == ["ann", "bo", "ann"]


@pytest.mark.parametrize(
    "table",
    [
        "Name,Messages,Minutes\nAnn,12,30\nBo,4,30\n",
        "text,label\n1,2\n3,4\n",
        "name,email,joined\nAnn,a@b.example,09:00\nBo,b@b.example,09:01\n",
        "a,b\n1,2\n",
    ],
)
def test_a_table_that_is_no_talk_is_refused_by_its_columns(table):
    with pytest.raises(NoSpeech, match="no column of it holds what was said"):
        read(table)


def test_only_tables_look_like_tables():
    assert sniff_csv(b"speaker,text\nAnn,Hi\n") > 0.6
    assert 0 < sniff_csv(b"name,age\nAnn,3\nBo,4\n") < 0.5
    assert sniff_csv(b"Ann: Hello, Bo, how are you?\nBo: Well.\n") == 0


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=6), st.sampled_from(",;\t|"))
@settings(max_examples=150, deadline=None)
def test_any_rows_give_meetings_or_a_read_error(rows, separator):
    table = f"speaker{separator}text\n" + "\n".join(separator.join(row) for row in rows)
    try:
        meetings = read(table.encode("utf-8", "replace"))
    except ReadError:
        return
    assert all(u.text.strip() for meeting in meetings for u in meeting.utterances)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(data):
    assert 0 <= sniff_csv(data) <= 1
    try:
        read(data)
    except ReadError:
        return


def test_what_stands_above_the_headings_is_title_and_date_and_counted():
    (meeting,) = read(
        "Title: Steering,,\nDate: 2025-03-06,,\n,,\nSpeaker,Time,Utterance\nAnn,0:01,Hi\nBo,0:02,Yes\n"
    )

    assert (meeting.title, meeting.date) == ("Steering", date(2025, 3, 6))
    assert [(notice.reason, notice.count) for notice in meeting.notices] == [
        ("rows above the talk, no speech", 2)
    ]


def test_from_is_who_speaks_where_it_holds_no_times():
    (mail,) = read(
        "from,to,content\nann@a.example,bo@b.example,We agree\nbo@b.example,ann@a.example,Thanks\n"
    )
    (timed,) = read("from,to,text\n0.5,1.0,We agree\n1.5,2.0,Thanks\n")

    assert [u.speaker for u in mail.utterances] == ["ann-a-example", "bo-b-example"]
    assert [(u.speaker, u.start) for u in timed.utterances] == [(None, 0.5), (None, 1.5)]


def test_headings_that_nobody_knows_are_no_speech():
    rows = "Wer;Wortmeldung\nAnn;We need more money for this\nBo;I do not think that we do\n"
    (meeting,) = read(rows + "Ann;The budget of last year was low\nBo;It was enough for all of it\n")

    assert [u.speaker for u in meeting.utterances] == ["ann", "bo", "ann", "bo"]


def test_rows_that_would_not_fit_into_memory_are_refused():
    content = b"speaker,text\n" + b"Ann,\n" * 5_000

    with pytest.raises(TooLarge, match="memory"):
        next(read_csv(Document(name="a.csv", content=content, limits=Limits(tree_mb=1))))


def times(text):
    (meeting,) = read(text)
    return [(u.start, u.end) for u in meeting.utterances]


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        ("start,duration", ["0.5,1.5", "2.5,1.5"]),
        ("start_ms,duration_ms", ["500,1500", "2500,1500"]),
        ("Start,Duration (ms)", ["00:00:00.500,1500", "00:00:02.500,1500"]),
        ("start,dauer", ["500,1500", "2500,1500"]),
        ("Time", ["00:00.500 - 00:02.000", "00:02.500 --> 00:04"]),
        ("Timecode,End", ["00:00:00:15,00:00:02:00", "00;00;02;15,00;00;04;00"]),
        ("Onset,Offset", ["0.5,2", "2.5,4"]),
        ("time,start,end", ["now,0.5,2", "now,2.5,4"]),
    ],
)
def test_where_a_row_ends_is_told_in_many_ways(headings, rows):
    table = [f"{headings},speaker,text", f"{rows[0]},Ann,We begin.", f"{rows[1]},Bo,Not yet."]

    assert times("\n".join(table)) == [(0.5, 2.0), (2.5, 4.0)]


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ("2025-03-06 09:58:12", "2025-03-06 10:01:15", date(2025, 3, 6)),
        ("2025-03-06T09:58:12.1230000+00:00", "2025-03-06T10:01:15.1230000+00:00", date(2025, 3, 6)),
        ("06.03.2025 09:58:12", "06.03.2025 10:01:15", date(2025, 3, 6)),
        ("6 March 2025 9:58:12 AM", "6 March 2025 10:01:15 AM", date(2025, 3, 6)),
        ("3/6/2025 9:58:12", "3/6/2025 10:01:15", None),  # March or June
        ("9:58:12 AM", "10:01:15 AM", None),
        ("09:58:12", "10:01:15", None),
        ("1741255092", "1741255275", date(2025, 3, 6)),
        ("45722.41541667", "45722.41753472", date(2025, 3, 6)),
        ("12:00:00 PM", "12:03:03 p.m.", None),
        ("11:58:30 PM", "12:01:33 AM", None),
    ],
)
def test_times_of_the_day_count_from_the_first(first, second, day):
    (meeting,) = read(f"Timestamp;Name;Message\n{first};Ann;We begin.\n{second};Bo;Not yet.\n")

    assert [u.start for u in meeting.utterances] == [0.0, pytest.approx(183.0, abs=0.01)]
    assert meeting.date == day


def test_hours_and_minutes_are_told_from_minutes_and_seconds_by_the_pace():
    long = "word " * 30

    assert times(f"time,speaker,text\n09:58,Ann,{long}\n10:01,Bo,{long}\n") == [(0.0, None), (180.0, None)]
    assert times(f"time,speaker,text\n09:00,Ann,{long}\n10:01,Bo,{long}\n") == [(540.0, None), (601.0, None)]


@pytest.mark.parametrize(
    "headings",
    [
        "Falante;Tempo;Fala",
        "Спикер;Время;Текст",
        "Konuşmacı;Zaman;Metin",
        "화자;시간;내용",
        "المتحدث;الوقت;النص",
        "Talare;Tid;Yttrande",
        "Řečník;Čas;Text",
        "Tier;Begin Time - hh:mm:ss.ms;Annotation",
    ],
)
def test_headings_of_many_languages_are_known(headings):
    (meeting,) = read(f"{headings}\nAnn;00:00:01;We begin.\nBo;00:00:04;Not yet.\n")

    assert [(u.speaker, u.start) for u in meeting.utterances] == [("ann", 1.0), ("bo", 4.0)]


def test_of_several_columns_the_most_telling_is_taken():
    (meeting,) = read(
        "line,speaker_id,speaker_name,comment,statement\n1,7,Ann,,We begin.\n2,8,Bo,loud,Not yet.\n"
    )

    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann", "We begin."), ("bo", "Not yet.")]


def test_names_in_two_columns_are_put_together():
    (meeting,) = read("First Name,Last Name,Comment\nAnn,Lee,We begin.\nBo,Ek,Not yet.\n")

    assert [person.name for person in meeting.people] == ["Ann Lee", "Bo Ek"]


def test_what_programs_write_for_nobody_is_nobody():
    (meeting,) = read("speaker,text\nAnn,We begin.\nnan,What?\nUnknown,Hm.\n,No.\n")

    assert [u.speaker for u in meeting.utterances] == ["ann", None, None, None]


def test_a_hint_of_the_separator_is_no_title():
    (meeting,) = read("sep=;\nSpeaker;Text\nAnn;We begin, all of us\n")

    assert (meeting.title, meeting.utterances[0].text, str(meeting.utterances[0].at)) == (
        None,
        "We begin, all of us",
        "row 3",
    )


TEAMS_LIST = "1. Summary\nTitle\tWeekly\n\n2. Who\nName\tJoined\nAnn\t9:58\n"


@pytest.mark.parametrize("text", ['a,"b', "a,b", TEAMS_LIST])
def test_a_few_cells_are_no_prose(text):
    with pytest.raises(NoSpeech, match="no column"):
        read_any(Document(name="a.csv", content=text.encode()))


def test_more_conversations_than_a_container_has_files_are_refused():
    rows = "".join(f"{number},Ann,Hi\n" for number in range(11))
    document = Document(
        name="a.csv", content=f"meeting,speaker,text\n{rows}".encode(), limits=Limits(members=10)
    )

    with pytest.raises(TooLarge, match="11 meetings"):
        next(read_csv(document))


def test_who_a_message_is_from_speaks_beside_a_column_of_times():
    (meeting,) = read("Date,Time,From,Message\n2025-03-06,0:58,Ann,We begin\n2025-03-06,1:01,Bo,Not yet\n")

    assert [(u.speaker, u.start) for u in meeting.utterances] == [("ann", 58.0), ("bo", 61.0)]


def test_labels_of_an_editor_of_sound_are_read_without_names():
    rows = "0.5\t2.0\tWe begin with this now.\n2.5\t4.0\tNot yet, I think so.\n"

    assert times(rows) == [(0.5, 2.0), (2.5, 4.0)]
    with pytest.raises(NoSpeech):
        read("09:00,09:30,Welcome by the chair\n09:30,10:00,A walk through the mill\n")  # an agenda


def test_without_headings_the_second_column_of_times_is_the_end():
    rows = ["0.5,2,Ann,We begin with it now", "2.5,4,Bo,Not yet as I think", "5,6,Ann,But why not begin it"]

    assert times("\n".join(rows)) == [(0.5, 2.0), (2.5, 4.0), (5.0, 6.0)]


def test_what_cut_a_text_stands_in_it_again():
    (meeting,) = read("speaker,text\nAnn,We begin, all of us\nBo,Not yet\n")

    assert meeting.utterances[0].text == "We begin, all of us"


def test_a_table_of_markdown_has_no_row_of_dashes():
    (meeting,) = read("| Speaker | Text |\n|:--|---|\n| Ann | We begin |\n| Bo | Not yet |\n")

    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann", "We begin"), ("bo", "Not yet")]


def test_quotation_marks_may_be_escaped_as_databases_do():
    (meeting,) = read('speaker,text\nAnn,"We \\"begin\\", all"\nBo,"Not yet"\n')

    assert [u.text for u in meeting.utterances] == ['We "begin", all', "Not yet"]


def test_dates_that_may_be_read_in_two_ways_have_times_still():
    (meeting,) = read('Date,Name,Text\n"3/6/2025, 9:58",Ann,We begin\n"3/6/2025, 10:01",Bo,Not yet\n')

    assert ([u.start for u in meeting.utterances], meeting.date) == ([0.0, 180.0], None)
