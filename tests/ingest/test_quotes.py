import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.quotes import CODE, QUOTED, new_text

SHARED = Path(__file__).parents[3] / "shared"
PARTNERSHIPS = sorted((SHARED / "labels" / "partnerships").glob("*/emails.jsonl"))


def new(body, author="Ann Lee"):
    return list(new_text(body, author=author).paragraphs)


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, Apr 2, 2012 at 6:26 PM, Bo Ray <bo@acme.example> wrote:",
        "On Mon, Apr 2, 2012 at 6:26 PM, Bo Ray\n<bo@acme.example>\nwrote:",
        "Am 02.04.2012 um 18:26 schrieb Bo Ray:",
        "Le 2 avril 2012 à 18:26, Bo Ray <bo@acme.example> a écrit :",
        "El lun, 2 abr 2012 a las 18:26, Bo Ray (<bo@acme.example>) escribió:",
        "Il giorno lun 2 apr 2012 alle ore 18:26 Bo Ray <bo@acme.example> ha scritto:",
        "Op 2 april 2012 om 18:26 schreef Bo Ray <bo@acme.example>:",
        "Den 2 april 2012 18:26 skrev Bo Ray <bo@acme.example>:",
        "W dniu 2012-04-02 o 18:26, Bo Ray pisze:",
        "Dne 2. 4. 2012 v 18:26 Bo Ray napsal(a):",
        "пн, 2 апр. 2012 г. в 18:26, Bo Ray <bo@acme.example>:",
        "2012年4月2日(月) 18:26 Bo Ray <bo@acme.example>:",
        "Bo Ray <bo@acme.example> 于2012年4月2日周一 18:26写道：",
        "2012. 4. 2. 18:26, Bo Ray <bo@acme.example>님이 작성:",
        "2012/4/2 Bo Ray <bo@acme.example>",
        "În lun., 2 apr. 2012 la 18:26, Bo Ray <bo@acme.example> a scris:",
        "Pada tanggal Sen, 2 Apr 2012 pukul 18.26 Bo Ray <bo@acme.example> menulis:",
        "На пн, 2.04.2012 г. в 18:26 Bo Ray <bo@acme.example> написа:",
        "pon, 2. tra 2012. u 18:26 Bo Ray <bo@acme.example> napisao je:",
        "Zitat von Bo Ray <bo@acme.example>:",
        "Bo Ray/ACME wrote on 04/02/2012 06:26:15 PM:",
    ],
)
def test_quotes_and_their_attribution_stay_out(attribution):
    body = f"We agree.\n\n{attribution}\n\n> Do you agree?\n>\n> > Does anybody?\n"

    assert new(body) == ["We agree."]


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Bo Ray\nSent: Monday\nTo: Ann\nSubject: Pilot",
        "-----Ursprüngliche Nachricht-----\nVon: Bo Ray\nGesendet: Montag\nAn: Ann\nBetreff: Pilot",
        "________________________________\nFrom: Bo Ray <bo@acme.example>\nSent: 2 April 2012 18:26\nTo: Ann",
        "Von: Bo Ray <bo@acme.example>\nGesendet: Montag, 2. April 2012 18:26\nAn: Ann\nBetreff: Pilot",
        "De : Bo Ray\nEnvoyé : lundi 2 avril 2012 18:26\nÀ : Ann\nObjet : Pilot",
        "*From:* Bo Ray [mailto:bo@acme.example]\n*Sent:* Monday, April 02, 2012 6:26 PM\n*To:* Ann",
        "差出人: Bo Ray <bo@acme.example>\n日時: 2012年4月2日 18:26\n宛先: Ann\n件名: Pilot",
        "---------- Forwarded message ----------\nFrom: Bo Ray <bo@acme.example>\nDate: Mon, 2 Apr 2012",
        "On 2 April 2012 18:26, Bo Ray <bo@acme.example> wrote:",
    ],
)
def test_what_a_client_copies_without_marks_stays_out(block):
    found = new_text(f"We agree.\n\n{block}\n\nDo you agree?\n\nBo\n")

    assert found.paragraphs == ("We agree.",)
    assert sum(found.dropped.values()) == block.count("\n") + 3


