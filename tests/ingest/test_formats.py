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
    "head", [b"\x89PNG\r\n\x1a\n\x00\x00", b"ID3\x03\x00\x00\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"]
)
def test_what_no_reader_knows_is_named(head):
    with pytest.raises(UnknownFormat, match="no reader knows this content"):
        recognise(Document(name="a.txt", content=head))


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
