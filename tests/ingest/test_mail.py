import mailbox
from datetime import date
from email.message import EmailMessage
from importlib import util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError, TooLarge
from analyzer.ingest.formats import FORMATS
from analyzer.ingest.formats import read as read_file
from analyzer.ingest.limits import Limits
from analyzer.ingest.mail import read_eml, read_mbox, sniff_eml, sniff_mbox
from analyzer.ingest.sources import Document

FIRST = b"""From: Ann Lee <ann@acme-works.example>
To: Bo Ray <bo@bolt.example>
Subject: Pilot
Date: Fri, 28 Feb 2025 23:30:00 -0800
Message-ID: <1@acme>

Bo,

Two samples are missing.

We need them on Monday.

Best regards
Ann Lee
Acme Works, House 4
"""
SECOND = b"""From: "Ray, Bo" <bo@bolt.example>
To: Ann Lee <ann@acme-works.example>
Subject: AW: Pilot
Date: Mon, 3 Mar 2025 09:00:00 +0100
Message-ID: <2@bolt>
In-Reply-To: <1@acme>

They left on Friday.

Am 28.02.2025 um 23:30 schrieb Ann Lee:
> Two samples are missing.
"""
OTHER = b"""From: cy@bolt.example
Subject: Lunch
Date: Mon, 3 Mar 2025 12:00:00 +0100

Soup or salad?
"""


def mbox(*mails):
    return b"\n".join(b"From x@y.example Mon Mar  3 09:00:00 2025\n" + mail for mail in mails)


def read(data, reader=read_mbox, name="post.mbox", **more):
    return list(reader(Document(name=name, content=data, **more)))


