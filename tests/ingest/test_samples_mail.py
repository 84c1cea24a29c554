"""Real mails, tables and archives: what the manifest of ../shared/formats says a correct reader finds."""

import json
import time
from pathlib import Path

import pytest

from analyzer.ingest.formats import read_all

FORMATS = Path(__file__).parents[3] / "shared" / "formats"
FAMILIES = ("email_eml", "email_mbox", "email_msg", "email_body_txt", "email_body_html", "table", "archive")
HOSTILE = (".mbox", ".csv", ".xlsx", ".zip", ".msg", ".gz", ".eml")


def samples():
    if not (FORMATS / "manifest.jsonl").exists():
        return []
    rows = [json.loads(line) for line in (FORMATS / "manifest.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if is_ours(row["file"]) and "absent" not in row]


def is_ours(name):
    family = name.partition("/")[0]
    return family in FAMILIES or (family in ("hostile", "malformed") and name.endswith(HOSTILE))


pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not samples(), reason="needs ../shared/formats"),
]
# What is not a contribution counts as stored, not as read.
KEPT_OUT = ("automatic mails", "mails without new text")


def expectations():
    for row in samples():
        for key, value in row["expect"].items():
            if key not in ("notes", "quoted_contains"):
                yield pytest.param(row["file"], key, value, id=f"{row['file']}-{key}")


@pytest.fixture(scope="module")
def readings():
    read = {}

    def get(name):
        if name not in read:
            began = time.process_time()
            read[name] = read_all(FORMATS / name), time.process_time() - began
        return read[name]

    return get


@pytest.mark.parametrize(("name", "key", "value"), expectations())
def test_a_sample_is_read_as_its_manifest_says(name, key, value, readings):
    found, seconds = readings(name)
    utterances = [u for meeting in found for u in meeting.utterances]
    people = {person.name for meeting in found for person in meeting.people}
    CHECKS[key](value, found, utterances, people, seconds)


def check_count(value, found, utterances, people, seconds):
    own = [meeting for meeting in found if not is_attached(meeting)]
    said = sum(u.units for meeting in own for u in meeting.utterances)
    kept_out = sum(n.count for m in own for n in m.notices if n.reason.startswith(KEPT_OUT))
    refused = sum("automatic mails" in failure.what for failure in found.failures)
    least, most = value if isinstance(value, list) else (value, value)
    assert least <= said + kept_out + refused <= most


def is_attached(meeting):
    container = meeting.source.name.rpartition("/")[0]
    return container.endswith((".eml", ".msg")) or "/message " in container


def check_first_text(value, found, utterances, people, seconds):
    assert " ".join(utterances[0].text.split()).startswith(value)


def check_first_start(value, found, utterances, people, seconds):
    assert next(u.start for u in utterances if u.start is not None) == pytest.approx(value, abs=0.01)


def check_sender(value, found, utterances, people, seconds):
    assert found.meetings[0].people[0].name == value


def check_date(value, found, utterances, people, seconds):
    assert found.meetings[0].date.isoformat() == value[:10]


def check_safe(value, found, utterances, people, seconds):
    assert seconds < 10
    assert all(failure.what and failure.remedy for failure in found.failures)


CHECKS = {
    "n_utterances": check_count,
    "first_text": check_first_text,
    "first_start_s": check_first_start,
    "sender": check_sender,
    "date": check_date,
    "safe": check_safe,
    "speakers": lambda value, found, utterances, people, seconds: people == set(value),
    "speakers_include": lambda value, found, utterances, people, seconds: set(value) <= people,
}


def test_nothing_of_a_file_that_an_entity_names_is_read(readings):
    found, _ = readings("hostile/xlsx_xxe.xlsx")

    assert not found.meetings
    assert "entities" in found.failures[0].what
