"""The real archive: 166 files of notes, seven years, several habits of writing."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from analyzer.errors import ReadError
from analyzer.ingest.context import complete
from analyzer.ingest.formats import Options
from analyzer.ingest.scribed import read_markdown
from analyzer.ingest.sources import find_documents

ARCHIVE = Path(__file__).parents[2] / ".." / "shared" / "archives" / "tc39"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/archives/tc39"),
]


@pytest.fixture(scope="module")
def readings():
    meetings, refused = {}, {}
    for document in find_documents([ARCHIVE]):
        try:
            meetings[document.name] = complete(next(read_markdown(document)), document, Options())
        except ReadError as error:
            refused[document.name] = str(error)
    return meetings, refused


def test_all_notes_are_read_and_only_guides_are_refused(readings):
    meetings, refused = readings

    assert len(meetings) == 140
    assert len(refused) == 26
    assert all(Path(name).stem in ("toc", "summary", "README") for name in refused)


def test_every_meeting_has_a_date_a_series_and_a_language(readings):
    for meeting in readings[0].values():
        assert meeting.date is not None
        assert (meeting.series, meeting.language, meeting.kind) == ("tc39", "en", "transcript")


def test_hardly_a_word_stays_unattributed(readings):
    words = Counter()
    for meeting in readings[0].values():
        for utterance in meeting.utterances:
            words[utterance.speaker is not None or utterance.kind == "decision"] += len(
                utterance.text.split()
            )

    assert words[False] / words.total() < 0.01


def test_every_meeting_has_topics_and_nearly_all_its_talk_stands_under_one(readings):
    for meeting in readings[0].values():
        without = sum(utterance.topic is None for utterance in meeting.utterances)
        assert without <= 0.2 * len(meeting.utterances), meeting.id


def test_spot_checks(readings):
    first = readings[0]["2018-01/jan-23.md"]
    assert first.date == date(2018, 1, 23)
    assert first.utterances[0].speaker == "rex-jaeschke"
    assert first.utterances[0].topic == "Welcome"
    assert first.utterances[0].at.number == 12

    later = readings[0]["2020-06/june-1.md"]
    parties = {person.name: person.party for person in later.people}
    assert parties["Yulia Startsev"] == "Mozilla"
    assert "Google" in later.parties