def notices(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


def test_a_thread_is_a_meeting_and_a_new_paragraph_an_utterance():
    pilot, lunch = read(mbox(FIRST, OTHER, SECOND))

    assert [(u.speaker, u.text, u.units, str(u.at)) for u in pilot.utterances] == [
        ("ann-lee", "Bo,\nTwo samples are missing.", 1, "message 1"),
        ("ann-lee", "We need them on Monday.", 0, "message 1"),
        ("bo-ray", "They left on Friday.", 1, "message 3"),
    ]
    assert (pilot.kind, pilot.title, pilot.date) == ("email", "Pilot", date(2025, 2, 28))
    assert {u.topic for u in pilot.utterances} == {"Pilot"}
    assert (pilot.id, lunch.id, lunch.title) == ("post.mbox", "post.mbox~2", "Lunch")


def test_units_sum_to_the_mails_that_say_something():
    meetings = read(mbox(FIRST, SECOND, OTHER))

    assert sum(u.units for meeting in meetings for u in meeting.utterances) == 3


def test_what_is_not_new_is_counted():
    (meeting,) = read(mbox(FIRST, SECOND))

    assert notices(meeting) == {
        "lines of signatures and disclaimers": 3,
        "quoted lines of earlier mails": 2,
    }


def test_parties_come_from_domains_that_differ_in_the_spelling_of_the_signature():
    pilot, _ = read(mbox(FIRST, SECOND, OTHER))

    assert [(p.name, p.party, p.aliases) for p in pilot.people] == [
        ("Ann Lee", "Acme Works", ("ann@acme-works.example",)),
        ("Bo Ray", "bolt.example", ("Ray, Bo", "bo@bolt.example")),
    ]


def test_free_mail_and_a_single_domain_are_no_parties():
    free = FIRST.replace(b"acme-works.example", b"gmail.com")
    alone = FIRST.replace(b"bolt.example", b"acme-works.example")

    assert read(mbox(free))[0].people[0].party is None
    assert read(mbox(alone))[0].people[0].party is None


def test_one_address_is_one_person_however_spelled():
    bare = SECOND.replace(b'"Ray, Bo" <bo@bolt.example>', b"bo@bolt.example").replace(b"<2@", b"<3@")

    (meeting,) = read(mbox(FIRST, SECOND, bare.replace(b"Friday", b"Saturday")))

    assert [person.key for person in meeting.people] == ["ann-lee", "bo-ray"]


def test_an_answer_follows_what_it_answers_whatever_the_clocks_say():
    early = SECOND.replace(b"3 Mar 2025", b"20 Feb 2025")

    (meeting,) = read(mbox(early, FIRST))

    assert [u.speaker for u in meeting.utterances] == ["ann-lee", "ann-lee", "bo-ray"]


def test_without_ids_an_answer_joins_by_its_subject():
    first = FIRST.replace(b"Message-ID: <1@acme>\n", b"")
    second = SECOND.replace(b"In-Reply-To: <1@acme>\n", b"")
    later = second.replace(b"Mar 2025", b"Oct 2025").replace(b"<2@", b"<9@")

    assert len(read(mbox(first, second))) == 1
    assert len(read(mbox(first, second, later))) == 2
    assert len(read(mbox(first, OTHER.replace(b"Lunch", b"Pilot")))) == 2


def test_a_mail_that_is_there_twice_counts_once():
    (meeting,) = read(mbox(FIRST, FIRST))

    assert len(meeting.utterances) == 2
    assert notices(meeting)["mails that are there twice"] == 1


def test_a_line_that_begins_with_from_starts_no_mail():
    body = FIRST.replace(b"We need", b"From now on we need").replace(b"Two", b">From the stock two")

    (meeting,) = read(mbox(body))

    assert [u.text for u in meeting.utterances] == [
        "Bo,\nFrom the stock two samples are missing.",
        "From now on we need them on Monday.",
    ]


def test_a_mailman_month_hides_addresses():
    month = (
        b"From ann at acme.example  Thu Nov  1 11:19:12 2001\nFrom: ann at acme.example (Ann Lee)\n"
        b"Date: Thu Nov  1 11:19:12 2001\nSubject: [Pilot] Start\nMessage-ID: <1@a>\n\nWe start.\n\n\n"
        b"From bo at bolt.example  Fri Nov  2 11:19:12 2001\nFrom: bo at bolt.example (Bo Ray)\n"
        b"Date: Fri Nov  2 11:19:12 2001\nSubject: [Pilot] Re: Start\nIn-Reply-To: <1@a>\n\nGood.\n"
    )

    (meeting,) = read(month)

    assert [(p.name, p.aliases) for p in meeting.people] == [
        ("Ann Lee", ("ann@acme.example",)),
        ("Bo Ray", ("bo@bolt.example",)),
    ]
    assert meeting.date == date(2001, 11, 1)


def test_a_listserv_log_is_cut_at_its_rules():
    rule = b"=" * 73 + b"\n"
    log = b"".join(
        rule + b"Date:         Thu, 9 Mar 2017 12:46:0%d +0000\nFrom:         Ann <ann@acme.example>\n"
        b"Subject:      Start %d\n\nWe start.\n\n" % (number, number)
        for number in range(3)
    )

    assert sniff_mbox(log) > 0.9
    assert [meeting.title for meeting in read(log)] == ["Start 0", "Start 1", "Start 2"]


def test_html_only_bodies_give_the_new_words():
    html = (
        b"Content-Type: text/html; charset=utf-8\n\n<html><head><style>p {x}</style></head><body>"
        b"<p>We&nbsp;agree.</p><ul><li>one</li><li>two</li></ul><p>Thanks<br>Ann</p>"
        b"<blockquote>Do you agree?</blockquote></body></html>"
    )

    (meeting,) = read(FIRST.partition(b"\n\n")[0] + b"\n" + html, read_eml, "a.eml")

    assert [u.text for u in meeting.utterances] == ["We agree.", "- one\n- two"]


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", "gb2312"),
        ("iso-2022-jp", "iso-2022-jp"),
        ("shift_jis", "shift_jis"),
        ("big5", "big5"),
    ],
)
def test_odd_charsets_are_read(charset, declared):
    words = "会議を月曜日に始めます。" if charset != "big5" else "會議星期一開始。"
    mail = f"From: a@b.example\nSubject: x\nTo: c@b.example\nContent-Type: text/plain; charset={declared}\n\n"

    (meeting,) = read(mail.encode() + words.encode(charset), read_eml, "a.eml")

    assert meeting.utterances[0].text == words


