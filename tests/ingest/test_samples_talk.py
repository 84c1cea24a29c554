"""The visible samples of captions, chats and recognised speech, each held to what the manifest expects."""

import json
from pathlib import Path

import pytest

from analyzer.errors import ReadError
from analyzer.ingest.formats import read
from analyzer.ingest.people import split_name
from analyzer.ingest.sources import Document

FOLDER = Path(__file__).parents[3] / "shared" / "formats"
MANIFEST = FOLDER / "manifest.jsonl"
FAMILIES = {
    "vtt": {"vtt", "srt"},
    "srt": {"srt", "vtt"},
    "sbv": {"sbv"},
    "otter_txt": {"otter"},
    "zoom_txt": {"zoom-chat", "zoom-captions"},
    "asr_json": {"speech-json"},
    "json": {"speech-json"},
}
# Messages that are read and left out with a notice: the manifest counts them.
LEFT_OUT = ("private messages, left out", "reactions, no words")
# The manifest lists it as a speaker, and says that it means nobody.
NOBODY = "Unknown Speaker"
# The first message is private: it is left out on purpose, and so are those who wrote nothing else.
OPENS_IN_PRIVATE = "zoom_txt/chat_2021_direct_messages.txt"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not MANIFEST.exists(), reason="needs ../shared/formats"),
]


def _samples():
    rows = [json.loads(line) for line in MANIFEST.read_text().splitlines()] if MANIFEST.exists() else []
    for row in rows:
        family = row["format"].rpartition(":")[2]
        if family in FAMILIES and (FOLDER / row["file"]).exists():
            yield pytest.param(row["file"], family, row["expect"], id=row["file"])


def counts(meeting):
    """Count what the file stores, and the turns it makes: the manifest means the one or the other."""
    left_out = sum(notice.count for notice in meeting.notices if notice.reason in LEFT_OUT)
    return sum(utterance.units for utterance in meeting.utterances) + left_out, len(meeting.utterances)


@pytest.mark.parametrize(("file", "family", "expect"), list(_samples()))
def test_the_sample_is_read_as_its_manifest_says(file, family, expect):
    document = Document(name=file, path=FOLDER / file)
    if expect.get("n_utterances") == 0 or ("n_utterances" not in expect and "safe" in expect):
        with pytest.raises(ReadError):
            read(document)
        return

    (meeting,) = read(document)

    assert meeting.source.format in FAMILIES[family]
    if (count := expect.get("n_utterances")) is not None:
        low, high = count if isinstance(count, list) else (count, count)
        assert any(low <= counted <= high for counted in counts(meeting)), f"{file}: n_utterances"
    names = {person.name for person in meeting.people}
    if (speakers := expect.get("speakers")) is not None:
        assert names == {split_name(name).name for name in speakers if name != NOBODY}, f"{file}: speakers"
    for name in expect.get("speakers_include", ()):
        assert split_name(name).name in names, f"{file}: speakers_include"
    if (text := expect.get("first_text")) and file != OPENS_IN_PRIVATE:
        assert meeting.utterances[0].text.startswith(text), f"{file}: first_text"
    if (start := expect.get("first_start_s")) is not None:
        assert meeting.utterances[0].start == pytest.approx(start, abs=0.01), f"{file}: first_start_s"
