"""Which windows are chosen: as equal in size as can be, the worthiest first, no meeting too often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.codebook import default_codebook
from analyzer.errors import DataError
from analyzer.records.tagged import Piece
from analyzer.training.select import UNSURE, check, choose, windows_of, worths

CODEBOOK = default_codebook()


def pieces(count):
    return [Piece(utterance=number, number=0, start=0, end=1) for number in range(count)]


def windows(meeting, count, worth=None, size=4):
    return windows_of(meeting, pieces(count), size, worth)


def bounds(found):
    return [(window.start, window.end) for window in found]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (1, [(0, 1)]), (4, [(0, 4)]), (5, [(0, 2), (2, 5)]), (9, [(0, 3), (3, 6), (6, 9)])],
)
def test_windows_are_of_equal_size_and_leave_nothing_out(meeting, count, expected):
    assert bounds(windows(meeting, count)) == expected


def test_the_worthiest_windows_come_first(meeting):
    found = windows(meeting, 12, worth=[0.1] * 4 + [0.9] * 4 + [0.5] * 4)

    chosen = choose(found, 2, per_meeting=9, seed=0, is_random=False)

    assert bounds(chosen) == [(4, 8), (8, 12)]
    assert chosen[0].worth == pytest.approx(0.9)


def test_no_meeting_gives_more_windows_than_it_may(meeting):
    other = replace(meeting, id="beta-1")
    found = windows(meeting, 40, worth=[0.9] * 40) + windows(other, 8, worth=[0.1] * 8)

    chosen = choose(found, 4, per_meeting=2, seed=0, is_random=False)

    assert [window.meeting.id for window in chosen] == ["alpha-1", "alpha-1", "beta-1", "beta-1"]


def test_chance_depends_on_the_seed_and_on_nothing_else(meeting):
    found = windows(meeting, 400)

    def drawn(seed, given):
        return bounds(choose(given, 5, per_meeting=9, seed=seed, is_random=True))

    assert drawn(1, found) == drawn(1, list(reversed(found)))
    assert drawn(1, found) != drawn(2, found)
    assert len(drawn(1, found)) == 5


def test_a_piece_is_worth_the_belief_in_the_label_or_the_doubt(tagger, meeting):
    [tagged] = tagger.tag([meeting])
    beliefs = tagged.beliefs["mode"]

    assert worths(tagged, CODEBOOK.modes[1], CODEBOOK) == pytest.approx(beliefs[:, 1].tolist())
    assert worths(tagged, CODEBOOK.barriers[2], CODEBOOK) == pytest.approx(
        tagged.beliefs["barrier"][:, 2].tolist()
    )
    assert worths(tagged, UNSURE, CODEBOOK) == pytest.approx((1 - beliefs.max(axis=1)).tolist())


def test_an_unknown_label_is_one_sentence_that_lists_the_known():
    with pytest.raises(DataError, match="circle: windows cannot be chosen by it; name one of random, unsure"):
        check("circle", CODEBOOK)