def test_a_whole_mail_in_utf_16_is_read():
    (meeting,) = read(FIRST.decode().encode("utf-16-le"), read_eml, "a.eml")

    assert meeting.people[0].name == "Ann Lee"


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("=?utf-8?Q?Lee=2C_Ann?= <ann@a.example>", "Ann Lee"),
        ("=?GB2312?B?1cXPyMn6?= <zhang@a.example>", "张先生"),
        ("ann@a.example <bo@a.example>", "bo@a.example"),
        ("Ann Lee via pilot <pilot@lists.example>", "Ann Lee"),
        ("=?utf-8?B?QW5u?= =?utf-8?B?IExlZQ==?= <a@b.example>", "Ann Lee"),
        ('"Ann \\"Boss\\" Lee" <ann@a.example>', 'Ann "Boss" Lee'),
        ("", None),
    ],
)
def test_senders_are_named(spelled, name):
    mail = b"From: " + spelled.encode() + b"\nSubject: x\nMIME-Version: 1.0\n\nHello there.\n"

    (meeting,) = read(mail, read_eml, "a.eml")

    assert next((person.name for person in meeting.people), None) == name


def test_bounces_and_absence_notes_are_no_contributions():
    away = FIRST.replace(b"Subject: Pilot", b"Subject: Automatische Antwort: Pilot").replace(b"<1@", b"<7@")

    (meeting,) = read(mbox(FIRST, away))

    assert notices(meeting)["automatic mails (bounces, receipts, absence notes)"] == 1
    assert len(meeting.utterances) == 2


def test_enclosed_mails_are_mails_of_their_own():
    digest = (
        b"From: list@a.example\nSubject: Digest\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/digest; boundary="b"\n\n--b\n\n'
        + FIRST
        + b"\n--b\n\n"
        + OTHER
        + b"\n--b--\n"
    )

    meetings = read(digest, read_eml, "a.eml")

    assert [meeting.title for meeting in meetings] == ["Pilot", "Lunch"]
    assert sum(u.units for meeting in meetings for u in meeting.utterances) == 1


@pytest.mark.skipif(
    any(util.find_spec(known.home.partition(":")[0]) is None for known in FORMATS),
    reason="needs all readers of the table",
)
def test_an_attached_table_is_a_meeting_of_its_own():
    mail = (
        FIRST.partition(b"\n\n")[0]
        + b'\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee below.\n'
        b'--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename="../talk.csv"\n\n'
        b"speaker,text\nAnn,We start.\nBo,No.\nAnn,Yes.\n"
        b'--b\nContent-Type: image/png\nContent-Disposition: attachment; filename="x.png"\n\nabc\n--b--\n'
    )

    thread, table = read(mail, read_eml, "a.eml")

    assert (table.source.name, table.date, len(table.utterances)) == ("a.eml/talk.csv", date(2025, 2, 28), 3)
    assert notices(thread) == {"attachments of other kinds (pictures, programs, cards)": 1}


def test_nested_parts_beyond_sense_are_refused():
    deep = b"From: a@b.example\nSubject: x\nDate: Mon, 3 Mar 2025 09:00:00 +0100\n"
    for level in range(2_000):
        deep += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)

    with pytest.raises(ReadError, match="nested too deeply"):
        read(deep, read_eml, "a.eml")


def test_a_long_line_costs_one_mail_not_the_file():
    long = OTHER.replace(b"Soup", b"Soup" * 1_000)

    meetings = read(mbox(FIRST, long), limits=Limits(line_chars=500))

    assert len(meetings) == 1
    assert any("characters" in notice.reason for notice in meetings[0].notices)


def test_notes_with_fields_are_no_mail():
    assert sniff_eml(b"Date: 5 March\nSubject: Pilot\nPresent: Ann, Bo\n\nAnn: Hello.\n") == 0
    assert sniff_eml(FIRST) > 0.9


