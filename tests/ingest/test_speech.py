import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DamagedFile, NoSpeech, ReadError, TooLarge
from analyzer.ingest.canonical import sniff_jsonl
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document
from analyzer.ingest.speech import read_speech, sniff_speech


def read(data, **options):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return next(read_speech(Document(name="meeting.json", content=content, **options)))


def said(data):
    return [(u.speaker, u.text, u.start, u.end) for u in read(data).utterances]


def notices(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


def word(text, start, end, **more):
    return {"word": text, "start": start, "end": end, **more}


TWO = [("ann", "We begin.", 0.5, 2.0), ("bo", "Not yet.", 2.5, 4.0)]
# One producer's layout each; all of them say TWO, with a name, a letter or a number for the speakers.
PRODUCERS = {
    "WhisperX": {
        "segments": [
            {"start": 0.5, "end": 2.0, "text": " We begin.", "speaker": "Ann"},
            {"start": 2.5, "end": 4.0, "text": " Not yet.", "speaker": "Bo"},
        ]
    },
    "WhisperX, speakers on words only": {
        "segments": [
            {"start": 0.5, "end": 2.0, "text": "We begin.", "words": [word("We", 0.5, 1, speaker="Ann")]},
            {
                "start": 2.5,
                "end": 4.0,
                "text": "Not yet.",
                "words": [word("Not", 2.5, 3, speaker="Bo"), word("yet.", 3, 4)],
            },
        ]
    },
    "WhisperX, bare list": [
        {"start": 0.5, "end": 2.0, "text": "We begin.", "speaker": "Ann"},
        {"start": 2.5, "end": 4.0, "text": "Not yet.", "speaker": "Bo"},
    ],
    "Podcasting 2.0": {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ann", "startTime": 0.5, "endTime": 1, "body": "We"},
            {"speaker": "Ann", "startTime": 1, "endTime": 2, "body": "begin."},
            {"speaker": "Bo", "startTime": 2.5, "endTime": 4, "body": "Not yet."},
        ],
    },
    "AssemblyAI": {
        "audio_url": "https://audio.example",
        "text": "We begin. Not yet.",
        "words": [{"text": "We", "start": 500, "end": 900, "speaker": "Ann"}],
        "utterances": [
            {"speaker": "Ann", "start": 500, "end": 2000, "text": "We begin."},
            {"speaker": "Bo", "start": 2500, "end": 4000, "text": "Not yet."},
        ],
    },
    "Deepgram, utterances": {
        "results": {
            "channels": [{"alternatives": [{"transcript": "We begin. Not yet.", "words": []}]}],
            "utterances": [
                {"start": 0.5, "end": 2.0, "transcript": "We begin.", "speaker": "Ann", "channel": 0},
                {"start": 2.5, "end": 4.0, "transcript": "Not yet.", "speaker": "Bo", "channel": 0},
            ],
        }
    },
    "Deepgram, words": {
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "words": [
                                word("we", 0.5, 1, speaker="Ann", punctuated_word="We"),
                                word("begin", 1, 2, speaker="Ann", punctuated_word="begin."),
                                word("not", 2.5, 3, speaker="Bo", punctuated_word="Not"),
                                word("yet", 3, 4, speaker="Bo", punctuated_word="yet."),
                            ]
                        }
                    ]
                }
            ]
        }
    },
    "AWS": {
        "jobName": "a",
        "results": {
            "transcripts": [{"transcript": "We begin. Not yet."}],
            "speaker_labels": {
                "segments": [
                    {"speaker_label": "Ann", "items": [{"start_time": "0.5", "speaker_label": "Ann"}]},
                    {"speaker_label": "Ann", "items": [{"start_time": "1.0", "speaker_label": "Ann"}]},
                    {
                        "speaker_label": "Bo",
                        "items": [
                            {"start_time": "2.5", "speaker_label": "Bo"},
                            {"start_time": "3.0", "speaker_label": "Bo"},
                        ],
                    },
                ]
            },
            "items": [
                {
                    "type": kind,
                    "alternatives": [{"content": text}],
                    **({"start_time": start, "end_time": end} if start else {}),
                }
                for kind, text, start, end in [
                    ("pronunciation", "We", "0.5", "1.0"),
                    ("pronunciation", "begin", "1.0", "2.0"),
                    ("punctuation", ".", None, None),
                    ("pronunciation", "Not", "2.5", "3.0"),
                    ("pronunciation", "yet", "3.0", "4.0"),
                    ("punctuation", ".", None, None),
                ]
            ],
        },
    },
    "Google, wrapped in an operation": {
        "done": True,
        "response": {
            "results": [
                {
                    "alternatives": [
                        {"transcript": "We begin.", "words": [{"word": "We"}, {"word": "begin."}]}
                    ]
                },
                {"alternatives": [{"transcript": "Not yet.", "words": [{"word": "Not"}, {"word": "yet."}]}]},
                {
                    "alternatives": [
                        {
                            "words": [
                                {"word": "We", "startTime": "0.500s", "endTime": "1s", "speakerTag": "Ann"},
                                {
                                    "word": "begin.",
                                    "startTime": {"seconds": "1"},
                                    "endTime": {"seconds": 2},
                                    "speakerTag": "Ann",
                                },
                                {
                                    "word": "Not",
                                    "startTime": {"seconds": 2, "nanos": 500000000},
                                    "endTime": "3s",
                                    "speakerTag": "Bo",
                                },
                                {"word": "yet.", "startTime": "3s", "endTime": "4s", "speakerTag": "Bo"},
                            ]
                        }
                    ]
                },
            ]
        },
    },
    "Azure": {
        "combinedRecognizedPhrases": [{"display": "We begin. Not yet."}],
        "recognizedPhrases": [
            {
                "speaker": "Ann",
                "offset": "PT0.5S",
                "offsetInTicks": 5000000.0,
                "durationInTicks": 15000000.0,
                "nBest": [{"display": "We begin."}, {"display": "We began."}],
            },
            {
                "speaker": "Bo",
                "offset": "PT2.5S",
                "offsetInTicks": 25000000.0,
                "durationInTicks": 15000000.0,
                "nBest": [{"display": "Not yet."}],
            },
        ],
    },
    "Rev.ai": {
        "monologues": [
            {
                "speaker": "Ann",
                "elements": [
                    {"type": "text", "value": "We", "ts": 0.5, "end_ts": 1.0},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "begin", "ts": 1.0, "end_ts": 2.0},
                    {"type": "punct", "value": "."},
                ],
            },
            {
                "speaker": "Bo",
                "elements": [
                    {"type": "text", "value": "Not", "ts": 2.5, "end_ts": 3.0},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "yet", "ts": 3.0, "end_ts": 4.0},
                    {"type": "punct", "value": "."},
                ],
            },
        ]
    },
    "Speechmatics": {
        "results": [
            {
                "type": kind,
                "start_time": start,
                "end_time": end,
                "alternatives": [{"content": text, "speaker": speaker}],
            }
            for kind, text, speaker, start, end in [
                ("word", "We", "Ann", 0.5, 1.0),
                ("word", "begin", "Ann", 1.0, 2.0),
                ("punctuation", ".", "Ann", 2.0, 2.0),
                ("word", "Not", "Bo", 2.5, 3.0),
                ("word", "yet", "Bo", 3.0, 4.0),
                ("punctuation", ".", "Bo", 4.0, 4.0),
            ]
        ]
    },
    "Speechmatics, first version": {
        "speakers": [
            {"name": "Ann", "time": "0.5", "duration": "1.5"},
            {"name": "Bo", "time": "2.5", "duration": "1.5"},
        ],
        "words": [
            {"name": "We", "time": "0.5", "duration": "0.5"},
            {"name": "begin", "time": "1.0", "duration": "1.0"},
            {"name": ".", "time": "2.0", "duration": "0.0"},
            {"name": "Not", "time": "2.5", "duration": "0.5"},
            {"name": "yet", "time": "3.0", "duration": "1.0"},
            {"name": ".", "time": "4.0", "duration": "0.0"},
        ],
    },
    "IBM Watson": {
        "results": [
            {
                "speaker_labels": [
                    {"from": 0.5, "to": 1.0, "speaker": "Ann"},
                    {"from": 1.0, "to": 2.0, "speaker": "Ann"},
                    {"from": 2.5, "to": 3.0, "speaker": "Bo"},
                    {"from": 3.0, "to": 4.0, "speaker": "Bo"},
                ],
                "results": [
                    {"alternatives": [{"timestamps": [["We", 0.5, 1.0], ["begin.", 1.0, 2.0]]}]},
                    {"alternatives": [{"timestamps": [["Not", 2.5, 3.0], ["yet.", 3.0, 4.0]]}]},
                ],
            }
        ]
    },
    "Fireflies": {
        "data": {
            "transcript": {
                "sentences": [
                    {
                        "speaker_name": "Ann",
                        "speaker_id": 0,
                        "text": "We begin.",
                        "start_time": 0.5,
                        "end_time": 2,
                    },
                    {
                        "speaker_name": "Bo",
                        "speaker_id": 1,
                        "text": "Not yet.",
                        "start_time": 2.5,
                        "end_time": 4,
                    },
                ],
                "summary": {"overview": "They began."},
            }
        }
    },
    "Sembly": {
        "participants": [{"id": "p1", "name": "Ann"}, {"id": "p2", "name": "Bo"}],
        "transcript": [
            {"speaker_id": "p1", "start_time": 0.5, "end_time": 2.0, "words_str": "We begin."},
            {"speaker_id": "p2", "start_time": 2.5, "end_time": 4.0, "words_str": "Not yet."},
        ],
        "summary": "They began.",
        "action_items": [{"owner": "Bo", "text": "Begin"}],
    },
    "Otter": {
        "title": "Board",
        "speech_segments": [
            {
                "speaker_id": 0,
                "speaker_name": "Ann",
                "start_ts": 0.5,
                "end_ts": 2.0,
                "transcript": "We begin.",
            },
            {"speaker_id": 1, "speaker_name": "Bo", "start_ts": 2.5, "end_ts": 4.0, "transcript": "Not yet."},
        ],
    },
    "Council Data Project": {
        "session_datetime": "2025-03-06T10:00:00",
        "sentences": [
            {
                "speaker_index": 7,
                "speaker_name": "Ann",
                "start_time": 0.5,
                "end_time": 2.0,
                "text": "We begin.",
            },
            {
                "speaker_index": 8,
                "speaker_name": "Bo",
                "start_time": 2.5,
                "end_time": 4.0,
                "text": "Not yet.",
            },
        ],
    },
    "whisper.cpp with speakers": {
        "transcription": [
            {"offsets": {"from": 500, "to": 2000}, "text": " We begin.", "speaker": "Ann"},
            {"offsets": {"from": 2500, "to": 4000}, "text": " Not yet.", "speaker": "Bo"},
        ]
    },
    "Teams, as its page loads it": {
        "entries": [
            {
                "speakerDisplayName": "Ann",
                "startOffset": "00:00:00.5",
                "endOffset": "00:00:02",
                "text": "We begin.",
            },
            {
                "speakerDisplayName": "Bo",
                "startOffset": "00:00:02.5",
                "endOffset": "00:00:04",
                "text": "Not yet.",
            },
        ]
    },
    "Recall": [
        {
            "participant": {"id": 1, "name": "Ann"},
            "words": [
                {
                    "text": "We begin.",
                    "start_timestamp": {"relative": 0.5},
                    "end_timestamp": {"relative": 2.0},
                }
            ],
        },
        {
            "participant": {"id": 2, "name": "Bo"},
            "words": [
                {"text": "Not yet.", "start_timestamp": {"relative": 2.5}, "end_timestamp": {"relative": 4.0}}
            ],
        },
    ],
    "Gong": {
        "metaData": {"id": "77", "title": "Board", "started": "2025-03-06T10:00:00Z"},
        "parties": [
            {"id": "a", "speakerId": "64", "name": "Ann"},
            {"id": "b", "speakerId": "65", "name": "Bo"},
        ],
        "transcript": [
            {
                "speakerId": "64",
                "topic": "Opening",
                "sentences": [
                    {"start": 500, "end": 900, "text": "We"},
                    {"start": 900, "end": 2000, "text": "begin."},
                ],
            },
            {
                "speakerId": "65",
                "topic": None,
                "sentences": [{"start": 2500, "end": 4000, "text": "Not yet."}],
            },
        ],
    },
    "Otter's page": {
        "status": "OK",
        "speech": {
            "speech_id": "X",
            "title": "Board",
            "start_time": 1741255200,
            "speakers": [{"id": 11, "speaker_name": "Ann"}, {"id": 12, "speaker_name": "Bo"}],
            "transcripts": [
                {
                    "start_offset": 8000,
                    "end_offset": 32000,
                    "transcript": "We begin.",
                    "speaker_id": 11,
                    "alignment": [{"word": "We", "start": 0.0, "end": 0.4}],
                },
                {
                    "start_offset": 40000,
                    "end_offset": 64000,
                    "transcript": "Not yet.",
                    "speaker_id": 12,
                    "alignment": [],
                },
            ],
        },
    },
}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_each_producer_says_the_same(producer):
    assert said(PRODUCERS[producer]) == TWO
    assert sniff_speech(json.dumps(PRODUCERS[producer]).encode()) > 0.5
    assert sniff_speech(json.dumps(PRODUCERS[producer], indent=2).encode()) > 0.5


