"""The collection of real and hostile documents: each expectation of its manifest, by sample."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from analyzer.errors import ReadError
from analyzer.ingest.formats import read

FORMATS = Path(__file__).parents[2] / ".." / "shared" / "formats"
FAMILIES = ("docx", "html", "md", "odt", "pdf", "rtf", "txt")
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FORMATS.is_dir(), reason="needs ../shared/formats"),
]
# What a reader should not do, although the manifest asks for it.
UNMET = {
    (
        "md/rust_leadership_council.md",
        "n_utterances",
    ): "below its agenda the file has minutes with named turns",
}


def rows():
    if not FORMATS.is_dir():
        return
    for line in (FORMATS / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        family = row["format"].rpartition(":")[2]
        if family in FAMILIES and (FORMATS / row["file"]).is_file():
            yield row["file"], row["expect"]


def expectations():
    for name, expect in rows():
        for key, value in expect.items():
            if key in CHECKS:
                reason = UNMET.get((name, key))
                marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
                yield pytest.param(name, key, value, id=f"{name}-{key}", marks=marks)


@cache
def meetings(name):
    """The meetings of a sample; none where it is refused."""
    try:
        return tuple(read(FORMATS / name))
    except ReadError:
        return ()


def utterances(name):
    return [utterance for meeting in meetings(name) for utterance in meeting.utterances]


def speakers(name):
    return {
        meeting.person(utterance.speaker).name
        for meeting in meetings(name)
        for utterance in meeting.utterances
        if utterance.speaker
    }


def check_count(name, expected):
    low, high = expected if isinstance(expected, list) else (expected, expected)
    assert low <= sum(utterance.units for utterance in utterances(name)) <= high


def check_first_text(name, expected):
    """A heading is no speech: where the document begins with one, it is the title or a topic."""
    first = utterances(name)[0]
    title = meetings(name)[0].title or ""
    assert any(text.startswith(expected) for text in (first.text, first.topic or "", title))


def check_first_start(name, expected):
    assert utterances(name)[0].start == expected


def check_speakers(name, expected):
    assert speakers(name) == set(expected)


def check_speakers_include(name, expected):
    assert speakers(name) >= set(expected)


def check_speaker_count(name, expected):
    assert len(speakers(name)) == expected


def check_date(name, expected):
    assert str(meetings(name)[0].date) == expected


def check_safe(name, _):
    meetings(name)


CHECKS = {
    "n_utterances": check_count,
    "first_text": check_first_text,
    "first_start_s": check_first_start,
    "speakers": check_speakers,
    "speakers_include": check_speakers_include,
    "n_speakers": check_speaker_count,
    "meeting_date": check_date,
    "safe": check_safe,
}


@pytest.mark.parametrize(("name", "key", "value"), expectations())
def test_the_manifest_is_met(name, key, value):
    CHECKS[key](name, value)


@pytest.mark.parametrize("name", [name for name, _ in rows()])
def test_every_sample_is_read_or_refused(name):
    for meeting in meetings(name):
        assert [utterance.index for utterance in meeting.utterances] == list(range(len(meeting.utterances)))
        assert all(utterance.text.strip() for utterance in meeting.utterances)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("html/page_with_scripts.html", r"function\s*\(|\bvar [a-z]+ ?=|@media"),
        ("docx/comments_tracked.docx", r"(?i)this is a comment|reviewer:|my comment"),
        ("docx/fathom_transcript.docx", r"VIEW RECORDING"),
        ("rtf/table_cells.rtf", r"ab|cd|\|"),
    ],
)
def test_what_is_no_text_does_not_appear(name, pattern):
    said = "\n".join(utterance.text for utterance in utterances(name))

    assert said
    assert not re.search(pattern, said)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("malformed/docx_password_protected.docx", "protected by a password"),
        ("malformed/odt_encrypted.odt", "protected by a password"),
        ("hostile/docx_xxe.docx", "declares entities"),
        ("hostile/docx_billion_laughs.docx", "XML"),
        ("hostile/pdf_truncated.pdf", "cut off"),
        ("hostile/empty.txt", "empty"),
        ("hostile/whitespace_only.txt", "nobody says anything"),
    ],
)
def test_a_refusal_says_why(name, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(FORMATS / name)
