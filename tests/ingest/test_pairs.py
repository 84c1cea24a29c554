import pytest

from analyzer.ingest.chats import read_otter, sniff_otter
from analyzer.ingest.pairs import with_heads
from analyzer.ingest.sources import Document

PLAYER = "Ann Lee\n00:01\nWe begin: now.\nBo Ek\n00:04\nFine.\nAnn Lee\n00:09\nGood.\n"


def said(text):
    meeting = next(read_otter(Document(name="call.txt", content=text.encode())))
    return [(turn.speaker, turn.text, turn.start) for turn in meeting.utterances]


@pytest.mark.parametrize(
    "text",
    [
        PLAYER,
        PLAYER.replace("\n", "\n\n"),
        PLAYER.replace("00:", "(00:").replace("1\n", "1):\n").replace("4\n", "4):\n").replace("9\n", "9):\n"),
        "00:01\nAnn Lee\nWe begin: now.\n\n00:04\nBo Ek\nFine.\n\n00:09\nAnn Lee\nGood.\n",
        PLAYER.replace("Ann Lee", "AL\nAnn Lee").replace("Bo Ek", "BE\nBo Ek"),
        "Ann Lee\n0 Minuten 1 Sekunde\n0:01\nAnn Lee 0 Minuten 1 Sekunde\nWe begin: now.\n"
        "Bo Ek\n0 Minuten 4 Sekunden\n0:04\nBo Ek 0 Minuten 4 Sekunden\nFine.\n"
        "Ann Lee\n0 Minuten 9 Sekunden\n0:09\nAnn Lee 0 Minuten 9 Sekunden\nGood.\n",
    ],
)
def test_name_and_time_on_two_lines_open_a_turn(text):
    assert sniff_otter(text.encode()) == 0.85
    assert said(text) == [
        ("ann-lee", "We begin: now.", 1.0),
        ("bo-ek", "Fine.", 4.0),
        ("ann-lee", "Good.", 9.0),
    ]


def test_times_of_day_below_names_are_those_of_a_chat():
    text = "Ann Lee\n  10:02 AM\nHi\nBo Ek\n  10:03 AM\nGo\nAnn Lee\n  10:04 AM\nYes\n"

    assert said(text) == [("ann-lee", "Hi", 0.0), ("bo-ek", "Go", 60.0), ("ann-lee", "Yes", 120.0)]


@pytest.mark.parametrize(
    "text",
    [
        "10:00\nWelcome\n10:10\nBudget\n10:30\nClose",  # an agenda: nothing comes back
        "00:01\nso we begin with the\n00:04\nbudget of this year",  # captions without names
        "00:00:00\n\nAnn Lee: We begin.\nBo: Fine.\n00:05:00\n\nAnn Lee: Good.",  # Meet
    ],
)
def test_other_times_on_lines_of_their_own_stay(text):
    lines = text.split("\n")

    assert with_heads(lines) == lines
