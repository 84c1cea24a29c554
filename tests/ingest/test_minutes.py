"""Minutes and notes as their writers lay them out: lists of people, fields, records, headings, logs."""

import pytest

from analyzer.ingest.headings import promote
from analyzer.ingest.logs import is_log
from analyzer.ingest.outline import outline
from analyzer.ingest.rolls import Entry, is_entry, read_entries
from analyzer.ingest.scribed import read_markdown, read_text, sniff_text
from analyzer.ingest.sources import Document


def read(text, reader=read_text):
    return next(reader(Document(name="notes", content=text.encode())))


def said(meeting):
    return [(u.kind, u.speaker, u.topic, u.text) for u in meeting.utterances]


def people(meeting):
    return [(person.name, person.party, person.role) for person in meeting.people]


@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        (["Ann Lee, Bo Ray and Cy Fox"], [Entry(name="Ann Lee"), Entry(name="Bo Ray"), Entry(name="Cy Fox")]),
        (
            ["Ann Lee (ALE), Bo Ray (BRY)"],
            [Entry(name="Ann Lee", short="ALE"), Entry(name="Bo Ray", short="BRY")],
        ),
        (["Ann Lee (IBM)"], [Entry(name="Ann Lee", party="IBM")]),
        (
            ["Ann Lee, Acme", "Bo Ray, Chair"],
            [Entry(name="Ann Lee", party="Acme"), Entry(name="Bo Ray", role="Chair")],
        ),
        (
            ["Ann Lee – Finance Director and member"],
            [Entry(name="Ann Lee", role="Finance Director and member")],
        ),
        (["Ann Lee (Acme) / Board Liaison"], [Entry(name="Ann Lee", party="Acme")]),
        (
            ["Acme: Ann Lee; Bo Ray"],
            [Entry(name="Ann Lee", party="Acme"), Entry(name="Bo Ray", party="Acme")],
        ),
        (["Ann Lee (by video, until 10:30)"], [Entry(name="Ann Lee")]),
        (["annie (Ann Lee)"], [Entry(name="Ann Lee", short="annie")]),
        (["(Ann Lee, Bo Ray)"], [Entry(name="Ann Lee"), Entry(name="Bo Ray")]),
        (["none"], []),
    ],
)
def test_lists_of_people(lines, entries):
    found = read_entries(lines)

    assert [(e.name, e.short, e.party) for e in found] == [(e.name, e.short, e.party) for e in entries]
    assert all(entry.role in (e.role, "Board Liaison") for entry, e in zip(found, entries, strict=True))


@pytest.mark.parametrize(
    "text", ["The meeting was opened at nine o'clock by the chair of the board.", "It rained."]
)
def test_a_sentence_is_no_list_of_people(text):
    assert not is_entry(text)


def test_a_wrapped_list_of_names_is_one_list():
    meeting = read("Present:\n  Ann Lee, Bo Ray, Cy \n  Fox, Di Ott\n\nAnn Lee: One.\nBo Ray: Two.\n")

    assert [name for name, *_ in people(meeting)] == ["Ann Lee", "Bo Ray", "Cy Fox", "Di Ott"]
    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann-lee", "One."), ("bo-ray", "Two.")]


def test_who_sent_apologies_was_not_there_and_says_nothing():
    meeting = read(
        "# Board\n\n## Present\n\n- Ann Lee, Acme\n- Bo Ray, Bolt\n\n## Apologies\n\n- Cy Fox\n\n## Money\n\n"
        "Lee said that it is spent. Ray objected.\n",
        read_markdown,
    )

    assert people(meeting) == [("Ann Lee", "Acme", None), ("Bo Ray", "Bolt", None)]
    assert said(meeting) == [
        ("statement", "ann-lee", "Money", "Lee said that it is spent."),
        ("statement", "bo-ray", "Money", "Ray objected."),
    ]


def test_prose_below_a_list_of_people_is_read():
    meeting = read("ATTENDEES\n---------\nAnn Lee (Acme)\nBo Ray (Bolt)\n\nThe board met at nine.\n")

    assert people(meeting) == [("Ann Lee", "Acme", None), ("Bo Ray", "Bolt", None)]
    assert [text for *_, text in said(meeting)] == ["The board met at nine."]


