import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError, TooLarge
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.ingest.zoom import read_captions, read_chat, sniff_captions, sniff_chat


def read(text, reader=read_chat):
    content = text if isinstance(text, bytes) else text.encode()
    return next(reader(Document(name="meeting.txt", content=content)))


def said(meeting):
    return [(utterance.speaker, utterance.text, utterance.start) for utterance in meeting.utterances]


def notices(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


LAYOUTS = {
    "2020": "09:00:00\t From Ann Lee (she/her) / a.example : Hi : all\n09:00:05\t From Bo : Hello\rto you\n",
    "2020 wide": "09:00:00\t From  Ann Lee (she/her) / a.example : Hi : all\n"
    "09:00:05\t From  Bo : Hello\rto you\n",
    "2021": "09:00:00 From  Ann Lee (she/her) / a.example  to  Everyone : Hi : all\r\n"
    "09:00:05 From  Bo  to  Everyone : Hello\rto you\r\n",
    "2022": "09:00:00 From Ann Lee (she/her) / a.example to Everyone:\r\r\n\tHi : all\r\n"
    "09:00:05 From Bo to Everyone:\r\r\n\tHello\r\n\tto you\r\n",
    "spanish": "09:00:00 De Ann Lee (she/her) / a.example a Todos:\r\r\n\tHi : all\r\n"
    "09:00:05 De Bo a Todos:\r\r\n\tHello\r\n\tto you\r\n",
    "cloud": "09:00:00\tAnn Lee (she/her) / a.example:\tHi : all\r\n09:00:05\tBo:\tHello\nto you\r\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layouts_of_the_chat_say_the_same(layout):
    meeting = read(LAYOUTS[layout])

    assert said(meeting) == [("ann-lee-she-her-a-example", "Hi : all", 0.0), ("bo", "Hello\nto you", 5.0)]
    assert [str(utterance.at) for utterance in meeting.utterances] == ["message 1", "message 2"]
    assert sniff_chat(LAYOUTS[layout].encode()) == 0.9


@pytest.mark.parametrize(
    "address",
    [
        "From  Ann  to  Bo(Direct Message) :",
        "From Ann to Bo (Privately) :",
        "From Ann to Me (Direct Message):\n\t",
        "From  Ann  to  Bo :",
    ],
)
def test_private_messages_are_left_out_and_counted(address):
    public = "From  Bo  to  Everyone :"

    meeting = read(f"09:00:00 {public} Hi\n09:00:01 {address} psst\n09:00:02 {public} Go\n")

    assert [utterance.text for utterance in meeting.utterances] == ["Hi\nGo"]
    assert {person.name for person in meeting.people} == {"Bo"}
    assert notices(meeting) == {"private messages, left out": 1}


def test_reactions_are_no_words_and_replies_do_not_repeat_what_they_answer():
    meeting = read(
        "00:13:46\tBo:\tShall we meet on Monday?\r\n"
        '00:13:50\tAnn:\tReacted to "Shall we meet on..." with 👍\r\n'
        '00:13:51\tAnn:\tRemoved a 👍 reaction from "Shall we meet on..."\r\n'
        '00:13:55\tAnn:\tReplying to "Shall we meet on..."\n\nYes\nat ten\r\n'
    )

    assert said(meeting) == [("bo", "Shall we meet on Monday?", 826.0), ("ann", "Yes\nat ten", 835.0)]
    assert notices(meeting) == {"reactions, no words": 2}


def test_messages_of_one_writer_within_a_minute_are_one_turn():
    meeting = read("00:00:01\tBo:\tOne\n00:00:50\tBo:\ttwo.\n00:05:00\tBo:\tThree.\n")

    assert [(u.text, u.units) for u in meeting.utterances] == [("One\ntwo.", 2), ("Three.", 1)]


def test_times_of_day_count_from_the_first_and_pass_midnight():
    meeting = read("23:59:50 From Bo : One\n23:59:55 From Ann : Two\n00:00:10 From Bo : Three\n")

    assert [utterance.start for utterance in meeting.utterances] == [0.0, 5.0, 20.0]


def test_a_line_of_a_message_that_begins_with_a_time_is_no_header():
    meeting = read("09:00:00 From Ann : Plan:\n09:30:00 coffee\n09:40:00 From Bo : Fine\n")

    assert [utterance.text for utterance in meeting.utterances] == ["Plan:\n09:30:00 coffee", "Fine"]


def test_saved_captions_name_the_speaker_in_brackets():
    text = (
        "[Lee, Ann] 10:01:22\r\nWe begin\r\nnow.\r\n\r\n"
        "[Lee, Ann] 10:01:30\r\nYes.\r\n\r\n[Bo (Bolt)] 10:01:40\r\nNo.\r\n"
    )

    meeting = read(text, read_captions)

    assert said(meeting) == [("ann-lee", "We begin now. Yes.", 0.0), ("bo", "No.", 18.0)]
    assert [utterance.units for utterance in meeting.utterances] == [2, 1]
    assert sniff_captions(text.encode()) == 0.9


def test_older_captions_have_times_only():
    text = "00:10:01 We begin.\n00:10:05 With the budget: all of it.\n00:10:09 Good.\n"

    meeting = read(text, read_captions)

    assert said(meeting) == [
        (None, "We begin.", 601.0),
        (None, "With the budget: all of it.", 605.0),
        (None, "Good.", 609.0),
    ]
    assert sniff_captions(text.encode()) == 0.5


def test_captions_may_stand_below_their_times():
    text = "00:10:01\nWe begin.\n\n00:10:05\nWith the budget\nof this year.\n\n00:10:09\nGood.\n"

    meeting = read(text, read_captions)

    assert [utterance.text for utterance in meeting.utterances] == [
        "We begin.",
        "With the budget of this year.",
        "Good.",
    ]
    assert sniff_captions(text.encode()) == 0.5


@pytest.mark.parametrize(
    "other",
    [
        b"10:00:00 <ann> hello\n10:00:01 <bo> hi\n10:00:02 <ann> no\n",
        b"00:01:00 Ann: One.\n00:01:05 Bo: Two.\n00:01:09 Ann: Three.\n",
        b"00:00:00\n\nAnn: One.\nBo: Two.\n00:05:00\nAnn: Three.\n00:10:00\nBo: Four.\n",
        b"10:00 coffee\n11:00 lunch\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_other_texts_are_neither_chat_nor_captions(other):
    assert sniff_chat(other) == sniff_captions(other) == 0.0


def test_more_turns_than_the_limit_are_refused():
    document = Document(name="a.txt", content=b"00:00:01\tA:\tx\n" * 3, limits=Limits(units=2))

    with pytest.raises(TooLarge, match="split it"):
        next(read_chat(document))


lines = st.sampled_from(
    [
        "09:00:00 From Ann to Everyone:",
        "09:00:01\tBo:\t",
        "09:00:00 From  A  to  B(Direct Message) : ",
        "[Ann] 10:00:00",
        "10:00:00 ",
        "\r",
        "\n",
        "\t",
    ]
)
texts = st.text(alphabet='AB: \t\r\n"…().0é', max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines | texts, max_size=10), st.sampled_from([read_chat, read_captions]))
def test_any_text_is_read(parts, reader):
    meeting = read("x" + "".join(parts), reader)

    keys = {person.key for person in meeting.people}
    assert all(utterance.speaker is None or utterance.speaker in keys for utterance in meeting.utterances)
    assert all(utterance.text.strip() for utterance in meeting.utterances)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"", b"09:00:00 From A : ", b"[A] 10:00:00\n"]))
