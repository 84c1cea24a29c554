from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analyzer.measures.talk import NOBODY, talk_of
from analyzer.records.tagged import Piece


def test_pieces_know_their_words_party_and_turn(made: Callable, said: type) -> None:
    rows = [
        said(text="one two", speaker="Ada", party="Bank"),
        said(text="three", speaker="Ada", party="Bank"),
        said(text="four", speaker="Bo", party="Vendor"),
        said(text="five", speaker="Cy"),
    ]

    talk = talk_of(made(rows)[0])

    assert talk.words.tolist() == [2, 1, 1, 1]
    assert talk.parties == ("Bank", "Vendor")
    assert talk.party.tolist() == [0, 0, 1, NOBODY]
    assert talk.turn.tolist() == [0, 0, 1, 2]


def test_an_utterance_of_unknown_speaker_is_a_turn_of_its_own(made: Callable, said: type) -> None:
    assert talk_of(made([said(), said(), said()])[0]).turn.tolist() == [0, 1, 2]


def test_the_pieces_of_one_utterance_are_one_turn(made: Callable, said: type) -> None:
    tagged, _ = made([said(text="one two"), said(text="three")])
    cut = (
        Piece(utterance=0, number=0, start=0, end=3),
        Piece(utterance=0, number=1, start=4, end=7),
        Piece(utterance=1, number=0, start=0, end=5),
    )

    talk = talk_of(replace(tagged, encoded=replace(tagged.encoded, pieces=cut)))

    assert talk.turn.tolist() == [0, 0, 1]
    assert talk.turns.first.tolist() == [0, 2]
    assert talk.turns.last.tolist() == [1, 2]


def test_a_reply_to_another_party_crosses(made: Callable, said: type) -> None:
    rows = [
        said(speaker="Ada", party="Bank"),
        said(speaker="Al", party="Bank"),
        said(speaker="Bo", party="Vendor"),
        said(speaker="Cy"),
        said(speaker="Ada", party="Bank"),
    ]

    assert talk_of(made(rows)[0]).turns.crosses.tolist() == [False, False, True, False, False]


def test_parties_that_speak_come_by_how_much(made: Callable, said: type) -> None:
    rows = [said(text="a", speaker="Ada", party="Bank"), said(text="b c", speaker="Bo", party="Vendor")]

    assert talk_of(made(rows, parties=("Silent",))[0]).speaking == ("Vendor", "Bank")


def test_a_meeting_without_pieces_has_no_turns(made: Callable) -> None:
    talk = talk_of(made([])[0])

    assert len(talk) == len(talk.turns) == 0
    assert talk.turns.crosses.tolist() == []
