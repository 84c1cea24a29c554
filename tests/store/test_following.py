"""A correction is seen before the worker has concluded, with the very figures it will conclude."""

from __future__ import annotations

from analyzer.store import analyses, changes, shelf
from tests.store.test_uploads import give


def seen(house, user, partnership, cache):
    with house.database.reading() as session:
        return cache.get(house.workspace(session, user).enter(partnership))


def say(house, user, partnership, task):
    with house.database.writing() as session:
        return task(house.workspace(session, user).enter(partnership, "lead")).id


def test_a_label_is_seen_at_once_with_the_figures_that_the_worker_will_conclude(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    cache, codebook = analyses.Cache(), house.worker.tagger.codebook
    before = seen(house, ann, north, cache)
    circular = codebook.role("circular")

    say(house, ann, north, lambda t: changes.correct_label(t, "board.txt#1.0", circular, True, codebook))
    at_once = seen(house, ann, north, cache)
    house.worker.run_once()
    concluded = seen(house, ann, north, cache)

    assert at_once.meetings[0].signals.corrected.tolist() == [False, True, False]
    assert at_once.meetings[0].figures != before.meetings[0].figures
    assert at_once.meetings[0].figures == concluded.meetings[0].figures
    assert at_once.trends == concluded.trends
    assert at_once.meetings[0].tagged.encoded.vectors.size == 0


def test_what_is_taken_back_is_gone_at_once(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    cache, codebook = analyses.Cache(), house.worker.tagger.codebook
    before = seen(house, ann, north, cache)
    label = codebook.barriers[0]

    change = say(
        house, ann, north, lambda t: changes.correct_label(t, "board.txt#1.0", label, True, codebook)
    )
    house.worker.run_once()
    flagged = seen(house, ann, north, cache)
    say(house, ann, north, lambda t: changes.undo(t, change))

    assert flagged.meetings[0].signals.flags.sum() > before.meetings[0].signals.flags.sum()
    assert seen(house, ann, north, cache).meetings[0].figures == before.meetings[0].figures


def test_a_marked_decision_is_counted_at_once(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    cache = analyses.Cache()

    say(house, ann, north, lambda t: changes.mark_decision(t, "board.txt#2.0", True))
    at_once = seen(house, ann, north, cache).meetings[0]
    house.worker.run_once()

    assert at_once.meeting.utterances[2].kind == "decision"
    assert at_once.figures == seen(house, ann, north, cache).meetings[0].figures


def test_while_nothing_differs_the_same_analysis_is_given(house, ann, north):
    give(house, ann, north, "board.txt")
    house.worker.run_once()
    cache = analyses.Cache()
    before = seen(house, ann, north, cache)

    say(house, ann, north, lambda t: changes.set_title(t, shelf.meetings(t)[0].id, "The board"))

    assert seen(house, ann, north, cache) is before
