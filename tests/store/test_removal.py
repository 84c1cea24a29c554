"""Deletion that is one, seen in the bytes of the workspace; and what stays because it must."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.store import analyses, changes, exports, removal, shelf, uploads
from analyzer.store.models import Audit, Upload
from tests.store.conftest import NOTES
from tests.store.test_uploads import give

TWO = (
    b'{"meeting": {"id": "one", "date": "2024-01-15", "people": [{"name": "Ann", "party": "North"}]}}\n'
    b'{"speaker": "Ann", "text": "the secret budget of this year"}\n'
    b'{"meeting": {"id": "two", "date": "2024-02-15"}}\n'
    b'{"speaker": "Bob", "text": "imagine we shared one lab", "at": "cue 7"}\n'
)


def on_disk(tmp_path) -> bytes:
    """All bytes of the workspace, as somebody reads them who has the disk."""
    return b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())


def remove(house, user, partnership, task):
    with house.database.writing() as session:
        task(house.workspace(session, user).enter(partnership, "admin"))
    house.database.scrub()


def keys(house, user, partnership):
    with house.database.reading() as session:
        return [one.key for one in shelf.meetings(house.workspace(session, user).enter(partnership))]


def test_of_a_file_with_two_meetings_the_other_stays_and_can_be_read_again(house, ann, north, tmp_path):
    upload = give(house, ann, north, "two.jsonl", TWO)
    house.worker.run_once()

    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, shelf.meetings(tenant)[0].id))
    after = on_disk(tmp_path)
    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north)
        job = uploads._job(tenant, upload)
        uploads.requeue(job)
    house.worker.run_once()

    assert keys(house, ann, north) == ["two"]
    assert b"secret budget" not in after
    with house.database.reading() as session:
        tenant = house.workspace(session, ann).enter(north)
        meeting = shelf.encoded(tenant, shelf.meetings(tenant)[0].id).meeting
        assert str(meeting.utterances[0].at) == "cue 7"
        assert meeting.utterances[0].text == "imagine we shared one lab"


def test_words_cut_out_do_not_come_back_with_the_same_file(house, ann, north, tmp_path):
    upload = give(house, ann, north, "two.jsonl", TWO)
    house.worker.run_once()
    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, shelf.meetings(tenant)[0].id))

    assert give(house, ann, north, "two.jsonl", TWO) == upload
    house.worker.run_once()
    house.database.scrub()

    assert keys(house, ann, north) == ["two"]
    assert b"secret budget" not in on_disk(tmp_path)


def test_a_deleted_partnership_leaves_nothing_but_lines_of_ids(house, ann, north, tmp_path):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        changes.describe_person(tenant, "Bob", party="Secret Works")
        exports.ask(tenant, "tables", "given")
    house.worker.run_once()

    remove(house, ann, north, removal.remove_partnership)

    kept = on_disk(tmp_path)
    if house.database.is_sqlite:  # PostgreSQL's files lie elsewhere
        assert b"budget" not in kept
        assert b"Secret Works" not in kept
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    with house.database.reading() as session:
        assert house.workspace(session, ann).places() == []
        lines = [(row.action, row.subject) for row in session.query(Audit).order_by(Audit.id)]
    assert lines[-1] == ("partnership deleted", north)
    assert not any("board" in subject or "Works" in subject for _, subject in lines)


def test_what_was_kept_long_enough_is_swept_and_the_rest_stays(house, ann, north, tmp_path):
    old = give(house, ann, north, "old.txt", b"Ann: the secret report\n")
    give(house, ann, north, "board.txt", NOTES)
    house.worker.run_once()
    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        tenant.keep_for(30)
        tenant.get(Upload, old).at -= timedelta(days=31)

    house.worker.sweep()

    assert keys(house, ann, north) == ["board.txt"]
    if house.database.is_sqlite:
        assert b"secret report" not in on_disk(tmp_path)
    with house.database.reading() as session:
        assert analyses.load(house.workspace(session, ann).enter(north)) is None


@pytest.mark.parametrize("days", [0, -3, 100_000])
def test_a_retention_that_makes_no_sense_is_refused(house, ann, north, days):
    from analyzer.errors import Refused

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        with pytest.raises(Refused, match="cannot be kept"):
            tenant.keep_for(days)
