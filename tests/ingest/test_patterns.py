"""The patterns of the readers: none may try a text in so many ways that a short file costs hours."""

import importlib
import pkgutil
import re
from re import _constants as marks
from re import _parser as parser

import pytest

import analyzer.ingest
from analyzer.ingest.formats import read
from analyzer.ingest.sources import Document

SEVERAL = (marks.MAX_REPEAT, marks.MIN_REPEAT)  # possessive repeats give nothing back


def _patterns():
    seen = set()
    for found in pkgutil.iter_modules(analyzer.ingest.__path__):
        module = importlib.import_module(f"analyzer.ingest.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and id(value) not in seen:
                seen.add(id(value))
                yield pytest.param(value, id=f"{found.name}.{name}")


def _is_endless(item):
    return item[0] in SEVERAL and item[1][1] is marks.MAXREPEAT


def _body(item):
    """Give the sequences within an item of a parsed pattern."""
    kind, value = item
    if kind in (*SEVERAL, marks.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is marks.SUBPATTERN:
        return [value[3]]
    if kind is marks.BRANCH:
        return value[1]
    if kind in (marks.ASSERT, marks.ASSERT_NOT):
        return [value[1]]
    return [value] if kind is marks.ATOMIC_GROUP else []


def _least(item, sequence):
    return parser.SubPattern(sequence.state, [item]).getwidth()[0]


def _nested(sequence, within=False):
    """Say whether an endless repeat may stand alone in an endless repeat: (a+)* tries 2ⁿ ways."""
    for place, item in enumerate(sequence):
        others = [*sequence[:place], *sequence[place + 1 :]]
        alone = within and all(_least(other, sequence) == 0 for other in others)
        if alone and _is_endless(item):
            return True
        if any(_nested(inner, alone or _is_endless(item)) for inner in _body(item)):
            return True
    return False


def _is_blanks(item):
    what = list(item[1][2]) if _is_endless(item) else []
    return len(what) == 1 and what[0][0] is marks.IN and (marks.CATEGORY, marks.CATEGORY_SPACE) in what[0][1]


def _parted(sequence):
    """Say whether a run of blanks can be parted between two repeats: n blanks in n ways, from n places."""
    after = False
    for item in sequence:
        if _is_blanks(item) and after:
            return True
        after = _is_blanks(item) or (after and _least(item, sequence) == 0 and item[0] is not marks.AT)
    return any(_parted(inner) for item in sequence for inner in _body(item))


def _parsed(pattern):
    return parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)


@pytest.mark.parametrize("pattern", list(_patterns()))
def test_no_pattern_of_a_reader_repeats_what_repeats(pattern):
    assert not _nested(_parsed(pattern))


@pytest.mark.parametrize("pattern", list(_patterns()))
def test_no_pattern_of_a_reader_can_part_a_run_of_blanks_in_several_ways(pattern):
    assert not _parted(_parsed(pattern))


@pytest.mark.parametrize("bad", [r"(a+)*b", r"(?:(?:x|\d)+ ?)*y", r"(?:a*)*"])
def test_repeats_of_repeats_are_found(bad):
    assert _nested(parser.parse(bad))


@pytest.mark.parametrize("bad", [r"\s*\s+x", r"a\s*-?\s+x", r"(?:\s+\s*)x"])
def test_runs_that_can_be_parted_are_found(bad):
    assert _parted(parser.parse(bad))


@pytest.mark.parametrize("good", [r"(a+b)*", r"(?:a++)*", r"\s*+\s+", r"\s*-\s+"])
def test_other_repeats_are_let_be(good):
    assert not _nested(parser.parse(good))
    assert not _parted(parser.parse(good))


def test_a_label_of_sixty_digits_is_read():
    # A list of words in the fields of notes once tried it in 2⁶⁰ ways.
    lines = f"Notes\n\n{'1' * 60}: said nobody\nAnn: yes, it is.\nBo: no, it is not.\n"

    (meeting,) = read(Document(name="a.txt", content=lines.encode()))

    assert {person.name for person in meeting.people} == {"Ann", "Bo"}
