from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError, TooLarge
from analyzer.ingest.chats import (
    read_fathom,
    read_otter,
    read_teams,
    sniff_fathom,
    sniff_otter,
    sniff_teams,
)
from analyzer.ingest.limits import Limits
from analyzer.ingest.meet import read_meet, sniff_meet
from analyzer.ingest.sources import Document

OTTER = (
    "Steering group\nThu, 6 March 2025 10:00AM • 45:12\n\nSUMMARY KEYWORDS\nbudget, travel\n\n"
    "Ann Lee  0:08  \nWe begin with the budget. It was\n\nBo  1:00:23  \ntoo small.\nAt 10:30 we eat.\n\n"
    "Bo  1:00:40  \nYes.\n\nUnknown Speaker  1:01:00  \nHm.\n\nTranscribed by https://otter.ai\n"
)
TEAMS = (
    "Steering group\n6 March 2025, 10:00AM\n45m 12s\n\nAnn Lee started transcription\n\n"
    "Ann Lee   0:04\nWe begin.\nWith the budget.\n\nBo (Guest)   0:20\nFine.\n\n"
    "Ann Lee stopped transcription\n"
)
COPIED = (
    "Ann Lee\n0 minutes 4 seconds\n0:04\nAnn Lee 0 minutes 4 seconds\nWe begin.\n"
    "Bo\n1 minute 20 seconds\n1:20\nBo 1 minute 20 seconds\nFine.\n1:25\nBo 1 minute 25 seconds\nGo on.\n"
)
FATHOM = (
    "Steering group - March 06\nVIEW RECORDING - 32 mins (No highlights):\n\n---\n\n"
    "@0:00 - Ann Lee (ann@acme.example)\nWe begin.\nWith the budget.\n\n"
    "ACTION ITEM: Send it - WATCH: https://fathom.example/1\n\n"
    "@0:25 - Bo\nFine.\n\n@1:00:31 - Ann Lee\nGood.\n"
)
MEET = (
    "📝 Notes\nMar 6, 2025\nSteering group\nSummary\nAnn: was told to say no.\nNext steps\n\n📖 Transcript\n"
    "Steering group – Transcript\n00:00:00\n \nAnn Lee: We begin.\nBo: Fine.\nwith me\n"
    "00:05:00\n\nAnn Lee: Good.\n"
    "Transcription ended after 00:06:12\nThis editable transcript was computer generated. Note: errors.\n"
)


def read(text, reader):
    content = text if isinstance(text, bytes) else text.encode()
    return next(reader(Document(name="meeting.txt", content=content)))


def said(meeting):
    return [(utterance.speaker, utterance.text, utterance.start) for utterance in meeting.utterances]