def test_answers_between_quotes_are_paragraphs_of_their_own():
    body = "> Is it the time?\n\nNo.\n\n> Is it the money?\nYes, and only\nthat.\n\n> Sure?\n\nQuite."

    assert new(body) == ["No.", "Yes, and only\nthat.", "Quite."]


@pytest.mark.parametrize(
    "body",
    [
        "On Monday we start.\n\nOn your side you can run:\n\nnothing at all",
        "The data comes From: our side.\n\nIt goes To: yours.",
        "Date: 5 March\nVenue: the old mill\n\nPlease come.",
        "He wrote: never again.\n\nI believe him.",
    ],
)
def test_new_text_that_looks_like_a_quote_stays(body):
    assert " ".join(" ".join(new(body)).split()) == " ".join(body.split())


@pytest.mark.parametrize(
    "end",
    [
        "-- \nAnn Lee\nAcme Works",
        "Best regards,\nAnn",
        "Cheers ;-)\nAnn",
        "Mit freundlichen Grüßen\n\nAnn Lee\nLeiterin Pilot | Acme Works\nT +49 30 000",
        "Thanks, Ann",
        "Vennlig hilsen / Best regards\nAnn Lee",
        "Ann Lee\nProgramme Lead, Acme Works\nHouse 4",
        "A.",
        "Cordialement\n\nAnn\n\nCe message est confidentiel et destiné au seul destinataire.",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "This e-mail may contain confidential information intended only for the recipient.\n"
        "If you received it in error, delete it.",
        "_______________________________________________\npilot mailing list\npilot@lists.acme.example\n"
        "https://lists.acme.example/listinfo/pilot",
        '--\nYou received this message because you are subscribed to the Google Groups "pilot" group.\n'
        "To unsubscribe from this group, send an email to pilot+unsubscribe@googlegroups.com.",
    ],
)
def test_signatures_disclaimers_and_footers_stay_out(end):
    assert new(f"The sheet has forty rows.\n\n{end}\n") == ["The sheet has forty rows."]


def test_a_postscript_below_the_signature_stays():
    assert new("One.\n\nRegards\nAnn\n\nPS: Two.") == ["One.", "PS: Two."]


def test_a_mail_that_is_all_thanks_is_kept():
    assert new("Thanks, Ann") == ["Thanks, Ann"]


def test_a_greeting_belongs_to_the_first_paragraph():
    assert new("Dear Bo,\n\nTwo things.\n\nBo, Cy, that is all.") == [
        "Dear Bo,\nTwo things.",
        "Bo, Cy, that is all.",
    ]


def test_wrapped_lines_are_joined_and_list_items_are_not():
    wrapped = (
        "The steering group meets on Monday, in the middle\nof town; each party brings:\n- a sheet\n- a pen"
    )

    assert new(wrapped) == [
        "The steering group meets on Monday, in the middle of town; each party brings:\n- a sheet\n- a pen"
    ]


def test_a_warning_of_the_mail_server_on_top_stays_out():
    body = "CAUTION: This email originated from outside the organisation.\n\nWe start on Monday."

    assert new(body) == ["We start on Monday."]


def test_marks_within_code_are_code():
    body = "Set it up so:\n\n```\n-- \n> prompt\n```\n\nThen call me."

    assert new(body)[-1] == "Then call me."
    assert "> prompt" in new(body)[1]


def test_patches_are_no_speech():
    body = "This fixes it.\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n\nThoughts?"

    found = new_text(body)

    assert found.paragraphs == ("This fixes it.", "Thoughts?")
    assert found.dropped == {CODE: 6}


def test_every_line_is_kept_or_counted():
    found = new_text("New.\n\n> old\n> older\n\n-- \nAnn\nAcme")

    assert found.dropped[QUOTED] == 2
    assert sum(found.dropped.values()) + len(found.paragraphs) == 6


