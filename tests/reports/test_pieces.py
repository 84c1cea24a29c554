"""Evidence is marked where it lies, and links are made only to what the page holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.codebook import default_codebook
from analyzer.records.tagged import Span
from analyzer.reports.pieces import Book, mark

BARRIERS = default_codebook().barriers


def test_overlapping_evidence_names_all_its_labels():
    codebook = default_codebook()
    first, second = (codebook.label(key).name for key in BARRIERS[:2])
    spans = [Span(label=BARRIERS[0], start=0, end=6), Span(label=BARRIERS[1], start=4, end=9)]

    parts = mark("abcdefghijkl", spans, codebook)

    assert [(part.text, part.label) for part in parts] == [
        ("abcd", first),
        ("ef", f"{first}, {second}"),
        ("ghi", second),
        ("jkl", None),
    ]


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=40),
    spans=st.lists(
        st.tuples(st.sampled_from(BARRIERS), st.integers(-5, 60), st.integers(-5, 60)), max_size=5
    ),
)
def test_marking_loses_no_word(text, spans):
    made = [Span(label=label, start=start, end=end) for label, start, end in spans]

    assert "".join(part.text for part in mark(text, made, default_codebook())) == text


def test_a_book_links_only_what_the_page_holds(small):
    book = Book(small, default_codebook(), "s0", limit=1)

    assert book.anchor("m1#0.0") is None
    assert book.anchor("m2#0.0") == "s0-m1-0-0"
    assert book.anchor("elsewhere#0.0") is None
    assert [view.ref for view in book.views(["m1#0.0", "elsewhere#0.0"])] == ["m1#0.0"]


def test_a_view_says_where_a_piece_goes_back_to(small):
    book = Book(small, default_codebook(), "s0", limit=60)

    (view,) = book.views(["m2#0.0"])

    assert view.returns_words == "cue 2, 6 Jan 2025"
    assert view.place == "cue 1 of Alpha/m2.vtt"