def test_each_call_of_a_file_is_a_meeting_with_its_title_and_date():
    calls = [
        {
            "metaData": {"title": title, "started": f"2025-03-0{day}T10:00:00Z"},
            "transcript": [
                {"speakerId": "1", "sentences": [{"start": 0, "end": 900, "text": f"Here is {title}."}]}
            ],
        }
        for day, title in ((6, "One"), (7, "Two"))
    ]
    content = json.dumps({"calls": [*calls, {"metaData": {"title": "Missed"}, "transcript": []}]}).encode()

    meetings = list(read_speech(Document(name="calls.json", content=content)))

    assert [(m.id, m.title, str(m.date), m.utterances[0].text) for m in meetings] == [
        ("calls.json", "One", "2025-03-06", "Here is One."),
        ("calls.json~2", "Two", "2025-03-07", "Here is Two."),
    ]


def test_speaker_0_is_a_speaker_and_null_is_none():
    rows = [
        {"start": 0, "end": 1, "text": "One.", "speaker": 0},
        {"start": 1, "end": 2, "text": "Two.", "speaker": 1},
        {"start": 2, "end": 3, "text": "Three.", "speaker": None},
        {"start": 3, "end": 4, "text": "Four.", "speaker": "UU"},
    ]

    assert [row[0] for row in said({"segments": rows})] == ["0", "1", None, None]