def test_any_bytes_are_read_or_refused(tail, head):
    assert 0.0 <= sniff_chat(head + tail) <= 1.0
    assert 0.0 <= sniff_captions(head + tail) <= 1.0
    for reader in (read_chat, read_captions):
        try:
            read(head + tail, reader)
        except ReadError:
            continue


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Ann Lee", "Bo | Bolt", "Cy"]), st.sampled_from(["yes", "a : b", "c\nd"])),
        min_size=1,
    )
)
def test_every_message_written_is_read_back(pairs):
    text = "".join(f"00:{n:02}:00\t{name}:\t{body}\r\n" for n, (name, body) in enumerate(pairs))

    meeting = read(text)

    assert [utterance.text for utterance in meeting.utterances] == _runs(pairs)
    assert sum(utterance.units for utterance in meeting.utterances) == len(pairs)


def _runs(pairs):
    """Join what one writer wrote in a row, a minute apart each."""
    runs = []
    for index, (name, body) in enumerate(pairs):
        if index and pairs[index - 1][0] == name:
            runs[-1] += f"\n{body}"
        else:
            runs.append(body)
    return runs


def test_the_word_for_to_is_learnt_from_messages_to_everyone():
    meeting = read(
        "09:00:00 開始 Ann Lee に 全員:\r\r\n\tHi\r\n"
        "09:00:05 開始 Bo に Ann Lee(ダイレクトメッセージ):\r\r\n\tpsst\r\n"
        "09:00:09 開始 Bo に 全員:\r\r\n\tGo\r\n"
    )

    assert said(meeting) == [("ann-lee", "Hi", 0.0), ("bo", "Go", 9.0)]
    assert notices(meeting) == {"private messages, left out": 1}


