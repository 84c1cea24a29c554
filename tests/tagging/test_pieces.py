from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.records.meeting import Meeting
from analyzer.tagging.pieces import LIMIT, cut, cut_text, words


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_text(text)]


def test_a_short_utterance_is_one_piece_unchanged() -> None:
    text = "  One. Two. " + " ".join(["word"] * 78) + " \n"

    assert texts(text) == [text]


def test_sentences_are_packed_whole_up_to_the_limit() -> None:
    sentence = " ".join(["word"] * 29 + ["end."])

    assert [words(piece) for piece in texts(" ".join([sentence] * 5))] == [60, 60, 30]


def test_abbreviations_and_numbers_do_not_end_a_sentence() -> None:
    text = (
        " ".join(["word"] * 70)
        + " we met. Then Dr. Smith paid approx. $3.5 million e.g. for tools, vs. Mr. Jones."
    )

    first, second = texts(text)

    assert first.endswith("we met.")
    assert second.startswith("Then Dr. Smith")


def test_speech_without_sentence_ends_is_cut_into_even_parts_at_a_joining_word() -> None:
    text = " ".join(["word"] * 45 + ["and"] + ["word"] * 44)

    first, second = texts(text)

    assert words(first) == 45
    assert second.startswith("and ")


def test_a_very_long_sentence_is_cut_at_a_comma() -> None:
    text = " ".join(["word"] * 49 + ["clause,"] + ["word"] * 70) + "."

    assert texts(text)[0].endswith("clause,")


def test_a_boundary_within_a_word_cuts_nothing_in_two() -> None:
    text = " ".join(["go.Next"] * 200)

    assert "".join(" ".join(texts(text)).split()) == "".join(text.split())
    assert all(piece.startswith("go.Next") and piece.endswith("go.Next") for piece in texts(text))


def test_pieces_are_numbered_within_their_utterance(meeting: Meeting) -> None:
    long, short = meeting.utterances[0], meeting.utterances[1]
    utterances = (replace(long, text="word " * 100), short, replace(meeting.utterances[2], text=" "))

    pieces = cut(replace(meeting, utterances=utterances))

    assert [piece.ref for piece in pieces] == ["0.0", "0.1", "1.0"]
    assert (pieces[2].start, pieces[2].end) == (0, len(short.text))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["word", "end.", "why?", "and", "so,", "Dr.", "e.g.", "“quote.”", "3.5", "…", "\n", "né"]
        ),
        max_size=400,
    ).map(" ".join)
)
def test_nothing_is_lost_and_no_piece_is_over_the_limit(text: str) -> None:
    pieces = texts(text)

    assert " ".join(pieces).split() == text.split()
    assert all(0 < words(piece) <= LIMIT for piece in pieces)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_cut(text: str) -> None:
    spans = cut_text(text, limit=5)

    assert " ".join(text[start:end] for start, end in spans).split() == text.split()