def test_a_counter_of_turns_is_no_person():
    rows = [
        {"speaker_index": n, "speaker_name": None, "start_time": n, "end_time": n + 1, "text": f"No {n}."}
        for n in (1, 2)
    ]

    assert read({"sentences": rows}).people == ()


def test_words_of_nobody_become_a_unit_a_sentence():
    words = [word(text, n, n + 1) for n, text in enumerate(["We", "begin.", "Not", "yet."])]

    assert said({"result": words, "text": "We begin. Not yet."}) == [
        (None, "We begin.", 0.0, 2.0),
        (None, "Not yet.", 2.0, 4.0),
    ]


def test_a_channel_each_is_a_speaker_each():
    channels = [
        {"alternatives": [{"words": [word("One", 0.0, 1.0), word("three", 4.0, 5.0)]}]},
        {"alternatives": [{"words": [word("two", 2.0, 3.0)]}]},
    ]

    assert [row[:2] for row in said({"results": {"channels": channels}})] == [
        ("channel-0", "One"),
        ("channel-1", "two"),
        ("channel-0", "three"),
    ]


def test_one_microphone_on_two_channels_is_read_once():
    phrases = [
        {"channel": channel, "offset": f"PT{n}S", "nBest": [{"display": f"No {n}."}]}
        for n in (1, 2)
        for channel in (0, 1)
    ]

    meeting = read({"recognizedPhrases": phrases})

    assert [(u.speaker, u.text) for u in meeting.utterances] == [(None, "No 1."), (None, "No 2.")]
    assert notices(meeting) == {"segments of channels that repeat the first": 2}


