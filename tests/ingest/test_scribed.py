from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import NoSpeech, ReadError, TooLarge
from analyzer.ingest.limits import Limits
from analyzer.ingest.scribed import read_markdown, read_text, sniff_markdown, sniff_text
from analyzer.ingest.sources import Document

NOTES = """# March 6, 2025 Meeting Notes
-----

**Attendees:**
| Name | Abbreviation | Organization |
| ---- | ------------ | ------------ |
| Ann Lee | ALE | Acme |
| Bo Ray | BRY | Bolt |
| Cy Fox | CFX | Bolt |

## Budget for the **pilot**

Presenter: Ann Lee (ALE)

- [slides](https://slides.example/1)

ALE: We start with the numbers.

ALE: They are in the [sheet](https://sheet.example).
And they are final.

The next page has more.

no questions

BRY [on queue]: What about travel?

(silence)

ALE/BRY: Let us drop it.

```
code: here
```

### Conclusion

- Budget accepted
- CFX: will publish it

## Action items

- BRY sends the sheet
"""


def read(text, reader=read_markdown, name="notes.md"):
    return next(reader(Document(name=name, content=text.encode())))


def test_notes_become_turns_under_their_topics():
    meeting = read(NOTES)

    assert meeting.title == "March 6, 2025 Meeting Notes"
    assert meeting.date == date(2025, 3, 6)
    assert meeting.kind == "transcript"
    assert [(u.kind, u.speaker, u.text, u.units, u.at.number) for u in meeting.utterances] == [
        (
            "speech",
            "ann-lee",
            "We start with the numbers.\nThey are in the sheet. And they are final.\nThe next page has more.",
            3,
            17,
        ),
        ("statement", None, "no questions", 1, 24),
        ("speech", "bo-ray", "What about travel?", 1, 26),
        ("speech", "ann-lee", "Let us drop it.", 1, 30),
        ("decision", None, "Budget accepted", 1, 38),
        ("decision", "cy-fox", "will publish it", 1, 39),
        ("action", None, "BRY sends the sheet", 1, 43),
    ]
    assert {u.topic for u in meeting.utterances} == {"Budget for the pilot"}


def test_attendance_becomes_people_with_their_parties():
    people = read(NOTES).people

    assert [(p.name, p.party, p.aliases) for p in people] == [
        ("Ann Lee", "Acme", ("ALE",)),
        ("Bo Ray", "Bolt", ("BRY",)),
        ("Cy Fox", "Bolt", ("CFX",)),
    ]


def test_what_is_no_speech_is_counted():
    notices = {notice.reason: notice.count for notice in read(NOTES).notices}

    assert notices["lines of code, no speech"] == 3
    assert notices["lines with links only"] == 1
    assert notices["lines of two speakers at once, given to the first"] == 1


@pytest.mark.parametrize(
    "label",
    ["Present", "Scribe", "**Goal**", "Ticket 20 ", "Date", "Just by contrast", "Next steps", "Slides"],
)
def test_fields_are_no_speakers(label):
    meeting = read(f"Ann: One.\nBob: Two.\n{label}: some words here\nAnn: Three.\nBob: Four.\n")

    assert {person.name for person in meeting.people} - {"some words here"} == {"Ann", "Bob"}


def test_a_name_alone_opens_a_list():
    meeting = read("Ann:\n\n- One.\n- Two.\n\nBob:\n\n- Three.\n")

    assert [(u.speaker, u.text) for u in meeting.utterances] == [("ann", "One.\nTwo."), ("bob", "Three.")]


def test_list_items_with_named_items_below_are_topics():
    meeting = read(
        "# Minutes\n\n- Edition planning\n    - Ann: When?\n    - Bob: Soon.\n- Other\n    - Ann: No.\n"
    )

    assert [(u.topic, u.speaker) for u in meeting.utterances] == [
        ("Edition planning", "ann"),
        ("Edition planning", "bob"),
        ("Other", "ann"),
    ]