@pytest.mark.parametrize("address", ["Ann Lee to Bo : (Privately)", "Ann Lee to Board Group:\n\t"])
def test_what_goes_to_some_only_is_private(address):
    meeting = read(
        "09:00:00 From Ann Lee to Everyone : Hi\n09:00:02 From Bo to Everyone : Go\n"
        f"09:00:03 From {address} psst\n"
    )

    assert [text for _, text, _ in said(meeting)] == ["Hi", "Go"]
    assert notices(meeting) == {"private messages, left out": 1}


def test_a_chat_copied_from_the_window_is_read():
    text = (
        "From Ann Lee to Everyone:  12:59 PM\nHi\nFrom Bo to Everyone:  01:00 PM\nGo\n"
        "From Bo to Me:  (Privately) 01:01 PM\npsst\n"
    )

    assert sniff_chat(text.encode()) == 0.9
    assert said(read(text)) == [("ann-lee", "Hi", 0.0), ("bo", "Go", 60.0)]
    assert notices(read(text)) == {"private messages, left out": 1}


@pytest.mark.parametrize(
    ("sent", "to", "everyone", "mark"),
    [
        ("Von", "an", "Jeden", "Direktnachricht"),
        ("От", "кому", "Все", "Личное сообщение"),
        ("Từ", "đến", "Mọi người", "Tin nhắn trực tiếp"),
        ("Od", "pro", "Všichni", "Přímá zpráva"),
        ("Feladó", "neki", "Az egész csapat", "Közvetlen"),  # not known by its words
        ("Από", "προς", "Όλοι εδώ", "Άμεσο μήνυμα"),
    ],
)
@pytest.mark.parametrize("layout", ["{} {} {} {}:\r\n\t", "{}  {}  {}  {} : ", "{} {} {} {} : "])
def test_who_reads_a_message_is_learnt_in_any_language(sent, to, everyone, mark, layout):
    heads = [
        layout.format(sent, sender, to, receiver)
        for sender, receiver in (("Ann Lee", everyone), ("Bo Ek", f"Ann Lee ({mark})"), ("Bo Ek", everyone))
    ]

    meeting = read(
        "".join(
            f"09:00:0{n} {head}{text}\r\n" for n, (head, text) in enumerate(zip(heads, "ABC", strict=True))
        )
    )

    assert said(meeting) == [("ann-lee", "A", 0.0), ("bo-ek", "C", 2.0)]
    assert notices(meeting) == {"private messages, left out": 1}


