"""The visible samples of captions, chats and recognised speech, each held to what the manifest expects."""

import json
from pathlib import Path

import pytest

from analyzer.errors import EmptyFile
from analyzer.ingest.captions import read_sbv, read_srt, read_vtt, sniff_sbv, sniff_srt, sniff_vtt
from analyzer.ingest.chats import read_otter, sniff_otter
from analyzer.ingest.people import split_name
from analyzer.ingest.sources import Document
from analyzer.ingest.zoom import read_captions, read_chat, sniff_captions, sniff_chat

FOLDER = Path(__file__).parents[3] / "shared" / "formats"
MANIFEST = FOLDER / "manifest.jsonl"
READERS = {
    "vtt": [(sniff_vtt, read_vtt)],
    "srt": [(sniff_srt, read_srt), (sniff_vtt, read_vtt)],
    "sbv": [(sniff_sbv, read_sbv)],
    "otter_txt": [(sniff_otter, read_otter)],
    "zoom_txt": [(sniff_chat, read_chat), (sniff_captions, read_captions)],
}
# Messages that are read but left out, with a notice: they are counted by the manifest.
LEFT_OUT = ("private messages, left out", "reactions, no words")
# What the manifest spells as a speaker and is nobody.
NOBODY = {"Unknown Speaker"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not MANIFEST.exists(), reason="needs ../shared/formats"),
]


def _samples():
    rows = [json.loads(line) for line in MANIFEST.read_text().splitlines()] if MANIFEST.exists() else []
    for row in rows:
        family = row["format"].rpartition(":")[2]
        if family in READERS and (FOLDER / row["file"]).exists():
            yield pytest.param(row["file"], family, row["expect"], id=row["file"])


def read(file, family):
    document = Document(name=file, path=FOLDER / file)
    sniffed = [(sniff(document.data[:65_536]), reader) for sniff, reader in READERS[family]]
    certainty, reader = max(sniffed, key=lambda pair: pair[0])
    assert certainty >= 0.5, f"{file}: no reader knows it"
    return next(reader(document))


def counted(meeting):
    left_out = sum(notice.count for notice in meeting.notices if notice.reason in LEFT_OUT)
    return sum(utterance.units for utterance in meeting.utterances) + left_out


@pytest.mark.parametrize(("file", "family", "expect"), list(_samples()))
def test_the_sample_is_read_as_its_manifest_says(file, family, expect):
    if expect.get("n_utterances") == 0:
        with pytest.raises(EmptyFile):
            read(file, family)
        return

    meeting = read(file, family)

    if (count := expect.get("n_utterances")) is not None:
        low, high = count if isinstance(count, list) else (count, count)
        assert low <= counted(meeting) <= high, f"{file}: n_utterances"
    if (speakers := expect.get("speakers")) is not None:
        expected = {split_name(name).name for name in speakers if name not in NOBODY}
        assert {person.name for person in meeting.people} == expected, f"{file}: speakers"
    for name in expect.get("speakers_include", ()):
        assert split_name(name).name in {person.name for person in meeting.people}, (
            f"{file}: speakers_include"
        )
    if (text := expect.get("first_text")) and file not in FIRST_IS_PRIVATE:
        assert meeting.utterances[0].text.startswith(text), f"{file}: first_text"
    if (start := expect.get("first_start_s")) is not None:
        assert meeting.utterances[0].start == pytest.approx(start, abs=0.01), f"{file}: first_start_s"


# The first message is private: left out on purpose.
FIRST_IS_PRIVATE = {"zoom_txt/chat_2021_direct_messages.txt"}
