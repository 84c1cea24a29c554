"""Windows of pieces: each is judged once, whole, with neighbours in view, and nothing outgrows its bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.tagging.windows import LETTERS, Marks, Plan, windows

START, CLOSE = 1, 2
MARKS = Marks(start=START, close=CLOSE, speakers=[[100 + n, 3] for n in range(len(LETTERS))], nobody=[99, 3])
PLAN = Plan(own=40, left=15, right=8, piece=20)

meetings = st.lists(
    st.tuples(st.integers(0, 35), st.sampled_from(["ana", "ben", "cem", None])), min_size=0, max_size=60
)


def laid_out(said, plan=PLAN, first=None):
    pieces = [[1000 + number] * size for number, (size, _) in enumerate(said)]
    return pieces, list(windows(pieces, [speaker for _, speaker in said], plan, MARKS, first))


@given(meetings, st.integers(1, 60))
def test_every_piece_is_judged_once_and_in_order(said, first):
    _, found = laid_out(said, first=first)

    assert [number for window in found for number, _, _ in window.judged] == list(range(len(said)))


@given(meetings)
def test_the_places_of_a_piece_hold_its_tokens_and_end_with_its_mark(said):
    pieces, found = laid_out(said)

    for window in found:
        assert window.ids[0] == START
        for number, begin, close in window.judged:
            assert window.ids[begin:close] == pieces[number][: PLAN.piece]
            assert window.ids[close] == CLOSE


@given(meetings)
def test_no_window_outgrows_the_plan(said):
    longest = max(PLAN.own, PLAN.piece + 3) + PLAN.left + PLAN.right + 1

    assert all(len(window.ids) <= longest for window in laid_out(said)[1])


def test_neighbours_are_in_view_on_both_sides():
    pieces, found = laid_out([(10, "ana")] * 12)

    middle = found[1]

    first, last = middle.judged[0][0], middle.judged[-1][0]
    assert pieces[first - 1][0] in middle.ids
    assert pieces[last + 1][0] not in middle.ids  # 13 tokens do not fit into the 8 to the right
    small = laid_out([(3, "ana")] * 20)[1][1]
    assert 1000 + small.judged[-1][0] + 1 in small.ids


def test_speakers_are_told_apart_by_letters_in_order_of_appearance():
    _, (window,) = laid_out([(1, "ben"), (1, None), (1, "ana"), (1, "ben")])

    marks = [window.ids[begin - 2] for _, begin, _ in window.judged]

    assert marks == [100, 99, 101, 100]


def test_where_a_meeting_goes_on_changes_nothing_before_its_window():
    said = [(9, "ana"), (7, "ben")] * 15
    _, short = laid_out(said)
    _, long = laid_out([*said, (9, "cem"), (30, "ana")])

    assert [window.ids for window in long[: len(short) - 2]] == [window.ids for window in short[:-2]]
