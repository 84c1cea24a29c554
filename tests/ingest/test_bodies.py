from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError
from analyzer.ingest.bodies import read_body, read_body_html, sniff_body, sniff_body_html
from analyzer.ingest.sources import Document

REPLY = b"We agree.\n\nOn 2 April 2012 18:26, Bo Ray wrote:\n\n> Do you agree?\n> Do you?\n"
PASTED = (
    "Von: Ann Lee [mailto:ann@acme.example]\nGesendet: Montag, 3. März 2025 09:00\nAn: Bo Ray\n"
    "Betreff: AW: Pilot\n\nWir fangen an.\n\nGruß\nAnn\n"
)
PAGE = (
    b"<html><body><div>We agree.</div><hr><p class=MsoNormal><b>From:</b> Bo Ray<br>"
    b"<b>Sent:</b> 2 April 2012 18:26<br><b>To:</b> Ann<br><b>Subject:</b> Pilot</p>"
    b"<p>Do you agree?</p></body></html>"
)


def read(data, reader=read_body):
    return list(reader(Document(name="mail.txt", content=data)))


@pytest.mark.parametrize(("data", "reader"), [(REPLY, read_body), (PAGE, read_body_html)])
def test_a_body_without_headers_is_one_mail(data, reader):
    (meeting,) = read(data, reader)

    assert [(u.text, u.units, str(u.at)) for u in meeting.utterances] == [("We agree.", 1, "message 1")]
    assert meeting.kind == "email"


def test_headers_that_were_pasted_tell_who_and_when_in_any_language():
    (meeting,) = read(PASTED.encode())

    assert [(p.name, p.aliases) for p in meeting.people] == [("Ann Lee", ("ann@acme.example",))]
    assert (meeting.title, meeting.date) == ("Pilot", date(2025, 3, 3))
    assert [u.text for u in meeting.utterances] == ["Wir fangen an."]


def test_what_a_client_copied_gives_a_mail_away():
    assert sniff_body(REPLY) >= 0.6
    assert sniff_body(PASTED.encode()) >= 0.6
    assert sniff_body_html(PAGE) > 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Fine.\n\nVon: Bo Ray\nGesendet: Montag, 3. März 2025 09:00\nAn: Ann\nBetreff: Pilot\n\nJa?\n",
        "Fine.\nSent via BlackBerry from T-Mobile\n\n-----Original Message-----\nFrom: Bo Ray\n"
        "Date: Mon, 2 Apr 2012 18:26\nSubject: Pilot\n\nOr not?\n",
        "Fine.\n\nBo Ray\n04/02/2012 06:26 PM\n\nTo\nAnn\ncc\n\nSubject\nPilot\n\nOr not?\n",
        "Am 2012-04-02 18:26, schrieb Bo Ray:\n\n> Or not?\n\nFine.\n",
        "Fine.\n\nSent from my iPhone\n",
        "Fine.\n\n-- \nAnn Lee\nAcme\n",
        "Hi Bo,\n\nFine.\n\nBest regards,\nAnn\n",
    ],
)
def test_what_was_copied_without_a_mark_and_the_form_of_a_letter_give_a_mail_away(text):
    assert sniff_body(text.encode()) >= 0.45
    (meeting,) = read(text.encode())

    assert sum(u.units for u in meeting.utterances) == 1
    assert [u.text.split("\n")[-1] for u in meeting.utterances] == ["Fine."]


@pytest.mark.parametrize(
    "page",
    [
        "<div>Fine.</div><div>From: bo@acme.example<br>Date: Mon, 2 Apr 2012 18:26<br>Subject: Pilot<br>"
        "<br>Or not?</div>",
        "<html><body><div>Fine.</div><div>02.04.2012, 18:26, Bo &lt;bo@acme.example&gt;:</div>"
        "<blockquote>Or not?</blockquote></body></html>",
        "<font>Fine.<br><br>-----Original Message-----<br>From: Bo &lt;bo@acme.example&gt;<br>"
        "Sent: Mon, Apr 2, 2012<br>Subject: Pilot<br><br>Or not?</font>",
    ],
)
def test_a_piece_of_a_page_with_what_a_client_copied_is_a_mail(page):
    assert sniff_body_html(page.encode()) > 0.9
    (meeting,) = read(page.encode(), read_body_html)

    assert [u.text for u in meeting.utterances] == ["Fine."]


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body><h1>Notes</h1><p>We agreed.</p><blockquote>So it was.</blockquote></body></html>",
        b"<p class=phone><cite>Ann:</cite> On 2 April Bo wrote:</p><blockquote>So it was.</blockquote>",
    ],
)
def test_other_pages_that_quote_are_no_mail(page):
    assert sniff_body_html(page) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        b"Hi Bo,\n\nAnn: Hello.\nBo: Well.\n\nBest regards,\nAnn\n",
        b"Minutes\nFrom: 10:00\nTo: 11:00\nSubject: Money\n\nAnn Lee: Hello.\nBo Ray: Well.\nAnn Lee: Hm.\n",
        b"Minutes\n\nWe agreed.\n\n--\nMinutes by: Ann\nDate: Monday\n",
        b"Ann: Hello.\nBo: Well.\n",
        b"# Notes\n\n> a quotation\n> of two lines\n\n**Ann**: Hm.\n\n[a](b)\n",
        b">> ANN: WE START.\n>> BO: NO.\n",
        b"We wrote: never again.\n\nThen we did.\n",
        b'{"text": "On 2 April wrote:"}',
        b"",
    ],
)
def test_other_texts_are_no_mail(text):
    assert sniff_body(text) == 0.0
    assert sniff_body_html(b"<html><body>" + text) == 0.0


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(data):
    assert 0 <= sniff_body(data) <= 1
    assert 0 <= sniff_body_html(b"<p>" + data) <= 1
    for reader in (read_body, read_body_html):
        try:
            read(data, reader)
        except ReadError:
            continue


def test_a_page_of_an_archive_of_a_list_is_the_mail_it_shows():
    page = (
        b"<html><body><h1>Re: Pilot</h1><dl><dt>From:</dt><dd>Ann Lee &lt;ann@acme.example&gt;</dd>"
        b"<dt>Date:</dt><dd>Mon, 3 Mar 2025 09:00:00 +0000</dd><dt>To:</dt><dd>dev@lists.example</dd></dl>"
        b"<pre>On 2 March 2025, Bo Ray wrote:\n&gt; Shall we?\n\nYes.\n</pre></body></html>"
    )

    (meeting,) = read(page, read_body_html)

    assert sniff_body_html(page) > 0.9
    assert [u.text for u in meeting.utterances] == ["Yes."]
    assert ([p.name for p in meeting.people], meeting.title) == (["Ann Lee"], "Pilot")


def test_a_piece_of_a_page_with_a_salutation_and_a_name_is_a_mail():
    piece = b"<div>Hi Bo,</div><div><br></div><div>Fine.</div><div><br></div><div>Best regards,<br>Ann</div>"

    assert sniff_body_html(piece) == 0.6
    assert sniff_body_html(b"<html><body>" + piece + b"</body></html>") == 0.0