def test_results_without_words_and_without_times_are_read():
    results = [{"alternatives": [{"transcript": "One."}]}, {"alternatives": [{"transcript": "Two."}]}]

    assert said({"results": results}) == [(None, "One.", None, None), (None, "Two.", None, None)]


def test_empty_segments_hesitations_and_loops_are_counted():
    stuck = [{"start": n, "end": n + 1, "text": "Thank you."} for n in range(6)]
    empty = {
        "recognizedPhrases": [
            {"offset": "PT1S", "nBest": [{"display": ""}]},
            {"nBest": [{"display": "Hm."}], "offset": "PT2S"},
        ]
    }
    uh = {"results": [{"alternatives": [{"timestamps": [["%HESITATION", 0.0, 1.0], ["Yes", 1.0, 2.0]]}]}]}

    assert list(notices(read({"segments": stuck})).values()) == [2]
    assert notices(read(empty)) == {"segments without words": 1}
    assert notices(read(uh)) == {"marks of hesitation, no words": 1}


def test_dates_with_times_count_from_the_first():
    rows = [
        {"text": "One.", "startTime": "2025-03-06T10:00:00Z", "from": {"name": "Ann"}},
        {"text": "Two.", "startTime": "2025-03-06T10:00:30.500Z", "from": {"name": "Bo"}},
    ]

    assert said({"messages": rows}) == [("ann", "One.", 0.0, None), ("bo", "Two.", 30.5, None)]


def test_title_and_date_are_the_meetings_not_the_recognisers():
    segments = PRODUCERS["Otter"]["speech_segments"]
    ours = read({"title": "Board", "created_at": 1705320000, "speech_segments": segments})
    theirs = read({"created_at": 1705320000, "speech_segments": segments})

    assert (ours.title, str(ours.date)) == ("Board", "2024-01-15")
    assert (theirs.title, theirs.date) == (None, None)


