import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import NoSpeech, ReadError, TooLarge
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.ingest.xlsx import read_xlsx, sniff_xlsx

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TALK = [("No", "Speaker", "Text"), (1, "Ann", "We start."), (2, "Bo", "No."), (3, None, "Not yet.")]


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def package(sheet_xml, **others):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
        for name, content in others.items():
            archive.writestr(f"xl/{name}.xml", content)
    return out.getvalue()


def read(data, **more):
    return list(read_xlsx(Document(name="talk.xlsx", content=data, **more)))


def test_a_sheet_is_read_as_a_table():
    (meeting,) = read(workbook(Sheet1=TALK))

    assert [(u.speaker, u.text, str(u.at)) for u in meeting.utterances] == [
        ("ann", "We start.", "row 2"),
        ("bo", "No.", "row 3"),
        ("bo", "Not yet.", "row 4"),
    ]
    assert meeting.title is None


def test_each_sheet_with_talk_is_a_meeting_and_the_others_are_counted():
    one, two = read(workbook(March=TALK, Numbers=[("a", "b"), (1, 2)], April=TALK))

    assert [(m.id, m.title) for m in (one, two)] == [("talk.xlsx", "March"), ("talk.xlsx~2", "April")]
    assert [n.reason for n in one.notices] == ["sheet 'Numbers' holds no talk"]


def test_cells_of_dates_and_times_are_understood():
    rows = [
        ("Date", "Start", "Speaker", "Text"),
        (datetime(2025, 3, 6), time(0, 1, 30), "Ann", "We start."),
        (datetime(2025, 3, 6), time(0, 2), "Bo", "No."),
    ]

    (meeting,) = read(workbook(Sheet1=rows))

    assert meeting.date == date(2025, 3, 6)
    assert [u.start for u in meeting.utterances] == [90.0, 120.0]


def test_inline_strings_and_missing_parts_are_no_hindrance():
    cells = "".join(
        f'<row r="{number}"><c r="B{number}" t="inlineStr"><is><t>{speaker}</t></is></c>'
        f'<c r="D{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for number, (speaker, text) in enumerate([("Speaker", "Sentence"), ("Ann", "Hi")], start=1)
    )

    (meeting,) = read(package(f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'))

    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann", "Hi")]


def test_a_workbook_without_talk_is_refused():
    with pytest.raises(NoSpeech, match="its columns: 'Name', 'Minutes'"):
        read(workbook(Sheet1=[("Name", "Minutes"), ("Ann", 3)]))


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>',
        "<worksheet><sheetData><row>",
        "no XML",
    ],
)
def test_entities_and_broken_parts_are_refused(sheet):
    with pytest.raises(ReadError):
        read(package(sheet))


def test_a_sheet_of_endless_cells_is_refused_before_it_is_walked():
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData><row>{"<c/>" * 3_000}</row></sheetData></worksheet>'

    with pytest.raises(TooLarge, match="more than 1,000 cells"):
        read(package(sheet), limits=Limits(cells=1_000))


def test_a_cell_far_out_costs_nothing():
    sheet = (
        f'<worksheet xmlns="{SHEET}"><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )

    with pytest.raises(NoSpeech):
        read(package(sheet))


def test_only_workbooks_look_like_workbooks():
    assert sniff_xlsx(workbook(Sheet1=TALK)) > 0.9
    assert sniff_xlsx(b"PK\x03\x04word/document.xml") == 0.0


@given(st.binary(max_size=300), st.integers(0, 6_000))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(tail, cut):
    for data in (tail, b"PK\x03\x04" + tail, BOOK[:cut] + tail, BOOK[:cut] + tail + BOOK[cut + len(tail) :]):
        try:
            read(data)
        except ReadError:
            continue


@given(st.text(alphabet="<>c/vrow t=\"s1A&;'", max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_sheet_gives_meetings_or_a_read_error(inner):
    for sheet in (inner, f'<worksheet xmlns="{SHEET}"><sheetData>{inner}</sheetData></worksheet>'):
        try:
            read(package(sheet, styles=inner, sharedStrings=inner, workbook=inner))
        except ReadError:
            continue


BOOK = workbook(Sheet1=TALK)


def test_a_hidden_sheet_counts_only_where_no_other_holds_talk():
    def hidden(*names, **sheets):
        book = openpyxl.load_workbook(io.BytesIO(workbook(**sheets)))
        for name in names:
            book[name].sheet_state = "hidden"
        out = io.BytesIO()
        book.save(out)
        return read(out.getvalue())

    (shown,) = hidden("Old", Old=TALK, March=TALK)
    (only,) = hidden("Old", Old=TALK, Cover=[("a", "b"), (1, 2)])

    assert [notice.reason for notice in shown.notices] == ["sheet 'Old' is hidden, not read"]
    assert [notice.reason for notice in only.notices] == ["sheet 'Cover' holds no talk"]


def test_the_name_of_a_sheet_may_tell_the_date():
    one, two = read(workbook(**{"2025-03-06": TALK, "2025-03-13": TALK}))

    assert (one.date, two.date) == (date(2025, 3, 6), date(2025, 3, 13))


def test_times_of_the_day_and_of_more_than_a_day_are_told_apart():
    rows = [
        ("Start", "Speaker", "Text"),
        (time(9, 58, 12), "Ann", "We start."),
        (time(10, 1, 15), "Bo", "No."),
    ]
    long = [rows[0], (timedelta(hours=1), "Ann", "We start."), (timedelta(hours=25), "Bo", "No.")]

    (of_day,) = read(workbook(Sheet1=rows))
    (elapsed,) = read(workbook(Sheet1=long))

    assert [u.start for u in of_day.utterances] == [0.0, 183.0]
    assert ([u.start for u in elapsed.utterances], elapsed.date) == ([3600.0, 90_000.0], None)


def test_numbers_without_a_style_may_be_days():
    words = "and so on and so forth, as we said last time "
    said = [(45722, 0.00125, "Ann", words), (45722, 0.0025, "Bo", words)]
    rows = [("Date", "Time", "Speaker", "Text"), *said]

    (meeting,) = read(workbook(Sheet1=rows))

    assert ([u.start for u in meeting.utterances], meeting.date) == ([108.0, 216.0], date(2025, 3, 6))