def test_long_lines_and_many_marks_cost_little():
    for body in (
        "> " * 200_000,
        "On " * 100_000 + "wrote:",
        "a" * 900_000,
        "From: x\n" * 50_000,
        "-- \n" * 50_000,
    ):
        new_text(body)


@given(st.text(alphabet="On wrote:>\n-_ From Sent abc@.1,", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_paragraphs_with_words(body):
    found = new_text(body, author="Ann")

    assert all(any(mark.isalnum() for mark in text) for text in found.paragraphs)


@pytest.mark.shared
@pytest.mark.skipif(not PARTNERSHIPS, reason="needs ../shared/labels/partnerships")
def test_paragraphs_are_those_that_people_labelled():
    """At least 90 % of the written mails are cut exactly as their annotators did, greetings aside."""
    exact = 0
    mails = [json.loads(line) for path in PARTNERSHIPS for line in path.read_text("utf-8").splitlines()]
    for mail in mails:
        found = [" ".join(text.split()) for text in new(mail["body"], mail["from"].partition("<")[0])]
        wanted = [" ".join(paragraph["text"].split()) for paragraph in mail["paragraphs"]]
        assert set(wanted[1:]) <= set(found), mail["id"]
        assert any(text.endswith(wanted[0]) for text in found), mail["id"]
        exact += found[1:] == wanted[1:] and found[0].endswith(wanted[0])

    assert exact >= 0.9 * len(mails)


def test_lines_of_chinese_are_joined_without_blanks():
    assert new("我们星期一在老磨坊里开始试点项目的第一次会议讨论预算的\n问题。") == [
        "我们星期一在老磨坊里开始试点项目的第一次会议讨论预算的问题。"
    ]


def test_what_a_list_archive_leaves_of_attachments_is_no_speech():
    body = (
        "We agree.\n\n_______________________________________________\nsteer mailing list\n"
        "https://a.example/mailman/listinfo/steer\n\n-------------- next part --------------\n"
        "An HTML attachment was scrubbed...\nURL: <https://a.example/b.html>\n"
    )

    assert new(body) == ["We agree."]
    assert new("We agree.\n\n-------------- next part --------------\nAnd so does Bo, as he writes.\n") != [
        "We agree."
    ]


def test_a_signature_that_is_cut_off_ends_with_the_mail():
    found = new_text("I agree.\n\n-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v1\n\niD8DBQE7")

    assert found.paragraphs == ("I agree.",)
    assert found.dropped == {CODE: 3}


def test_the_header_of_lotus_notes_is_old_with_all_below_it():
    fields = "To\nAnn Lee <ann@acme.example>\ncc\n\nSubject\nPilot\n"
    body = f"We agree.\n\n\nBo Ray <bo@acme.example>\n04/02/2012 06:26 PM\n\n{fields}\n\nDo you agree?\n"

    assert new(body) == ["We agree."]


def test_the_end_of_a_quoted_line_that_was_wrapped_without_a_mark_is_quoted():
    asked = "> Shall we cut the budget by five percent, or do you think that we should\nwait\n> until June?"

    assert new(f"{asked}\n\nCut it.\n") == ["Cut it."]
    assert new(f"{asked.replace('wait', 'No.')}\n") == ["No."]
    assert new(f"{asked.replace('wait', 'no')}\n") == ["no"]


def test_how_to_join_a_call_is_no_contribution():
    rule = "_" * 60
    call = f"{rule}\nMicrosoft Teams Need help?\nJoin the meeting now\nMeeting ID: 12 34\n{rule}\n"
    body = f"Please join.\n\n{call}"

    found = new_text(body, author="Ann Lee")

    assert found.paragraphs == ("Please join.",)
    assert found.dropped == {"lines on how to join a call": 5}


def test_what_an_archive_took_out_is_no_text_right_below_the_words_either():
    body = "No.\n-------------- next part --------------\nAn HTML attachment was scrubbed...\nURL: <http://a.example>"

    assert new(body) == ["No."]