@given(st.binary(max_size=400), st.sampled_from([b"", FIRST, mbox(FIRST), b"=" * 73 + b"\nFrom: a\n"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(tail, head):
    for reader in (read_eml, read_mbox):
        try:
            meetings = read(head + tail, reader)
        except ReadError:
            continue
        assert all(u.text.strip() for meeting in meetings for u in meeting.utterances)


@given(st.dictionaries(
    st.sampled_from(["From", "Date", "Subject", "Message-ID", "References", "Content-Type", "To",
                     "Content-Transfer-Encoding", "Content-Disposition", "Thread-Index", "List-Id"]),
    st.binary(max_size=60).map(lambda value: value.replace(b"\n", b"").replace(b"\r", b"")),
), st.binary(max_size=200))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_headers_give_meetings_or_a_read_error(fields, body):
    mail = b"".join(name.encode() + b": " + value + b"\n" for name, value in fields.items()) + b"\n" + body
    try:
        read(mail, read_eml)
    except ReadError:
        return


def test_a_digest_in_one_text_is_its_mails():
    rule, between = b"-" * 70, b"-" * 30
    digest = (
        b"From: pilot-request@lists.example\nSubject: Pilot Digest, Vol 1, Issue 2\nTo: pilot@l.example\n\n"
        b"Send mails to pilot@l.example\n\nToday's Topics:\n\n   1. Pilot (Ann)\n   2. Lunch (Cy)\n\n\n"
        + rule + b"\n\nMessage: 1\n" + FIRST + b"\n" + between + b"\n\nMessage: 2\n" + OTHER + b"\n"
        + between + b"\n\n_______________________________________________\nPilot mailing list\n"
    )  # fmt: skip

    pilot, lunch = read(digest, read_eml, "a.eml")

    assert [u.text for u in pilot.utterances] == ["Bo,\nTwo samples are missing.", "We need them on Monday."]
    assert [u.text for u in lunch.utterances] == ["Soup or salad?"]
    assert [pilot.people[0].name, lunch.people[0].name] == ["Ann Lee", "cy@bolt.example"]


def test_an_invitation_says_what_its_calendar_entry_says():
    invitation = (
        FIRST.partition(b"\n\n")[0] + b"\nMIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8\n\n"
        b"BEGIN:VEVENT\nDESCRIPTION:We speak about the pilot\\, in\n  full.\\n\\nBring pens.\n"
        b"END:VEVENT\n"
    )

    (meeting,) = read(invitation, read_eml, "a.eml")

    assert [u.text for u in meeting.utterances] == ["We speak about the pilot, in full.", "Bring pens."]
    assert notices(meeting) == {"calendar entries, read as mails": 1}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (b"Content-Type: multipart/encrypted; boundary=b", "encrypted mails"),
        (b"Auto-Submitted: auto-replied", "automatic mails (bounces, receipts, absence notes)"),
        (b"Content-Type: multipart/report; boundary=b", "automatic mails (bounces, receipts, absence notes)"),
    ],
)
def test_mails_that_say_nothing_are_counted(headers, reason):
    (meeting,) = read(headers + b"\n" + FIRST, read_eml, "a.eml")

    assert not meeting.utterances
    assert notices(meeting) == {reason: 1}


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=("Ll", "Lu", "Lo")), min_size=3, max_size=40),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["7bit", "quoted-printable", "base64", "8bit"]),
)
@settings(max_examples=60, deadline=None)
def test_what_the_standard_library_writes_is_read_back(tmp_path_factory, texts, transfer):
    box = mailbox.mbox(tmp_path_factory.mktemp("box") / "post.mbox")
    for number, text in enumerate(texts):
        message = EmailMessage()
        message["From"] = f"Zoë Müller{number} <a{number}@b.example>"
        message["Subject"] = f"Überraschung {number}"
        message["Date"] = "Mon, 03 Mar 2025 09:00:00 +0100"
        safe = transfer if transfer != "7bit" or text.isascii() else "base64"
        message.set_content(f"said {text} so\n\nFrom there on {text}.\n", cte=safe)
        box.add(message)
    box.flush()
    with open(box._path, "rb") as file:  # noqa: PTH123
        meetings = read(file.read())
    box.close()

    assert [u.text for meeting in meetings for u in meeting.utterances] == [
        part for text in texts for part in (f"said {text} so", f"From there on {text}.")
    ]
    assert [meeting.title for meeting in meetings] == [f"Überraschung {n}" for n in range(len(texts))]


