"""Recognised speech in what services put around it: wrappers, streams, channels, several meetings."""

import json

import pytest

from analyzer.errors import NoSpeech, ReadError
from analyzer.ingest.formats import read, recognise
from analyzer.ingest.sources import Document


def meetings(data, name="talk.json"):
    content = data.encode() if isinstance(data, str) else json.dumps(data, indent=1).encode()
    return read(Document(name=name, content=content))


def said(data, name="talk.json"):
    (meeting,) = meetings(data, name)
    return [(u.speaker, u.text, u.start, u.end) for u in meeting.utterances]


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


def word(text, start, end, **more):
    return {"word": text, "start": start, "end": end, **more}


def item(text, start, end, **more):
    times = {"start_time": start, "end_time": end} if start else {}
    kind = "pronunciation" if start else "punctuation"
    return {**times, "type": kind, "alternatives": [{"content": text}], **more}


TWO = [("ann", "We begin.", 0.5, 2.0), ("bo", "Not yet.", 2.5, 4.0)]
SEGMENTS = [
    {"start": 0.5, "end": 2.0, "text": "We begin.", "speaker": "Ann"},
    {"start": 2.5, "end": 4.0, "text": "Not yet.", "speaker": "Bo"},
]
WORDS = [
    word("We", 0.5, 1.0, speaker="Ann"),
    word("begin.", 1.0, 2.0, speaker="Ann"),
    word("Not", 2.5, 3.0, speaker="Bo"),
    word("yet.", 3.0, 4.0, speaker="Bo"),
]
LAYOUTS = {
    "the output of a hosted model": {"status": "succeeded", "output": {"segments": SEGMENTS}},
    "a client's pair of result and error": {
        "result": {"results": {"channels": [{"alternatives": [{"words": WORDS}]}]}},
        "error": None,
    },
    "a client's list of answers": [{"results": {"channels": [{"alternatives": [{"words": WORDS}]}]}}, None],
    "WhisperX, words alone": {"word_segments": WORDS},
    "a list under a name of nobody's": {"data": {"meetingTurns": SEGMENTS}},
    "Gladia, first version": {
        "prediction": [
            {
                "transcription": s["text"],
                "time_begin": s["start"],
                "time_end": s["end"],
                "speaker": s["speaker"],
            }
            for s in SEGMENTS
        ]
    },
    "Zoom's timeline": {
        "timeline": [
            {
                "text": "We begin.",
                "ts": "00:00:00.500",
                "end_ts": "00:00:02.000",
                "users": [{"username": "Ann"}],
            },
            {
                "text": "Not yet.",
                "ts": "00:00:02.500",
                "end_ts": "00:00:04.000",
                "users": [{"username": "Bo"}],
            },
        ]
    },
    "AWS HealthScribe": {
        "Conversation": {
            "TranscriptSegments": [
                {
                    "BeginAudioTime": s["start"],
                    "EndAudioTime": s["end"],
                    "Content": s["text"],
                    "ParticipantDetails": {"ParticipantRole": s["speaker"]},
                }
                for s in SEGMENTS
            ]
        }
    },
    "AWS, segments of sound": {
        "results": {
            "transcripts": [{"transcript": "We begin. Not yet."}],
            "audio_segments": [
                {
                    "transcript": s["text"],
                    "start_time": str(s["start"]),
                    "end_time": str(s["end"]),
                    "speaker_label": s["speaker"],
                }
                for s in SEGMENTS
            ],
        }
    },
    "Deepgram's paragraphs without words": {
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": "We begin. Not yet.",
                            "paragraphs": {
                                "paragraphs": [
                                    {
                                        "sentences": [{k: s[k] for k in ("text", "start", "end")}],
                                        "speaker": s["speaker"],
                                        "start": s["start"],
                                        "end": s["end"],
                                    }
                                    for s in SEGMENTS
                                ]
                            },
                        }
                    ]
                }
            ]
        }
    },
    "Soniox": {
        "text": "We begin. Not yet.",
        "tokens": [
            {"text": "We", "start_ms": 500, "end_ms": 900, "speaker": "Ann"},
            {"text": " be", "start_ms": 900, "end_ms": 1200, "speaker": "Ann"},
            {"text": "gin", "start_ms": 1200, "end_ms": 1900, "speaker": "Ann"},
            {"text": ".", "start_ms": 1900, "end_ms": 2000, "speaker": "Ann"},
            {"text": "<end>", "start_ms": 2000, "end_ms": 2000, "speaker": "Ann"},
            {"text": " Not", "start_ms": 2500, "end_ms": 3000, "speaker": "Bo"},
            {"text": " yet", "start_ms": 3000, "end_ms": 3900, "speaker": "Bo"},
            {"text": ".", "start_ms": 3900, "end_ms": 4000, "speaker": "Bo"},
        ],
    },
    "Azure's Video Indexer": {
        "videos": [
            {
                "insights": {
                    "ocr": [{"text": "A SLIDE", "instances": [{"start": "0:00:00", "end": "0:00:09"}]}],
                    "transcript": [
                        {
                            "text": s["text"],
                            "speakerId": n,
                            "instances": [{k: s[k] for k in ("start", "end")}],
                        }
                        for n, s in enumerate(SEGMENTS)
                    ],
                    "speakers": [{"id": n, "name": s["speaker"]} for n, s in enumerate(SEGMENTS)],
                }
            }
        ]
    },
    "a bot's log of what it heard": [
        {
            "speaker_name": s["speaker"],
            "timestamp_ms": 1000 * s["start"],
            "duration_ms": 1500,
            "transcription": {"transcript": s["text"]},
        }
        for s in SEGMENTS
    ],
    "milliseconds without a unit": [
        {"spk": s["speaker"], "begin_time": 1000 * s["start"], "end_time": 1000 * s["end"], "Text": s["text"]}
        for s in SEGMENTS
    ],
    "the stream of AWS": {
        "TranscriptEvent": {
            "Transcript": {
                "Results": [
                    {
                        "IsPartial": word is WORDS[0],
                        "Alternatives": [
                            {
                                "Items": [
                                    {
                                        "Content": word["word"],
                                        "StartTime": word["start"],
                                        "EndTime": word["end"],
                                        "Speaker": word["speaker"],
                                    }
                                ]
                            }
                        ],
                    }
                    for word in (WORDS[0], *(dict(word) for word in WORDS))
                ]
            }
        }
    },
    "words and the paragraphs that say who speaks": {
        "words": [{k: w[k] for k in ("word", "start", "end")} for w in WORDS],
        "paragraphs": [{"start": 0.5, "end": 2, "speaker": "Ann"}, {"start": 2.5, "end": 4, "speaker": "Bo"}],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_talk_is_found_in_what_is_around_it(layout):
    assert said(LAYOUTS[layout]) == TWO


@pytest.mark.parametrize(
    "stream",
    [
        lines(
            {"is_final": False, "channel": {"alternatives": [{"words": WORDS[:1]}]}},
            {"is_final": True, "channel": {"alternatives": [{"words": WORDS[:2]}]}},
            {"is_final": True, "channel": {"alternatives": [{"words": WORDS[2:]}]}},
            {"type": "Metadata"},
        ),
        lines(
            {"message": "AddPartialTranscript", "results": [item("We", 0.5, 1.0)]},
            *({"message": "AddTranscript", "segments": [segment]} for segment in SEGMENTS),
        ),
        lines(*SEGMENTS).replace('"start"', '"start_time"').replace('"end"', '"end_time"') + "\ncut {",
        "\n".join(json.dumps({"result": part, "text": ""}, indent=2) for part in (WORDS[:2], WORDS[2:])),
    ],
)
def test_a_saved_stream_is_read_without_its_drafts(stream):
    assert said(stream, "stream.jsonl") == TWO


def test_what_a_stream_leaves_out_is_counted():
    (meeting,) = meetings(
        lines({"is_final": False, "text": "We", "ts": 0}, {"text": "We begin.", "ts": 0}) + "\n{cut",
        "a.jsonl",
    )

    assert {n.reason: n.count for n in meeting.notices} == {
        "lines that are no JSON": 1,
        "drafts that a final result replaces": 1,
    }


def test_speakers_of_channels_are_counted_on_each():
    rows = [
        {"start": 0.5, "end": 2.0, "text": "We begin.", "speaker": 0, "channel": 0},
        {"start": 2.5, "end": 4.0, "text": "Not yet.", "speaker": 0, "channel": 1},
    ]
    more = [*rows, {"start": 5.0, "end": 6.0, "text": "Why?", "speaker": 1, "channel": 1}]

    assert [row[0] for row in said({"results": {"utterances": rows}})] == ["channel-0", "channel-1"]
    assert [row[0] for row in said({"utterances": more})] == ["channel-0-0", "channel-1-0", "channel-1-1"]


def test_channels_that_speak_at_once_are_not_cut_into_words():
    one = [item("We", "0.5", "1.0"), item("begin", "1.5", "2.0"), item(".", None, None)]
    two = [item("Not", "0.5", "1.2"), item("yet", "1.6", "2.2"), item(".", None, None)]
    labels = [{"channel_label": "ch_0", "items": one}, {"channel_label": "ch_1", "items": two}]

    found = said({"results": {"channel_labels": {"channels": labels}, "items": [*one[:2], *two, one[2]]}})

    assert found == [("ch-0", "We begin.", 0.5, 2.0), ("ch-1", "Not yet.", 0.5, 2.2)]


def test_the_channel_of_a_result_speaks_where_nobody_is_named():
    google = [
        {"channelTag": tag, "alternatives": [{"words": [{"word": text, "startTime": f"{tag}s"}]}]}
        for tag, text in ((1, "Begin"), (2, "Never"))
    ]
    speechmatics = [
        {
            "type": "word",
            "start_time": start,
            "channel": channel,
            "alternatives": [{"content": text, "speaker": "UU"}],
        }
        for start, channel, text in ((1, "Agent", "Begin"), (2, "Client", "Never"))
    ]

    assert [row[:2] for row in said({"results": google})] == [("channel-1", "Begin"), ("channel-2", "Never")]
    assert [row[:2] for row in said({"results": speechmatics})] == [("agent", "Begin"), ("client", "Never")]


def test_words_get_the_marks_of_the_whole_text():
    bare = [word("We", 0.5, 1.0), word("begin", 1.0, 2.0), word("not", 2.5, 3.0), word("yet", 3.0, 4.0)]
    wide = [word("始", 0.5, 1.0), word("め", 1.0, 2.0), word("ます", 2.5, 3.0)]

    assert said({"text": "«We begin!» Not yet.", "words": bare}) == [
        (None, "«We begin!» Not yet.", 0.5, 4.0),
    ]
    assert [row[1] for row in said({"text": "始めます。", "words": wide})] == ["始めます。"]
    assert [row[1] for row in said({"text": "Other words.", "words": bare})] == ["We begin not yet"]


def test_a_file_that_has_nothing_but_text_is_read():
    assert said({"text": "We begin. Not yet.", "usage": {"seconds": 4}}) == [
        (None, "We begin. Not yet.", None, None)
    ]
    assert [row[:2] for row in said({"transcript": "Ann: We begin.\nBo: Not yet.\nAnn: Why?"})] == [
        ("ann", "We begin."),
        ("bo", "Not yet."),
        ("ann", "Why?"),
    ]


@pytest.mark.parametrize(
    "several",
    [
        [{"title": "One", "transcript": SEGMENTS}, {"title": "Two", "transcript": SEGMENTS}],
        {"One": SEGMENTS, "Two": SEGMENTS},
        {
            "meetings": [
                {"title": "One", "turns": [], "segments": SEGMENTS},
                {"title": "Two", "segments": SEGMENTS},
            ]
        },
        [{**row, "conversation_id": name} for name in ("One", "Two") for row in SEGMENTS],
    ],
)
def test_several_meetings_of_one_file_stay_apart(several):
    found = meetings(several)

    assert [(m.title, [u.text for u in m.utterances]) for m in found] == [
        ("One", ["We begin.", "Not yet."]),
        ("Two", ["We begin.", "Not yet."]),
    ]


def test_meetings_in_a_wrapper_stay_apart_and_channels_do_not():
    named = [
        {"title": name, "date": f"2025-03-0{day}", "sentences": SEGMENTS}
        for day, name in ((6, "One"), (7, "Two"))
    ]
    channels = [{"channel_id": n, "channel": n, "sentences": [row]} for n, row in enumerate(SEGMENTS)]

    assert [(m.title, str(m.date)) for m in meetings({"data": {"transcripts": named}})] == [
        ("One", "2025-03-06"),
        ("Two", "2025-03-07"),
    ]
    assert said({"transcripts": channels}) == TWO


def test_a_result_of_google_that_repeats_those_before_it_is_read_alone():
    def result(*words):
        return {"alternatives": [{"words": list(words)}]}

    one = {"word": "We", "endTime": "0.4s", "speakerTag": 1}  # a start of 0 is left out
    two = {"word": "begin", "startTime": "0.4s", "endTime": "0.9s", "speakerTag": 1}
    three = {"word": "never", "startTime": "1s", "endTime": "2s", "speakerTag": 2}

    assert said({"results": [result(one), result(one, two), result(one, two, three)]}) == [
        ("1", "We begin", 0.0, 0.9),
        ("2", "never", 1.0, 2.0),
    ]
    assert [row[1] for row in said({"results": [result(one, two), result(three)]})] == ["We begin", "never"]


def test_one_recording_in_two_forms_is_read_once():
    words = [{"text": w["word"], "start": w["start"], "speaker": w["speaker"]} for w in WORDS]

    assert said({"utterances": SEGMENTS, "words": words}) == TWO


def test_rows_of_a_corpus_of_conversations_are_read_with_their_date():
    rows = [
        {
            "id": "u1",
            "conversation_id": "c1",
            "speaker": "Ann",
            "text": "We begin.",
            "timestamp": 1_356_998_400,
        },
        {
            "id": "u2",
            "conversation_id": "c1",
            "speaker": "Bo",
            "text": "Not yet.",
            "timestamp": 1_357_002_000,
        },
    ]

    (meeting,) = meetings(lines(*rows), "utterances.jsonl")

    assert [(u.speaker, u.start) for u in meeting.utterances] == [("ann", 0.0), ("bo", 3600.0)]
    assert str(meeting.date) == "2013-01-01"


def test_the_party_of_a_row_is_that_of_its_speaker():
    (meeting,) = meetings([{"speaker": "Ann", "company": "Acme", "text": "We begin."}])

    assert [(p.name, p.party) for p in meeting.people] == [("Ann", "Acme")]


def test_what_a_program_wrote_about_the_talk_is_no_talk():
    with pytest.raises(NoSpeech):
        meetings({"summary": "We began.", "action_items": [{"text": "Begin.", "speaker": "Ann"}]})


def test_odd_values_are_unknown_and_no_error():
    odd = {**item("We", 0.5, 1.0), "start_time": []}
    tagged = [{"word": ["We"], "speakerTag": 1}]

    assert said({"results": {"items": [odd, item("begin", 1.0, 2.0)]}}) == [(None, "We begin", 1.0, 2.0)]
    assert said({"results": [{"alternatives": [{"words": tagged}]}] * 2})[0][0] == "1"
    with pytest.raises(NoSpeech):
        meetings({"words": [{"word": "", "start": 1}], "text": ""})


@pytest.mark.parametrize(
    "data", [{"name": "a", "version": "1"}, {"error": {}, "message": "no"}, {}, [[]], [{}]]
)
def test_other_json_is_refused_in_a_sentence_on_speech(data):
    document = Document(name="a.json", content=json.dumps(data, indent=1).encode())

    assert recognise(document).name == "speech-json"
    with pytest.raises(ReadError):
        read(document)