def test_one_document_on_one_line_is_no_list_of_rows():
    whisper = json.dumps({"text": " We begin.", **PRODUCERS["WhisperX"]}).encode()
    row = b'{"text": "We begin.", "speaker": "Ann", "start": 1.0}\n{"text": "Not yet."}\n'

    assert sniff_speech(whisper) > sniff_jsonl(whisper)
    assert sniff_speech(row) < sniff_jsonl(row)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'{"segments": [{"text": "cut', DamagedFile),
        (b"[" * 100_000, DamagedFile),
        (b'{"a": ' + b"9" * 5_000 + b"}", DamagedFile),
        (b'{"name": "analyzer", "version": 3}', NoSpeech),
        (b'{"text": "", "segments": [], "language": "en"}', NoSpeech),
    ],
)
def test_what_is_no_speech_is_refused(content, error):
    with pytest.raises(error):
        read(content)


def test_what_would_take_too_much_memory_is_refused_before_it_is_parsed():
    with pytest.raises(TooLarge, match="MB of memory"):
        read(b"[" + b"{}," * 10_000 + b"{}]", limits=Limits(tree_mb=1.0))


keys = st.sampled_from(
    re.findall(
        r"\w+",
        """segments utterances results alternatives words word text start end speaker transcript items
        channels type monologues elements value ts offset nBest display name time timestamp offsets from to
        events segs relative seconds""",
    )
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["PT1S", "1s"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_any_json_is_read_or_refused(data):
    try:
        meeting = read(data)
    except ReadError:
        return
    known = {person.key for person in meeting.people}
    assert all(utterance.speaker is None or utterance.speaker in known for utterance in meeting.utterances)
    assert all(utterance.text.strip() for utterance in meeting.utterances)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b'{"segments": [', b'[{"text": "a", "start": 1}']))
def test_any_bytes_are_read_or_refused(tail, head):
    assert 0.0 <= sniff_speech(head + tail) <= 1.0
    try:
        read(head + tail)
    except ReadError:
        return


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["A", "B", None]), st.sampled_from(["yes", "no.", "a b"])), min_size=1)
)
def test_every_segment_written_is_read_back(pairs):
    rows = [{"start": n, "end": n + 1, "text": text, "speaker": name} for n, (name, text) in enumerate(pairs)]

    meeting = read({"segments": rows})

    assert sum(utterance.units for utterance in meeting.utterances) == len(pairs)
    assert " ".join(utterance.text for utterance in meeting.utterances) == " ".join(text for _, text in pairs)


def test_recognisers_that_give_no_word_times_are_read_as_they_are():
    deepgram = {"results": {"channels": [{"alternatives": [{"transcript": "We begin. Not yet."}]}]}}
    google = {
        "results": [
            {"alternatives": [{"transcript": "We begin."}], "resultEndTime": "2s"},
            {"alternatives": [{"transcript": "Not yet."}], "resultEndOffset": "4s"},
        ]
    }

    assert said(deepgram) == [(None, "We begin. Not yet.", None, None)]
    assert [(text, end) for _, text, _, end in said(google)] == [("We begin.", 2.0), ("Not yet.", 4.0)]
    assert min(sniff_speech(json.dumps(data).encode()) for data in (deepgram, google)) > 0.6


def test_a_batch_of_google_lists_results_by_file():
    words = [{"word": "We", "startOffset": "0.5s"}, {"word": "begin", "startOffset": "0.8s"}]
    results = {"results": [{"alternatives": [{"words": words}]}]}

    assert said({"results": {"gs://a/b.wav": {"transcript": results}}}) == [(None, "We begin", 0.5, None)]


def test_meeting_tools_name_speakers_under_other_keys():
    zoom = {"transcript": [{"ts": "00:00:00.500", "username": "Ann", "text": "We begin."}]}
    slack = [{"ts": "1741255200.1", "user": "U1", "user_profile": {"real_name": "Ann"}, "text": "We begin."}]
    analytics = {"Transcript": [{"ParticipantRole": "AGENT", "Content": "Hi.", "BeginOffsetMillis": 500}]}
    rev = {"monologues": [{"speaker": 0, "elements": [{"value": "Hi", "timestamp": "00:00:00,500"}]}]}

    assert [said(data)[0][0] for data in (zoom, slack, analytics, rev)] == ["ann", "ann", "agent", "0"]
    assert [said(data)[0][2] for data in (zoom, slack, analytics, rev)] == [0.5, 0.0, 0.5, 0.5]
    assert min(sniff_speech(json.dumps(data).encode()) for data in (zoom, slack, analytics, rev)) >= 0.6