def test_a_form_of_minutes_with_owner_and_due_date():
    meeting = read(
        "**Meeting Title:** Group\n**Date:** 2025-03-06\n\n### 3.1 Budget\n"
        "- **Discussion:** Much was said.\n- **Decisions/Conclusions:** Spend is frozen.\n"
        "- **Action:** Send figures\n- **Owner:** Bo Ray\n- **Due Date:** 13 March\n\n"
        "## Action items\n\n- [ ] Call the bank\n- [x] Write to Acme\n",
        read_markdown,
    )

    assert (meeting.title, str(meeting.date)) == ("Group", "2025-03-06")
    assert [(kind, text) for kind, _, _, text in said(meeting)] == [
        ("statement", "Much was said."),
        ("decision", "Spend is frozen."),
        ("action", "Send figures (Owner: Bo Ray) (Due Date: 13 March)"),
        ("action", "Call the bank"),
        ("action", "Write to Acme"),
    ]


def test_the_list_of_a_label_ends_where_the_minutes_go_on():
    meeting = read("Resolved:\n\n- To stop.\n- To sell.\n\nThe meeting closed at noon.\n")

    assert [kind for kind, *_ in said(meeting)] == ["decision", "decision", "statement"]


def test_a_report_ends_the_turn_before_it_in_minutes():
    meeting = read(
        "Present: Ann Lee, Bo Ray\n\nLee opened the meeting.\n\nRay: It is spent.\n\n"
        "Lee added that it was raised.\n\nRay protested.\n"
    )

    assert [(u.kind, u.speaker) for u in meeting.utterances] == [
        ("statement", "ann-lee"),
        ("speech", "bo-ray"),
        ("statement", "ann-lee"),
        ("statement", "bo-ray"),
    ]


def test_in_a_transcript_words_about_others_belong_to_who_speaks():
    meeting = read(
        "Present: Ann Lee, Bo Ray\n\nAnn Lee: One.\n\nBo said that it is spent.\n\nBo Ray: Two.\n\n"
        "Ann Lee: Three.\n\nBo Ray: Four.\n"
    )

    first = meeting.utterances[0]
    assert (first.speaker, first.text) == ("ann-lee", "One.\nBo said that it is spent.")


def test_decisions_and_actions_inside_a_paragraph_are_kept_apart():
    meeting = read(
        "Present: Ann Lee, Bo Ray\n\n"
        "The roof leaks. It was agreed to mend it. Ray to call the builder. It rained.\n"
    )

    assert [(kind, text) for kind, _, _, text in said(meeting)] == [
        ("statement", "The roof leaks."),
        ("decision", "It was agreed to mend it."),
        ("action", "Ray to call the builder."),
        ("statement", "It rained."),
    ]


def test_who_is_reported_becomes_a_person_where_no_list_names_anybody():
    meeting = read(
        "Mr Tom Roe reported a loss. Poe asked why. Poe thanked him. The Council noted it. Sales said no.\n"
    )

    assert [name for name, *_ in people(meeting)] == ["Tom Roe", "Poe"]
    assert [u.speaker for u in meeting.utterances] == ["tom-roe", "poe", None]


def test_numbers_that_count_on_are_headings_and_a_list_is_not():
    text = "1. Welcome\nThe chair spoke.\n1.1 Roll call\nAll were there.\n2. Money\nIt is spent.\n"
    agenda = "1. Welcome\n2. Money\n3. Travel\n\nThe chair spoke.\n"

    assert [line.text for line in promote(outline(text)) if line.kind == "heading"] == [
        "1. Welcome",
        "1.1 Roll call",
        "2. Money",
    ]
    assert not [line for line in promote(outline(agenda)) if line.kind == "heading"]


def test_lines_in_capitals_are_headings_where_nothing_else_is():
    lines = promote(outline("MONEY\n\nIt is spent.\n\nTRAVEL AND REST\n\nNobody goes. NASA!\n"))

    assert [line.text for line in lines if line.kind == "heading"] == ["MONEY", "TRAVEL AND REST"]


