"""The shipped samples: rendered from the partnership, without its labels, and read back to its words."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from email import message_from_bytes, policy
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from pathlib import Path

import pdfplumber
import pytest

import analyzer

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples" / "bank_it"
SOURCE = ROOT / "data" / "partnerships" / "bank_it"
TRANSCRIPTS = {
    "m1": "JSC March 2025-03-06.vtt",
    "m2": "JSC April 10 Apr 2025.txt",
    "m4": "notes-jsc-july.md",
    "m5": "JSC September verbatim record.pdf",
    "m6": "Joint SteerCo_2025-11-20.vtt",
}
NAMELESS = {"m1": 52, "m2": 74}  # rows whose speaker the recorder did not know


@pytest.fixture(scope="module")
def script():
    spec = spec_from_file_location("make_samples", ROOT / "data" / "make_samples.py")
    module = sys.modules[spec.name] = module_from_spec(spec)  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rendered(script):
    return script.render()


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (SOURCE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_folder_holds_what_is_rendered_and_nothing_else(rendered):
    assert {path.name for path in SAMPLES.iterdir()} == set(rendered)


def test_rendering_again_gives_the_same_bytes(script, rendered):
    assert script.render() == rendered


@pytest.mark.parametrize("suffix", [".vtt", ".txt", ".md", ".csv"])
def test_text_is_shipped_as_rendered(rendered, suffix):
    names = [name for name in rendered if name.endswith(suffix)]

    assert names
    assert all((SAMPLES / name).read_bytes() == rendered[name] for name in names)


# The libraries behind these may write other bytes in another version; what is in them is the same.
def test_the_document_is_shipped_as_rendered(rendered):
    name = "Minutes JSC May v2.docx"

    def body(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return package.read("word/document.xml")

    assert body((SAMPLES / name).read_bytes()) == body(rendered[name])


def test_the_print_is_shipped_as_rendered(rendered):
    name = TRANSCRIPTS["m5"]

    def pages(content: bytes) -> list[str]:
        with pdfplumber.open(io.BytesIO(content)) as document:
            return [page.extract_text() for page in document.pages]

    assert pages((SAMPLES / name).read_bytes()) == pages(rendered[name])


def test_mail_is_shipped_as_rendered(rendered):
    for name in (name for name in rendered if name.endswith((".eml", ".mbox"))):
        shipped = message_from_bytes((SAMPLES / name).read_bytes(), policy=policy.default)
        again = message_from_bytes(rendered[name], policy=policy.default)

        assert [part.items() for part in shipped.walk()] == [part.items() for part in again.walk()]
        assert [part.get_payload() for part in shipped.walk() if not part.is_multipart()] == [
            part.get_payload() for part in again.walk() if not part.is_multipart()
        ]


def test_no_label_travels_with_the_samples(rendered):
    barriers = analyzer.default_codebook().barriers

    assert [
        name for name, content in rendered.items() if any(key.encode() in content for key in barriers)
    ] == []


def turns(said: list[tuple[str | None, str | None, str]]) -> list[tuple[str | None, str | None, str]]:
    """Join what one speaker says in a row; a heading between two of her paragraphs is no new turn."""
    return [
        (speaker, party, words(" ".join(text for *_, text in group)))
        for (speaker, party), group in groupby(said, key=lambda one: one[:2])
    ]


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_every_turn_is_read_with_its_speaker_and_party(name):
    (meeting,) = analyzer.read(SAMPLES / TRANSCRIPTS[name])
    written = [(row["speaker"], row["party"], row["text"]) for row in rows(name)]
    if name in NAMELESS:
        written[NAMELESS[name]] = (None, None, written[NAMELESS[name]][2])

    people = {person.key: person.name for person in meeting.people}
    speech = [utterance for utterance in meeting.utterances if utterance.kind == "speech"]
    read = [(people.get(one.speaker), meeting.party_of(one), one.text) for one in speech]

    assert turns(read) == turns(written)


def unlabelled(text: str) -> str:
    """Take out "Thune: " and "Agreed: ", which are read as speaker and kind."""
    return words(re.sub(r"\b(?:The )?[A-Z]\w+: ", "", text))


def test_every_sentence_of_the_minutes_is_read_once():
    (meeting,) = analyzer.read(SAMPLES / "Minutes JSC May v2.docx")

    text = unlabelled(" ".join(utterance.text for utterance in meeting.utterances))

    assert meeting.kind == "minutes"
    for row in rows("m3")[2:]:  # the first two are the document's tables
        assert text.count(unlabelled(row["text"])) == 1, row["text"]
    assert sum(utterance.kind == "action" for utterance in meeting.utterances) == 6


def test_most_of_the_minutes_have_their_speaker():
    (meeting,) = analyzer.read(SAMPLES / "Minutes JSC May v2.docx")
    written = [row for row in rows("m3")[2:] if row["speaker"] != "Minutes"]

    said = [utterance for utterance in meeting.utterances if utterance.kind in ("speech", "statement")]

    assert sum(utterance.speaker is not None for utterance in said) >= 0.75 * len(written)


def test_mail_is_three_threads_with_the_new_words_only():
    threads = [
        meeting for path in sorted(SAMPLES.glob("*m*")) if path.suffix in (".eml", ".mbox")
        for meeting in analyzer.read(path)
    ]  # fmt: skip
    mails = [json.loads(line) for line in (SOURCE / "emails.jsonl").read_text(encoding="utf-8").splitlines()]

    text = words(" ".join(utterance.text for thread in threads for utterance in thread.utterances))

    assert [thread.date.isoformat() for thread in sorted(threads, key=lambda thread: thread.date)] == [
        "2025-03-17",
        "2025-06-10",
        "2025-08-27",
    ]
    for paragraph in (paragraph for mail in mails for paragraph in mail["paragraphs"]):
        assert text.count(words(paragraph["text"])) == 1, paragraph["text"]
