import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from analyzer.ingest.cues import Cue
from analyzer.ingest.nameforms import is_like_name
from analyzer.ingest.voices import name_speakers

CORPORA = Path(__file__).parents[3] / "shared" / "archives" / "corpora"
WORDS_A_CUE = 10


def captions(*texts):
    return [
        Cue(number=n, identifier="", start=None, end=None, lines=(text,)) for n, text in enumerate(texts, 1)
    ]


def named(*texts):
    return [parts[0].speaker for parts in name_speakers(captions(*texts))]


@pytest.mark.parametrize(
    "label",
    [
        "Ann Lee",
        "Lee, Ann",
        "The Acting Chair (Mr. Bo Ray)",
        "Right Hon. Ann Lee",
        "Project Manager",
        "Chris d'Ores",
        "Ann van der Lee | Acme",
        "Benjie ✏",
        "Speaker 2",
        "Élan Ünal",
        "李伟",
    ],
)
def test_names_and_roles_look_like_names(label):
    assert is_like_name(label)


@pytest.mark.parametrize(
    "label",
    [
        "Just by contrast",
        "Question",
        "Subtitles",
        "we had two",
        "Is it so? Yes",
        "In 2024",
        "The point",
        "Ticket 20",
        "✏",
    ],
)
def test_other_words_before_a_colon_do_not(label):
    assert not is_like_name(label)


def test_small_letters_are_names_where_every_cue_has_one():
    assert named("ann: One.", "bo 2: Two.", "ann: no: three", "bo 2: Four.") == ["ann", "bo 2", "ann", "bo 2"]


def test_small_letters_are_names_where_they_begin_turns_again_and_again():
    turns = [(name, f"Sentence {n}.") for n in range(3) for name in ("ann", "bo")]
    texts = [text for name, said in turns for text in (f"{name}: So it goes.", said, "And on.")]

    assert named(*texts) == [name for name, _ in turns for _ in range(3)]


def test_a_speaker_named_once_is_one_where_others_are_named_again():
    texts = [
        "Ann: We begin.",
        "Now.",
        "Bo: Fine.",
        "Yes.",
        "Ann: Good.",
        "So.",
        "Cy Fox: Hello.",
        "Me too.",
        "Bo: No.",
        "Ah.",
    ]

    assert named(*texts)[6:8] == ["Cy Fox", "Cy Fox"]


def test_marks_of_a_new_speaker_end_what_is_carried_forward():
    texts = [
        "Ann: We begin.",
        "Now.",
        "And so on.",
        "Bo: Fine.",
        ">> Somebody else.",
        "Again.",
        "Ann: Good.",
        "So.",
        "Bo: No.",
        "Ah.",
    ]

    assert named(*texts)[4:6] == [None, None]


@pytest.mark.shared
@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared/archives/corpora")
@pytest.mark.parametrize("corpus", ["akash", "qmsum_product", "unicode_mfwg", "wasm"])
@pytest.mark.parametrize("style", ["every cue", "changes", "none"])
def test_speakers_of_real_meetings_are_found_in_either_habit(corpus, style):
    right = said = 0
    for turns in _meetings(corpus, count=3):
        texts, speakers = _as_cues(turns, style)
        right += sum(found == speaker for found, speaker in zip(named(*texts), speakers, strict=True))
        said += len(speakers)

    assert right >= 0.97 * said


def _meetings(corpus, *, count):
    """Give the turns of some long meetings: (speaker, text) each."""
    meetings = []
    with gzip.open(CORPORA / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, filter(str.strip, rows)):
            if "text" not in row:
                meetings.append([])
            elif row.get("speaker") and row["text"].split():
                meetings[-1].append((row["speaker"], row["text"].split()))
    return islice((turns for turns in meetings if len(turns) > 20), count)


def _as_cues(turns, style):
    texts, speakers, before = [], [], None
    for speaker, words in turns:
        for first in range(0, len(words), WORDS_A_CUE):
            is_named = style == "every cue" or (style == "changes" and speaker != before)
            before = speaker
            texts.append((f"{speaker}: " if is_named else "") + " ".join(words[first : first + WORDS_A_CUE]))
            speakers.append(speaker if style != "none" else None)
    return texts, speakers


def test_live_captions_change_the_speaker_within_a_line():
    cues = captions(">> ANN LEE: We begin. >> Yes. >> BO: Fine.", ">> BO: Go on.", ">> ANN LEE: Good.")

    assert [(part.speaker, part.text) for parts in name_speakers(cues) for part in parts] == [
        ("ANN LEE", "We begin."),
        (None, ">> Yes."),
        ("BO", "Fine."),
        ("BO", "Go on."),
        ("ANN LEE", "Good."),
    ]


def test_a_numbered_speaker_is_one_even_if_named_once():
    cues = captions("Speaker 1: We begin", "with the budget.", "It is small.", "Note: it is cut.")

    assert {part.speaker for parts in name_speakers(cues) for part in parts} == {"Speaker 1"}


def test_where_changes_are_marked_a_name_holds_until_the_next_mark():
    cues = captions(">> ANN LEE: We begin.", "It is small.", ">> BO: Yes.", ">> No.", ">> ANN LEE: Good.")

    assert [parts[0].speaker for parts in name_speakers(cues)] == [
        "ANN LEE",
        "ANN LEE",
        "BO",
        None,
        "ANN LEE",
    ]