LOGS = [
    "16:04:11 <ann> hello\n16:04:12 <bo> yes\n16:04:15 * cy waves\n16:05:00 <ann> fine\n",
    "[Tue 16:04:11] <ann>\thello\n[Tue 16:04:12] <bo>\tyes\n[Tue 16:04:15] *\tcy waves\n"
    "[Tue 16:05:00] <ann>\tfine\n",
    "[2025-03-06T16:04:11.209Z]\t<ann>\thello\n[2025-03-06T16:04:12Z]\t<bo>\tyes\n16:04:15 *\tcy waves\n"
    "[2025-03-06T16:05:00.000Z]\t<ann>\tfine\n",
]


@pytest.mark.parametrize("text", LOGS)
def test_chat_logs_with_their_ways_to_write_the_time(text):
    meeting = read(text)

    assert is_log(text.encode())
    assert sniff_text(text.encode()) > 0.8
    assert [(u.speaker, u.text) for u in meeting.utterances] == [
        ("ann", "hello"),
        ("bo", "yes"),
        ("ann", "fine"),
    ]
    assert meeting.utterances[1].start == pytest.approx(1.0, abs=0.3)
    assert {notice.reason: notice.count for notice in meeting.notices} == {
        "stage directions and asides in brackets, no speech": 1
    }


def test_a_program_may_scribe_and_nicks_are_spelled_out():
    meeting = read(
        "10:00:00 <Ann_Lee> present+\n10:00:01 <Writer> scribe+\n10:00:02 <Writer> Ann_Lee: All right.\n"
        "10:00:03 <Writer> Ann_Lee:  and so on.\n10:00:04 <bo> bo: me too\n"
        "10:00:05 <voip-cr> bo has the floor\n"
        "10:00:06 <bo> ACTION: Ann to write\n"
    )

    assert [(u.kind, u.speaker, u.text) for u in meeting.utterances] == [
        ("speech", "ann-lee", "All right.\nand so on."),
        ("speech", "bo", "me too"),
        ("action", None, "Ann to write"),
    ]


def test_marks_without_words_are_counted():
    meeting = read("Ann: Yes.\nBo: 👍\nAnn: Good.\n\n***\n\n!!\n\nBo: Fine.\n")

    assert {notice.reason: notice.count for notice in meeting.notices} == {
        "lines without words": 1,
        "turns without words": 1,
    }


def test_the_time_may_stand_behind_the_name_or_the_words_below():
    meeting = read("Ann Lee: [00:00:04] One.\n\nBo Ray (00:10):\nTwo.\n\nAnn Lee (0:12): Three.\n")

    assert [(u.speaker, u.start, u.text) for u in meeting.utterances] == [
        ("ann-lee", 4.0, "One."),
        ("bo-ray", 10.0, "Two."),
        ("ann-lee", 12.0, "Three."),
    ]


def test_a_summary_repeats_records_and_they_count_once():
    meeting = read(
        "# Board\n\n## Money\n\nIt is spent.\n\nACTION: Ann to cut.\n\n## Summary of Action Items\n\n"
        "- Ann to cut\n- [NEW] ACTION: Bo to sell\n",
        read_markdown,
    )

    assert [(kind, text) for kind, _, _, text in said(meeting)] == [
        ("statement", "It is spent."),
        ("action", "Ann to cut."),
        ("action", "Bo to sell"),
    ]
    assert {notice.reason for notice in meeting.notices} == {"decisions and actions written down before"}


def test_an_agenda_is_no_talk_but_what_is_noted_below_it_is():
    meeting = read("Agenda:\n\n1. Money\n2. Travel\n\nThe chair opened the meeting.\n\nMoney is spent.\n")

    assert [text for *_, text in said(meeting)] == ["The chair opened the meeting.", "Money is spent."]


def test_a_tag_in_prose_is_nobody():
    meeting = read(
        "The page begins with this.\n\n<div> and then it goes on.\n\n<p class=a> is next.\n\nIt ends.\n"
    )

    assert not meeting.people
    assert len(meeting.utterances) == 4


@pytest.mark.parametrize(
    "event",
    [
        "10:00:02 -!- cy [~cy@a.example] has joined #x",
        "10:00:02 --> cy has joined",
        "10:00:02 *** bo is now known as bobo",
    ],
)
def test_who_comes_and_goes_is_no_part_of_what_was_said(event):
    meeting = read(f"10:00:00 <ann> hello\n10:00:01 <bo> yes\n{event}\n10:00:03 <ann> fine\n")

    assert [u.text for u in meeting.utterances] == ["hello", "yes", "fine"]
    assert {notice.reason: notice.count for notice in meeting.notices} == {
        "chat commands, bots, joins and parts, no speech": 1
    }


