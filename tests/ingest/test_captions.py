import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError, TooLarge
from analyzer.ingest.captions import read_sbv, read_srt, read_vtt, sniff_sbv, sniff_srt, sniff_vtt
from analyzer.ingest.cues import find_cues
from analyzer.ingest.drops import Drops
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document


def read(text, reader=read_vtt, name="call.vtt"):
    content = text if isinstance(text, bytes) else text.encode()
    return next(reader(Document(name=name, content=content)))


def vtt(*cues, header="WEBVTT\n\n"):
    """Write cues of four seconds each, 1 to N."""
    return header + "\n\n".join(
        f"{number}\n00:00:{4 * number:02}.000 --> 00:00:{4 * number + 4:02}.000\n{text}"
        for number, text in enumerate(cues)
    )


def said(meeting):
    return [(utterance.speaker, utterance.text, utterance.units) for utterance in meeting.utterances]


def notices(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


def test_zoom_names_every_cue_and_cues_of_one_speaker_are_one_turn():
    meeting = read(
        vtt("Ann Lee: We begin.", "Ann Lee: Now.", "bo | Bolt: Fine.", "Ann Lee: Note: no.").replace(
            "\n", "\r\n"
        )
    )

    assert said(meeting) == [
        ("ann-lee", "We begin. Now.", 2),
        ("bo", "Fine.", 1),
        ("ann-lee", "Note: no.", 1),
    ]
    assert [(u.start, u.end, str(u.at)) for u in meeting.utterances] == [
        (0.0, 8.0, "cue 1"),
        (8.0, 12.0, "cue 3"),
        (12.0, 16.0, "cue 4"),
    ]
    assert [(person.name, person.party) for person in meeting.people] == [("Ann Lee", None), ("bo", "Bolt")]


def test_a_display_name_may_begin_with_the_surname_and_end_with_the_party():
    meeting = read(
        vtt("Keil, Ann (North Bank): We begin.", "Bo (South): Fine.", "Keil, Ann (North Bank): Now.")
    )

    assert [(person.name, person.party) for person in meeting.people] == [
        ("Ann Keil", "North Bank"),
        ("Bo", "South"),
    ]


def test_where_every_cue_is_named_one_without_a_name_is_nobodys():
    cues = ["Ann: One."] * 6 + ["and so on"] + ["Bo: Two."] * 5

    assert said(read(vtt(*cues)))[1] == (None, "and so on", 1)


def test_where_changes_are_named_names_are_carried_forward():
    cues = [
        "Ann: We begin",
        "with the budget",
        "of this year.",
        "Bo: I see",
        "no problem.",
        "Ann: Good",
        "then.",
    ]

    assert said(read(vtt(*cues))) == [
        ("ann", "We begin with the budget of this year.", 3),
        ("bo", "I see no problem.", 2),
        ("ann", "Good then.", 2),
    ]


def test_a_colon_in_a_sentence_makes_no_speaker():
    cues = [
        "Hello everybody.",
        "Just by contrast: The brain",
        "is small.",
        "Question: why?",
        "We meet at 10: thirty.",
    ]

    meeting = read(vtt(*cues))

    assert meeting.people == ()
    assert sum(utterance.units for utterance in meeting.utterances) == 5


def test_teams_voices_join_by_utterance_id_even_when_somebody_speaks_between():
    meeting = read(
        "WEBVTT\n\n"
        "ab-1/150-0\n00:00:01.000 --> 00:00:03.000\n<v Ann Lee>I think\nyou went further</v>\n\n"
        "ab-1/119-0\n00:00:01.500 --> 00:00:02.500\n<v Bo>We kept it.</v>\n\n"
        "ab-1/150-1\n00:00:03.000 --> 00:00:04.000\nthan we did.\n\n"
        "ab-1/151-0\n00:00:05.000 --> 00:00:06.000\nGood.\n\n"
    )

    assert said(meeting) == [
        ("ann-lee", "I think you went further than we did.", 2),
        ("bo", "We kept it.", 1),
        (None, "Good.", 1),
    ]


def test_webex_names_the_speaker_in_the_identifier():
    meeting = read(
        'WEBVTT\n\n1 "" (0)\n00:00:00.000 --> 00:00:05.000\nOkay.\n\n'
        '2 "Ann Lee" (12)\n00:00:05.000 --> 00:00:06.000\nNote: go.\n'
    )

    assert said(meeting) == [(None, "Okay.", 1), ("ann-lee", "Note: go.", 1)]


def test_names_in_angle_brackets_are_no_tags():
    meeting = read(vtt("<Ann Lee> Hello.", "<Li Wei> We <i>said</i> so.\nTwice.", "<Ann Lee> a < b &amp; c"))

    assert said(meeting) == [
        ("ann-lee", "Hello.", 1),
        ("li-wei", "We said so. Twice.", 1),
        ("ann-lee", "a < b & c", 1),
    ]


def test_comments_styles_and_headers_are_no_speech():
    meeting = read(
        "\ufeffWEBVTT - north\nKind: captions\nStyle:\n::cue(c) { color: red }\n##\n\n"
        "STYLE\n::cue { color: lime }\n\nNOTE Confidence: 0.9\n\n"
        "00:01.000 --> 00:02.000 align:start position:0%\n<c.red>One.</c>\n\nNOTE\nto us\n\n"
        "00:02.000 --> 00:03.000\nTwo.\n"
    )

    assert said(meeting) == [(None, "One.", 1), (None, "Two.", 1)]
    assert notices(meeting) == {"comments (NOTE)": 2}


def test_rolling_captions_are_read_once():
    meeting = read(
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.000\n \nso<00:00:01.500><c> we</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nso we\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nso we\nagreed<00:00:03.000><c> on</c>\n\n"
        "00:00:04.000 --> 00:00:04.010\nagreed on\n \n\n"
        "00:00:04.010 --> 00:00:06.000\nagreed on\nit\n"
    )

    assert said(meeting) == [(None, "so we agreed on it", 3)]
    assert notices(meeting) == {"cues that only repeat the line before (rolling captions)": 2}


def test_a_cue_with_two_names_is_cut_and_counted():
    meeting = read("1\n00:00:01,000 --> 00:00:02,000\n- Ann: One\n- Bo: Two\n", read_srt, "a.srt")

    assert said(meeting) == [("ann", "One", 1), ("bo", "Two", 1)]
    assert notices(meeting) == {"cues in which two speak, cut where the other begins": 1}


def test_srt_without_blank_lines_indices_or_commas():
    meeting = read(
        "0\n00:00:01.000 --> 00:00:02.000\nAnn: one\n1\n00:00:02,500-->00:00:03,0 X1:0 X2:9\nLi: {\\an8}two\n"
        "0:00:04,0 --> 0:00:05,00\nAnn: <font color=red>three</font>\n\n\nand four\n",
        read_srt,
        "a.srt",
    )

    assert said(meeting) == [("ann", "one", 1), ("li", "two", 1), ("ann", "three and four", 1)]
    assert meeting.utterances[1].start == 2.5


def test_cues_are_sorted_by_time_and_the_notice_says_so():
    meeting = read(
        "WEBVTT\n\n00:05.000 --> 00:06.000\nLater.\n\n00:01.000 --> 00:02.000\nFirst.\n\n"
        "00:07.000 --> 00:08.000\nLast."
    )

    assert [utterance.text for utterance in meeting.utterances] == ["First.", "Later.", "Last."]
    assert notices(meeting) == {"cues out of time order, sorted": 2}


def test_a_recording_that_starts_again_keeps_its_order():
    part = [f"00:{minute:02}:00.000 --> 00:{minute:02}:10.000\nWord {minute}.\n" for minute in range(12)]

    meeting = read("WEBVTT\n\n" + "\n".join(part + part))

    assert [utterance.start for utterance in meeting.utterances] == [
        60.0 * minute for minute in range(12)
    ] * 2
    assert list(notices(meeting).values()) == [1]


def test_impossible_times_are_unknown_and_the_words_stay():
    meeting = read(
        "WEBVTT\n\n99999999999:59:59.999 --> 00:00:02.000\nBo: one\n\n"
        "00:99:99.999 --> 00:00:03.000\nCy: two\n\n"
        "-00:00:01.000 --> 00:00:02.000\nBo: three\n\n00:00:09.000 --> 00:00:04.000\nCy: four\n"
    )

    assert [(u.text, u.start, u.end) for u in meeting.utterances] == [
        ("one", None, 2.0),
        ("two", None, 3.0),
        ("three", None, 2.0),
        ("four", 9.0, None),
    ]
    assert notices(meeting) == {"cues with impossible times, kept without": 3}


def test_empty_cues_and_text_outside_cues_are_counted():
    meeting = read("WEBVTT\n\nstray words\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\nOne.\n")

    assert said(meeting) == [(None, "One.", 1)]
    assert notices(meeting) == {"lines before the first cue": 1, "cues without words": 1}


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_charsets_and_odd_line_ends_give_the_same_meeting(charset):
    text = vtt("Ann Lee: Café.", "Zoë: Yes.")

    assert said(read(text.replace("\n", "\r\r\n").encode(charset))) == said(read(text))


def test_letters_encoded_twice_are_repaired():
    meeting = read(vtt("Zoë: Café.", "Ann: Yes.").encode().decode("cp1252").encode())

    assert said(meeting)[0] == ("zoe", "Café.", 1)
    assert notices(meeting) == {"letters that were encoded twice (Ã© for é), repaired": 2}


def test_names_in_two_alphabets_are_reported():
    meeting = read(vtt("Ana Ruiz: One.", "\u0410na Ruiz: Two."))

    assert len(meeting.people) == 2
    assert notices(meeting) == {"the name '\u0410na Ruiz' mixes alphabets": 1}


def test_sbv_has_its_own_line_of_times():
    text = "0:00:02.870,0:00:10.790\nHi, good day,\neverybody.\n\n0:00:10.790,0:00:12.000\nBye.\n"

    meeting = read(text, read_sbv, "a.sbv")

    assert said(meeting) == [(None, "Hi, good day, everybody.", 1), (None, "Bye.", 1)]
    assert meeting.utterances[0].start == 2.87


@pytest.mark.parametrize("limits", [Limits(units=2), Limits(tree_mb=0.001)])
def test_more_cues_or_lines_than_the_limit_are_refused(limits):
    content = vtt("Ann: One.", "Bo: Two.", "Ann: Three.").encode()

    with pytest.raises(TooLarge, match="split it"):
        next(read_vtt(Document(name="a.vtt", content=content, limits=limits)))


def test_the_sniffers_know_their_own():
    srt = b"1\r\n00:00:01,000 --> 00:00:02,000\r\nOne.\r\n"
    sbv = b"0:00:02.870,0:00:10.790\nHi.\n"

    assert sniff_vtt(b"\xef\xbb\xbfWEBVTT\n") == sniff_vtt("WEBVTT\n".encode("utf-16")) == 1.0
    assert (sniff_vtt(srt), sniff_srt(srt), sniff_sbv(srt)) == (0.0, 0.8, 0.0)
    assert (sniff_vtt(sbv), sniff_srt(sbv), sniff_sbv(sbv)) == (0.0, 0.0, 0.9)
    assert sniff_vtt(b"WEBVTTfoo") == sniff_srt(b"a --> b") == 0.0


marks = st.text(alphabet="AB:<v>/ -.,\n\r0123{}\\&;\"()[]WEBVT'é♪", max_size=60)
pieces = st.sampled_from(
    [
        "\n",
        "\n\n",
        "WEBVTT\n",
        "00:01.000 --> 00:02.000\n",
        "0:00:01.0,0:00:02.0\n",
        "<v Ann>",
        "Ann: ",
        "NOTE x\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(marks | pieces, max_size=12), st.sampled_from(["vtt", "srt", "sbv"]))
def test_any_text_is_read_and_every_cue_accounted_for(parts, flavour):
    text = "x" + "".join(parts)

    meeting = read(text, {"vtt": read_vtt, "srt": read_srt, "sbv": read_sbv}[flavour])

    told = notices(meeting)
    left_out = told.get("cues without words", 0)
    left_out += told.get("cues that only repeat the line before (rolling captions)", 0)
    cut = told.get("cues in which two speak, cut where the other begins", 0)
    count = sum(utterance.units for utterance in meeting.utterances) + left_out - cut
    cues = find_cues(text.replace("\r\n", "\n").replace("\r", "\n"), flavour=flavour, drops=Drops())
    assert count == len(cues) or (flavour == "vtt" and not cues)
    keys = {person.key for person in meeting.people}
    assert [utterance.index for utterance in meeting.utterances] == list(range(len(meeting.utterances)))
    assert all(utterance.speaker is None or utterance.speaker in keys for utterance in meeting.utterances)
    assert all(utterance.text.strip() and utterance.units >= 1 for utterance in meeting.utterances)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"", b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused(tail, head):
    for sniff in (sniff_vtt, sniff_srt, sniff_sbv):
        assert 0.0 <= sniff(head + tail) <= 1.0
    for reader in (read_vtt, read_srt, read_sbv):
        try:
            next(reader(Document(name="a.vtt", content=head + tail)))
        except ReadError:
            continue


turns = st.lists(
    st.tuples(st.sampled_from(["Ann Lee", "Bo", "Cy Fox"]), st.text("abc d", min_size=1, max_size=20)),
    min_size=1,
    max_size=12,
).map(lambda pairs: [(name, " ".join(text.split()) or "yes") for name, text in pairs])


@settings(max_examples=80, deadline=None)
@given(turns, st.sampled_from(["<v {}>{}</v>", "{}: {}"]))
def test_what_is_written_is_read_back(pairs, layout):
    meeting = read(vtt(*(layout.format(name, text) for name, text in pairs)))

    joined = []
    for name, text in pairs:
        key = name.lower().replace(" ", "-")
        if joined and joined[-1][0] == key:
            joined[-1] = (key, f"{joined[-1][1]} {text}", joined[-1][2] + 1)
        else:
            joined.append((key, text, 1))
    assert said(meeting) == joined
    captions = webvtt.from_string(vtt(*(layout.format(name, text) for name, text in pairs)))
    assert len(captions) == sum(utterance.units for utterance in meeting.utterances)


def test_webex_identifiers_may_hold_quotes_or_no_blank():
    cues = ['1 "Ann Lee" (33)', '2 "Ann \\"A\\" Lee" (34)', '3 "Bo"(35)', '4 "" (0)']
    text = "WEBVTT\n\n" + "\n\n".join(
        f"{identifier}\n00:00:0{at}.000 --> 00:00:0{at + 1}.000\nWord." for at, identifier in enumerate(cues)
    )

    assert [speaker for speaker, _, _ in said(read(text))] == ["ann-lee", "ann-a-lee", "bo", None]


def test_who_dials_in_is_shown_by_the_number():
    meeting = read(vtt("Ann Lee: We begin.", "14165550199: Hello?", "Ann Lee: Yes.", "+1 416***0199: Bye."))

    assert [person.name for person in meeting.people] == ["Ann Lee", "14165550199", "+1 416***0199"]


@pytest.mark.parametrize("mark", ["[{}]", "({})", "[{}]:"])
def test_names_in_brackets_are_names_where_they_come_back(mark):
    first, second = mark.format("SPEAKER_00"), mark.format("Ann Lee")

    meeting = read(vtt(f"{first} One.", f"{second} Two.", "[laughter]", f"{first} Three.", f"{second} Four."))

    assert [person.name for person in meeting.people] == ["SPEAKER_00", "Ann Lee"]


def test_sounds_in_brackets_are_no_names():
    assert read(vtt("[Music]", "[Applause] Thank you.", "(Laughs) Yes.", "[Bell] Now.")).people == ()


def test_a_name_may_stand_on_a_line_of_its_own():
    meeting = read(vtt("Ann Lee\nOne.", "Bo Ek\nTwo.", "Ann Lee\nThree.", "Bo Ek\nFour."))

    assert said(meeting) == [
        ("ann-lee", "One.", 1),
        ("bo-ek", "Two.", 1),
        ("ann-lee", "Three.", 1),
        ("bo-ek", "Four.", 1),
    ]


def test_a_party_in_brackets_may_hold_a_colon():
    meeting = read(vtt("Ann Lee (Acme: Legal): One.", "Bo: Two.", "Ann Lee (Acme: Legal): Three."))

    assert [(person.name, person.party) for person in meeting.people] == [
        ("Ann Lee", "Acme: Legal"),
        ("Bo", None),
    ]


def test_files_of_old_macs_and_breaks_of_sbv_are_read():
    text = "1\r00:00:01,000 --> 00:00:02,000\rAnn: One.\r\r2\r00:00:02,000 --> 00:00:03,000\rBo: Two.\r"
    sbv = "0:00:01.000,0:00:02.000\nOne[br]two.\n\n0:00:02.000,0:00:03.000\nThree.\n"

    assert sniff_srt(text.encode()) == 0.8
    assert said(read(text, read_srt)) == [("ann", "One.", 1), ("bo", "Two.", 1)]
    assert said(read(sbv, read_sbv))[0] == (None, "One two.", 1)


@pytest.mark.parametrize(
    "times",
    [
        ("[00:01.000 --> 00:04.500]  ", "[00:04.500 --> 00:06.000]  "),
        ("[00:00:01.000 --> 00:00:04.500] ", "[00:00:04.500 --> 00:00:06.000] "),
        ("[00:00:01 - 00:00:04.5] ", "[00:00:04.5 - 00:00:06] "),
        ("00:00:01 - 00:00:04.500\n", "00:00:04.500 - 00:00:06\n"),
    ],
)
def test_whisper_and_tools_around_it_write_times_in_their_own_ways(times):
    text = f"{times[0]}We begin: now.\n{times[1]}Fine.\n"

    meeting = read(text, read_srt)

    assert max(sniff_vtt(text.encode()), sniff_srt(text.encode())) >= 0.5
    assert [(turn.text, turn.start, turn.end) for turn in meeting.utterances] == [
        ("We begin: now.", 1.0, 4.5),
        ("Fine.", 4.5, 6.0),
    ]


def test_times_of_an_agenda_are_no_cues():
    assert sniff_srt(b"10:00 - 10:30\nBudget\n10:30 - 11:00\nTravel\n") == 0.0


def test_cues_of_microsoft_graph_may_be_json():
    text = "WEBVTT\n\n00:00:16.246 --> 00:00:17.726\n" + (
        '{"speakerName":"Ann Lee","spokenText":"We \\"begin\\".","spokenLanguage":"en-us"}\n'
    )

    (turn,) = read(text, read_vtt).utterances

    assert (turn.speaker, turn.text) == ("ann-lee", 'We "begin".')


def test_a_repeat_that_is_over_at_once_is_a_sign_of_rolling():
    cues = (
        ("00,160", "02,390", "good morning"),
        ("02,390", "02,400", "good morning"),
        ("02,400", "04,630", "good morning\nwe begin"),
        ("04,630", "04,640", "we begin"),
    )
    text = "".join(f"00:00:{start} --> 00:00:{end}\n{words}\n\n" for start, end, words in cues)

    assert [turn.text for turn in read(text, read_srt).utterances] == ["good morning we begin"]
