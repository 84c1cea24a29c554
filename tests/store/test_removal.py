"""Deletion that is one, seen in the bytes of the workspace; and what stays because it must."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.errors import Refused
from analyzer.store import analyses, changes, exports, removal, shelf, uploads
from analyzer.store.models import Audit, Upload
from tests.store.conftest import NOTES
from tests.store.test_following import seen
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


def test_figures_of_the_other_meetings_stay_while_one_is_deleted(house, ann, north, tmp_path):
    cache = analyses.Cache()
    give(house, ann, north, "two.jsonl", TWO)
    give(house, ann, north, "board.txt", NOTES)
    house.worker.run_once()
    before = seen(house, ann, north, cache)

    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, row_of(tenant, "one").id))
    after, stands = seen(house, ann, north, cache), standing(house, ann, north)
    words = on_disk(tmp_path)
    house.worker.run_once()

    kept = {one.meeting.id: one.figures for one in after.meetings}
    assert kept == {one.meeting.id: one.figures for one in before.meetings if one.meeting.id != "one"}
    assert (stands.is_partial, stands.is_current) == (True, False)
    assert after.findings == after.loops == ()
    assert not any("one" in dict(trend.points) for trend in after.trends)
    if house.database.is_sqlite:
        assert b"secret budget" not in words
    assert not standing(house, ann, north).is_partial
    assert standing(house, ann, north).is_current


def test_no_file_is_made_of_figures_that_are_being_renewed(house, ann, north):
    give(house, ann, north, "two.jsonl", TWO)
    house.worker.run_once()
    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, row_of(tenant, "one").id))

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north)
        with pytest.raises(Refused, match="being renewed"):
            exports.ask(tenant, "report", "roles")


def test_with_the_last_meeting_the_figures_go(house, ann, north):
    give(house, ann, north, "board.txt", NOTES)
    house.worker.run_once()

    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, shelf.meetings(tenant)[0].id))

    assert standing(house, ann, north).made_at is None
    assert seen(house, ann, north, analyses.Cache()) is None


def test_what_was_concluded_before_a_deletion_does_not_bring_the_words_back(house, ann, north, tmp_path):
    give(house, ann, north, "two.jsonl", TWO)
    house.worker.run_once()
    with house.database.reading() as session:
        revision, old = analyses.load(house.workspace(session, ann).enter(north))
    remove(house, ann, north, lambda tenant: removal.remove_meeting(tenant, row_of(tenant, "one").id))

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north)
        analyses.save(tenant, old, revision=revision, model=house.worker.tagger.model, failure=None)

    with house.database.reading() as session:
        _, kept = analyses.load(house.workspace(session, ann).enter(north))
    assert [one.meeting.id for one in kept.meetings] == ["two"]


def row_of(tenant, key):
    return next(one for one in shelf.meetings(tenant) if one.key == key)


def standing(house, user, partnership):
    with house.database.reading() as session:
        return analyses.standing(house.workspace(session, user).enter(partnership))


@pytest.mark.parametrize("days", [0, -3, 100_000])
def test_a_retention_that_makes_no_sense_is_refused(house, ann, north, days):
    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        with pytest.raises(Refused, match="cannot be kept"):
            tenant.keep_for(days)