def test_a_log_with_tabs_is_a_log():
    log = "2025-03-06 10:00:05\tann\thello\n2025-03-06 10:00:09\t@bo\tyes: no\n"
    log += "2025-03-06 10:00:19\t-->\tcy has joined\n2025-03-06 10:00:25\tann\tfine\n"

    meeting = read(log)

    assert [(u.speaker, u.text, u.start) for u in meeting.utterances] == [
        ("ann", "hello", 0.0),
        ("bo", "yes: no", 4.0),
        ("ann", "fine", 20.0),
    ]


def test_commands_of_the_bot_that_keeps_minutes_become_topics_decisions_and_actions():
    meeting = read(
        "10:00:00 <ann> #startmeeting x\n10:00:00 <meetbot> Meeting started.\n10:00:01 <ann> #topic Budget\n"
        "10:00:02 <bo> too low\n10:00:03 <ann> #agreed raise it\n10:00:04 <ann> #action bo to write\n"
        "10:00:05 <ann> #info we have 3\n10:00:06 <ann> #endmeeting\n"
    )

    assert [(u.kind, u.speaker, u.text, u.topic) for u in meeting.utterances] == [
        ("speech", "bo", "too low", "Budget"),
        ("decision", None, "raise it", "Budget"),
        ("action", None, "bo to write", "Budget"),
        ("speech", "ann", "we have 3", "Budget"),
    ]


def test_who_writes_nothing_but_what_others_say_is_a_scribe():
    meeting = read(
        "10:00:00 <ann> q+\n10:00:01 <writer> Ann_Lee: hello\n10:00:02 <writer> Bo_Ek: yes\n"
        "10:00:03 <writer> Ann_Lee: fine\n10:00:04 <ann> typed\n"
    )

    assert [(u.speaker, u.text) for u in meeting.utterances] == [
        ("ann-lee", "hello"),
        ("bo-ek", "yes"),
        ("ann-lee", "fine"),
        ("ann", "typed"),
    ]


def test_where_those_present_speak_by_initials_a_heading_of_a_point_is_nobody():
    meeting = read(
        "Ann Lee (ALE), Bo Ek (BEK), Cy Fox (CFX)\n\n"
        + "ALE: Is it?\n\nBEK: It is.\n\n" * 5
        + "ALE: Two points.\n\n"
        "Bracket Access: it maps to a call.\n\nJane Roe: I am new.\n\nJane Roe: Hello.\n"
    )

    assert {person.key for person in meeting.people} == {"ann-lee", "bo-ek", "cy-fox", "jane-roe"}
    assert "Bracket Access: it maps to a call." in meeting.utterances[-2].text


def test_an_element_of_html_is_no_nick():
    meeting = read("<anna> Hi.\n<bodo> Hm.\n<summary>All of the changes</summary>\n<anna> Bye.\n")

    assert {person.key for person in meeting.people} == {"anna", "bodo"}


def test_somebody_unknown_is_nobody():
    meeting = read("Ann Lee: Well.\nUnknown: Hm.\nAnn Lee: Yes.\nUnidentified speaker: No.\nSomeone: Ha.\n")

    assert [u.speaker for u in meeting.utterances] == ["ann-lee", None, "ann-lee", None, None]


def test_short_decisions_on_two_topics_are_two_and_a_summary_repeats_none():
    meeting = read(
        "# Notes\n\n## One\n\nAnn Lee: Hi.\n\n### Conclusion\n\n- Stage 1\n\n## Two\n\nBo Ek: Yes.\n\n"
        "### Conclusion\n\n- Stage 1\n- Raise the budget of next year\n\n## Summary of resolutions\n\n"
        "- Raise the budget of next year\n",
        read_markdown,
    )

    assert [(u.text, u.topic) for u in meeting.utterances if u.kind == "decision"] == [
        ("Stage 1", "One"),
        ("Stage 1", "Two"),
        ("Raise the budget of next year", "Two"),
    ]


