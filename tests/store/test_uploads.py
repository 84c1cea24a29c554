"""From a file to figures: received, worked on, recognised, cancelled, corrected, deleted."""

from __future__ import annotations

import pytest

from analyzer.errors import TooLarge
from analyzer.store import analyses, changes, jobs, removal, shelf, uploads
from analyzer.store.models import Job
from tests.store.conftest import NOTES

LIMIT = 1_000_000


def give(house, user, partnership, name, content=NOTES):
    with house.database.writing() as session:
        tenant = house.workspace(session, user).enter(partnership, "lead")
        return uploads.receive(tenant, name, [content], limit_bytes=LIMIT).upload_id


def states(house, user, partnership):
    with house.database.reading() as session:
        tenant = house.workspace(session, user).enter(partnership)
        return {one.name: one.state for one in uploads.listed(tenant)}


def analysis_of(house, user, partnership):
    with house.database.reading() as session:
        return analyses.load(house.workspace(session, user).enter(partnership))[1]


def test_a_file_becomes_a_meeting_with_figures(house, ann, north):
    give(house, ann, north, "board.txt")

    house.worker.run_once()

    analysis = analysis_of(house, ann, north)
    assert states(house, ann, north) == {"board.txt": "done"}
    assert analysis.series == "North"
    assert [measured.meeting.id for measured in analysis.meetings] == ["board.txt"]
    assert analysis.run["model"] == house.worker.tagger.model


def test_a_broken_file_says_why_and_harms_no_other(house, ann, north):
    broken = give(house, ann, north, "photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99)
    give(house, ann, north, "board.txt")

    house.worker.run_once()

    with house.database.reading() as session:
        failed = uploads.progress(house.workspace(session, ann).enter(north), broken)
    assert failed.state == "failed"
    assert failed.failure.startswith("photo.png: no reader knows this content (a PNG picture)")
    assert states(house, ann, north)["board.txt"] == "done"


def test_the_same_content_is_taken_in_once(house, ann, north):
    first = give(house, ann, north, "board.txt")
    again = give(house, ann, north, "copy of board.txt")

    house.worker.run_once()

    assert again == first
    assert list(states(house, ann, north)) == ["board.txt"]


def test_a_file_over_the_limit_leaves_nothing(house, ann, north, tmp_path):
    with pytest.raises(TooLarge, match=r"more than the 1 MB"):
        give(house, ann, north, "long.txt", b"x" * (LIMIT + 1))

    assert states(house, ann, north) == {}
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_what_is_cancelled_is_not_worked_on_and_can_be_tried_again(house, ann, north):
    upload = give(house, ann, north, "board.txt")
    with house.database.writing() as session:
        uploads.cancel(house.workspace(session, ann).enter(north, "lead"), upload)

    house.worker.run_once()
    assert states(house, ann, north) == {"board.txt": "cancelled"}

    give(house, ann, north, "board.txt")
    house.worker.run_once()
    assert states(house, ann, north) == {"board.txt": "done"}


def test_a_job_whose_worker_is_gone_is_taken_up_once(house, ann, north):
    give(house, ann, north, "board.txt")
    with house.database.writing() as session:
        lost = jobs.claim(session, "killed")
        assert jobs.claim(session, "other") is None
    with house.database.writing() as session:
        session.get(Job, lost.job_id).heartbeat_at -= 2 * jobs.timedelta(seconds=jobs.STALE_SECONDS)

    house.worker.run_once()

    with house.database.writing() as session:
        assert not jobs.beat(session, lost, "killed", stage="reading", done=0, total=None)
        assert jobs.owned(session, lost, "killed") is None
    assert states(house, ann, north) == {"board.txt": "done"}
    assert len(analysis_of(house, ann, north).meetings) == 1


def test_a_corrected_label_moves_the_figure_and_encodes_nothing(house, ann, north, monkeypatch):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    codebook = house.worker.tagger.codebook
    measure = f"share_{codebook.role('circular')}"
    before = analysis_of(house, ann, north).meetings[0].figures[measure].value
    monkeypatch.setattr(type(house.worker.tagger), "encode", None)

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "lead")
        change = changes.correct_label(tenant, "board.txt#1.0", codebook.role("circular"), True, codebook)
        change_id = change.id
    house.worker.run_once()
    corrected = analysis_of(house, ann, north).meetings[0]

    with house.database.writing() as session:
        changes.undo(house.workspace(session, ann).enter(north, "lead"), change_id)
    house.worker.run_once()

    assert corrected.figures[measure].value > before
    assert corrected.signals.corrected.tolist() == [False, True, False]
    assert analysis_of(house, ann, north).meetings[0].figures[measure].value == before


def test_a_deleted_meeting_is_gone_from_disk_and_from_the_figures(house, ann, north, tmp_path):
    give(house, ann, north, "board.txt")
    house.worker.run_once()

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        removal.remove_meeting(tenant, shelf.meetings(tenant)[0].id)
    house.database.scrub()

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with house.database.reading() as session:
        tenant = house.workspace(session, ann).enter(north)
        assert analyses.load(tenant) is None
        assert shelf.meetings(tenant) == []
        assert uploads.listed(tenant) == []
    assert b"budget" not in kept
