"""What a session of either database sees."""

from sqlalchemy import func, select

from analyzer.store import accounts
from analyzer.store.models import User


def test_a_reading_session_sees_one_state_whatever_is_written_meanwhile(database):
    counted = select(func.count()).select_from(User)

    with database.reading() as session:
        before = session.scalar(counted)
        with database.writing() as other:
            accounts.register(other, email="ann@example.org", name="Ann", password=None, is_operator=True)
        during = session.scalar(counted)
    with database.reading() as session:
        after = session.scalar(counted)

    assert (before, during, after) == (0, 0, 1)