def notices(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


def test_otter_turns_stand_under_name_and_time():
    meeting = read(OTTER.replace("\n", "\r\n"), read_otter)

    assert said(meeting) == [
        ("ann-lee", "We begin with the budget. It was", 8.0),
        ("bo", "too small.\nAt 10:30 we eat.\nYes.", 3623.0),
        (None, "Hm.", 3660.0),
    ]
    assert [utterance.units for utterance in meeting.utterances] == [1, 2, 1]
    assert (meeting.title, meeting.date) == ("Steering group", date(2025, 3, 6))
    assert notices(meeting) == {"lines before the first turn": 4, "lines of the recorder, no speech": 1}


def test_names_in_bold_and_names_with_one_blank():
    bold = read("**Ann**  0:00  \nOne.\n\n**Bo**  0:05  \nTwo.\n", read_otter)
    narrow = read("Ann Lee 0:00\nOne.\nSee you at 10:30\n\nBo Ray 0:05\nTwo.\n", read_otter)

    assert said(bold) == [("ann", "One.", 0.0), ("bo", "Two.", 5.0)]
    assert said(narrow) == [("ann-lee", "One.\nSee you at 10:30", 0.0), ("bo-ray", "Two.", 5.0)]


def test_teams_saved_as_text():
    meeting = read(TEAMS, read_teams)

    assert said(meeting) == [("ann-lee", "We begin.\nWith the budget.", 4.0), ("bo", "Fine.", 20.0)]
    assert (meeting.title, meeting.date) == ("Steering group", date(2025, 3, 6))
    assert notices(meeting)["lines of the recorder, no speech"] == 2


def test_teams_copied_from_its_page():
    meeting = read(COPIED, read_teams)

    assert said(meeting) == [("ann-lee", "We begin.", 4.0), ("bo", "Fine.\nGo on.", 80.0)]
    assert sum(utterance.units for utterance in meeting.utterances) == 3


def test_fathom_knows_one_person_with_and_without_address():
    meeting = read(FATHOM, read_fathom)

    assert said(meeting) == [
        ("ann-lee", "We begin.\nWith the budget.", 0.0),
        ("bo", "Fine.", 25.0),
        ("ann-lee", "Good.", 3631.0),
    ]
    assert meeting.people[0].aliases == ("ann@acme.example",)
    assert notices(meeting)["lines of the recorder, no speech"] == 2


def test_what_the_assistant_of_meet_wrote_is_no_speech():
    meeting = read(MEET, read_meet)

    assert said(meeting) == [
        ("ann-lee", "We begin.", 0.0),
        ("bo", "Fine.\nwith me", None),
        ("ann-lee", "Good.", 300.0),
    ]
    assert (meeting.title, meeting.date) == ("Steering group", date(2025, 3, 6))
    assert notices(meeting) == {"lines of the notes around the transcript, no speech": 10}


def test_each_sniffer_knows_its_own_and_no_other():
    sniffers = (sniff_otter, sniff_teams, sniff_fathom, sniff_meet)
    best = [
        max(sniffers, key=lambda sniff, text=text: sniff(text.encode()))
        for text in (OTTER, TEAMS, COPIED, FATHOM, MEET)
    ]

    assert best == [sniff_otter, sniff_teams, sniff_teams, sniff_fathom, sniff_meet]


@pytest.mark.parametrize(
    "other",
    [
        b"# Agenda\n\nWelcome  9:00\nBudget  9:10\nClose  10:00\n",
        b"Minutes\n\nWe met at 10:30\nAll were there.\n\nWe closed at 11:30\nBye.\n",
        b"Ann: One.\nBo: Two.\n",
        b"1\n00:00:01,000 --> 00:00:02,000\nAnn: One\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_other_texts_are_left_to_others(other):
    assert max(sniff(other) for sniff in (sniff_otter, sniff_teams, sniff_fathom, sniff_meet)) == 0.0


READERS = (read_otter, read_teams, read_fathom, read_meet)


def test_more_turns_than_the_limit_are_refused():
    document = Document(name="a.txt", content=b"A  0:08\nx\n" * 3, limits=Limits(units=2))

    with pytest.raises(TooLarge, match="split it"):
        next(read_otter(document))


lines = st.sampled_from(
    ["\n", "Ann  0:08\n", "@0:25 - Bo (b@b.example)\n", "00:05:00\n", "Ann: ", "Bo 1 minute 2 seconds\n"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(lines | st.text(alphabet="AB: \r\n*@-0é", max_size=30), max_size=10), st.sampled_from(READERS)
)
def test_any_text_is_read(parts, reader):
    meeting = read("x" + "".join(parts), reader)

    keys = {person.key for person in meeting.people}
    assert all(utterance.speaker is None or utterance.speaker in keys for utterance in meeting.utterances)
    assert all(utterance.text.strip() for utterance in meeting.utterances)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"", b"Ann  0:08\nOne.\n", b"00:05:00\nAnn: One.\n"]))
def test_any_bytes_are_read_or_refused(tail, head):
    for sniff in (sniff_otter, sniff_teams, sniff_fathom, sniff_meet):
        assert 0.0 <= sniff(head + tail) <= 1.0
    for reader in READERS:
        try:
            read(head + tail, reader)
        except ReadError:
            continue


turns = st.lists(
    st.tuples(st.sampled_from(["Ann Lee", "Bo", "Cy Fox"]), st.sampled_from(["Yes.", "no: never", "a\nb"])),
    min_size=1,
)


@settings(max_examples=80, deadline=None)
@given(
    turns, st.sampled_from([("{}  0:{:02}\n{}\n\n", read_otter), ("@0:{1:02} - {0}\n{2}\n\n", read_fathom)])
)
def test_every_turn_written_is_read_back(pairs, layout):
    pattern, reader = layout
    meeting = read(
        "".join(pattern.format(name, n % 60, text) for n, (name, text) in enumerate(pairs)), reader
    )

    assert sum(utterance.units for utterance in meeting.utterances) == len(pairs)
    assert "\n".join(u.text for u in meeting.utterances) == "\n".join(text for _, text in pairs)


@pytest.mark.parametrize(
    "heads",
    [
        ("[00:00:01] Ann Lee", "[00:00:04] Bo Ek"),
        ("0:01 Ann Lee:", "0:04 Bo Ek:"),
        ("Ann Lee  9:00:01 AM", "Bo Ek  9:00:04 AM"),
        ("Ann Lee 09:00:01", "Bo Ek 09:00:04"),
        ("[3/6/2025 9:00:01 AM] Ann Lee", "[3/6/2025 9:00:04 AM] Bo Ek"),
        ("[Yesterday 9:00:01 AM] Ann Lee", "[Yesterday 9:00:04 AM] Bo Ek"),
        ("[00:00:01.000] - Ann Lee", "[00:00:04.000] - Bo Ek"),
        ("0:01 | Ann Lee", "0:04 | Bo Ek"),
        ("Ann Lee - 00:01", "Bo Ek - 00:04"),
        ("Ann Lee:house:  9:00:01\u202fam", "Bo Ek  9:00:04\u202fam"),
        ("Ann Lee 3/6/2025 9:00:01 AM", "Bo Ek 3/6/2025 9:00:04 AM"),
        ("Ann Lee (00:01):", "Bo Ek (00:04):"),
        ("Ann Lee: [00:00:01]", "Bo Ek: [00:00:04]"),
        ("**Ann Lee (00:01)**", "**Bo Ek (00:04)**"),
    ],
)
def test_other_lines_of_name_and_time_open_turns(heads):
    text = "".join(f"{head}\nWe: begin.\n\n" for head in (*heads, heads[0]))

    meeting = next(read_otter(Document(name="call.txt", content=text.encode())))

    assert sniff_otter(text.encode()) == 0.85
    assert [utterance.speaker for utterance in meeting.utterances] == ["ann-lee", "bo-ek", "ann-lee"]
    assert meeting.utterances[1].start - meeting.utterances[0].start == 3.0
    assert meeting.utterances[0].start in (0.0, 1.0)  # times of day count from the first


def test_meet_without_lines_of_time_is_known_by_its_own_lines():
    text = (
        "Steering - Transcript\n\nAttendees\n\nAnn Lee, Bo\n\nTranscript\n\nAnn Lee: Hi.\nBo: Go.\n\n"
        "Meeting ended after 00:45:12\n"
    )

    meeting = next(read_meet(Document(name="call.txt", content=text.encode())))

    assert sniff_meet(text.encode()) == 0.85
    assert [(turn.speaker, turn.text) for turn in meeting.utterances] == [("ann-lee", "Hi."), ("bo", "Go.")]


def test_fractions_of_seconds_are_kept():
    text = "Ann Lee (00:01.372)\nOne.\n\nBo Ek (00:12.5)\nTwo.\n\nAnn Lee (01:25.21)\nThree.\n"

    assert [start for _, _, start in said(read(text, read_otter))] == [1.372, 12.5, 85.21]


@pytest.mark.parametrize(
    ("text", "reader", "sniff"),
    [
        ("Speaker 1\nWe begin.\n\nSpeaker 2\nFine.\n\nSpeaker 1\nGood.\n", read_otter, sniff_otter),
        (
            "Ann Lee\nWe begin.\n\nBo Ek\nFine.\n\nAnn Lee\nGood.\n\nTranscribed by https://otter.ai\n",
            read_otter,
            sniff_otter,
        ),
    ],
)
def test_names_without_times_open_turns_where_a_program_wrote_them(text, reader, sniff):
    meeting = read(text, reader)

    assert sniff(text.encode()) == 0.85
    assert [(turn.text, turn.start) for turn in meeting.utterances] == [
        ("We begin.", None),
        ("Fine.", None),
        ("Good.", None),
    ]
    assert len(meeting.people) == 2


def test_headings_that_come_back_are_no_speakers():
    text = "Budget\nIt is small.\n\nTravel\nBo goes.\n\nBudget\nIt is cut.\n"

    assert sniff_otter(text.encode()) == 0.0


@pytest.mark.parametrize(
    ("front", "title", "day"),
    [
        ("Transcript\n6. März 2025, 10:00\n45m 12s", None, date(2025, 3, 6)),
        ("Comitê\n6 de março de 2025, 10:00", "Comitê", date(2025, 3, 6)),
        ("定例\n2025年3月6日, 10:00", "定例", date(2025, 3, 6)),
        ("Zarząd – transkrypcja\n6 marca 2025", "Zarząd", date(2025, 3, 6)),
        ("March 6, 2025, 10:00AM", None, date(2025, 3, 6)),
    ],
)
def test_title_and_date_stand_before_the_first_turn_in_any_language(front, title, day):
    meeting = read(f"{front}\n\nAnn Lee   0:04\nWe begin.\n\nBo   0:20\nFine.\n", read_teams)

    assert (meeting.title, meeting.date) == (title, day)


def test_fathom_in_markdown_has_its_heads_in_bold():
    text = (
        "# Steering\n**VIEW RECORDING - 3 mins**\n\n**@0:00 - Ann Lee (Acme)**\nHi.\n\n**@0:25 - Bo**\nGo.\n"
    )

    assert sniff_fathom(text.encode()) == 0.85
    assert said(read(text, read_fathom)) == [("ann-lee", "Hi.", 0.0), ("bo", "Go.", 25.0)]


@pytest.mark.parametrize(
    ("heading", "end", "remark"),
    [
        (
            "📖 Transkript",
            "Transkription beendet nach 00:45:12",
            "Dieses bearbeitbare Transkript kann irren.",
        ),
        ("📖 Transcrição", "A transcrição terminou após 00:45:12", "Esta transcrição editável pode errar."),
        ("📖 文字起こし", "00:45:12 に文字起こしを終了しました", "この編集可能な文字起こしは誤ります。"),
    ],
)
def test_meet_ends_in_the_language_of_its_user(heading, end, remark):
    front = f"{heading}\n2025-03-06\nBoard : transcription\n00:00:00\n\n"
    text = f"{front}Ann Lee: Hi.\nBo: Go.\n\n{end}\n\n{remark}\n"

    meeting = read(text, read_meet)

    assert sniff_meet(text.encode()) == 0.85
    assert [turn.text for turn in meeting.utterances] == ["Hi.", "Go."]
    assert meeting.title == "Board"


def test_a_colon_within_a_turn_of_meet_names_nobody():
    text = "00:00:00\n\nAnn Lee: We have\ntwo things to do: this and that.\nBo: Fine.\n"

    assert [turn.text for turn in read(text, read_meet).utterances] == [
        "We have\ntwo things to do: this and that.",
        "Fine.",
    ]
    assert sniff_meet(b"00:01:00\nThank you. One thing: money.\n00:02:00\nWe go.\n") == 0.0


def test_a_turn_that_begins_without_a_time_does_not_take_a_later_one():
    meeting = read("00:00:00\n\nAnn: Hi.\nBo: One.\n00:05:00\n\nBo: Two.\n", read_meet)

    assert said(meeting) == [("ann", "Hi.", 0.0), ("bo", "One.\nTwo.", None)]


def test_marks_that_markdown_escapes_are_read_as_they_were_said():
    text = "# Call \\- Transcript\n\n### 00:00:00\n\n**Ann\\_Lee:** We begin\\! 5 \\- 3\\.\n"

    (meeting,) = read_meet(Document(name="call.md", content=text.encode()))

    assert meeting.title == "Call"
    assert (meeting.people[0].name, meeting.utterances[0].text) == ("Ann_Lee", "We begin! 5 - 3.")


def test_a_line_of_time_name_and_words_is_no_head():
    text = "00:01 Ann Lee: Yes Thanks\nWe go.\n00:04 Bo Ek: Good\nFine.\n" * 2

    assert sniff_otter(text.encode()) == 0.0


def test_a_users_name_in_small_letters_is_known_by_coming_back():
    text = "ann-l 0:01\nHi.\n\nBo Ek 0:04\nGo.\n\nann-l 0:09\nYes.\n\nBo Ek 0:14\nNo.\n\nann-l 0:19\nAh.\n"

    assert [speaker for speaker, _, _ in said(read(text, read_otter))] == ["ann-l", "bo-ek"] * 2 + ["ann-l"]
