from datetime import date

import pytest

from analyzer.errors import ReadError
from analyzer.ingest.context import complete
from analyzer.ingest.dates import ambiguous_date, date_from_path, find_date
from analyzer.ingest.formats import Options
from analyzer.ingest.people import build_people
from analyzer.ingest.sources import Document
from analyzer.records.meeting import Locator, Meeting, Source, Utterance

ENGLISH = (
    "So yeah, um, I think we should, you know, take the budget first and then come back to the hiring plan, "
    "because the SOC2 and the ISO thing is, uh, kind of blocked until legal says yes or no to the new terms. "
)
GERMAN = (
    "Ich denke, wir sollten zuerst über den Haushalt sprechen und danach wieder zur Personalplanung kommen, "
    "weil die Rechtsabteilung noch nicht gesagt hat, ob sie den neuen Bedingungen zustimmen kann oder nicht. "
)


def meeting_of(name, *, text="Yes.", **fields):
    people, keys = build_people(["Ann Lee (Acme)"])
    said = Utterance(index=0, text=text, speaker=keys["Ann Lee (Acme)"], at=Locator(unit="line", number=1))
    source = Source(name=name, sha256="0", format="text", size=1)
    values = {"id": name, "series": "", "people": people, "utterances": (said,), "source": source}
    return Meeting(**(values | fields))


def completed(name="north/notes.md", path=None, options=None, **fields):
    return complete(
        meeting_of(name, **fields), Document(name=name, path=path, content=b"x"), options or Options()
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("January 23, 2018 Meeting Notes", date(2018, 1, 23)),
        ("28th Nov 2023 99th Meeting", date(2023, 11, 28)),
        ("25 May, 2021", date(2021, 5, 25)),
        ("GMT20250306-140000_Recording", date(2025, 3, 6)),
        ("2025_03_06", date(2025, 3, 6)),
        ("13/04/2025", date(2025, 4, 13)),
        ("04.03.2025", date(2025, 3, 4)),
        ("03/04/2025", None),
        ("31 February 2025", None),
        ("Ticket 12345678", None),
        ("6 febbraio 2025", date(2025, 2, 6)),
        ("6 lutego 2025", date(2025, 2, 6)),
        ("6 февраля 2025 г.", date(2025, 2, 6)),
        ("6 Şubat 2025", date(2025, 2, 6)),
        ("6 févr. 2025", date(2025, 2, 6)),
        ("2025年2月6日", date(2025, 2, 6)),
        ("2025년 2월 6일", date(2025, 2, 6)),
    ],
)
def test_dates_are_found_and_never_guessed(text, expected):
    assert find_date(text) == expected


def test_an_ambiguous_date_is_named():
    assert ambiguous_date("notes 03/04/2025") == "03/04/2025"
    assert ambiguous_date("notes 13/04/2025") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2018-01/jan-23.md", date(2018, 1, 23)),
        ("2020-03/april-1.md", date(2020, 4, 1)),
        ("2022-12/jan-02.md", date(2023, 1, 2)),
        ("2018-01/23.md", date(2018, 1, 23)),
        ("2018-01/summary.md", None),
    ],
)
def test_file_and_folder_tell_the_date(name, expected):
    assert date_from_path(name) == expected


def test_series_is_the_folder_but_not_a_folder_named_for_a_month():
    assert completed("north/notes.md").series == "north"
    assert completed("north/2018-01/notes.md").series == "north"
    assert completed("notes.md").series == "unknown"
    assert completed("north/notes.md", options=Options(series="south")).id == "south/north/notes.md"


def test_an_absolute_path_does_not_enter_the_id():
    assert completed("/somewhere/else/notes.md").id == "else/notes.md"


def test_a_meeting_with_its_own_series_keeps_its_id():
    meeting = completed("a.jsonl", id="steering-4", series="north")

    assert (meeting.id, meeting.series) == ("steering-4", "north")


def test_an_ambiguous_date_stays_unknown_with_a_notice():
    meeting = completed("north/notes 03-04-2025.md")

    assert meeting.date is None
    assert "03-04-2025" in meeting.notices[0].reason


def test_the_content_wins_over_the_file_name_and_says_so():
    meeting = completed("north/2025-03-06.md", date=date(2025, 3, 7))

    assert meeting.date == date(2025, 3, 7)
    assert len(meeting.notices) == 1


def test_the_title_comes_from_the_file_name_last():
    assert completed("north/2025-03-06_steering-group.md").title == "Steering group"
    assert completed("north/20250306.md").title is None
    assert completed("north/x.md", title="Own").title == "Own"


def test_meeting_yaml_and_people_csv_beside_the_file(tmp_path):
    folder = tmp_path / "trial" / "first"
    folder.mkdir(parents=True)
    (folder / "notes.md").write_text("x", encoding="utf-8")
    (folder / "meeting.yaml").write_text(
        "partnership: Northshore\ntitle: Kick-off\ndate: 2025-03-06\nparties: [Bolt]\n", encoding="utf-8"
    )
    (tmp_path / "trial" / "people.csv").write_text("name,party\nAnn Lee,University\n", encoding="utf-8")

    meeting = completed("first/notes.md", path=folder / "notes.md")

    assert (meeting.series, meeting.title, meeting.date) == ("Northshore", "Kick-off", date(2025, 3, 6))
    assert meeting.parties == ("Bolt", "University")


def test_title_and_date_hold_for_the_named_files_only(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "meeting.yaml").write_text("title: Kick-off\nseries: N\nfiles: [a.md]\n", encoding="utf-8")

    assert completed("a.md", path=tmp_path / "a.md").title == "Kick-off"
    assert completed("b.md", path=tmp_path / "b.md", title="B").title == "B"
    assert completed("b.md", path=tmp_path / "b.md").series == "N"


@pytest.mark.parametrize("text", ["- a\n- b\n", "title: [", "date: soon\n"])
def test_a_broken_meeting_yaml_fails_its_file(tmp_path, text):
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    (tmp_path / "meeting.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ReadError, match=r"a\.md"):
        completed("a.md", path=tmp_path / "a.md")


def test_language_is_told_only_when_it_is_sure():
    assert completed(text=ENGLISH * 2).language == "en"
    assert completed(text="OK gm LGTM").language is None
    german = completed(text=GERMAN * 2)
    assert german.language == "de"
    assert any("not analysed: language de" in notice.reason for notice in german.notices)
    assert completed(text=(ENGLISH + GERMAN) * 2).language in (None, "en")
