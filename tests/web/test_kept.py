"""What was made for pages is made once, however many ask, and anew when it is made of something else."""

from __future__ import annotations

import threading

from analyzer.web.views.kept import Kept

LONGEST = 60  # seconds that a slow machine may take; nothing is measured


def test_it_is_made_once_for_all_who_ask_at_once():
    kept, basis, all_ask, made, given = Kept(2), object(), threading.Barrier(4), [], []

    def make():
        made.append(threading.current_thread())
        all_asked.wait(LONGEST)
        return object()

    def ask():
        all_ask.wait(LONGEST)
        given.append(kept.get("page", basis, make))

    all_asked = threading.Event()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    all_asked.set()
    for thread in threads:
        thread.join(LONGEST)

    assert len(made) == 1
    assert len(given) == 4
    assert len(set(map(id, given))) == 1


def test_it_is_made_anew_of_another_basis_and_the_oldest_goes():
    kept, basis = Kept(2), object()

    first = kept.get("a", basis, object)
    assert kept.get("a", basis, object) is first
    assert kept.get("a", object(), object) is not first
    kept.get("b", basis, object)
    again = kept.get("a", basis, object)
    kept.get("c", basis, object)
    assert kept.get("a", basis, object) is again


def test_what_cannot_be_made_is_tried_by_the_next():
    kept, basis = Kept(2), object()

    def fail():
        raise ValueError("not now")

    for make, expected in ((fail, None), (lambda: "made", "made")):
        try:
            found = kept.get("a", basis, make)
        except ValueError:
            found = None
        assert found == expected
