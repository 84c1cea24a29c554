"""A results folder becomes a partnership, and a partnership a results folder."""

from __future__ import annotations

import pytest

from analyzer.batch.results import write_results
from analyzer.errors import NotThere
from analyzer.ingest.formats import Options
from analyzer.ingest.sources import Document
from analyzer.pipeline import analyze_documents
from analyzer.store import runs, shelf
from tests.store.conftest import NOTES

MORE = b"Board 2024-02-15\n\nBob: here is again my report\n\nAnn: the budget is honest, imagine that\n"
LONG = b"Board 2024-03-15\n\nAnn: " + b"my report is long. " * 60 + b"\n"
CONTENTS = ("utterances.parquet", "meetings.parquet", "topics.parquet", "trend.json")


@pytest.fixture
def run(tmp_path, tagger):
    """A results folder as `analyzer analyze` leaves it, of three files of the series North."""
    given = {"jan.txt": NOTES, "feb.txt": MORE, "mar.txt": LONG}
    documents = [Document(name=name, content=content) for name, content in given.items()]
    found = list(analyze_documents(documents, tagger, options=Options(series="North")))
    write_results(found, [], tmp_path / "run", run={}, formats=("csv",))
    return tmp_path / "run"


def load(house, user, partnership, folder):
    with house.database.writing() as session:
        tenant = house.workspace(session, user).enter(partnership, "lead")
        return runs.load_folder(tenant, folder, limit_bytes=10_000_000)


def save(house, user, partnership, folder):
    folder.mkdir()
    with house.database.reading() as session:
        runs.save_folder(house.workspace(session, user).enter(partnership), folder)
    return folder


def test_what_is_loaded_and_saved_has_the_same_bytes(house, ann, north, run, tmp_path):
    received = load(house, ann, north, run)
    house.worker.run_once()
    saved = save(house, ann, north, tmp_path / "saved")

    assert [one.is_new for one in received] == [True] * 3
    for name in CONTENTS:
        assert (saved / name).read_bytes() == (run / name).read_bytes(), name


def test_a_run_that_is_here_already_is_recognised(house, ann, north, run):
    load(house, ann, north, run)
    again = load(house, ann, north, run)
    house.worker.run_once()

    with house.database.reading() as session:
        meetings = shelf.meetings(house.workspace(session, ann).enter(north))
    assert [one.is_new for one in again] == [False] * 3
    assert len(meetings) == 3


def test_a_folder_without_a_run_is_told_in_one_sentence(house, ann, north, tmp_path):
    with pytest.raises(NotThere, match="this is no results folder"):
        load(house, ann, north, tmp_path)