def test_headings_nest_most_specific_last():
    meeting = read("# Board\n\n## Money\n\n### Travel\n\nAnn: Yes.\n\nBob: No.\n\n## People\n\nAnn: Hm.\n")

    assert [u.topic for u in meeting.utterances] == ["Money / Travel", "Money / Travel", "People"]


def test_times_before_and_after_a_name_are_starts():
    meeting = read("[00:01:02] Ann: One.\n00:01:05 Bob: Two.\nCy Fox (01:10): Three.\n", read_text, "a.txt")

    assert [(u.speaker, u.start) for u in meeting.utterances] == [
        ("ann", 62.0),
        ("bob", 65.0),
        ("cy-fox", 70.0),
    ]


def test_a_scribe_writes_down_what_others_say():
    meeting = read(
        "10:00:00 <Zakim> Zakim has joined #board\n"
        "10:00:01 <bot> Date: 6 March 2025\n"
        "10:00:05 <cy> scribenick: cy\n"
        "10:00:06 <cy> Topic: Budget\n"
        "10:00:10 <cy> ann: it is too small\n"
        "10:00:12 <cy> … by half\n"
        "10:00:20 <bo> I do not agree\n"
        "10:00:30 <cy> RESOLUTION: keep it\n",
        read_text,
        "irc.txt",
    )

    assert [(u.speaker, u.kind, u.topic, u.text) for u in meeting.utterances] == [
        ("ann", "speech", "Budget", "it is too small\nby half"),
        ("bo", "speech", "Budget", "I do not agree"),
        (None, "decision", "Budget", "keep it"),
    ]
    assert meeting.utterances[1].start == 10.0
    assert meeting.date == date(2025, 3, 6)


def test_prose_minutes_are_statements():
    meeting = read("The board met.\nAll were there.\n\nIt adjourned.\n", read_text, "minutes.txt")

    assert meeting.kind == "minutes"
    assert [(u.kind, u.text) for u in meeting.utterances] == [
        ("statement", "The board met. All were there."),
        ("statement", "It adjourned."),
    ]


def test_contents_and_summaries_are_refused():
    links = "".join(f"- [Topic {number}](notes.md#{number})\n" for number in range(6))

    with pytest.raises(NoSpeech, match="table of contents") as raised:
        read("# March\n\n" + links)
    assert "summary" not in str(raised.value)
    with pytest.raises(NoSpeech, match="sums up"):
        read("# Summary of the 3rd meeting\n\n- Budget accepted\n")


def test_binary_and_other_formats_are_not_text():
    assert sniff_text(b"\x89PNG\r\n\x1a\n\x00\x00\x00") == 0.0
    assert sniff_text(b'{"results": []}') == 0.0
    assert sniff_text(b"name,minutes\nAnn,3\nBob,4\n") == 0.0
    assert sniff_text(b"Ann: Yes, we do.\nBob: No.\n") == 0.25
    assert sniff_markdown(b"# Notes\n\nSee [this](http://x.example) **now**.\n") > 0.4


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="AB ab:.,?-*_#>|`[]()<…\n\t012", max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        meeting = read("x " + text, read_text, "a.txt")
    except ReadError:
        return
    keys = {person.key for person in meeting.people}
    assert [u.index for u in meeting.utterances] == list(range(len(meeting.utterances)))
    assert all(u.speaker is None or u.speaker in keys for u in meeting.utterances)
    assert all(u.text.strip() and u.units >= 1 for u in meeting.utterances)


@pytest.mark.parametrize(
    "stamp",
    ["[10:0{} AM] ", "06/03/2025, 10:0{} - ", "[06/03/2025, 10:0{}:00] ", "2025-03-06 10:0{} "],
)
def test_times_of_day_in_chats_of_phones_count_from_the_first(stamp):
    words = ("Ann Lee: Hi.", "Bo Ek: Hello.", "Ann Lee: Go.")
    text = "".join(f"{stamp.format(at)}{said}\n" for at, said in enumerate(words))

    meeting = next(read_text(Document(name="a.txt", content=text.encode())))

    assert [(turn.speaker, turn.start) for turn in meeting.utterances] == [
        ("ann-lee", 0.0),
        ("bo-ek", 60.0),
        ("ann-lee", 120.0),
    ]


