"""Files to take away: made once for each state of the figures, gone with what they quote."""

from __future__ import annotations

import io
import zipfile

import pytest

from analyzer.errors import Refused
from analyzer.store import changes, exports, removal, shelf
from tests.store.test_uploads import give


def ask(house, user, partnership, kind="tables", names="given"):
    with house.database.writing() as session:
        return exports.ask(house.workspace(session, user).enter(partnership), kind, names)


def content(house, user, partnership, export_id):
    with house.database.reading() as session:
        return exports.content(house.workspace(session, user).enter(partnership), export_id)


def test_before_there_are_figures_nothing_can_be_asked_for(house, ann, north):
    with pytest.raises(Refused, match="no figures yet"):
        ask(house, ann, north)


def test_tables_are_made_by_the_worker_and_only_once_for_a_state(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()

    asked = ask(house, ann, north)
    assert (asked.state, asked.has_file) == ("queued", False)
    house.worker.run_once()
    made = ask(house, ann, north)

    assert made.is_current
    assert made.id == asked.id
    archive = zipfile.ZipFile(io.BytesIO(content(house, ann, north, made.id)))
    assert archive.namelist() == [
        "meetings.csv",
        "meetings.parquet",
        "run.json",
        "topics.csv",
        "topics.parquet",
        "trend.json",
        "utterances.csv",
        "utterances.parquet",
    ]
    assert b"my report about the budget" in archive.read("utterances.csv")
    assert not house.worker.export_next()


def test_a_correction_makes_it_old_and_taking_it_back_makes_it_current_again(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    ask(house, ann, north)
    house.worker.run_once()
    codebook = house.worker.tagger.codebook

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "lead")
        change = changes.correct_label(tenant, "board.txt#1.0", codebook.barriers[0], True, codebook).id
    house.worker.run_once()
    with house.database.reading() as session:
        old = exports.listed(house.workspace(session, ann).enter(north))[0]
    with house.database.writing() as session:
        changes.undo(house.workspace(session, ann).enter(north, "lead"), change)
    house.worker.run_once()

    assert not old.is_current
    assert ask(house, ann, north).is_current


def test_roles_leave_no_name_in_the_tables(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()

    made = ask(house, ann, north, names="roles")
    house.worker.run_once()

    archive = zipfile.ZipFile(io.BytesIO(content(house, ann, north, made.id)))
    assert b"Bob" not in archive.read("utterances.csv")


def test_a_deleted_meeting_takes_the_files_that_quote_it_along(house, ann, north, tmp_path):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    ask(house, ann, north)
    house.worker.run_once()

    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "lead")
        removal.remove_meeting(tenant, shelf.meetings(tenant)[0].id)

    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    with house.database.reading() as session:
        assert exports.listed(house.workspace(session, ann).enter(north)) == []


def test_one_worker_makes_it_and_a_lost_one_is_followed_by_another(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    ask(house, ann, north)
    with house.database.writing() as session:
        first = exports.claim(session, "first")
        assert exports.claim(session, "second") is None
        session.get(exports.Export, first.export_id).heartbeat_at -= exports.timedelta(seconds=60)

    with house.database.writing() as session:
        second = exports.claim(session, "second")
        tenant = house.workspace(session, ann).enter(north)
        exports.keep(tenant, first, "first", b"late", None)

    assert second == first
    assert content(house, ann, north, first.export_id) is None