def test_a_backslash_at_the_end_of_a_line_is_a_mark_of_markdown():
    meeting = read("# Notes\n\n## One \\\nPresenter: Ann Lee (AL) \\\n \\\nAL: Hi. \\\n", read_markdown)

    assert [(u.speaker, u.text, u.topic) for u in meeting.utterances] == [("ann-lee", "Hi.", "One")]


def test_ai_stands_for_action_item_unless_it_answers():
    minutes = read(
        "# Board\n\nAI: Bo to ask the board\nAI: Cy to book the room\n\n- AI #3: Ann to close the file\n"
        "- AI (Bo): write to the partner\n- Action (Cy): pay\n",
        read_markdown,
    )
    single = read("Ann Lee: Who asks?\nBo Ek: I do.\nAI: Bo to ask the board\nAnn Lee: Good.\n")
    initials = read("".join(f"ABC: Is {n} right?\nXYZ: No.\n" for n in range(5)) + "AI: It is.\nABC: Ah.\n")
    chat = read("Ann Lee: Who asks?\nAI: Bo does.\nAnn Lee: And then?\nAI: You pay.\n")

    assert [(u.kind, u.text) for u in minutes.utterances] == [
        ("action", "Bo to ask the board"),
        ("action", "Cy to book the room"),
        ("action", "Ann to close the file"),
        ("action", "write to the partner (Bo)"),
        ("action", "pay (Cy)"),
    ]
    assert [u.kind for u in single.utterances] == ["speech", "speech", "action", "speech"]
    assert [u.speaker for u in initials.utterances][-2:] == ["ai", "abc"]
    assert [u.speaker for u in chat.utterances] == ["ann-lee", "ai", "ann-lee", "ai"]


def test_who_writes_in_a_chat_speaks_in_its_scribes_lines_too():
    meeting = read("<anna> Hi.\n<bodo> Hm.\nRESOLVED: Go on\nbodo: Fine.\nanna: Bye.\n")

    assert [(u.kind, u.speaker, u.text) for u in meeting.utterances][2:] == [
        ("decision", None, "Go on"),
        ("speech", "bodo", "Fine."),
        ("speech", "anna", "Bye."),
    ]


def test_a_paragraph_of_very_many_lines_is_put_together_once():
    # Each line was once copied behind all before it: 50,000 lines of a turn took minutes.
    lines = "\n".join(f"and so on {number}" for number in range(50_000))

    turn = read(f"Ann Lee: Hi.\nBo Ek: Hm.\nAnn Lee: Well,\n{lines}\n").utterances[-1]
    saved = read(
        "Attendees\n\nPresent\n  ann\n\nMeeting minutes\n\n  [1] http://a.example\n\nann: Well,\n" + lines
    )

    assert turn.text.endswith("and so on 49998 and so on 49999")
    assert saved.utterances[-1].text.endswith("and so on 49998 and so on 49999")


def test_what_stands_below_a_heading_that_nothing_marks_begins_a_paragraph():
    text = (
        "1. Welcome\nThe chair opened.\n\n2. Any other business\nThere was none.\n\n3. Next one\n9 April.\n"
    )

    assert [(u.topic, u.text) for u in read(text).utterances] == [
        ("1. Welcome", "The chair opened."),
        ("2. Any other business", "There was none."),
        ("3. Next one", "9 April."),
    ]


def test_motions_and_votes_are_nobodys_words():
    text = (
        "Ann Lee: We have two bids.\n\nAnn Lee: I prefer the first.\n\nVote: first bid? Yes: 2, no: 0\n\n"
        "Second: Bo Ray\n\nAyes: 2\n\nBo Ray: Fine.\n\nBo Ray: Next.\n"
    )

    assert [(u.speaker, u.text) for u in read(text).utterances] == [
        ("ann-lee", "We have two bids.\nI prefer the first."),
        (None, "Vote: first bid? Yes: 2, no: 0"),
        (None, "Second: Bo Ray"),
        (None, "Ayes: 2"),
        ("bo-ray", "Fine.\nNext."),
    ]


