from datetime import UTC, datetime

import pytest

from analyzer.ingest.headers import Address
from analyzer.ingest.messages import Mail
from analyzer.ingest.threads import base_subject, is_reply, threads


def mail(number, subject="Pilot", day=1, **more):
    return Mail(
        number=number,
        subject=subject,
        sender=Address(name="Ann", mail="ann@a.example"),
        sent=datetime(2025, 3, day, tzinfo=UTC),
        **more,
    )


def numbers(mails):
    return [[each.number for each in thread] for thread in threads(mails)]


@pytest.mark.parametrize(
    "subject",
    [
        "Pilot",
        "Re: Pilot",
        "AW: WG: Pilot",
        "[list] Pilot",
        "[list] Re: Pilot",
        "Re: [list] Pilot",
        "RE[2]: Pilot",
        "SV: VS: Pilot",
        "回复：Pilot",
        "Fwd: Re: Pilot ",
        "Antw: Pilot",
    ],
)
def test_the_subject_of_a_thread_is_the_bare_one(subject):
    assert base_subject(subject) == "Pilot"


def test_words_that_only_look_like_marks_stay():
    assert base_subject("Revision: Pilot") == "Revision: Pilot"
    assert base_subject("[Pilot]") == "[Pilot]"
    assert not is_reply("Reporting: Pilot")


def test_answers_to_a_mail_that_is_missing_are_one_thread():
    one = mail(1, "Re: A", references=("0@x",), id="1@x")
    two = mail(2, "Re: B", references=("0@x",), id="2@x")

    assert numbers([one, two]) == [[1, 2]]


def test_a_conversation_of_outlook_is_one_thread():
    assert numbers([mail(1, "A", conversation="abc"), mail(2, "B", conversation="abc")]) == [[1, 2]]


def test_dates_order_a_thread_but_never_an_answer_before_its_question():
    late = mail(1, day=9, id="1@x")
    answer = mail(2, day=3, id="2@x", references=("1@x",))
    early = mail(3, day=1, id="3@x", references=("1@x",))
    other = mail(4, "Re: Pilot", day=10)

    assert numbers([other, early, answer, late]) == [[1, 3, 2, 4]] or numbers(
        [other, early, answer, late]
    ) == [[1, 2, 3, 4]]


def test_threads_come_in_the_order_of_the_file():
    assert numbers([mail(1, "B", day=9), mail(2, "A", day=1), mail(3, "Re: B", day=10)]) == [[1, 3], [2]]


def test_a_cycle_of_references_ends():
    one = mail(1, id="1@x", references=("2@x",))
    two = mail(2, id="2@x", references=("1@x",))

    assert sorted(numbers([one, two])[0]) == [1, 2]
