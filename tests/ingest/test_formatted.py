"""Minutes of W3C's scribe.perl saved as text: by a text browser, and copied from the page."""

import pytest

from analyzer.ingest.formatted import with_marks
from analyzer.ingest.scribed import read_text
from analyzer.ingest.sources import Document

SAVED = """\
   [1]W3C

      [1] https://www.w3.example/

                               – DRAFT –
                        Widget Working Group

06 March 2025

   [2]Agenda. [3]IRC log.

      [2] https://lists.example/a.html
      [3] https://www.example/irc

Attendees

   Present
          Anna_Lee, bodo, Cyra Fox

   Regrets
          -

   Chair
          Anna_Lee

   Scribe
          bodo

Contents

    1. [4]Budget
    2. [5]Next meeting
    3. [6]Summary of action items

Meeting minutes

  Budget

   Anna_Lee: We should raise the budget of this trial
   ... before the board meets in May, which is what the partners
   asked for

   cyra: who pays for it?

   <bodo> I can ask the board

   <bodo> ACTION: bodo to ask the board [recorded in
   [7]http://www.example/minutes.html#action01]

   RESOLUTION: Raise the budget

  Next meeting

   cyra: next week?

Summary of action items

    1. [8]bodo to ask the board

    Minutes manually created (not a transcript), formatted by
    [9]scribe.perl version 244.

      [9] https://w3c.example/scribedoc.html
"""
COPIED = """\
– DRAFT –
Widget Working Group
06 March 2025
Agenda. IRC log.
Attendees
Present
Anna_Lee, bodo, Cyra Fox
Regrets
-
Chair
Anna_Lee
Scribe
bodo
Contents
Budget
Next meeting
Summary of action items
Meeting minutes
Budget
Anna_Lee: We should raise the budget of this trial
... before the board meets in May, which is what the partners asked for
cyra: who pays for it?
<bodo> I can ask the board
<bodo> ACTION: bodo to ask the board
RESOLUTION: Raise the budget
Next meeting
cyra: next week?
Summary of action items
bodo to ask the board
Minutes manually created (not a transcript), formatted by scribe.perl version 244.
"""


def read(text):
    return next(read_text(Document(name="minutes.txt", content=text.encode())))


@pytest.mark.parametrize("text", [SAVED, COPIED, SAVED.replace("\n", "\r\n")])
def test_saved_minutes_have_their_topics_people_and_records(text):
    meeting = read(text)

    assert (meeting.title, str(meeting.date)) == ("Widget Working Group", "2025-03-06")
    assert [person.name for person in meeting.people] == ["Anna Lee", "bodo", "Cyra Fox"]
    assert [(u.kind, u.speaker, u.topic, u.text) for u in meeting.utterances] == [
        (
            "speech",
            "anna-lee",
            "Budget",
            "We should raise the budget of this trial before the board meets in May, "
            "which is what the partners asked for",
        ),
        ("speech", "cyra-fox", "Budget", "who pays for it?"),
        ("speech", "bodo", "Budget", "I can ask the board"),
        ("action", None, "Budget", "bodo to ask the board"),
        ("decision", None, "Budget", "Raise the budget"),
        ("speech", "cyra-fox", "Next meeting", "next week?"),
    ]


@pytest.mark.parametrize("text", [SAVED, COPIED])
def test_every_line_keeps_its_number(text):
    assert with_marks(text).count("\n") == text.count("\n")
    for utterance in read(text).utterances:
        line = text.split("\n")[utterance.at.number - 1]
        assert utterance.text.partition(" ")[0] in line


def test_other_notes_stay_as_they_are():
    notes = "# Board\n\nAttendees\n\n- Ann Lee\n\nContents\n\nWe met.\n"

    assert with_marks(notes) == notes


def test_long_runs_of_blanks_cost_little():
    with_marks("Attendees\n" + " \n" * 100_000 + "Present\n" + "[recorded in " * 50_000)
