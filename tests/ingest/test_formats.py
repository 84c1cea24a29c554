from importlib import util

import pytest

from analyzer.errors import NoSpeech, ReadError, UnknownFormat
from analyzer.ingest.formats import FORMATS, Options, read, read_all, recognise
from analyzer.ingest.sources import Document

pytestmark = pytest.mark.skipif(
    any(util.find_spec(known.home.partition(":")[0]) is None for known in FORMATS),
    reason="needs all readers of the table",
)
NOTES = (
    b"# Board, 6 March 2025\n\n## Money\n\n**Ann**: Hm.\n\n**Bob**: No.\n\n**Ann**: Yes.\n\n**Bob**: No!\n"
)


def test_content_decides_and_the_suffix_breaks_ties():
    plain = b"Ann: Too small.\nBob: No.\n"

    assert recognise(Document(name="a.txt", content=NOTES)).name == "markdown"
    assert recognise(Document(name="a.md", content=plain)).name == "markdown"
    assert recognise(Document(name="a.txt", content=plain)).name == "text"


@pytest.mark.parametrize(
    "head",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\x89PNG\r\n\x1a\n",  # cut after its signature
        b"ID3\x03\x00\x00\x00",
        b"\x00\x00\x00\x18ftypmp42\x00\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00",
        b"\x1b" * 500,
        b"\x7f\x07" * 500,
        bytes(mark for byte in (1, 2, 14, 65) * 500 for mark in (byte, 0)),  # UTF-16 of controls
    ],
)
def test_what_no_reader_knows_is_named(head):
    with pytest.raises(UnknownFormat, match="no reader knows this content"):
        recognise(Document(name="a.txt", content=head))


def test_the_sentence_on_unknown_content_is_short():
    with pytest.raises(UnknownFormat) as raised:
        recognise(Document(name="a.mp4", content=b"\x00\x00\x00\x18ftypmp42\x00\x00"))

    assert "give its transcript" in str(raised.value)
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize("end", ["\x1a", "\x1a\r\n", "\x1b[0m"])
def test_the_end_mark_of_dos_and_the_colours_of_a_terminal_are_no_words(end):
    text = f"\x1b[32mAnn:\x1b[0m yes, we do.\nBo: no.\nAnn: why?\n{end}"

    (meeting,) = read(Document(name="a.txt", content=text.encode()))

    assert [utterance.text for utterance in meeting.utterances] == ["yes, we do.", "no.", "why?"]


@pytest.mark.parametrize("content", [b"a", b"# A\n\nb", b"1\n00:00:01,000 --> 00:00:02,000\na\n"])
def test_a_single_letter_is_no_meeting(content):
    with pytest.raises(NoSpeech):
        read(Document(name="a.docx", content=content))


def test_every_sniffer_takes_any_bytes():
    for head in (b"", b"\x00", b"\xff\xfe", b"{", b"\n\n", b"a" * 100, bytes(range(256))):
        for known in FORMATS:
            assert 0.0 <= known.sniff(head) <= 1.0


def test_reading_completes_the_meeting():
    (meeting,) = read(Document(name="north/a.md", content=NOTES), Options(title="Own"))

    assert (meeting.id, meeting.series, meeting.title) == ("north/north/a.md", "north", "Own")
    assert meeting.source.format == "markdown"


def test_a_file_without_words_is_refused():
    with pytest.raises(NoSpeech):
        read(Document(name="a.md", content=b"# Agenda\n\n---\n\n```\nx = 1\n```\n"))


def test_one_bad_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.md").write_bytes(NOTES)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")

    readings = read_all(tmp_path)

    assert [meeting.source.name for meeting in readings] == ["a.md"]
    assert [failure.where for failure in readings.failures] == ["b.png"]
    assert issubclass(UnknownFormat, ReadError)