def test_a_file_of_endless_mails_is_refused():
    with pytest.raises(TooLarge, match="more than 5 mails"):
        read(mbox(*[FIRST] * 6), limits=Limits(members=1))


def test_a_mail_of_endless_parts_is_refused():
    parts = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 20

    with pytest.raises(TooLarge, match="more than 10 parts"):
        read(FIRST.partition(b"\n\n")[0] + b"\n" + parts, read_eml, limits=Limits(members=2))


def test_a_mail_of_apple_mail_is_read_without_its_notes():
    apple = b"%d      \n%b<?xml version='1.0'?><plist><string>no talk</string></plist>" % (len(OTHER), OTHER)

    (meeting,) = read(apple, read_eml, "1.emlx")

    assert sniff_eml(apple) >= 0.8
    assert [u.text for u in meeting.utterances] == ["Soup or salad?"]


def test_conversations_of_gmail_are_threads():
    marked = [b"X-GM-THRID: 7\n" + mail.replace(b"In-Reply-To: <1@acme>\n", b"") for mail in (FIRST, OTHER)]

    assert len(read(mbox(*marked))) == 1


def silent_mail(number):
    return (
        f"From ann@acme.example Fri Feb 28 23:30:00 2025\nFrom: ann@acme.example\nSubject: Pilot {number}\n"
        f"Message-ID: <{number}@acme>\n\n> quoted\n\n"
    )


def test_many_mails_that_say_nothing_end_in_one_sentence():
    content = "".join(map(silent_mail, range(6))).encode()

    with pytest.raises(TooLarge, match="say nothing new"):
        list(read_mbox(Document(name="a.mbox", content=content, limits=Limits(silent_mails=5))))


def test_one_word_among_many_silent_mails_is_read():
    spoken = silent_mail(9).replace("> quoted", "We need them on Monday.")
    content = ("".join(map(silent_mail, range(4))) + spoken + silent_mail(5)).encode()

    (meeting,) = read_mbox(Document(name="a.mbox", content=content, limits=Limits(silent_mails=5)))

    assert [said.text for said in meeting.utterances] == ["We need them on Monday."]


def test_a_calendar_entry_saved_as_a_file_is_the_mail_it_came_with():
    data = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        b"ORGANIZER;CN=Ann L\xc3\xa9e:mailto:ann@acme.example\r\nSUMMARY:Pilot\\, again\r\n"
        b"DESCRIPTION:We talk about\r\n  the pilot.\r\nDTSTART:20250303T090000Z\r\nEND:VEVENT\r\n"
    )

    (meeting,) = read(data, read_eml, name="pilot.ics")

    assert sniff_eml(data) == 0.95
    assert [u.text for u in meeting.utterances] == ["We talk about the pilot."]
    assert ([p.name for p in meeting.people], meeting.title) == (["Ann Lée"], "Pilot, again")
    assert meeting.date == date(2025, 3, 3)


def test_what_delsp_put_into_a_word_is_taken_out():
    head = b"From: Ann <a@a.example>\nContent-Type: text/plain; format=flowed; delsp=yes\n\n"

    (meeting,) = read(head + b"It was cut wit \nhin a  \nword.\n", read_eml)

    assert [u.text for u in meeting.utterances] == ["It was cut within a word."]


def test_an_answer_of_one_sign_that_is_a_word_is_read(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text("From: Ann <a@a.example>\nSubject: x\nTo: b@b.example\n\n好。\n", encoding="utf-8")

    (meeting,) = read_file(path)

    assert meeting.utterances[0].text == "好。"