def test_notes_that_an_assistant_wrote_are_refused_in_markdown_too():
    text = "# Notes\n\n### Summary\n\nAnn Lee opened.\n\n*You should review Gemini's notes.*\n"

    with pytest.raises(NoSpeech, match="assistant program"):
        next(read_markdown(Document(name="a.md", content=text.encode())))


def test_lines_that_would_not_fit_into_memory_are_refused_blank_ones_too():
    document = Document(name="a.txt", content=b"Ann: hello\n" + b"\n" * 5_000, limits=Limits(tree_mb=1))

    with pytest.raises(TooLarge, match="memory"):
        next(read_text(document))


@pytest.mark.parametrize("said", ["", "\nAnn Lee: We begin.\n\nBo Ray: Yes.\n"])
def test_a_list_of_more_people_than_the_limit_is_refused(said):
    names = [f"- Ann Lee{chr(97 + number)}, Acme" for number in range(6)]
    content = "\n".join(["Attendees:", *names, said]).encode()

    with pytest.raises(TooLarge, match="leave the list out"):
        next(read_text(Document(name="a.txt", content=content, limits=Limits(people=5))))
    assert next(read_text(Document(name="a.txt", content=content, limits=Limits(people=7)))).people


@pytest.mark.parametrize("front", ["Board call\n\n", "\nBoard call\n2025-03-06\n\n", "board_call.mp3\n\n"])
def test_the_line_above_a_transcript_is_its_title_and_no_words(front):
    meeting = read(f"{front}Ann Lee: [00:00:01] We begin.\n\nBo Ek: [00:00:04] Fine.\n", read_text)

    assert meeting.title == front.split("\n2025")[0].strip()
    assert [turn.text for turn in meeting.utterances] == ["We begin.", "Fine."]


def test_what_a_service_says_of_itself_is_no_words():
    meeting = read(
        "Ann Lee: We begin.\n\nBo Ek: Fine.\n\nTranscribed by https://otter.ai\n", read_text, name="a.txt"
    )

    assert [turn.text for turn in meeting.utterances] == ["We begin.", "Fine."]
    assert "lines of the recorder, no speech" in {notice.reason for notice in meeting.notices}


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("[SPEAKER_0{}]: Yes.", None),  # WhisperX
        ("SPEAKER_0{} [00:00:01 - 00:00:09]: Yes.", 1.0),
        ("<10:02:13 AM> Speaker {}: Yes.", 0.0),  # Jitsi
    ],
)
def test_speakers_that_programs_number_are_speakers(line, start):
    meeting = read("\n".join(line.format(number) for number in (1, 2, 1)), read_text)

    assert [turn.text for turn in meeting.utterances] == ["Yes."] * 3
    assert len(meeting.people) == 2
    assert meeting.utterances[0].start == start


@pytest.mark.parametrize(
    "line", ["{}: Yes.", "[00:00:01] {}: Yes.", "{}: [00:00:01] Yes.", "{} [00:00:01] Yes."]
)
def test_a_role_that_speaks_again_and_again_is_a_speaker(line):
    meeting = read("\n\n".join(line.format(who) for who in ("Project Manager", "Bo Ek") * 4), read_text)

    assert {person.name for person in meeting.people} == {"Project Manager", "Bo Ek"}


def test_a_role_that_is_named_once_is_a_field():
    meeting = read("Project Manager: Ann Lee\n\nWe met and talked.\n\nWe closed at noon.\n", read_text)

    assert all(turn.speaker is None for turn in meeting.utterances)