def test_who_speaks_once_is_a_speaker_where_others_speak_again_and_again():
    talk = [
        "Ann Lee: We have two bids.",
        "Bo Ray: Which?",
        "Ann Lee: From the north.",
        "Cy Fox: I like one.",
        "Bo Ray: So do I.",
        "Budget Review: it is fine.",
    ]
    prose = ["It went on, to the review of the budget."] + ["And on."] * 8

    meeting = read("\n\n".join([*talk, *prose]))

    assert {person.name for person in meeting.people} == {"Ann Lee", "Bo Ray", "Cy Fox"}


def test_a_voice_from_the_chat_is_that_of_who_wrote_there():
    text = (
        "Ann Lee: Any questions?\nJabber (Bo Ray): One.\nAnn Lee: Go on.\nCy Fox via Zulip: Mine, too.\n"
        "Q (Bo Ray): Another.\nmic: Dot Elm: Why?\n"
    )

    assert [u.speaker for u in read(text).utterances] == [
        "ann-lee",
        "bo-ray",
        "ann-lee",
        "cy-fox",
        "bo-ray",
        "dot-elm",
    ]


def test_initials_stand_for_the_only_one_present_who_has_them():
    text = "Present: Ann Lee, Bo Ray, Bea Rot\n\nBudget\n\nAL reported that it was spent.\n\nBR asked why.\n"

    assert [(u.speaker, u.text) for u in read(text).utterances if "Budget" not in u.text] == [
        ("ann-lee", "AL reported that it was spent."),
        (None, "BR asked why."),
    ]


def test_a_pronoun_is_nobodys_initials():
    text = "Present: Ida Tor, Bo Ray\n\nIt agreed with the plan of the board.\n\nBo Ray agreed too.\n"

    assert [u.speaker for u in read(text).utterances] == [None, "bo-ray"]


def test_an_office_behind_a_name_is_no_person():
    found = read_entries(["Ann Lee, Finance Director, Eve Fox, Gil Hay"])
    found += read_entries(["Mayor Bo Ray; Councilmembers Cy, Dot"])

    assert [(entry.name, entry.role) for entry in found] == [
        ("Ann Lee", "Finance Director"),
        ("Eve Fox", ""),
        ("Gil Hay", ""),
        ("Mayor Bo Ray", ""),
        ("Cy", ""),
        ("Dot", ""),
    ]


def test_people_side_by_side_as_google_docs_writes_them_are_several():
    text = "Attendees: [Ann Lee](mailto:a@a.example) [Bo Ray](mailto:b@b.example)\n\nNotes\n\n- We met.\n"

    assert [person.name for person in read(text, read_markdown).people] == ["Ann Lee", "Bo Ray"]


def test_a_line_that_says_only_action_items_opens_their_list():
    text = "# Sync\n\n- We met.\n\nAction items\n\n- Bo: write it down\n"

    assert [(u.kind, u.text) for u in read(text, read_markdown).utterances] == [
        ("statement", "We met."),
        ("action", "Bo: write it down"),
    ]


def test_a_sentence_that_ends_in_a_colon_at_the_front_is_said():
    text = "On the other hand we should note:\n\n1. keep it\n2. cut it\n"

    assert next(u.text for u in read(text).utterances) == "On the other hand we should note:"


def test_the_summary_of_a_meeting_bot_lists_actions_once_and_those_present():
    text = (
        "Action Items\n------------\n* bo to write it down now\n\nAction Items, by person\n"
        "-----------------------\n* bo\n  * bo to write it down now\n* **UNASSIGNED**\n\n"
        "People Present (lines said)\n---------------------------\n* annlee (6)\n* bo (3)\n"
    )
    meeting = read(text)

    assert said(meeting) == [("action", None, "Action Items", "bo to write it down now")]
    assert people(meeting) == [("annlee", None, None), ("bo", None, None)]


def test_a_log_with_times_and_one_word_names_is_talk():
    text = (
        "[2024-03-12 10:02:11] ann.lee: Is it up?\n[2024-03-12 10:05:01] bo: Yes.\n"
        "[2024-03-12 10:06:30] ann.lee: Good.\n"
    )

    assert [(u.speaker, u.start) for u in read(text).utterances] == [
        ("ann-lee", 0.0),
        ("bo", 170.0),
        ("ann-lee", 259.0),
    ]


