"""Every error is one sentence with what, where and a remedy, and survives the way between processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from analyzer import errors

ERRORS = [found for found in vars(errors).values() if inspect.isclass(found) and issubclass(found, Exception)]


def test_the_sentence_says_where_what_and_what_to_do():
    error = errors.TooLarge(what="it has 3 MB", where="a.vtt", remedy="split it")

    assert str(error) == "a.vtt: it has 3 MB; split it."


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_comes_out_of_another_process_as_it_went_in(kind):
    error = kind(what="it is broken", where="a.vtt", remedy="mend it")

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert (again.what, again.where, again.remedy) == ("it is broken", "a.vtt", "mend it")


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_one_except_catches_them_all(kind):
    with pytest.raises(errors.AnalyzerError):
        raise kind(what="it is broken", where="a.vtt", remedy="mend it")
