"""Tenants: what is not yours is not there, and roles hold."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from analyzer.errors import NotAllowed, NotThere
from analyzer.store import accounts, sharing
from analyzer.store.models import Base, Change, Membership, Upload
from tests.store.test_uploads import give


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())

        assert compare_metadata(context, Base.metadata) == []


def test_a_partnership_of_others_is_answered_like_one_that_does_not_exist(house, bob, north):
    with house.database.reading() as session:
        workspace = house.workspace(session, bob)
        with pytest.raises(NotThere) as of_others:
            workspace.enter(north)
        with pytest.raises(NotThere) as nothing:
            workspace.enter("0" * 16)

        assert str(of_others.value) == str(nothing.value)
        assert workspace.places() == []


def test_a_row_of_another_partnership_cannot_be_reached_by_its_id(house, ann, bob, north):
    upload = give(house, ann, north, "board.txt")
    south = house.partnership(bob, "South")

    with house.database.reading() as session, pytest.raises(NotThere):
        house.workspace(session, bob).enter(south).get(Upload, upload)


@pytest.mark.parametrize(
    ("role", "need", "may"),
    [("viewer", "viewer", True), ("viewer", "lead", False), ("lead", "lead", True), ("lead", "admin", False)],
)
def test_roles_hold(house, ann, bob, north, role, need, may):
    with house.database.writing() as session:
        house.workspace(session, ann).enter(north).add(Membership(user_id=bob, role=role))

    with house.database.reading() as session:
        workspace = house.workspace(session, bob)
        if may:
            assert workspace.enter(north, need).role == role
        else:
            with pytest.raises(NotAllowed, match=f"takes the role {need}"):
                workspace.enter(north, need)


def test_a_token_grants_no_more_than_it_says_and_stops_when_revoked(house, ann, north):
    with house.database.writing() as session:
        tenant = house.workspace(session, ann).enter(north, "admin")
        spelled = sharing.issue_token(tenant, "platform", "lead")
    with house.database.writing() as session:
        found = sharing.bearer(session, spelled)
        workspace = house.workspace(session, ann)
        assert workspace.enter(found.partnership_id, at_most=found.role).role == "lead"
        with pytest.raises(NotAllowed):
            workspace.enter(found.partnership_id, "admin", at_most=found.role)
        tenant = workspace.enter(north, "admin")
        token = tenant.all(tenant.select(sharing.ApiToken))[0]
        sharing.revoke_token(tenant, token.id)

    with house.database.reading() as session, pytest.raises(NotThere):
        sharing.bearer(session, spelled)


def test_a_link_works_once(house):
    with house.database.writing() as session:
        spelled = accounts.issue_link(session, "sign-in")
    with house.database.writing() as session:
        assert accounts.use_link(session, spelled).kind == "sign-in"

    with house.database.writing() as session, pytest.raises(NotThere, match="used already"):
        accounts.use_link(session, spelled)


def test_the_database_holds_no_password_and_no_token(house, tmp_path):
    with house.database.writing() as session:
        user = accounts.register(session, email="A@Example.org", name="A", password="correct horse battery")
        cookie = accounts.sign_in(session, user)
    with house.database.writing() as session:
        assert accounts.with_password(session, "a@example.org ", "correct horse battery").name == "A"
        assert accounts.signed_in(session, cookie).name == "A"
        with pytest.raises(NotAllowed):
            accounts.with_password(session, "a@example.org", "wrong horse battery")
        with pytest.raises(NotAllowed):
            accounts.with_password(session, "b@example.org", "correct horse battery")

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"correct horse" not in kept
    assert cookie.encode() not in kept


@pytest.mark.parametrize("row_id", ["", "a\0b", "\0", "é" * 500])
def test_an_id_that_nothing_can_have_is_answered_like_any_other(house, ann, north, row_id):
    with house.database.reading() as session:
        tenant = house.workspace(session, ann).enter(north)
        with pytest.raises(NotThere):
            tenant.get(Upload, row_id)


@pytest.mark.parametrize("number", [-1, 2**31, 2**63, 10**30])
def test_a_number_beyond_all_rows_is_answered_like_any_other(house, ann, north, number):
    with house.database.reading() as session:
        tenant = house.workspace(session, ann).enter(north)
        with pytest.raises(NotThere):
            tenant.get(Change, number)