def test_a_program_that_writes_down_names_with_blanks_speaks_for_those_it_names():
    text = "".join(
        f"2023-03-21T16:00:0{at}.211Z <robots> {line}\n"
        for at, line in enumerate(["Ann Lee: Hello.", "Bo Ray: Hi.", "Ann Lee: We begin.", "Cy Fox: Yes."])
    )

    assert [u.speaker for u in read(text).utterances] == ["ann-lee", "bo-ray", "ann-lee", "cy-fox"]


def test_a_nick_with_a_second_name_is_one_person():
    text = (
        "Ann Lee: Hello.\nTallBo // Bo Ray (he/him): Hi.\nAnn Lee: Well.\nTallBo // Bo Ray (he/him): Bye.\n"
    )

    assert [u.speaker for u in read(text).utterances] == ["ann-lee", "tallbo", "ann-lee", "tallbo"]


def test_a_channel_of_discord_is_the_talk_of_those_who_write():
    rule = "=" * 62
    text = (
        f"{rule}\nGuild: Example\nChannel: General / dev\n{rule}\n\n"
        "[12-Mar-2024 10:02 AM] ann#1234\nIs it up?\n\n"
        "[12-Mar-2024 10:05 AM] bo (pinned)\nYes.\nI looked: fine.\n\n"
        "{Reactions}\nthumbs (2)\n\n[12-Mar-2024 10:06 AM] ann#1234\nGood.\n\nNext one?\n\n"
        f"{rule}\nExported 3 message(s)\n{rule}\n"
    )

    meeting = read(text)

    assert [(u.speaker, u.start, u.text) for u in meeting.utterances] == [
        ("ann", 0.0, "Is it up?"),
        ("bo", 180.0, "Yes. I looked: fine."),
        ("ann", 240.0, "Good.\nNext one?"),
    ]
    assert str(meeting.date) == "2024-03-12"


@pytest.mark.parametrize(
    "text",
    [
        "--- Log opened Tue Mar 12 10:00:00 2024\n10:01 < ann> Hi.\n10:02 <@bo> Hi.\n10:03 < ann> Well?\n"
        "--- Day changed Wed Mar 13 2024\n",
        "**** BEGIN LOGGING AT Tue Mar 12 10:00:00 2024\n\nMar 12 10:01:00 <ann>\tHi.\n"
        "Mar 12 10:02:00 <bo>\tHi.\nMar 12 10:03:00 <ann>\tWell?\n",
        "=== bob is now known as bo\n[10:01] <ann> #startmeeting Team\n[10:01] <ann> Hi.\n[10:02] <bo> Hi.\n"
        "[10:02] <meetingology> Meeting started Tue Mar 12 10:01:00 2024 UTC.\n[10:03] <ann> Well?\n",
    ],
)
def test_what_a_client_of_a_chat_notes_of_itself_is_no_speech(text):
    meeting = read(text)

    assert [(u.speaker, u.start, u.text) for u in meeting.utterances] == [
        ("ann", 0.0, "Hi."),
        ("bo", 60.0, "Hi."),
        ("ann", 120.0, "Well?"),
    ]
    assert str(meeting.date) == "2024-03-12"


def test_an_action_marked_among_the_points_of_an_agenda_is_one():
    text = "## Agenda\n\n- [Bo] Tests\n   - [AI] Bo to mend them\n"

    assert [(u.kind, u.text) for u in read(text, read_markdown).utterances] == [("action", "Bo to mend them")]


def test_what_a_standup_reports_is_kept_and_names_nobody():
    first = "## Ann\n- Yesterday: tests\n- Today: notes\n"
    text = f"# Standup\n\n{first}\n## Bo\n- Yesterday: rest\n- Blockers: none\n"

    assert [(u.speaker, u.topic, u.text) for u in read(text, read_markdown).utterances] == [
        (None, "Ann", "Yesterday: tests"),
        (None, "Ann", "Today: notes"),
        (None, "Bo", "Yesterday: rest"),
        (None, "Bo", "Blockers: none"),
    ]


def test_a_board_lists_its_directors_and_officers():
    present = "Directors Present:\n\n  Ann Lee\n  Bo Ray\n"
    text = f"Roll call\n\n{present}\nDirectors Absent:\n\n  Cy Fox\n\nIt began.\n"

    meeting = read(text)

    assert [person.name for person in meeting.people] == ["Ann Lee", "Bo Ray"]
    assert meeting.utterances[-1].text == "It began."