@pytest.mark.parametrize(
    "address",
    [
        "开始 Bo 终 Ann（私聊）:",
        "De Bo à Ann (Message direct)\xa0:",
        "From Bo to Host : ",
        "De Bo a Ann(Directo) :",
    ],
)
def test_marks_of_other_scripts_keep_a_message_private(address):
    word = address.split()[0]
    to = address.split()[2]
    public = f"{word} Ann {to} Everyone:"

    meeting = read(f"09:00:00 {public}\n\tHi\n09:00:01 {address}\n\tpsst\n09:00:02 {public}\n\tGo\n")

    assert [text for _, text, _ in said(meeting)] == ["Hi\nGo"]
    assert notices(meeting) == {"private messages, left out": 1}


def test_a_header_may_begin_with_the_day():
    text = (
        "2025-03-06 09:00:00 From Ann to Everyone:\r\n\tHi\r\n"
        "2025-03-06 09:00:05 From Bo to Everyone:\r\n\tGo\r\n"
    )

    assert sniff_chat(text.encode()) == 0.9
    assert said(read(text)) == [("ann", "Hi", 0.0), ("bo", "Go", 5.0)]
    assert str(read(text).date) == "2025-03-06"


def test_quotes_are_known_by_what_they_quote():
    meeting = read(
        "00:13:46\tBo:\tShall we meet on Monday?\r\n"
        '00:13:50\tAnn:\tReagált erre: "Shall we meet..." – 👍\r\n'
        '00:13:52\tAnn:\tReacted to Shall we meet with "👍"\r\n'
        '00:13:55\tAnn:\tVálasz erre: "Shall we meet..."\n\nYes.\r\n'
        '00:13:59\tAnn:\tHe said "Monday" and smiled 👍\r\n'
    )

    assert [text for _, text, _ in said(meeting)] == [
        "Shall we meet on Monday?",
        'Yes.\nHe said "Monday" and smiled 👍',
    ]
    assert notices(meeting) == {"reactions, no words": 2}


@pytest.mark.parametrize(
    "text",
    [
        "[00:01] we begin with\n[00:05] the budget: it is\n[01:09] small\n",
        "[00:00:01] we begin with\n[00:00:05] the budget: it is\n[00:01:09] small\n",
        "0:01\nwe begin with\n0:05\nthe budget: it is\n1:09\nsmall\n",
    ],
)
def test_captions_without_names_may_have_short_times(text):
    meeting = next(read_captions(Document(name="a.txt", content=text.encode())))

    assert sniff_captions(text.encode()) == 0.5
    assert said(meeting) == [(None, "we begin with the budget: it is", 1.0), (None, "small", 69.0)]


def test_an_agenda_is_no_captions():
    assert sniff_captions(b"10:00 Welcome\n10:05 Budget\n10:30 Close\n") == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "09:00:00 From  Ann  Lee  to  Everyone : Hi\n09:00:05 From  Bo  to  Everyone : Go\n",
        "09:00:00\tFrom Ann Lee to Everyone:\tHi\n09:00:05\tFrom Bo to Everyone:\tGo\n",
    ],
)
def test_blanks_in_a_name_and_tabs_around_it_change_nothing(text):
    assert said(read(text)) == [("ann-lee", "Hi", 0.0), ("bo", "Go", 5.0)]


def test_captions_end_before_the_line_of_the_service():
    text = "0:00\nWe begin.\n\n0:45\nGo on.\n\nTranscribed by https://otter.ai\n"

    meeting = next(read_captions(Document(name="a.txt", content=text.encode())))

    assert [words for _, words, _ in said(meeting)] == ["We begin.", "Go on."]
    assert notices(meeting) == {"lines of the recorder, no speech": 1}
